package org.postern.mailbox;

/// Names one stored message: 22 random characters of base64url, safe in a URL and as a file name.
/// Knowing it grants nothing.
public record MessageKey(String value) {
    private static final int CHARS = 22;

    public MessageKey {
        if (!isRandom(value)) {
            throw new IllegalArgumentException("not a message key");
        }
    }

    /// Whether it has the form of such a name. Lists of messages ask it for each of them, so it is
    /// no regular expression.
    static boolean isRandom(String value) {
        if (value.length() != CHARS) {
            return false;
        }
        for (int i = 0; i < CHARS; i++) {
            char c = value.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return value;
    }
}

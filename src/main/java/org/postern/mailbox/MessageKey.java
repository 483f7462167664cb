package org.postern.mailbox;

/// Names one stored message: 22 random characters of base64url, safe in a URL and as a file name.
/// Knowing it grants nothing.
public record MessageKey(String value) {
    public MessageKey {
        if (!value.matches("[A-Za-z0-9_-]{22}")) {
            throw new IllegalArgumentException("not a message key");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

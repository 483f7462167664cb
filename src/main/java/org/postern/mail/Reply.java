package org.postern.mail;

/// An SMTP reply: RFC 5321 §4.2, with an enhanced status code (RFC 3463).
///
/// @param code 200 to 599
/// @param enhanced such as `2.0.0`; empty where the standard has none (greeting, 354)
/// @param text one line of printable ASCII, whatever the peer sent
public record Reply(int code, String enhanced, String text) {
    /// What is kept of a peer's words.
    private static final int TEXT_CHARS_MAX = 400;

    public Reply {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("not a reply code: " + code);
        }
        text = oneLine(text);
    }

    public boolean isPositive() {
        return code < 400;
    }

    public boolean isTransient() {
        return code >= 400 && code < 500;
    }

    public boolean isPermanent() {
        return code >= 500;
    }

    /// `250 2.0.0 text`, as a log or a report shows it.
    @Override
    public String toString() {
        return code + (enhanced.isEmpty() ? " " : " " + enhanced + " ") + text;
    }

    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length() && line.length() < TEXT_CHARS_MAX; i++) {
            char c = text.charAt(i);
            line.append(c >= 0x20 && c <= 0x7E ? c : '?');
        }
        return line.toString();
    }
}

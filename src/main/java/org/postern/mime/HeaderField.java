package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/// One header field: RFC 5322 §2.2. Octets stand as characters of ISO 8859-1, so nothing is lost
/// and nothing is guessed.
///
/// @param name as written, without white space before the colon
/// @param body unfolded (RFC 5322 §2.2.3): line ends are gone, white space at both ends as well
/// @param raw all octets of the field, line ends included
public record HeaderField(String name, String body, String raw) {
    /// A field of our own making, on one line.
    ///
    /// @throws IllegalArgumentException if the body holds a line end or a NUL, or the name is none
    public static HeaderField of(String name, String body) {
        if (!isName(name) || body.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new IllegalArgumentException("not a header field: " + name);
        }
        return new HeaderField(name, body, name + ": " + body + "\r\n");
    }

    /// Whether this is the field of that name; case does not count.
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }

    /// The original octets, with their line ends.
    public byte[] octets() {
        return raw.getBytes(ISO_8859_1);
    }

    /// The name only: bodies do not go into logs.
    @Override
    public String toString() {
        return name;
    }

    /// RFC 5322 §3.6.8, `ftext`.
    static boolean isName(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != ':');
    }
}

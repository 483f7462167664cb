package org.postern.cms;

import java.util.Arrays;
import java.util.HexFormat;

/// What an object says of itself: the content type at its beginning (RFC 5652 §3).
public enum CmsKind {
    DATA("06092a864886f70d010701"),
    SIGNED("06092a864886f70d010702"),
    ENVELOPED("06092a864886f70d010703"),
    DIGESTED("06092a864886f70d010705"),
    ENCRYPTED("06092a864886f70d010706"),
    /// RFC 5083 §2.1.
    AUTH_ENVELOPED("060b2a864886f70d0109100117"),
    /// RFC 3274 §1.1.
    COMPRESSED("060b2a864886f70d0109100109"),
    /// Another kind, or no CMS object at all.
    OTHER("");

    /// Enough for the outer SEQUENCE and an object identifier.
    static final int OCTETS = 32;

    private static final int SEQUENCE = 0x30;
    private static final int LONG_LENGTH = 0x80;

    /// With tag and length, in hexadecimal.
    private final String identifier;

    CmsKind(String identifier) {
        this.identifier = identifier;
    }

    /// @param head the first octets of an object
    static CmsKind of(byte[] head) {
        if (head.length < OCTETS || (head[0] & 0xFF) != SEQUENCE) {
            return OTHER;
        }
        int length = head[1] & 0xFF;
        // 0x80 is the indefinite length; 0x81 to 0x84 say how many octets of length follow.
        int begin = 2 + (length <= LONG_LENGTH ? 0 : Math.min(8, length - LONG_LENGTH));
        return Arrays.stream(values())
                .filter(kind -> kind != OTHER && kind.isAt(head, begin))
                .findFirst()
                .orElse(OTHER);
    }

    private boolean isAt(byte[] head, int begin) {
        int end = begin + identifier.length() / 2;
        return end <= head.length && HexFormat.of().formatHex(head, begin, end).equals(identifier);
    }
}

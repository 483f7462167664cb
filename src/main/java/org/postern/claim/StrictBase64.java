package org.postern.claim;

import java.io.IOException;
import java.io.InputStream;

/// Base64 without anything beside it: RFC 2045 §6.8, where what is no digit is passed over and
/// padding ends the text wherever it stands.
final class StrictBase64 {
    private static final int PIECE_OCTETS = 32 * 1_024;
    private static final int PADDING_MAX = 2;

    private static final boolean[] DIGITS = new boolean[256];

    static {
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
                .chars()
                .forEach(c -> DIGITS[c] = true);
    }

    private long digits;
    private int padding;

    private StrictBase64() {}

    /// Whether a body, from here to its end, is base64 and white space only.
    static boolean isWhole(InputStream body) throws IOException {
        StrictBase64 text = new StrictBase64();
        byte[] piece = new byte[PIECE_OCTETS];
        for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
            if (!text.take(piece, count)) {
                return false;
            }
        }
        return text.digits > 0 && (text.digits + text.padding) % 4 == 0;
    }

    private boolean take(byte[] piece, int count) {
        for (int i = 0; i < count; i++) {
            byte octet = piece[i];
            if (DIGITS[octet & 0xFF]) {
                digits++;
                if (padding > 0) {
                    return false;
                }
            } else if (octet == '=') {
                if (++padding > PADDING_MAX) {
                    return false;
                }
            } else if (octet != '\r' && octet != '\n' && octet != ' ' && octet != '\t') {
                return false;
            }
        }
        return true;
    }
}

package org.postern.audit;

import java.util.HexFormat;

/// A point of the chain: the number and the MAC of one entry. Written down outside the machine, it
/// proves later that nothing up to there was cut off or replaced.
///
/// @param mac 64 lower-case hexadecimal digits
public record Anchor(long seq, String mac) {
    static final int MAC_DIGITS = 64;

    /// Before the first entry.
    static final Anchor BEGINNING = new Anchor(0, "0".repeat(MAC_DIGITS));

    public Anchor {
        if (seq < 0 || !isMac(mac)) {
            throw new IllegalArgumentException("not an anchor");
        }
    }

    static boolean isMac(String text) {
        if (text.length() != MAC_DIGITS) {
            return false;
        }
        for (int i = 0; i < MAC_DIGITS; i++) {
            char digit = text.charAt(i);
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                return false;
            }
        }
        return true;
    }

    /// Reads what `toString` wrote.
    ///
    /// @throws IllegalArgumentException if it is none
    public static Anchor of(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || !text.substring(0, colon).matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("not an anchor: expected NUMBER:MAC");
        }
        return new Anchor(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
    }

    byte[] octets() {
        return HexFormat.of().parseHex(mac);
    }

    /// `42:9f…`
    @Override
    public String toString() {
        return seq + ":" + mac;
    }
}

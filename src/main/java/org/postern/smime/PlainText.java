package org.postern.smime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Whether octets, taken in pieces, are text: UTF-8 (RFC 3629 §4) without control characters but
/// for tabs, line ends and form feeds. Sixteen random octets are so once in a million times.
///
/// Two looks into tables for each octet, whatever it is and whatever was before it: how long it
/// takes tells nothing of what was decrypted, nor where it stopped to be text.
final class PlainText {
    /// Kinds of octets, by what may follow them and what they may follow.
    private static final int ASCII = 0;

    private static final int CONTROL = 1;
    private static final int TAIL_80 = 2;
    private static final int TAIL_90 = 3;
    private static final int TAIL_A0 = 4;
    private static final int HEAD_2 = 5;
    private static final int HEAD_E0 = 6;
    private static final int HEAD_3 = 7;
    private static final int HEAD_ED = 8;
    private static final int HEAD_F0 = 9;
    private static final int HEAD_4 = 10;
    private static final int HEAD_F4 = 11;
    private static final int NEVER = 12;
    private static final int KINDS = 16;

    /// What stands between two octets: nothing, or a character of which one, two or three octets
    /// are missing, some of which are narrower than others.
    private static final int WHOLE = 0;

    private static final int ONE = 1;
    private static final int TWO = 2;
    private static final int THREE = 3;
    private static final int BEHIND_E0 = 4;
    private static final int BEHIND_ED = 5;
    private static final int BEHIND_F0 = 6;
    private static final int BEHIND_F4 = 7;

    /// Nothing leads out of it.
    private static final int BROKEN = 8;

    private static final byte[] KIND = kinds();
    private static final byte[] NEXT = transitions();

    private int state = WHOLE;
    private long octets;

    private static byte[] kinds() {
        byte[] kinds = new byte[0x100];
        Arrays.fill(kinds, 0x00, 0x20, (byte) CONTROL);
        for (char c : new char[] {'\t', '\n', '\r', '\f'}) {
            kinds[c] = ASCII;
        }
        kinds[0x7F] = CONTROL;
        Arrays.fill(kinds, 0x80, 0x90, (byte) TAIL_80);
        Arrays.fill(kinds, 0x90, 0xA0, (byte) TAIL_90);
        Arrays.fill(kinds, 0xA0, 0xC0, (byte) TAIL_A0);
        Arrays.fill(kinds, 0xC0, 0xC2, (byte) NEVER);
        Arrays.fill(kinds, 0xC2, 0xE0, (byte) HEAD_2);
        Arrays.fill(kinds, 0xE0, 0xF0, (byte) HEAD_3);
        kinds[0xE0] = HEAD_E0;
        kinds[0xED] = HEAD_ED;
        Arrays.fill(kinds, 0xF0, 0xF5, (byte) HEAD_4);
        kinds[0xF0] = HEAD_F0;
        kinds[0xF4] = HEAD_F4;
        Arrays.fill(kinds, 0xF5, 0x100, (byte) NEVER);
        return kinds;
    }

    private static byte[] transitions() {
        byte[] next = new byte[(BROKEN + 1) * KINDS];
        Arrays.fill(next, (byte) BROKEN);
        lead(next, WHOLE, WHOLE, ASCII);
        lead(next, WHOLE, ONE, HEAD_2);
        lead(next, WHOLE, TWO, HEAD_3);
        lead(next, WHOLE, THREE, HEAD_4);
        lead(next, WHOLE, BEHIND_E0, HEAD_E0);
        lead(next, WHOLE, BEHIND_ED, HEAD_ED);
        lead(next, WHOLE, BEHIND_F0, HEAD_F0);
        lead(next, WHOLE, BEHIND_F4, HEAD_F4);
        lead(next, ONE, WHOLE, TAIL_80, TAIL_90, TAIL_A0);
        lead(next, TWO, ONE, TAIL_80, TAIL_90, TAIL_A0);
        lead(next, THREE, TWO, TAIL_80, TAIL_90, TAIL_A0);
        // Not longer than need be, no surrogates, nothing beyond U+10FFFF.
        lead(next, BEHIND_E0, ONE, TAIL_A0);
        lead(next, BEHIND_ED, ONE, TAIL_80, TAIL_90);
        lead(next, BEHIND_F0, TWO, TAIL_90, TAIL_A0);
        lead(next, BEHIND_F4, TWO, TAIL_80);
        return next;
    }

    private static void lead(byte[] next, int from, int to, int... kinds) {
        for (int kind : kinds) {
            next[from * KINDS + kind] = (byte) to;
        }
    }

    /// @param piece null as a cipher gives it that has nothing to give
    void take(byte @Nullable [] piece) {
        if (piece == null) {
            return;
        }
        octets += piece.length;
        int now = state;
        for (byte octet : piece) {
            now = NEXT[now * KINDS + KIND[octet & 0xFF]];
        }
        state = now;
    }

    /// Octets taken.
    long octets() {
        return octets;
    }

    /// Whether all that was taken is text.
    boolean isText() {
        return state == WHOLE;
    }
}

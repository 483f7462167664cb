package org.postern.smime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import org.jspecify.annotations.Nullable;

/// Whether octets, taken in pieces, are text: UTF-8 without control characters but for tabs, line
/// ends and form feeds. Sixteen random octets are so once in a million times.
final class PlainText {
    private static final int PIECE_CHARS = 8 * 1_024;

    private final CharsetDecoder decoder =
            UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer chars = CharBuffer.allocate(PIECE_CHARS);

    /// A character that began in one piece and ends in the next.
    private ByteBuffer begun = ByteBuffer.allocate(0);

    private boolean text = true;
    private long octets;

    /// @param piece null as a cipher gives it that has nothing to give
    void take(byte @Nullable [] piece) {
        if (piece == null) {
            return;
        }
        octets += piece.length;
        if (!text) {
            return;
        }
        ByteBuffer in = ByteBuffer.allocate(begun.remaining() + piece.length);
        in.put(begun).put(piece).flip();
        decode(in, false);
        begun = in;
    }

    private void decode(ByteBuffer in, boolean last) {
        while (text) {
            var result = decoder.decode(in, chars, last);
            chars.flip();
            text &= !result.isError() && chars.chars().allMatch(PlainText::isText);
            chars.clear();
            if (!result.isOverflow()) {
                return;
            }
        }
    }

    private static boolean isText(int c) {
        return c >= 0x20 ? c != 0x7F : c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

    /// Octets taken.
    long octets() {
        return octets;
    }

    /// Whether all that was taken is text. Ends the taking.
    boolean isText() {
        if (text) {
            decode(begun, true);
        }
        return text;
    }
}

package org.postern.mime;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/// How the octets of a part are written: RFC 2045 §6.
public enum TransferEncoding {
    SEVEN_BIT("7bit"),
    EIGHT_BIT("8bit"),
    BINARY("binary"),
    QUOTED_PRINTABLE("quoted-printable"),
    BASE64("base64"),
    /// Named, but not one of these; the octets are given as they are.
    UNKNOWN("");

    private final String token;

    TransferEncoding(String token) {
        this.token = token;
    }

    /// The encoding of that name; empty if the name is none of RFC 2045.
    public static Optional<TransferEncoding> of(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(e -> e != UNKNOWN && e.token.equals(wanted))
                .findFirst();
    }

    /// Whether a part is written as it is.
    public boolean isIdentity() {
        return this != QUOTED_PRINTABLE && this != BASE64;
    }

    /// A stream that decodes. It is lenient and never throws for what it reads: junk in base64 is
    /// skipped, missing padding is added, a wrong `=` in quoted-printable stays as it is. Closing
    /// it closes `in`.
    public InputStream decode(InputStream in) {
        return switch (this) {
            case BASE64 -> new Base64Input(in);
            case QUOTED_PRINTABLE -> new QuotedPrintableInput(in);
            case SEVEN_BIT, EIGHT_BIT, BINARY, UNKNOWN -> in;
        };
    }

    /// What both decoders share: raw octets come in blocks, decoded ones are handed out in blocks.
    private abstract static class BlockInput extends FilterInputStream {
        static final int BLOCK_OCTETS = 32 * 1_024;

        private final byte[] raw = new byte[BLOCK_OCTETS];
        private byte[] decoded = new byte[0];
        private int position;
        private boolean ended;

        BlockInput(InputStream in) {
            super(in);
        }

        /// @param octets how many of `raw` are filled; 0 at the end of the stream
        abstract byte[] decode(byte[] raw, int octets);

        @Override
        public int read() throws IOException {
            return fill() ? decoded[position++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, decoded.length - position);
            System.arraycopy(decoded, position, target, offset, count);
            position += count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = 0;
            while (skipped < count && fill()) {
                int step = (int) Math.min(count - skipped, decoded.length - position);
                position += step;
                skipped += step;
            }
            return skipped;
        }

        @Override
        public int available() {
            return decoded.length - position;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private boolean fill() throws IOException {
            while (position == decoded.length) {
                if (ended) {
                    return false;
                }
                int count = super.in.read(raw, 0, raw.length);
                ended = count < 0;
                decoded = decode(raw, Math.max(0, count));
                position = 0;
            }
            return true;
        }
    }

    /// RFC 2045 §6.8.
    private static final class Base64Input extends BlockInput {
        private static final boolean[] ALPHABET = new boolean[256];

        static {
            String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            digits.chars().forEach(c -> ALPHABET[c] = true);
        }

        /// Digits that wait for the rest of their group of four, then the digits of one block.
        private final byte[] digits = new byte[BLOCK_OCTETS + 4];

        private int pending;

        /// What groups with padding gave in one block; messages have one such group, at the end.
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

        Base64Input(InputStream in) {
            super(in);
        }

        @Override
        byte[] decode(byte[] raw, int octets) {
            byte[] head = new byte[0];
            // Local, because the compiler keeps no field in a register over so many writes.
            byte[] target = digits;
            int filled = pending;
            for (int i = 0; i < octets; i++) {
                byte c = raw[i];
                if (ALPHABET[c & 0xFF]) {
                    target[filled++] = c;
                } else if (c == '=' && filled % 4 != 0) {
                    // Padding ends a group, also in the middle of the stream.
                    parts.writeBytes(decode(filled));
                    filled = 0;
                }
            }
            if (parts.size() > 0) {
                head = parts.toByteArray();
                parts.reset();
            }
            int whole = octets == 0 ? filled : filled - filled % 4;
            byte[] tail = decode(whole);
            System.arraycopy(digits, whole, digits, 0, filled - whole);
            pending = filled - whole;
            return head.length == 0 ? tail : join(head, tail);
        }

        /// Decodes the first digits; of a group of one digit nothing can be made.
        private byte[] decode(int count) {
            int usable = count % 4 == 1 ? count - 1 : count;
            return Base64.getDecoder().decode(Arrays.copyOf(digits, usable));
        }

        private static byte[] join(byte[] head, byte[] tail) {
            byte[] both = Arrays.copyOf(head, head.length + tail.length);
            System.arraycopy(tail, 0, both, head.length, tail.length);
            return both;
        }
    }

    /// RFC 2045 §6.7.
    private static final class QuotedPrintableInput extends BlockInput {
        /// What was read of an escape.
        private enum State {
            TEXT,
            EQUALS,
            ONE_DIGIT,
            /// `=` and white space: a soft line break whose line end is still to come.
            PADDING,
            /// `=` and CR.
            BREAK
        }

        private State state = State.TEXT;
        private byte digit;
        private byte[] out = new byte[0];
        private int filled;

        QuotedPrintableInput(InputStream in) {
            super(in);
        }

        @Override
        byte[] decode(byte[] raw, int octets) {
            // Two octets of an unfinished escape may be given back besides.
            out = new byte[octets + 2];
            filled = 0;
            if (octets == 0) {
                end();
            }
            for (int i = 0; i < octets; i++) {
                accept(raw[i]);
            }
            return Arrays.copyOf(out, filled);
        }

        private void accept(byte c) {
            switch (state) {
                case TEXT -> text(c);
                case EQUALS -> {
                    if (Character.digit(c, 16) >= 0) {
                        digit = c;
                        state = State.ONE_DIGIT;
                    } else {
                        soft(c);
                    }
                }
                case ONE_DIGIT -> {
                    state = State.TEXT;
                    if (Character.digit(c, 16) >= 0) {
                        put(Character.digit(digit, 16) * 16 + Character.digit(c, 16));
                    } else {
                        put('=');
                        put(digit);
                        text(c);
                    }
                }
                case PADDING -> soft(c);
                case BREAK -> {
                    state = State.TEXT;
                    if (c != '\n') {
                        text(c);
                    }
                }
            }
        }

        private void text(byte c) {
            if (c == '=') {
                state = State.EQUALS;
            } else {
                put(c);
            }
        }

        /// What follows `=` and is no digit.
        private void soft(byte c) {
            if (c == ' ' || c == '\t') {
                state = State.PADDING;
            } else if (c == '\r') {
                state = State.BREAK;
            } else if (c == '\n') {
                state = State.TEXT;
            } else {
                put('=');
                state = State.TEXT;
                text(c);
            }
        }

        /// At the end a lone `=` is a soft line break without a line.
        private void end() {
            if (state == State.ONE_DIGIT) {
                put('=');
                put(digit);
            }
            state = State.TEXT;
        }

        private void put(int octet) {
            out[filled++] = (byte) octet;
        }
    }
}

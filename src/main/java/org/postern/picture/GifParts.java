package org.postern.picture;

import static org.postern.picture.BarePicture.require;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The blocks of a GIF: GIF89a specification of 1990. Pictures stay, with their colours, their time
/// on the screen and how often they are shown again. Comments, texts and the blocks of programs go,
/// and so does what stands behind the end.
final class GifParts implements BarePicture.Parts {
    private static final int SCREEN_OCTETS = 13;
    private static final int PICTURE_OCTETS = 9;
    private static final int TIMING_OCTETS = 6;
    private static final int PROGRAM_OCTETS = 12;

    private static final int PICTURE = 0x2C;
    private static final int EXTENSION = 0x21;
    private static final int END = 0x3B;
    private static final int TIMING = 0xF9;
    private static final int PROGRAM = 0xFF;
    private static final int TEXT = 0x01;

    /// A table of colours is there, and how large it is (§18, §20).
    private static final int HAS_TABLE = 0x80;

    private static final int TABLE_SIZE = 0x07;

    private enum At {
        SCREEN,
        /// Behind a table of colours, or between two blocks.
        BLOCK,
        LABEL,
        PICTURE,
        /// The size of the codes, before the drawing itself.
        CODES,
        TIMING,
        PROGRAM,
        /// The length of a sub-block; zero ends them (§15).
        LENGTH,
        /// How often a film is shown again, the only sub-block of a program that is known.
        AGAIN,
        /// So many octets that go on as they come, or not.
        DATA,
        NOTHING
    }

    /// What becomes of the sub-blocks.
    private enum Fate {
        STAY,
        GO,
        /// Go, but for the one that says how often.
        SEARCHED
    }

    private At at = At.SCREEN;
    private At behind = At.BLOCK;
    private Gathering run = Gathering.of(SCREEN_OCTETS);
    private Fate fate = Fate.GO;
    private byte[] timing = {};
    private byte[] program = {};
    private boolean drawn;

    @Override
    public boolean isWhole() {
        return drawn;
    }

    @Override
    public int take(byte[] octets, int from, int end, OutputStream out) throws IOException {
        return switch (at) {
            case SCREEN, PICTURE, TIMING, PROGRAM, AGAIN, DATA -> run(octets, from, end, out);
            case BLOCK, LABEL, CODES, LENGTH -> {
                step(octets[from] & 0xFF, out);
                yield from + 1;
            }
            case NOTHING -> end;
        };
    }

    private int run(byte[] octets, int from, int end, OutputStream out) throws IOException {
        int next = run.take(octets, from, end, out);
        if (run.isWhole()) {
            byte[] whole = run.octets();
            switch (at) {
                case SCREEN -> screen(whole, out);
                case PICTURE -> picture(whole, out);
                case TIMING -> timing(whole);
                case PROGRAM -> program(whole);
                case AGAIN -> again(whole, out);
                case DATA -> at = behind;
                case BLOCK, LABEL, CODES, LENGTH, NOTHING ->
                        throw new IllegalStateException("one by one");
            }
        }
        return next;
    }

    private void gather(At where, int octets) {
        at = where;
        run = Gathering.of(octets);
    }

    private void data(Fate what, int octets, At next) {
        fate = what;
        behind = next;
        at = octets == 0 ? next : At.DATA;
        run =
                Gathering.of(
                        what == Fate.STAY ? Gathering.Fate.PASSED : Gathering.Fate.LEFT_OUT,
                        octets);
    }

    private void screen(byte[] screen, OutputStream out) throws IOException {
        String signature = new String(screen, 0, 6, StandardCharsets.ISO_8859_1);
        require(signature.equals("GIF87a") || signature.equals("GIF89a"), "no GIF");
        requireSize(screen, 6);
        out.write(screen);
        data(Fate.STAY, table(screen[10]), At.BLOCK);
    }

    private static void requireSize(byte[] octets, int offset) throws IOException {
        ByteBuffer sides = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
        BarePicture.requireSize(
                sides.getShort(offset) & 0xFFFF, sides.getShort(offset + 2) & 0xFFFF);
    }

    private static int table(byte flags) {
        return (flags & HAS_TABLE) == 0 ? 0 : 3 << ((flags & TABLE_SIZE) + 1);
    }

    private void picture(byte[] picture, OutputStream out) throws IOException {
        requireSize(picture, 4);
        out.write(timing);
        timing = new byte[0];
        out.write(PICTURE);
        out.write(picture);
        data(Fate.STAY, table(picture[8]), At.CODES);
    }

    /// It belongs to the picture behind it, and waits for that.
    private void timing(byte[] found) throws IOException {
        require(found[0] == TIMING_OCTETS - 2 && found[5] == 0, "no times");
        timing =
                ByteBuffer.allocate(2 + TIMING_OCTETS)
                        .put((byte) EXTENSION)
                        .put((byte) TIMING)
                        .put(found)
                        .array();
        at = At.BLOCK;
    }

    private void program(byte[] found) throws IOException {
        require(found[0] == PROGRAM_OCTETS - 1, "no program");
        String name = new String(found, 1, PROGRAM_OCTETS - 1, StandardCharsets.ISO_8859_1);
        program = found;
        at = At.LENGTH;
        fate = name.equals("NETSCAPE2.0") || name.equals("ANIMEXTS1.0") ? Fate.SEARCHED : Fate.GO;
    }

    private void again(byte[] times, OutputStream out) throws IOException {
        if (times[0] == 1) {
            out.write(EXTENSION);
            out.write(PROGRAM);
            out.write(program);
            out.write(times.length);
            out.write(times);
            out.write(0);
            fate = Fate.GO;
        }
        at = At.LENGTH;
    }

    private void step(int octet, OutputStream out) throws IOException {
        switch (at) {
            case BLOCK -> block(octet, out);
            case LABEL -> label(octet);
            case CODES -> {
                drawn = true;
                out.write(octet);
                fate = Fate.STAY;
                at = At.LENGTH;
            }
            case LENGTH -> length(octet, out);
            case SCREEN, PICTURE, TIMING, PROGRAM, AGAIN, DATA, NOTHING ->
                    throw new IllegalStateException("not one by one");
        }
    }

    private void block(int found, OutputStream out) throws IOException {
        switch (found) {
            case PICTURE -> gather(At.PICTURE, PICTURE_OCTETS);
            case EXTENSION -> at = At.LABEL;
            case END -> {
                require(drawn, "an end without a drawing");
                out.write(END);
                at = At.NOTHING;
            }
            default -> throw new BarePicture.BrokenPicture("no block");
        }
    }

    private void label(int found) {
        switch (found) {
            case TIMING -> gather(At.TIMING, TIMING_OCTETS);
            case PROGRAM -> gather(At.PROGRAM, PROGRAM_OCTETS);
            default -> {
                if (found == TEXT) {
                    // The time before it was meant for the text.
                    timing = new byte[0];
                }
                fate = Fate.GO;
                at = At.LENGTH;
            }
        }
    }

    private void length(int octets, OutputStream out) throws IOException {
        if (fate == Fate.STAY) {
            out.write(octets);
        }
        if (octets == 0) {
            at = At.BLOCK;
        } else if (fate == Fate.SEARCHED && octets == 3) {
            gather(At.AGAIN, octets);
        } else {
            data(fate, octets, At.LENGTH);
        }
    }
}

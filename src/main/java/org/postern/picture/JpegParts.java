package org.postern.picture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.postern.picture.BarePicture.BrokenPicture;

/// The segments of a JPEG: ITU-T T.81, annex B. What the drawing needs stays, and of the
/// applications' segments JFIF, the colour profile and Adobe's word on colours. Exif, XMP, IPTC,
/// comments, second pictures and what stands behind the end go; of Exif the turn is written anew.
final class JpegParts implements BarePicture.Parts {
    private static final int MARK = 0xFF;
    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;
    private static final int COMMENT = 0xFE;
    private static final int APP0 = 0xE0;
    private static final int APP1 = 0xE1;
    private static final int APP2 = 0xE2;
    private static final int APP14 = 0xEE;

    /// What is below, and what is above the applications, is not given out (table B.1).
    private static final int FRAMES = 0xC0;

    private static final int LENGTH_OCTETS = 2;

    private static final String EXIF = "Exif\0\0";

    private enum At {
        /// The 0xFF before a marker's code.
        MARK,
        /// The code; more 0xFF may stand before it.
        CODE,
        LENGTH_HIGH,
        LENGTH_LOW,
        SEGMENT,
        /// The drawing itself.
        DRAWING,
        /// Behind a 0xFF within the drawing.
        DRAWING_MARK,
        /// Behind the end.
        NOTHING
    }

    private At at = At.MARK;
    private int code;
    private int length;
    private byte[] segment = {};
    private int filled;
    private boolean begun;
    private boolean sized;
    private boolean drawn;
    private boolean turned;

    @Override
    public boolean isWhole() {
        return drawn;
    }

    @Override
    public void take(byte[] octets, int offset, int length, OutputStream out) throws IOException {
        int end = offset + length;
        int next = offset;
        while (next < end && at != At.NOTHING) {
            next =
                    switch (at) {
                        case DRAWING -> drawing(octets, next, end, out);
                        case SEGMENT -> segment(octets, next, end, out);
                        default -> {
                            step(octets[next] & 0xFF, out);
                            yield next + 1;
                        }
                    };
        }
    }

    /// All up to the next marker, at once.
    private int drawing(byte[] octets, int from, int end, OutputStream out) throws IOException {
        int to = from;
        while (to < end && octets[to] != (byte) MARK) {
            to++;
        }
        out.write(octets, from, to - from);
        if (to < end) {
            at = At.DRAWING_MARK;
            to++;
        }
        return to;
    }

    private int segment(byte[] octets, int from, int end, OutputStream out) throws IOException {
        int taken = Math.min(end - from, segment.length - filled);
        System.arraycopy(octets, from, segment, filled, taken);
        filled += taken;
        if (filled == segment.length) {
            finishSegment(out);
        }
        return from + taken;
    }

    private void step(int octet, OutputStream out) throws IOException {
        switch (at) {
            case MARK -> {
                require(octet == MARK, "no marker where one belongs");
                at = At.CODE;
            }
            case CODE -> {
                if (octet != MARK) {
                    marker(octet, out);
                }
            }
            case LENGTH_HIGH -> {
                length = octet << 8;
                at = At.LENGTH_LOW;
            }
            case LENGTH_LOW -> beginSegment(length | octet, out);
            case DRAWING_MARK -> inDrawing(octet, out);
            case SEGMENT, DRAWING, NOTHING -> throw new IllegalStateException("not one by one");
        }
    }

    /// A 0xFF of the drawing itself has a zero behind it, and restarts stand within it (§B.1.1.5,
    /// §B.2.1).
    private void inDrawing(int octet, OutputStream out) throws IOException {
        boolean within = octet == 0 || isRestart(octet);
        if (within) {
            out.write(MARK);
            out.write(octet);
            at = At.DRAWING;
        } else if (octet != MARK) {
            marker(octet, out);
        }
    }

    private static boolean isRestart(int octet) {
        return octet >= 0xD0 && octet <= 0xD7;
    }

    private void marker(int found, OutputStream out) throws IOException {
        require(begun == (found != START), "the start is not at the start");
        require(found != 0 && !isRestart(found), "a marker in a place that is not its own");
        code = found;
        switch (found) {
            case START -> {
                begun = true;
                out.write(MARK);
                out.write(START);
                at = At.MARK;
            }
            case END -> {
                require(drawn, "an end without a drawing");
                out.write(MARK);
                out.write(END);
                at = At.NOTHING;
            }
            default -> at = At.LENGTH_HIGH;
        }
    }

    private void beginSegment(int octets, OutputStream out) throws IOException {
        require(octets >= LENGTH_OCTETS, "a segment shorter than its length");
        segment = new byte[octets - LENGTH_OCTETS];
        filled = 0;
        at = At.SEGMENT;
        if (segment.length == 0) {
            finishSegment(out);
        }
    }

    private void finishSegment(OutputStream out) throws IOException {
        if (isFrame(code)) {
            size();
        }
        if (code == SCAN) {
            require(sized, "a drawing without a size");
            drawn = true;
        }
        if (stays()) {
            write(code, segment, out);
        } else if (code == APP1 && begins(EXIF)) {
            turn(out);
        }
        at = code == SCAN ? At.DRAWING : At.MARK;
    }

    private boolean stays() {
        return switch (code) {
            case APP0 -> begins("JFIF\0");
            case APP2 -> begins("ICC_PROFILE\0");
            case APP14 -> begins("Adobe");
            case COMMENT -> false;
            default -> code >= FRAMES && code < APP0;
        };
    }

    /// The first one counts, as it does for programs that show pictures.
    private void turn(OutputStream out) throws IOException {
        ByteBuffer tiff =
                ByteBuffer.wrap(segment, EXIF.length(), segment.length - EXIF.length()).slice();
        int turn = ExifTurn.of(tiff);
        if (!turned && turn != ExifTurn.UPRIGHT) {
            byte[] block = ExifTurn.block(turn);
            ByteBuffer alone = ByteBuffer.allocate(EXIF.length() + block.length);
            alone.put(EXIF.getBytes(StandardCharsets.US_ASCII)).put(block);
            write(APP1, alone.array(), out);
        }
        turned = true;
    }

    private static void write(int code, byte[] segment, OutputStream out) throws IOException {
        int octets = segment.length + LENGTH_OCTETS;
        out.write(new byte[] {(byte) MARK, (byte) code, (byte) (octets >> 8), (byte) octets});
        out.write(segment);
    }

    /// Start of frame: every 0xCn but the tables DHT, JPG and DAC (§B.1.1.3).
    private static boolean isFrame(int code) {
        return code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
    }

    /// Precision, lines, samples a line (§B.2.2).
    private void size() throws BrokenPicture {
        require(segment.length >= 5, "a frame that is cut short");
        ByteBuffer frame = ByteBuffer.wrap(segment);
        BarePicture.requireSize(frame.getShort(3) & 0xFFFF, frame.getShort(1) & 0xFFFF);
        sized = true;
    }

    private boolean begins(String word) {
        byte[] octets = word.getBytes(StandardCharsets.US_ASCII);
        return segment.length >= octets.length
                && ByteBuffer.wrap(segment, 0, octets.length).equals(ByteBuffer.wrap(octets));
    }

    private static void require(boolean right, String why) throws BrokenPicture {
        if (!right) {
            throw new BrokenPicture(why);
        }
    }
}

package org.postern.picture;

import static org.postern.picture.BarePicture.require;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.postern.picture.BarePicture.BrokenPicture;

/// The segments of a JPEG: ITU-T T.81, annex B. What the drawing needs stays, and of the
/// applications' segments JFIF, the colour profile and Adobe's word on colours. Exif, XMP, IPTC,
/// comments, small and second pictures and what stands behind the end go; of Exif the turn is
/// written anew.
final class JpegParts implements BarePicture.Parts {
    private static final int MARK = 0xFF;
    private static final int START = 0xD8;
    private static final int END = 0xD9;
    static final int SCAN = 0xDA;
    private static final int COMMENT = 0xFE;
    private static final int APP0 = 0xE0;
    private static final int APP1 = 0xE1;
    private static final int APP2 = 0xE2;
    private static final int APP14 = 0xEE;

    /// What is below, and what is above the applications, is not given out (table B.1).
    private static final int FRAMES = 0xC0;

    /// Cameras write one, and programs that draw step by step about ten. Each goes over the whole
    /// picture, however few octets it has: a thousand in a small file keep whoever shows it busy.
    static final int SCANS_MAX = 100;

    private static final int LENGTH_OCTETS = 2;

    private static final String EXIF = "Exif\0\0";

    /// JFIF without its small picture, of which the last two octets are the sides.
    private static final int JFIF_OCTETS = 14;

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
    private Gathering segment = Gathering.of(0);
    private int scans;
    private boolean begun;
    private boolean sized;
    private boolean drawn;
    private boolean turned;

    @Override
    public boolean isWhole() {
        return drawn;
    }

    @Override
    public int take(byte[] octets, int from, int end, OutputStream out) throws IOException {
        return switch (at) {
            case DRAWING -> drawing(octets, from, end, out);
            case SEGMENT -> segment(octets, from, end, out);
            case NOTHING -> end;
            case MARK, CODE, LENGTH_HIGH, LENGTH_LOW, DRAWING_MARK -> {
                step(octets[from] & 0xFF, out);
                yield from + 1;
            }
        };
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
        int next = segment.take(octets, from, end, out);
        if (segment.isWhole()) {
            finishSegment(segment.octets(), out);
        }
        return next;
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
        segment = Gathering.of(octets - LENGTH_OCTETS);
        at = At.SEGMENT;
        if (segment.isWhole()) {
            finishSegment(segment.octets(), out);
        }
    }

    private void finishSegment(byte[] held, OutputStream out) throws IOException {
        if (isFrame(code)) {
            size(held);
        }
        if (code == SCAN) {
            require(sized, "a drawing without a size");
            scans++;
            require(scans <= SCANS_MAX, "so many scans are a bomb");
            drawn = true;
        }
        if (stays(held)) {
            write(code, held, out);
        } else if (code == APP0 && begins(held, "JFIF\0") && held.length >= JFIF_OCTETS) {
            write(code, withoutSmallPicture(held), out);
        } else if (code == APP1 && begins(held, EXIF)) {
            turn(held, out);
        }
        at = code == SCAN ? At.DRAWING : At.MARK;
    }

    private boolean stays(byte[] held) {
        return switch (code) {
            case APP0 -> false;
            case APP2 -> begins(held, "ICC_PROFILE\0");
            case APP14 -> begins(held, "Adobe");
            case COMMENT -> false;
            default -> code >= FRAMES && code < APP0;
        };
    }

    /// A small picture shows what was cut away from the large one.
    private static byte[] withoutSmallPicture(byte[] jfif) {
        byte[] bare = Arrays.copyOf(jfif, JFIF_OCTETS);
        bare[JFIF_OCTETS - 2] = 0;
        bare[JFIF_OCTETS - 1] = 0;
        return bare;
    }

    /// The first one counts, as it does for programs that show pictures.
    private void turn(byte[] held, OutputStream out) throws IOException {
        ByteBuffer tiff = ByteBuffer.wrap(held, EXIF.length(), held.length - EXIF.length()).slice();
        int turn = ExifTurn.of(tiff);
        if (!turned && turn != ExifTurn.UPRIGHT) {
            byte[] block = ExifTurn.block(turn);
            ByteBuffer alone = ByteBuffer.allocate(EXIF.length() + block.length);
            alone.put(EXIF.getBytes(StandardCharsets.US_ASCII)).put(block);
            write(APP1, alone.array(), out);
        }
        turned = true;
    }

    private static void write(int code, byte[] held, OutputStream out) throws IOException {
        int octets = held.length + LENGTH_OCTETS;
        out.write(new byte[] {(byte) MARK, (byte) code, (byte) (octets >> 8), (byte) octets});
        out.write(held);
    }

    /// Start of frame: every 0xCn but the tables DHT, JPG and DAC (§B.1.1.3).
    private static boolean isFrame(int code) {
        return code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
    }

    /// Precision, lines, samples a line (§B.2.2).
    private void size(byte[] held) throws BrokenPicture {
        require(held.length >= 5, "a frame that is cut short");
        ByteBuffer frame = ByteBuffer.wrap(held);
        BarePicture.requireSize(frame.getShort(3) & 0xFFFF, frame.getShort(1) & 0xFFFF);
        sized = true;
    }

    private static boolean begins(byte[] held, String word) {
        byte[] octets = word.getBytes(StandardCharsets.US_ASCII);
        return held.length >= octets.length
                && ByteBuffer.wrap(held, 0, octets.length).equals(ByteBuffer.wrap(octets));
    }
}

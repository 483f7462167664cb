package org.postern.picture;

import static org.postern.picture.BarePicture.require;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.postern.picture.Gathering.Fate;

/// The chunks of a WebP: RFC 9649. What the drawing needs stays, with its colours. The length of
/// the whole stands at its beginning, so nothing is cut out: what is not needed keeps its length,
/// becomes zeros and loses its name, and of Exif the turn is written anew. What stands behind the
/// end goes.
final class WebpParts implements BarePicture.Parts {
    private static final int FILE_OCTETS = 12;
    private static final int HEAD_OCTETS = 8;

    private static final String EXTENDED = "VP8X";
    private static final int EXTENDED_OCTETS = 10;
    private static final int HAS_XMP = 0x04;

    private static final String LOSSY = "VP8 ";
    private static final String LOSSLESS = "VP8L";
    private static final String FRAME = "ANMF";

    /// Before the chunks that lie in it.
    private static final int FRAME_OCTETS = 16;

    private static final Set<String> STAYS = Set.of("ALPH", "ANIM", "ICCP");

    private static final String EXIF = "EXIF";
    private static final byte[] EXIF_NAME = {'E', 'x', 'i', 'f', 0, 0};

    /// An Exif block with more goes unread.
    private static final int EXIF_OCTETS_MAX = 64 * 1024;

    /// RIFF's own name for what is to be skipped.
    private static final byte[] NAMELESS = {'J', 'U', 'N', 'K'};

    private enum At {
        FILE,
        HEAD,
        /// The beginning of a chunk, which is looked into.
        GATHERED,
        /// The rest of one, which goes on as it is, or as zeros.
        RUNNING,
        /// Behind the end.
        NOTHING
    }

    private At at = At.FILE;
    private Gathering run = Gathering.of(FILE_OCTETS);
    private String type = "";

    /// Of the chunk, and of the whole.
    private long left;

    private long leftOfFile;
    private boolean drawn;

    @Override
    public boolean isWhole() {
        return drawn;
    }

    @Override
    public int take(byte[] octets, int from, int end, OutputStream out) throws IOException {
        if (at == At.NOTHING) {
            return end;
        }
        int next = run.take(octets, from, end, out);
        if (run.isWhole()) {
            finish(run.octets(), out);
        }
        return next;
    }

    private void finish(byte[] whole, OutputStream out) throws IOException {
        switch (at) {
            case FILE -> file(whole, out);
            case HEAD -> head(whole, out);
            case GATHERED -> finishGathered(whole, out);
            case RUNNING -> nextChunk();
            case NOTHING -> throw new IllegalStateException("nothing is taken any more");
        }
    }

    private void nextChunk() {
        if (leftOfFile == 0) {
            at = At.NOTHING;
        } else {
            at = At.HEAD;
            run = Gathering.of(HEAD_OCTETS);
        }
    }

    /// All that is left of the chunk.
    private void rest(Fate fate) {
        if (left == 0) {
            nextChunk();
        } else {
            at = At.RUNNING;
            run = Gathering.of(fate, left);
        }
    }

    private void gather(int octets) throws IOException {
        require(octets <= left, "a chunk that is cut short");
        left -= octets;
        at = At.GATHERED;
        run = Gathering.of(octets);
    }

    private void file(byte[] found, OutputStream out) throws IOException {
        boolean named = latin(found, 0).equals("RIFF") && latin(found, 8).equals("WEBP");
        long length = unsigned(found, 4);
        require(named && length > 4 && length % 2 == 0, "no WebP");
        leftOfFile = length - 4;
        out.write(found);
        nextChunk();
    }

    /// A chunk: its name, its length, the data, and a zero if the length is odd (§2.3).
    private void head(byte[] found, OutputStream out) throws IOException {
        type = latin(found, 0);
        long length = unsigned(found, 4);
        left = length + length % 2;
        // The chunks of a frame lie in it, one after the other as all others.
        long inside = type.equals(FRAME) ? FRAME_OCTETS : left;
        require(left >= inside && HEAD_OCTETS + inside <= leftOfFile, "a chunk beyond the end");
        leftOfFile -= HEAD_OCTETS + inside;
        left = inside;
        boolean drawing = type.equals(LOSSY) || type.equals(LOSSLESS);
        if (type.equals(EXTENDED)) {
            require(length == EXTENDED_OCTETS, "no size");
            out.write(found);
            gather(EXTENDED_OCTETS);
        } else if (drawing) {
            out.write(found);
            gather(type.equals(LOSSY) ? 10 : 5);
        } else if (type.equals(EXIF) && length <= EXIF_OCTETS_MAX && length > 0) {
            out.write(found);
            gather((int) left);
        } else if (type.equals(FRAME) || STAYS.contains(type)) {
            out.write(found);
            rest(Fate.PASSED);
        } else {
            out.write(NAMELESS);
            out.write(found, 4, 4);
            rest(Fate.ZEROED);
        }
    }

    private void finishGathered(byte[] data, OutputStream out) throws IOException {
        switch (type) {
            case EXTENDED -> {
                data[0] = (byte) (data[0] & ~HAS_XMP);
                BarePicture.requireSize(1 + side(data, 4), 1 + side(data, 7));
                out.write(data);
            }
            case EXIF -> out.write(turn(data));
            default -> {
                requireSize(data);
                drawn = true;
                out.write(data);
            }
        }
        rest(Fate.PASSED);
    }

    /// RFC 6386 §9.1, RFC 9649 §3.4.
    private void requireSize(byte[] data) throws IOException {
        if (type.equals(LOSSY)) {
            long sides = unsigned(data, 6);
            BarePicture.requireSize(sides & 0x3FFF, (sides >> 16) & 0x3FFF);
        } else {
            long sides = unsigned(data, 1);
            BarePicture.requireSize(1 + (sides & 0x3FFF), 1 + ((sides >> 14) & 0x3FFF));
        }
    }

    /// A block of the same length that says this and nothing else.
    private static byte[] turn(byte[] exif) {
        boolean named =
                exif.length >= EXIF_NAME.length
                        && Arrays.equals(exif, 0, EXIF_NAME.length, EXIF_NAME, 0, EXIF_NAME.length);
        int begin = named ? EXIF_NAME.length : 0;
        byte[] block =
                ExifTurn.block(
                        ExifTurn.of(ByteBuffer.wrap(exif, begin, exif.length - begin).slice()));
        byte[] bare = new byte[exif.length];
        System.arraycopy(block, 0, bare, 0, Math.min(block.length, bare.length));
        return bare;
    }

    private static String latin(byte[] octets, int offset) {
        return new String(octets, offset, 4, StandardCharsets.ISO_8859_1);
    }

    private static long unsigned(byte[] octets, int offset) {
        return ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN).getInt(offset) & 0xFFFFFFFFL;
    }

    private static long side(byte[] octets, int offset) {
        return (octets[offset] & 0xFF)
                | ((octets[offset + 1] & 0xFF) << 8)
                | ((octets[offset + 2] & 0xFF) << 16);
    }
}

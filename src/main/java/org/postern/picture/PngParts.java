package org.postern.picture;

import static org.postern.picture.BarePicture.require;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32;
import org.postern.picture.Gathering.Fate;

/// The chunks of a PNG: W3C PNG §5. What the drawing needs stays, with its colours; texts, times,
/// Exif and whatever is not known go, and so does what stands behind the end. Of Exif the turn is
/// written anew.
final class PngParts implements BarePicture.Parts {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    private static final Set<String> STAYS =
            Set.of(
                    "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB",
                    "cICP", "bKGD", "hIST", "pHYs", "acTL", "fcTL", "fdAT");

    private static final String EXIF = "eXIf";
    private static final int HEAD_OCTETS = 8;
    private static final int CHECK_OCTETS = 4;
    private static final int SIZE_OCTETS = 13;

    /// An Exif block with more is left out unread.
    private static final int EXIF_OCTETS_MAX = 64 * 1024;

    private enum At {
        SIGNATURE,
        HEAD,
        /// A chunk that is looked into before it goes on.
        GATHERED,
        /// A chunk that goes on as it comes, or does not.
        RUNNING,
        /// Behind the end.
        NOTHING
    }

    private At at = At.SIGNATURE;
    private Gathering run = Gathering.of(HEAD_OCTETS);
    private byte[] head = {};
    private String type = "";
    private boolean sized;
    private boolean drawn;
    private boolean turned;

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
            case SIGNATURE -> {
                require(Arrays.equals(whole, SIGNATURE), "no PNG");
                out.write(whole);
                next(At.HEAD, HEAD_OCTETS);
            }
            case HEAD -> begin(whole, out);
            case GATHERED -> finishGathered(whole, out);
            case RUNNING -> {
                if (type.equals("IEND")) {
                    at = At.NOTHING;
                } else {
                    next(At.HEAD, HEAD_OCTETS);
                }
            }
            case NOTHING -> throw new IllegalStateException("nothing is taken any more");
        }
    }

    private void next(At where, int octets) {
        at = where;
        run = Gathering.of(octets);
    }

    /// A chunk: its length, its type, the data, a checksum (§5.3).
    private void begin(byte[] begun, OutputStream out) throws IOException {
        head = begun;
        int length = ByteBuffer.wrap(head).getInt();
        type = new String(head, 4, 4, StandardCharsets.ISO_8859_1);
        require(length >= 0 && type.matches("[A-Za-z]{4}"), "no chunk");
        require(sized != type.equals("IHDR"), "the size is not at the start");
        if (type.equals("IHDR")) {
            require(length == SIZE_OCTETS, "no size");
            next(At.GATHERED, SIZE_OCTETS + CHECK_OCTETS);
        } else if (type.equals(EXIF) && !turned && length <= EXIF_OCTETS_MAX) {
            next(At.GATHERED, length + CHECK_OCTETS);
        } else {
            boolean stays = STAYS.contains(type);
            // A large first letter: whoever does not know it cannot draw the picture (§5.4).
            require(stays || Character.isLowerCase(type.charAt(0)), "a chunk that is not known");
            drawn |= type.equals("IDAT");
            require(drawn || !type.equals("IEND"), "an end without a drawing");
            require(length == 0 || !type.equals("IEND"), "an end that holds something");
            at = At.RUNNING;
            Fate fate = stays ? Fate.PASSED : Fate.LEFT_OUT;
            run = Gathering.of(fate, (long) length + CHECK_OCTETS);
            if (stays) {
                out.write(head);
            }
        }
    }

    private void finishGathered(byte[] data, OutputStream out) throws IOException {
        if (type.equals(EXIF)) {
            turned = true;
            int turn = ExifTurn.of(ByteBuffer.wrap(data, 0, data.length - CHECK_OCTETS));
            if (turn != ExifTurn.UPRIGHT) {
                write(EXIF, ExifTurn.block(turn), out);
            }
        } else {
            ByteBuffer size = ByteBuffer.wrap(data);
            BarePicture.requireSize(size.getInt(0), size.getInt(4));
            sized = true;
            out.write(head);
            out.write(data);
        }
        next(At.HEAD, HEAD_OCTETS);
    }

    private static void write(String type, byte[] data, OutputStream out) throws IOException {
        byte[] named = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 check = new CRC32();
        check.update(named);
        check.update(data);
        out.write(
                ByteBuffer.allocate(HEAD_OCTETS + data.length + CHECK_OCTETS)
                        .putInt(data.length)
                        .put(named)
                        .put(data)
                        .putInt((int) check.getValue())
                        .array());
    }
}

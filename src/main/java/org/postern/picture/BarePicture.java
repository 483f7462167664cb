package org.postern.picture;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/// Passes a picture on while it comes in, without place, camera, author and whatever else is not
/// needed to look at it. Nothing is decoded: parts of the file are left out, the others stay octet
/// by octet. What stays is a short list; all else goes, known or not.
///
/// A file that is not built as its type says is no picture: then nothing more is passed on, and
/// [#isWhole] says so.
public final class BarePicture extends OutputStream {
    /// Of both sides together: more is a bomb for whoever opens it.
    static final long PIXELS_MAX = 250_000_000;

    private final OutputStream out;
    private final Parts parts;
    private boolean broken;

    private BarePicture(OutputStream out, Parts parts) {
        this.out = out;
        this.parts = parts;
    }

    /// The parts of a file, one kind of picture each.
    sealed interface Parts permits JpegParts, PngParts, GifParts, WebpParts {
        /// Takes at least one octet of what came next.
        ///
        /// @return where it stopped; `end` also where nothing more is wanted
        /// @throws BrokenPicture if the file is not built so
        int take(byte[] octets, int from, int end, OutputStream out) throws IOException;

        /// Whether so much came that there is a picture.
        boolean isWhole();
    }

    /// The file is not what it says it is; its text is for programmers.
    static final class BrokenPicture extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenPicture(String why) {
            super(why);
        }
    }

    /// @param type of MIME
    /// @param out takes the picture; closed with this
    /// @return empty for other types, which are not looked into
    public static Optional<BarePicture> of(String type, OutputStream out) {
        return switch (type) {
            case "image/jpeg" -> Optional.of(new BarePicture(out, new JpegParts()));
            case "image/png" -> Optional.of(new BarePicture(out, new PngParts()));
            case "image/gif" -> Optional.of(new BarePicture(out, new GifParts()));
            case "image/webp" -> Optional.of(new BarePicture(out, new WebpParts()));
            default -> Optional.empty();
        };
    }

    /// Whether a JPEG may be drawn in a time that its size tells. It is not looked into otherwise,
    /// and what small pictures in it have counts as well.
    public static boolean hasFewScans(byte[] jpeg) {
        int scans = 0;
        for (int at = 0; at + 1 < jpeg.length; at++) {
            // Within a drawing no other octet stands behind 0xFF that could be taken for this.
            if (jpeg[at] == (byte) 0xFF && jpeg[at + 1] == (byte) JpegParts.SCAN) {
                scans++;
            }
        }
        return scans <= JpegParts.SCANS_MAX;
    }

    /// Whether all that came was a picture of its type.
    public boolean isWhole() {
        return !broken && parts.isWhole();
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        if (broken) {
            return;
        }
        try {
            int end = offset + length;
            int next = offset;
            while (next < end) {
                next = parts.take(octets, next, end, out);
            }
        } catch (BrokenPicture e) {
            broken = true;
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    static void requireSize(long width, long height) throws BrokenPicture {
        require(width > 0 && height > 0 && width * height <= PIXELS_MAX, "no size to be shown");
    }

    static void require(boolean right, String why) throws BrokenPicture {
        if (!right) {
            throw new BrokenPicture(why);
        }
    }
}

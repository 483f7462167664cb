package org.postern.reader;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.postern.picture.BarePicture;

/// A small picture of a large one, drawn anew, so that nothing of the file but its look goes on: no
/// place, no camera, no trailing octets.
public final class Thumbnail {
    /// Octets of a file that is made small; a larger one is shown without a picture.
    public static final int SOURCE_OCTETS_MAX = 12 * 1024 * 1024;

    /// Pixels of a picture that is decoded; more is a bomb, or none of our business.
    static final long PIXELS_MAX = 50_000_000;

    /// Pixels of the longer side. Cards are half as wide; phones have two for one.
    static final int SIDE = 480;

    /// A decoder may need some 50 MB.
    private static final Semaphore AT_ONCE = new Semaphore(2);

    /// How long a picture waits for its turn; then the card has none.
    private static final int WAIT_SECONDS = 10;

    private Thumbnail() {}

    /// Draws a JPEG of a PNG or JPEG.
    ///
    /// @return empty for anything else, for what is too large or damaged, and when too many are
    ///   being drawn
    public static Optional<byte[]> of(InputStream source) throws IOException {
        byte[] octets = source.readNBytes(SOURCE_OCTETS_MAX + 1);
        Optional<String> type = OpenedLetter.pictureType(octets);
        boolean drawn = type.filter(it -> !it.equals("image/gif")).isPresent();
        if (octets.length > SOURCE_OCTETS_MAX || !drawn || isBomb(type.get(), octets)) {
            return Optional.empty();
        }
        if (!mayBegin()) {
            return Optional.empty();
        }
        try {
            return drawn(octets);
        } finally {
            AT_ONCE.release();
        }
    }

    private static boolean isBomb(String type, byte[] octets) {
        return type.equals("image/jpeg") && !BarePicture.hasFewScans(octets);
    }

    private static boolean mayBegin() {
        try {
            return AT_ONCE.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Optional<byte[]> drawn(byte[] octets) {
        // The other kind of stream of ImageIO writes what it reads into a temporary file.
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(octets))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return read(reader).map(it -> jpeg(small(it, Orientation.of(octets))));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // Decoders meet damaged files with exceptions of all kinds.
            return Optional.empty();
        }
    }

    /// Only every n-th pixel is kept while decoding, so that memory stays small.
    private static Optional<BufferedImage> read(ImageReader reader) throws IOException {
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width * height > PIXELS_MAX) {
            return Optional.empty();
        }
        int step = (int) Math.max(1, Math.max(width, height) / (2 * SIDE));
        ImageReadParam how = reader.getDefaultReadParam();
        how.setSourceSubsampling(step, step, 0, 0);
        return Optional.of(reader.read(0, how));
    }

    private static BufferedImage small(BufferedImage from, AffineTransform turn) {
        boolean lies = turn.getScaleX() == 0;
        int width = lies ? from.getHeight() : from.getWidth();
        int height = lies ? from.getWidth() : from.getHeight();
        double scale = Math.min(1, (double) SIDE / Math.max(width, height));
        int across = (int) Math.max(1, Math.round(width * scale));
        int down = (int) Math.max(1, Math.round(height * scale));
        BufferedImage to = new BufferedImage(across, down, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = to.createGraphics();
        try {
            pen.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            pen.setColor(Color.WHITE);
            pen.fillRect(0, 0, across, down);
            pen.translate(across / 2.0, down / 2.0);
            pen.scale(scale, scale);
            pen.transform(turn);
            pen.translate(-from.getWidth() / 2.0, -from.getHeight() / 2.0);
            pen.drawImage(from, 0, 0, null);
        } finally {
            pen.dispose();
        }
        return to;
    }

    private static byte[] jpeg(BufferedImage picture) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var to = new MemoryCacheImageOutputStream(out)) {
            ImageIO.write(picture, "jpeg", to);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be written", e);
        }
        return out.toByteArray();
    }
}

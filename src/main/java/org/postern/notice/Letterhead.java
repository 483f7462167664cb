package org.postern.notice;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.postern.mail.Address;

/// Who a notice comes from.
///
/// @param address what stands in From
/// @param clinician such as `Dr. Ana Ruiz`; empty in mail that comes from the clinic as such
/// @param clinic the name that the clinic allows in notices; a specialty would tell too much
/// @param phone as printed on the appointment card; empty if there is none
/// @param colour `#rrggbb`, dark enough for white letters
/// @param photo the clinician's face
public record Letterhead(
        Address address,
        String clinician,
        String clinic,
        String phone,
        String colour,
        Optional<Photo> photo) {
    public Letterhead {
        MailWriter.oneLine(clinician);
        MailWriter.oneLine(clinic);
        MailWriter.oneLine(phone);
        if (!colour.matches("#[0-9a-fA-F]{6}")) {
            throw new IllegalArgumentException("the clinic's colour must be like #0a5c8f");
        }
    }

    /// A small picture in PNG.
    public static final class Photo {
        /// So that the whole notice stays below 20 kB.
        public static final int OCTETS_MAX = 9 * 1024;

        private static final int SIDE_MAX = 96;
        private static final int SIDE_STEP = 16;

        private static final byte[] SIGNATURE = {
            (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'
        };

        private final byte[] png;

        /// @throws IllegalArgumentException if it is no PNG or too big
        public Photo(byte[] png) {
            if (png.length > OCTETS_MAX) {
                throw new IllegalArgumentException(
                        "the photo has more than " + OCTETS_MAX + " octets");
            }
            if (png.length < SIGNATURE.length
                    || !Arrays.equals(png, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
                throw new IllegalArgumentException("the photo is no PNG");
            }
            this.png = png.clone();
        }

        /// The picture, made smaller until it is small enough.
        ///
        /// @param png of any size; it is the clinic's own file and not a stranger's
        /// @throws IllegalArgumentException if it is no PNG
        public static Photo fitting(byte[] png) {
            if (png.length <= OCTETS_MAX) {
                return new Photo(png);
            }
            try {
                BufferedImage whole = ImageIO.read(new ByteArrayInputStream(png));
                if (whole == null) {
                    throw new IllegalArgumentException("the photo is no PNG");
                }
                for (int side = SIDE_MAX; ; side -= SIDE_STEP) {
                    byte[] small = scaled(whole, side);
                    if (small.length <= OCTETS_MAX) {
                        return new Photo(small);
                    }
                }
            } catch (IOException e) {
                throw new IllegalArgumentException("the photo cannot be read", e);
            }
        }

        /// At 32 × 32 any picture is small enough, so the search for a side ends.
        private static byte[] scaled(BufferedImage whole, int side) throws IOException {
            BufferedImage small = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
            Graphics2D pen = small.createGraphics();
            pen.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            int square = Math.min(whole.getWidth(), whole.getHeight());
            int x = (whole.getWidth() - square) / 2;
            int y = (whole.getHeight() - square) / 2;
            pen.drawImage(whole.getSubimage(x, y, square, square), 0, 0, side, side, null);
            pen.dispose();
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            ImageIO.write(small, "png", octets);
            return octets.toByteArray();
        }

        byte[] png() {
            return png.clone();
        }
    }
}

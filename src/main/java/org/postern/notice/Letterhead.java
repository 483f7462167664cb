package org.postern.notice;

import java.util.Arrays;
import java.util.Optional;
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

        byte[] png() {
            return png.clone();
        }
    }
}

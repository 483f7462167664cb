package org.postern.reader;

import java.awt.geom.AffineTransform;
import java.nio.ByteBuffer;
import org.postern.picture.ExifTurn;

/// How a JPEG is to be turned, as its Exif segment says.
final class Orientation {
    private static final int MARKER_APP1 = 0xFFE1;
    private static final int MARKER_SCAN = 0xFFDA;

    private Orientation() {}

    /// The turn that sets a picture upright about its centre; none if nothing is said.
    static AffineTransform of(byte[] picture) {
        return switch (value(picture)) {
            case 2 -> new AffineTransform(-1, 0, 0, 1, 0, 0);
            case 3 -> AffineTransform.getQuadrantRotateInstance(2);
            case 4 -> new AffineTransform(1, 0, 0, -1, 0, 0);
            case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
            case 6 -> AffineTransform.getQuadrantRotateInstance(1);
            case 7 -> new AffineTransform(0, -1, -1, 0, 0, 0);
            case 8 -> AffineTransform.getQuadrantRotateInstance(3);
            default -> new AffineTransform();
        };
    }

    /// 1 to 8, and 1 if the field is missing or cannot be read.
    static int value(byte[] picture) {
        try {
            return inSegments(ByteBuffer.wrap(picture));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return 1;
        }
    }

    private static int inSegments(ByteBuffer file) {
        int at = 2;
        while (file.getShort(at) != (short) MARKER_SCAN && (file.get(at) & 0xFF) == 0xFF) {
            int length = file.getShort(at + 2) & 0xFFFF;
            boolean exif = file.getShort(at) == (short) MARKER_APP1 && length > 16;
            if (exif && file.getInt(at + 4) == 0x45786966) {
                return ExifTurn.of(file.slice(at + 10, length - 8));
            }
            at += 2 + length;
        }
        return 1;
    }
}

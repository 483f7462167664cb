package org.postern.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// How a camera was held, the one field of Exif that a picture needs to be looked at (tag 0x0112 of
/// the first directory): phones store all photos lying and write down how to turn them.
public final class ExifTurn {
    /// That of a picture that stands upright as it is.
    public static final int UPRIGHT = 1;

    private static final int LAST = 8;
    private static final int TAG = 0x0112;
    private static final int TYPE_SHORT = 3;
    private static final int ENTRY_OCTETS = 12;
    private static final int ENTRIES_MAX = 200;
    private static final int BLOCK_OCTETS = 26;
    private static final short LITTLE_ENDIAN = 0x4949;
    private static final short BIG_ENDIAN = 0x4D4D;

    private ExifTurn() {}

    /// What an Exif block says.
    ///
    /// @param tiff from its own beginning, since all its offsets count from there
    /// @return 1 to 8, and 1 if the field is missing or cannot be read
    public static int of(ByteBuffer tiff) {
        try {
            return inDirectory(tiff);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return UPRIGHT;
        }
    }

    private static int inDirectory(ByteBuffer tiff) {
        tiff.order(
                tiff.getShort(0) == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int at = tiff.getInt(4);
        int entries = Math.min(tiff.getShort(at) & 0xFFFF, ENTRIES_MAX);
        for (int i = 0; i < entries; i++) {
            int entry = at + 2 + i * ENTRY_OCTETS;
            if ((tiff.getShort(entry) & 0xFFFF) == TAG) {
                int value = tiff.getShort(entry + 8) & 0xFFFF;
                return value >= UPRIGHT && value <= LAST ? value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /// An Exif block that says this and nothing else.
    static byte[] block(int turn) {
        return ByteBuffer.allocate(BLOCK_OCTETS)
                .putShort(BIG_ENDIAN)
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) TAG)
                .putShort((short) TYPE_SHORT)
                .putInt(1)
                .putShort((short) turn)
                .array();
    }
}

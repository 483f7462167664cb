package org.postern.claim;

import java.io.IOException;
import java.io.InputStream;

/// What can be seen of a ciphertext without its key: how long it is, and whether its octets are
/// spread as evenly as those of every good cipher.
final class CipherLook {
    private static final int PIECE_OCTETS = 32 * 1_024;
    private static final int BLOCK_OCTETS = 16;
    private static final int VALUES = 256;

    /// Pearson's chi-square of 256 values has the mean 255 and the deviation 23 in random octets,
    /// however many they are: this is 15 deviations away. Text of two lines has more than 1,000.
    private static final double CHI_SQUARE_MAX = 600;

    private final long[] counts = new long[VALUES];
    private long octets;

    private CipherLook() {}

    /// Reads a ciphertext to its end.
    static CipherLook at(InputStream ciphertext) throws IOException {
        CipherLook look = new CipherLook();
        byte[] piece = new byte[PIECE_OCTETS];
        for (int count = ciphertext.read(piece); count >= 0; count = ciphertext.read(piece)) {
            for (int i = 0; i < count; i++) {
                look.counts[piece[i] & 0xFF]++;
            }
            look.octets += count;
        }
        return look;
    }

    /// Whether it has whole blocks, as CBC with padding gives.
    boolean isOfBlocks() {
        return octets % BLOCK_OCTETS == 0;
    }

    /// Whether it can be a ciphertext. No entity with a header section is shorter than a block.
    boolean isRandom() {
        double sum = 0;
        for (long count : counts) {
            sum += (double) count * count;
        }
        return octets >= BLOCK_OCTETS && sum * VALUES / octets - octets <= CHI_SQUARE_MAX;
    }
}

package org.postern.octets;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds the octets of a block that need a look, eight at a step. What mail is scanned for (NUL,
/// LF, CR) are the lowest numbers, so "below a limit" finds them all with one comparison.
public final class OctetScan {
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EACH_OCTET = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private OctetScan() {}

    /// Position of the first octet from `from` to before `to` that is below `limit`; `to` if there
    /// is none. Octets from 0x80 on are not below.
    ///
    /// @param limit 1 to 0x80
    public static int firstBelow(byte[] block, int from, int to, int limit) {
        return first(block, from, to, new Wanted(limit, 0));
    }

    /// The same for octets that are below `limit` or from 0x80 on.
    public static int firstBelowOrHigh(byte[] block, int from, int to, int limit) {
        return first(block, from, to, new Wanted(limit, HIGH_BITS));
    }

    /// @param high which bits make an octet wanted whatever the others are
    private record Wanted(int limit, long high) {
        /// The subtraction borrows from an octet exactly if it is below the limit, and the borrow
        /// can spoil only octets above it, so the lowest mark is always true.
        long marks(long word) {
            return (((word - EACH_OCTET * limit) & ~word) | (word & high)) & HIGH_BITS;
        }

        boolean is(byte octet) {
            return octet < 0 ? high != 0 : octet < limit;
        }
    }

    private static int first(byte[] block, int from, int to, Wanted wanted) {
        int position = from;
        for (; position <= to - Long.BYTES; position += Long.BYTES) {
            long marks = wanted.marks((long) WORD.get(block, position));
            if (marks != 0) {
                return position + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
            }
        }
        while (position < to && !wanted.is(block[position])) {
            position++;
        }
        return position;
    }
}

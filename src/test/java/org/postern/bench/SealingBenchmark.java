package org.postern.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.postern.testkit.TestVault;
import org.postern.vault.DataKey;
import org.postern.vault.SegmentCipher;
import org.postern.vault.SegmentCipher.Segment;
import org.postern.vault.Vault;

/// What sealing costs: a message of 1 MiB in its segments, and a data key made and wrapped.
@State(Scope.Thread)
public class SealingBenchmark {
    private static final byte[] CONTEXT = "benchmark".getBytes(StandardCharsets.US_ASCII);

    private final Vault vault = TestVault.one();
    private final DataKey key = vault.newDataKey();
    private final byte[] plain = new byte[1 << 20];
    private final ByteBuffer sealed = ByteBuffer.allocate((1 << 20) + 1024);

    @Benchmark
    public int oneMebibyte() {
        SegmentCipher cipher = new SegmentCipher(key, SegmentCipher.newPrefix(), CONTEXT);
        sealed.clear();
        int number = 0;
        for (int from = 0; from < plain.length; from += SegmentCipher.SEGMENT_OCTETS) {
            boolean last = from + SegmentCipher.SEGMENT_OCTETS == plain.length;
            cipher.seal(
                    ByteBuffer.wrap(plain, from, SegmentCipher.SEGMENT_OCTETS),
                    new Segment(number++, last),
                    sealed);
        }
        return sealed.position();
    }

    @Benchmark
    public byte[] dataKey() {
        try (DataKey fresh = vault.newDataKey()) {
            return vault.wrap(fresh);
        }
    }
}

package org.postern.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Runs each target over its seeds, over what was once found, and over a few thousand spoilt seeds,
/// the same ones at each run, so that a target cannot fall into disrepair between two runs of
/// `scripts/fuzz`.
class FuzzTest {
    private static final int SPOILT = 4_000;

    /// Of sessions that read a mailbox on a disk.
    private static final int SPOILT_ON_DISK = 400;

    @Test
    void session() throws IOException {
        run("session", SessionFuzz::fuzzerTestOneInput, SPOILT);
    }

    @Test
    void data() throws IOException {
        run("data", DataFuzz::fuzzerTestOneInput, SPOILT);
    }

    @Test
    void address() throws IOException {
        run("address", AddressFuzz::fuzzerTestOneInput, SPOILT);
    }

    @Test
    void mime() throws IOException {
        run("mime", MimeFuzz::fuzzerTestOneInput, SPOILT);
    }

    @Test
    void smime() throws IOException {
        run("smime", SmimeFuzz::fuzzerTestOneInput, SPOILT);
    }

    @Test
    void imap() throws IOException {
        Seeds.of("imap").forEach((name, seed) -> assertTrue(ImapFuzz.isPlayed(seed), name));
        run("imap", ImapFuzz::fuzzerTestOneInput, SPOILT_ON_DISK);
    }

    private static void run(String name, Consumer<byte[]> target, int spoilt) throws IOException {
        Map<String, byte[]> seeds = Seeds.of(name);
        assertFalse(seeds.isEmpty());
        for (Map.Entry<String, byte[]> seed : seeds.entrySet()) {
            play(target, seed.getKey(), seed.getValue());
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5_321);
        byte[][] inputs = seeds.values().toArray(byte[][]::new);
        for (int i = 0; i < spoilt; i++) {
            byte[] input = spoil(inputs[random.nextInt(inputs.length)], random);
            play(target, "spoilt " + i, input);
        }
    }

    private static void play(Consumer<byte[]> target, String name, byte[] input) {
        try {
            target.accept(input);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(name + ": " + e.getMessage(), e);
        }
    }

    /// A few octets changed, and perhaps the end cut off.
    private static byte[] spoil(byte[] input, RandomGenerator random) {
        byte[] spoilt = input.clone();
        for (int n = random.nextInt(1, 6); n > 0 && spoilt.length > 0; n--) {
            byte[] octets = {'\r', '\n', '.', 0, ' ', '<', '@', '"', (byte) random.nextInt()};
            spoilt[random.nextInt(spoilt.length)] = octets[random.nextInt(octets.length)];
        }
        return spoilt;
    }
}

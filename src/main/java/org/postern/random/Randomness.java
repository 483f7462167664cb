package org.postern.random;

import java.security.DrbgParameters;
import java.security.DrbgParameters.Capability;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/// Where random octets come from, for any number of threads: some generators of NIST SP 800-90A
/// side by side, each seeded by the operating system and behind a lock of its own.
///
/// `new SecureRandom()` has one monitor for the whole process. Virtual threads that meet at a
/// monitor can wait for a second each where the processors are busy, so keys, nonces and TLS
/// handshakes on the path of mail and pages use this instead.
public final class Randomness extends SecureRandom {
    private static final long serialVersionUID = 1;

    /// Twice what two processors need at once; a power of two.
    private static final int GENERATORS = 8;

    /// Bits: RFC 4086 and SP 800-57 want no less for keys of AES-256.
    private static final int STRENGTH = 256;

    private static final Randomness SHARED = new Randomness(new Generators());

    private final transient Generators generators;

    private Randomness(Generators generators) {
        super(generators, null);
        this.generators = generators;
    }

    /// The one of this process.
    public static SecureRandom shared() {
        return SHARED;
    }

    /// Not by the superclass, which would do it one after another.
    @Override
    public void nextBytes(byte[] octets) {
        generators.engineNextBytes(octets);
    }

    private record Generator(SecureRandom random, ReentrantLock lock) {
        static Generator create() {
            try {
                return new Generator(
                        SecureRandom.getInstance(
                                "DRBG",
                                DrbgParameters.instantiation(
                                        STRENGTH, Capability.RESEED_ONLY, null)),
                        new ReentrantLock());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java runtime has a DRBG", e);
            }
        }
    }

    private static final class Generators extends SecureRandomSpi {
        private static final long serialVersionUID = 1;

        private final transient Generator[] all =
                IntStream.range(0, GENERATORS)
                        .mapToObj(_ -> Generator.create())
                        .toArray(Generator[]::new);

        @Override
        protected void engineNextBytes(byte[] octets) {
            Generator mine = take();
            try {
                mine.random().nextBytes(octets);
            } finally {
                mine.lock().unlock();
            }
        }

        /// The first that is free; its lock is held.
        private Generator take() {
            int first = (int) Thread.currentThread().threadId();
            for (int i = 0; i < GENERATORS; i++) {
                Generator each = all[(first + i) & (GENERATORS - 1)];
                if (each.lock().tryLock()) {
                    return each;
                }
            }
            Generator each = all[first & (GENERATORS - 1)];
            each.lock().lock();
            return each;
        }

        @Override
        protected byte[] engineGenerateSeed(int octets) {
            return all[0].random().generateSeed(octets);
        }

        /// They seed themselves; what a caller knows makes nothing more random.
        @Override
        protected void engineSetSeed(byte[] seed) {}
    }
}

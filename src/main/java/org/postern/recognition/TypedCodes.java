package org.postern.recognition;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.postern.mailbox.PickupToken;
import org.postern.store.Database;
import org.postern.vault.SlowHash;
import org.postern.vault.Vault;

/// Codes that stand for a link, in a table of the database: whoever types one comes to the link
/// itself, which opens no more than it does by a tap, and is paused, replaced and over as it is.
///
/// A code of 80 bits is too short for a plain hash (OWASP ASVS 5.0, 6.5.2). So it is found by an
/// Argon2id hash, keyed by the keystore; the link lies beside it under a pad that only the code
/// gives, so that neither the database nor the keystore tells it, nor both together without a
/// search through 80 bits at some 30 ms each.
public final class TypedCodes {
    private static final int HALF = 32;
    private static final String PURPOSE = "typed code";

    /// Each takes 19 MiB for a moment.
    private static final int AT_ONCE_MAX = 4;

    /// Who gets no turn in that time is told to come again.
    private static final Duration TURN_MAX = Duration.ofSeconds(2);

    private final Database database;
    private final Vault vault;
    private final RandomGenerator random;
    private final Semaphore looking = new Semaphore(AT_ONCE_MAX);

    /// Apart, so that whoever types keeps no notice waiting.
    private final Semaphore making = new Semaphore(AT_ONCE_MAX);

    /// @param random cryptographically strong
    public TypedCodes(Database database, Vault vault, RandomGenerator random) {
        this.database = database;
        this.vault = vault;
        this.random = random;
    }

    /// So many look for codes that one found no turn.
    public static final class BusyException extends IOException {
        private static final long serialVersionUID = 1L;

        BusyException() {
            super("too many codes are looked for at once");
        }
    }

    /// Where a code is found, and under what its link lies; both hexadecimal.
    private record Traces(String hash, String pad) {}

    /// Makes a code for a link; durable on return.
    ///
    /// @param expires when the link does
    public TypedCode make(PickupToken token, Instant now, Instant expires) throws IOException {
        TypedCode code = TypedCode.next(random);
        Traces traces = madeTraces(code);
        String padded = Base64.getEncoder().encodeToString(padded(octets(token), traces.pad()));
        boolean forgets = database.mayForget();
        database.change(handle -> {
            if (forgets) {
                handle.createUpdate("DELETE FROM typed_code WHERE expires <= :now")
                        .bind("now", now.toEpochMilli())
                        .execute();
            }
            handle.createUpdate(
                            """
                            INSERT INTO typed_code (code_hash, link, expires)
                            VALUES (:hash, :link, :expires)
                            """)
                    .bind("hash", traces.hash())
                    .bind("link", padded)
                    .bind("expires", expires.toEpochMilli())
                    .execute();
        });
        return code;
    }

    /// The link for which a code stands, in whatever state it is; empty for a code that was never
    /// made or is over.
    ///
    /// @throws BusyException if so many codes are looked for that this one finds no turn in two
    ///   seconds
    public Optional<PickupToken> link(TypedCode code, Instant now) throws IOException {
        if (!isTurn()) {
            throw new BusyException();
        }
        Traces traces;
        try {
            traces = traces(code);
        } finally {
            looking.release();
        }
        Optional<String> padded =
                database.read(handle ->
                        handle.createQuery(
                                        """
                                        SELECT link FROM typed_code
                                        WHERE code_hash = :hash AND expires > :now
                                        """)
                                .bind("hash", traces.hash())
                                .bind("now", now.toEpochMilli())
                                .mapTo(String.class)
                                .findOne());
        return padded.map(link ->
                new PickupToken(
                        Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(
                                        padded(Base64.getDecoder().decode(link), traces.pad()))));
    }

    private static byte[] octets(PickupToken token) {
        return Base64.getUrlDecoder().decode(token.value());
    }

    /// There and back.
    private static byte[] padded(byte[] octets, String hex) {
        byte[] pad = HexFormat.of().parseHex(hex);
        byte[] padded = new byte[HALF];
        for (int i = 0; i < HALF; i++) {
            padded[i] = (byte) (octets[i] ^ pad[i]);
        }
        return padded;
    }

    private boolean isTurn() {
        try {
            return looking.tryAcquire(TURN_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Traces madeTraces(TypedCode code) {
        making.acquireUninterruptibly();
        try {
            return traces(code);
        } finally {
            making.release();
        }
    }

    private Traces traces(TypedCode code) {
        byte[] slow =
                SlowHash.of(
                        vault.mac(PURPOSE + " salt"),
                        code.value().getBytes(StandardCharsets.US_ASCII),
                        2 * HALF);
        byte[] found = vault.mac(PURPOSE, Arrays.copyOf(slow, HALF));
        byte[] pad = vault.mac(PURPOSE + " pad", Arrays.copyOfRange(slow, HALF, 2 * HALF));
        return new Traces(HexFormat.of().formatHex(found), HexFormat.of().formatHex(pad));
    }
}

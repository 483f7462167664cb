package org.postern.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.postern.mail.Address;
import org.postern.store.Database;
import org.postern.vault.Vault;

/// Codes of six digits that are used once: NIST SP 800-63B-4 §3.1.3.2. Only a keyed hash is stored,
/// because a million of them is soon tried. Counting wrong answers is the examiner's business; a
/// new code resets no count.
public final class Codes {
    /// How long a code is good.
    public static final Duration LIFE = Duration.ofMinutes(10);

    private static final int CODES = 1_000_000;

    private final Database database;
    private final Vault vault;
    private final RandomGenerator random;

    /// Codes are read and used up under it, so that none is used twice.
    private final Object using = new Object();

    /// @param random cryptographically strong
    public Codes(Database database, Vault vault, RandomGenerator random) {
        this.database = database;
        this.vault = vault;
        this.random = random;
    }

    /// A code on its way to a person; `toString` hides it.
    ///
    /// @param digits six of them
    public record Code(String digits) {
        @Override
        public String toString() {
            return "Code[hidden]";
        }
    }

    /// What an answer was.
    enum Answer {
        RIGHT,
        WRONG,
        /// No code is alive, whatever the answer: none was issued, it was used, or its time is
        /// over. Not a wrong try.
        EXPIRED
    }

    /// Makes a code; the one before it of the same ask dies. Codes of others stay as they are, so
    /// that nobody who has the link can make the patient's own code worthless.
    ///
    /// @throws IOException if it is not stored: then it is not sent
    public Code issue(Ask ask, Instant at) throws IOException {
        String digits = "%06d".formatted(random.nextInt(CODES));
        String mac = mac(ask, digits);
        synchronized (using) {
            boolean forgets = database.mayForget();
            database.change(handle -> {
                if (forgets) {
                    handle.createUpdate("DELETE FROM check_code WHERE expires <= :at")
                            .bind("at", at.toEpochMilli())
                            .execute();
                }
                delete(handle, ask);
                handle.createUpdate(
                                """
                                INSERT INTO check_code
                                    (ask_hash, patient_key, check_word, code_mac, expires)
                                VALUES (:ask, :patient, :word, :mac, :expires)
                                """)
                        .bind("ask", ask.hash())
                        .bind("patient", ask.patient().key())
                        .bind("word", ask.kind().word())
                        .bind("mac", mac)
                        .bind("expires", at.plus(LIFE).toEpochMilli())
                        .execute();
            });
        }
        return new Code(digits);
    }

    /// Whether a code is alive that this one asked for.
    public boolean isAwaited(Ask ask, Instant now) throws IOException {
        return living(ask, now).isPresent();
    }

    /// Takes an answer. A right one is used up, durable before it returns.
    Answer redeem(Ask ask, String answer, Instant at) throws IOException {
        String mac = mac(ask, answer.replaceAll("[\\s-]", ""));
        synchronized (using) {
            Optional<String> alive = living(ask, at);
            if (alive.isEmpty()) {
                return Answer.EXPIRED;
            }
            if (!MessageDigest.isEqual(octets(alive.get()), octets(mac))) {
                return Answer.WRONG;
            }
            database.change(handle -> delete(handle, ask));
            return Answer.RIGHT;
        }
    }

    /// Lets all codes of a patient die.
    public void forget(Address patient) throws IOException {
        database.change(handle ->
                handle.createUpdate("DELETE FROM check_code WHERE patient_key = :patient")
                        .bind("patient", patient.key())
                        .execute());
    }

    private Optional<String> living(Ask ask, Instant now) throws IOException {
        return database.read(handle ->
                handle.createQuery(
                                """
                                SELECT code_mac FROM check_code
                                WHERE ask_hash = :ask AND patient_key = :patient
                                  AND expires > :now
                                """)
                        .bind("ask", ask.hash())
                        .bind("patient", ask.patient().key())
                        .bind("now", now.toEpochMilli())
                        .mapTo(String.class)
                        .findOne());
    }

    private static void delete(Handle handle, Ask ask) {
        handle.createUpdate("DELETE FROM check_code WHERE ask_hash = :ask")
                .bind("ask", ask.hash())
                .execute();
    }

    private String mac(Ask ask, String digits) {
        byte[] mac =
                vault.mac(
                        "check-code",
                        octets(ask.hash()),
                        octets(ask.patient().key()),
                        octets(digits));
        return HexFormat.of().formatHex(mac);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package org.postern.beside;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.postern.incoming.LyingMail;
import org.postern.opening.MessageVerdict;
import org.postern.store.Database;

/// The verdicts by which letters of the clinic's server were shown first. They count again each
/// time, so that a letter has the same octets each time (RFC 3501 §2.3.1.1, §2.3.4). A verdict is
/// of the octets that were judged: others under the same UID are judged anew. Where the database is
/// lost, a letter is judged anew as well.
public final class Verdicts {
    /// Of a letter that nobody has read for so long it is forgotten.
    private static final long DAYS_MAX = 800;

    /// How exactly it is noted when it was read.
    private static final long DAYS_NOTED = 30;

    private final Database database;
    private final InstantSource clock;

    private Verdicts(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Forgets what is too old.
    public static Verdicts open(Database database, InstantSource clock) throws IOException {
        Verdicts verdicts = new Verdicts(database, clock);
        long first = verdicts.today() - DAYS_MAX;
        if (database.mayForget()) {
            String old = "DELETE FROM upstream_verdict WHERE read_day < ?";
            database.write(handle -> handle.execute(old, first));
        }
        return verdicts;
    }

    private long today() {
        return clock.instant().truncatedTo(ChronoUnit.DAYS).getEpochSecond() / 86_400;
    }

    /// @param letter its name
    /// @param hash of its octets
    LyingMail.Memory of(String letter, byte[] hash) {
        return new OfLetter(key(letter, hash));
    }

    /// 43 characters of base64url.
    private static String key(String letter, byte[] hash) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            // Both are always of the same length.
            digest.update(letter.getBytes(US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no SHA-256 here", e);
        }
    }

    private final class OfLetter implements LyingMail.Memory {
        private final String key;

        OfLetter(String key) {
            this.key = key;
        }

        /// Nothing is written where nothing changes: writes take turns with mail that comes in.
        @Override
        public Optional<MessageVerdict> before() throws IOException {
            Optional<Noted> noted = database.read(handle -> noted(handle, key));
            long today = today();
            if (noted.isPresent() && noted.get().readDay() < today - DAYS_NOTED) {
                database.write(handle ->
                        handle.execute(
                                "UPDATE upstream_verdict SET read_day = ? WHERE letter = ?",
                                today,
                                key));
            }
            return noted.map(Noted::verdict);
        }

        @Override
        public MessageVerdict first(MessageVerdict found) throws IOException {
            return database.write(handle -> keep(handle, key, found));
        }
    }

    private record Noted(MessageVerdict verdict, long readDay) {}

    private static Optional<Noted> noted(Handle handle, String key) {
        return handle.select("SELECT verdict, read_day FROM upstream_verdict WHERE letter = ?", key)
                .map((row, _) -> new Noted(verdict(row.getString(1)), row.getLong(2)))
                .findOne();
    }

    /// Another session may have been first.
    private MessageVerdict keep(Handle handle, String key, MessageVerdict found) {
        Optional<Noted> before = noted(handle, key);
        if (before.isPresent()) {
            return before.get().verdict();
        }
        handle.execute(
                "INSERT INTO upstream_verdict (letter, verdict, read_day) VALUES (?, ?, ?)",
                key,
                found.code(),
                today());
        return found;
    }

    private static MessageVerdict verdict(String code) {
        return MessageVerdict.valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}

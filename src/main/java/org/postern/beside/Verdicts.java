package org.postern.beside;

import java.io.IOException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.postern.incoming.LyingMail;
import org.postern.opening.MessageVerdict;
import org.postern.store.Database;

/// The verdicts by which letters of the clinic's server were shown first. They count again each
/// time, so that a letter has the same octets each time (RFC 3501 §2.3.1.1, §2.3.4). Where the
/// database is lost, a letter is judged anew.
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
        database.write(
                handle -> handle.execute("DELETE FROM upstream_verdict WHERE read_day < ?", first));
        return verdicts;
    }

    private long today() {
        return clock.instant().truncatedTo(ChronoUnit.DAYS).getEpochSecond() / 86_400;
    }

    /// @param letter its name
    LyingMail.Memory of(String letter) {
        return found -> database.write(handle -> first(handle, letter, found));
    }

    private MessageVerdict first(Handle handle, String letter, MessageVerdict found) {
        long today = today();
        Optional<MessageVerdict> before =
                handle.select("SELECT verdict FROM upstream_verdict WHERE letter = ?", letter)
                        .mapTo(String.class)
                        .findOne()
                        .map(Verdicts::verdict);
        if (before.isEmpty()) {
            handle.execute(
                    "INSERT INTO upstream_verdict (letter, verdict, read_day) VALUES (?, ?, ?)",
                    letter,
                    found.code(),
                    today);
            return found;
        }
        handle.execute(
                "UPDATE upstream_verdict SET read_day = ? WHERE letter = ? AND read_day < ?",
                today,
                letter,
                today - DAYS_NOTED);
        return before.get();
    }

    private static MessageVerdict verdict(String code) {
        return MessageVerdict.valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}

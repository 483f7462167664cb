package org.postern.writing;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.postern.mail.Address;
import org.postern.rewrap.SealedColumn;
import org.postern.rewrap.SealedPlace;
import org.postern.store.Database;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Words that somebody typed and has not sent, sealed, in a table of the database: one text for
/// each writing, which is a form as it was loaded in one tab; gone when that was sent and after
/// some days. If the database is lost, so are they; no page says that anything of them was sent.
public final class Unsent {
    private static final Logger LOG = LoggerFactory.getLogger(Unsent.class);

    /// How long words are kept after they were typed.
    public static final Duration LIFE = Duration.ofDays(7);

    /// For so long after a writing is over nothing is kept of it: the script may have had words on
    /// the way. Whoever types into such a form later has come back to it.
    public static final Duration ON_THE_WAY = Duration.ofMinutes(2);

    /// A page that is loaded anew takes up the words of the tab that it stood in, whose script may
    /// have newer ones on the way. So much later they are there; whoever types there after that has
    /// two tabs.
    public static final Duration RELOAD = Duration.ofSeconds(10);

    /// Writings of one writer; of more, those typed last stay.
    static final int WRITER_MAX = 20;

    private final Database database;
    private final Vault vault;

    public Unsent(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /// A form of somebody's.
    ///
    /// @param writer who types: the patient, or whoever reads along for her
    /// @param path of the form's page, at most 100 characters
    public record Place(Address writer, String path) {}

    /// Words that a form shows from before.
    ///
    /// @param writing that they come from, at most 64 characters
    /// @param saved when they were kept
    /// @param shown when the form was loaded with them
    public record Version(String writing, Instant saved, Instant shown) {
        private static final Pattern FORM =
                Pattern.compile("([A-Za-z0-9_-]{1,64})\\.([0-9]{1,15})\\.([0-9]{1,15})");

        /// @param text as [#toString] writes it; empty if it is anything else
        public static Optional<Version> parse(String text) {
            Matcher found = FORM.matcher(text);
            return found.matches()
                    ? Optional.of(
                            new Version(
                                    found.group(1),
                                    Instant.ofEpochMilli(Long.parseLong(found.group(2))),
                                    Instant.ofEpochMilli(Long.parseLong(found.group(3)))))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return writing + "." + saved.toEpochMilli() + "." + shown.toEpochMilli();
        }
    }

    /// A writing of a form.
    ///
    /// @param name among those of the writer, at most 64 characters
    /// @param from the words that stood in the form when it was loaded: these are replaced and
    ///   forgotten with it, unless somebody has typed on where they come from
    public record Tab(Place place, String name, Optional<Version> from) {}

    /// Words that were kept, and which they are.
    public record Kept(String words, Version version) {}

    /// Keeps words in the place of those before; durable on return. What is blank leaves nothing
    /// behind, and of what is longer than a message may be, the beginning stays.
    ///
    /// @return which they are; empty if nothing was kept, because they are blank or the writing is
    ///   over since a moment ago
    public Optional<Version> keep(Tab tab, String words, Instant now) throws IOException {
        String bounded = words.substring(0, Math.min(words.length(), Writing.TEXT_CHARS_MAX));
        String sealed = SealedText.sealLine(vault, bounded, context(tab.place()));
        Instant at = Instant.ofEpochMilli(now.toEpochMilli());
        Version version = new Version(tab.name(), at, at);
        boolean forgets = database.mayForget();
        return database.write(handle -> {
            if (isOver(handle, tab.place().writer(), tab.name(), now)) {
                return Optional.empty();
            }
            delete(handle, tab);
            if (words.isBlank()) {
                return Optional.empty();
            }
            insert(handle, tab.place(), version, sealed);
            if (forgets) {
                deleteOld(handle, now);
            }
            deleteSurplus(handle, tab.place().writer());
            return Optional.of(version);
        });
    }

    private static void insert(Handle handle, Place place, Version version, String sealed) {
        handle.createUpdate(
                        """
                        INSERT INTO unsent_words (writer_key, place, writing, words, saved)
                        VALUES (:writer, :place, :writing, :words, :now)
                        """)
                .bind("writer", place.writer().key())
                .bind("place", place.path())
                .bind("writing", version.writing())
                .bind("words", sealed)
                .bind("now", version.saved().toEpochMilli())
                .execute();
    }

    /// The words of a form that were typed last; empty if there are none, or none that open, which
    /// the log says.
    public Optional<Kept> find(Place place, Instant now) throws IOException {
        Optional<Kept> sealed =
                database.read(handle ->
                        handle.createQuery(
                                        """
                                        SELECT words, writing, saved FROM unsent_words
                                        WHERE writer_key = :writer AND place = :place
                                            AND saved > :limit
                                        ORDER BY saved DESC, writing
                                        """)
                                .bind("writer", place.writer().key())
                                .bind("place", place.path())
                                .bind("limit", now.minus(LIFE).toEpochMilli())
                                .map((row, _) ->
                                        new Kept(
                                                row.getString(1),
                                                new Version(
                                                        row.getString(2),
                                                        Instant.ofEpochMilli(row.getLong(3)),
                                                        now)))
                                .findFirst());
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        try {
            String words = SealedText.openLine(vault, sealed.get().words(), context(place));
            return Optional.of(new Kept(words, sealed.get().version()));
        } catch (SealBrokenException e) {
            LOG.error("words that were not sent do not open: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /// Destroys the words of a writing, because it was sent or goes on under another name; durable
    /// on return. What other tabs hold stays, but for what a tab that was loaded anew just now had
    /// on the way.
    public void over(Tab tab, Instant now) throws IOException {
        Address writer = tab.place().writer();
        boolean forgets = database.mayForget();
        database.change(handle -> {
            delete(handle, tab);
            if (forgets) {
                deleteOld(handle, now);
            }
            end(handle, writer, tab.name(), now);
            if (tab.from().filter(from -> now.isBefore(from.shown().plus(RELOAD))).isPresent()) {
                Instant ended = now.minus(ON_THE_WAY).plus(RELOAD);
                end(handle, writer, tab.from().get().writing(), ended);
            }
        });
    }

    /// @param ended from then on nothing is kept of it for a while
    private static void end(Handle handle, Address writer, String writing, Instant ended) {
        if (!isOver(handle, writer, writing, ended)) {
            handle.createUpdate(
                            """
                            INSERT INTO writing_over (writer_key, writing, ended)
                            VALUES (:writer, :writing, :ended)
                            """)
                    .bind("writer", writer.key())
                    .bind("writing", writing)
                    .bind("ended", ended.toEpochMilli())
                    .execute();
        }
    }

    /// Destroys what nobody came back to.
    public void forgetOld(Instant now) throws IOException {
        database.change(handle -> deleteOld(handle, now));
    }

    private static boolean isOver(Handle handle, Address writer, String writing, Instant now) {
        return handle.createQuery(
                                """
                                SELECT COUNT(*) FROM writing_over WHERE writer_key = :writer
                                    AND writing = :writing AND ended > :limit
                                """)
                        .bind("writer", writer.key())
                        .bind("writing", writing)
                        .bind("limit", now.minus(ON_THE_WAY).toEpochMilli())
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /// The words of a writing, and those that it began with, unless somebody typed on there since.
    private static void delete(Handle handle, Tab tab) {
        delete(handle, tab.place(), tab.name());
        if (tab.from().isPresent()) {
            handle.createUpdate(
                            """
                            DELETE FROM unsent_words WHERE writer_key = :writer
                                AND place = :place AND writing = :writing AND saved <= :until
                            """)
                    .bind("writer", tab.place().writer().key())
                    .bind("place", tab.place().path())
                    .bind("writing", tab.from().get().writing())
                    .bind("until", tab.from().get().shown().plus(RELOAD).toEpochMilli())
                    .execute();
        }
    }

    private static void delete(Handle handle, Place place, String writing) {
        handle.createUpdate(
                        """
                        DELETE FROM unsent_words WHERE writer_key = :writer AND place = :place
                            AND writing = :writing
                        """)
                .bind("writer", place.writer().key())
                .bind("place", place.path())
                .bind("writing", writing)
                .execute();
    }

    private static void deleteOld(Handle handle, Instant now) {
        handle.createUpdate("DELETE FROM unsent_words WHERE saved <= :limit")
                .bind("limit", now.minus(LIFE).toEpochMilli())
                .execute();
        handle.createUpdate("DELETE FROM writing_over WHERE ended <= :limit")
                .bind("limit", now.minus(ON_THE_WAY).toEpochMilli())
                .execute();
    }

    private static void deleteSurplus(Handle handle, Address writer) {
        handle
                .createQuery(
                        """
                        SELECT place, writing FROM unsent_words WHERE writer_key = :writer
                        ORDER BY saved DESC, place, writing
                        """)
                .bind("writer", writer.key())
                .map((row, _) -> new String[] {row.getString(1), row.getString(2)})
                .list()
                .stream()
                .skip(WRITER_MAX)
                .forEach(one -> delete(handle, new Place(writer, one[0]), one[1]));
    }

    /// Where the sealed words lie, for whoever brings them under another key.
    public static SealedPlace place(Database database, Vault vault) {
        List<String> key = List.of("writer_key", "place", "writing");
        return new SealedColumn(database, vault, "unsent_words.words", key);
    }

    private static String context(Place place) {
        return "unsent words of " + place.writer().key() + " at " + place.path();
    }
}

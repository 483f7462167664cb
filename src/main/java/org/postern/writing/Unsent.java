package org.postern.writing;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.postern.mail.Address;
import org.postern.store.Database;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Words that somebody typed and has not sent, sealed, in a table of the database: one text for
/// each form of each writer, gone when it was sent and after some days. If the database is lost, so
/// are they; no page says that anything of them was sent.
public final class Unsent {
    private static final Logger LOG = LoggerFactory.getLogger(Unsent.class);

    /// How long words are kept after they were typed.
    public static final Duration LIFE = Duration.ofDays(7);

    /// Forms of one writer; of more, those typed last stay.
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

    /// Keeps words in the place of those before; durable on return. What is blank leaves nothing
    /// behind, and of what is longer than a message may be, the beginning stays.
    public void keep(Place place, String words, Instant now) throws IOException {
        if (words.isBlank()) {
            forget(place);
            return;
        }
        String bounded = words.substring(0, Math.min(words.length(), Writing.TEXT_CHARS_MAX));
        String sealed =
                Base64.getEncoder().encodeToString(SealedText.seal(vault, bounded, context(place)));
        database.change(handle -> {
            delete(handle, place);
            handle.createUpdate(
                            """
                            INSERT INTO unsent (writer_key, place, words, saved)
                            VALUES (:writer, :place, :words, :now)
                            """)
                    .bind("writer", place.writer().key())
                    .bind("place", place.path())
                    .bind("words", sealed)
                    .bind("now", now.toEpochMilli())
                    .execute();
            deleteOld(handle, now);
            deleteSurplus(handle, place.writer());
        });
    }

    /// The words of a form; empty if there are none, or none that open, which the log says.
    public Optional<String> find(Place place, Instant now) throws IOException {
        Optional<String> sealed =
                database.read(handle ->
                        handle.createQuery(
                                        """
                                        SELECT words FROM unsent
                                        WHERE writer_key = :writer AND place = :place
                                            AND saved > :limit
                                        """)
                                .bind("writer", place.writer().key())
                                .bind("place", place.path())
                                .bind("limit", now.minus(LIFE).toEpochMilli())
                                .mapTo(String.class)
                                .findOne());
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] octets = Base64.getDecoder().decode(sealed.get());
            return Optional.of(SealedText.open(vault, octets, context(place)));
        } catch (SealBrokenException | IllegalArgumentException e) {
            LOG.error("words that were not sent do not open: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /// Destroys the words of a form, if there are any; durable on return.
    public void forget(Place place) throws IOException {
        database.change(handle -> delete(handle, place));
    }

    /// Destroys what nobody came back to.
    public void forgetOld(Instant now) throws IOException {
        database.change(handle -> deleteOld(handle, now));
    }

    private static void delete(Handle handle, Place place) {
        handle.createUpdate("DELETE FROM unsent WHERE writer_key = :writer AND place = :place")
                .bind("writer", place.writer().key())
                .bind("place", place.path())
                .execute();
    }

    private static void deleteOld(Handle handle, Instant now) {
        handle.createUpdate("DELETE FROM unsent WHERE saved <= :limit")
                .bind("limit", now.minus(LIFE).toEpochMilli())
                .execute();
    }

    private static void deleteSurplus(Handle handle, Address writer) {
        handle
                .createQuery(
                        """
                        SELECT place FROM unsent WHERE writer_key = :writer
                        ORDER BY saved DESC, place
                        """)
                .bind("writer", writer.key())
                .mapTo(String.class)
                .list()
                .stream()
                .skip(WRITER_MAX)
                .forEach(path -> delete(handle, new Place(writer, path)));
    }

    private static String context(Place place) {
        return "unsent words of " + place.writer().key() + " at " + place.path();
    }
}

package org.postern.recognition;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.rewrap.SealedColumn;
import org.postern.rewrap.SealedPlace;
import org.postern.store.Database;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The word that a patient chose and that stands in the clinic's mail to her from then on: a copy
/// of such a mail by somebody else lacks it. Sealed, in a table of the database; if that is lost,
/// the mail says nothing of a word until she chooses one again.
public final class PictureWords {
    private static final Logger LOG = LoggerFactory.getLogger(PictureWords.class);

    private final Database database;
    private final Vault vault;

    public PictureWords(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /// Empty for a patient who chose none, or whose word does not open, which the log says.
    public Optional<String> of(Address patient) throws IOException {
        Optional<String> sealed =
                database.read(handle ->
                        handle.createQuery("SELECT word FROM patient_word WHERE patient_key = :key")
                                .bind("key", patient.key())
                                .mapTo(String.class)
                                .findOne());
        try {
            return sealed.isEmpty()
                    ? Optional.empty()
                    : Optional.of(SealedText.openLine(vault, sealed.get(), context(patient)));
        } catch (SealBrokenException e) {
            LOG.error("the word of a patient does not open: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /// Keeps a word in the place of the one before; durable on return.
    ///
    /// @param word one of those that the page offers
    public void choose(Address patient, String word, Instant now) throws IOException {
        String sealed = SealedText.sealLine(vault, word, context(patient));
        database.change(handle -> {
            handle.createUpdate("DELETE FROM patient_word WHERE patient_key = :key")
                    .bind("key", patient.key())
                    .execute();
            handle.createUpdate(
                            """
                            INSERT INTO patient_word (patient_key, word, chosen)
                            VALUES (:key, :word, :now)
                            """)
                    .bind("key", patient.key())
                    .bind("word", sealed)
                    .bind("now", now.toEpochMilli())
                    .execute();
        });
    }

    /// Where the sealed words lie, for whoever brings them under another key.
    public static SealedPlace place(Database database, Vault vault) {
        return new SealedColumn(database, vault, "patient_word.word", List.of("patient_key"));
    }

    private static String context(Address patient) {
        return "word of " + patient.key();
    }
}

package org.postern.outlining;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Content;
import org.postern.mailbox.MessageKey;
import org.postern.mime.MimeException;
import org.postern.outline.Outline;
import org.postern.outline.OutlineCodec;
import org.postern.outline.OutlineReader;
import org.postern.store.Database;
import org.postern.vault.DataKey;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Sealing;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Outlines of messages under seal. Each has a key of its own, derived from the one of its owner,
/// of which only the wrapped form is kept; so a list unwraps one key, whatever it lists.
public final class SealedOutlines {
    private static final Logger LOG = LoggerFactory.getLogger(SealedOutlines.class);

    /// One that is longer is made again at each look. Sealed and in base64 it fits the column, even
    /// if every octet of it takes two.
    private static final int KEPT_CHARS_MAX = 60_000;

    /// Owners whose keys are in memory, each some hundred octets.
    static final int KEYS_MAX = 1_000;

    private final Database database;
    private final Vault vault;

    /// By owner, with the one used least recently first. One that goes is not wiped, because
    /// somebody may be sealing with it; the database has it.
    private final Map<String, DataKey> keys =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, DataKey> eldest) {
                    return size() > KEYS_MAX;
                }
            };

    public SealedOutlines(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /// One that was made.
    ///
    /// @param line sealed
    /// @param ascii whether the header section is
    public record Sealed(String line, boolean ascii) {}

    /// Seals an outline.
    ///
    /// @param plain as `OutlineCodec` writes it
    /// @return empty if it is too long to be kept
    public static Optional<Sealed> seal(
            DataKey all, MessageKey message, Outline outline, String plain) {
        return plain.length() <= KEPT_CHARS_MAX
                ? Optional.of(new Sealed(seal(all, message, plain), isAscii(outline)))
                : Optional.empty();
    }

    /// Whether the header section is in ASCII.
    public static boolean isAscii(Outline outline) {
        return outline.header().chars().allMatch(octet -> octet < 0x80);
    }

    /// The outline of a letter that comes, sealed, so that no list has to open it.
    ///
    /// @return empty if it cannot be made now, or is too long to be kept
    public Optional<Sealed> ofNew(String owner, MessageKey key, Content letter) {
        try {
            Outline outline = OutlineReader.read(letter);
            String plain = OutlineCodec.encode(outline);
            return seal(key(owner), key, outline, plain);
        } catch (MimeException | IOException _) {
            // The first look says what is wrong with it.
            return Optional.empty();
        }
    }

    /// The key of a person's outlines; made if there is none, or none that opens.
    public DataKey key(String owner) throws IOException {
        synchronized (keys) {
            @Nullable DataKey known = keys.get(owner);
            if (known != null) {
                return known;
            }
        }
        // By a write even where it is there: a read may find one that was told as failed.
        DataKey key = database.write(handle -> keptOrMade(handle, owner));
        synchronized (keys) {
            @Nullable DataKey before = keys.putIfAbsent(owner, key);
            return before == null ? key : before;
        }
    }

    /// How many keys are in memory.
    int kept() {
        synchronized (keys) {
            return keys.size();
        }
    }

    private static Optional<String> line(Handle handle, String owner) {
        return handle.createQuery("SELECT line FROM imap_outline_key WHERE owner_key = :owner")
                .bind("owner", owner)
                .mapTo(String.class)
                .findOne();
    }

    private DataKey keptOrMade(Handle handle, String owner) {
        return line(handle, owner)
                .flatMap(this::open)
                .orElseGet(() -> {
                    DataKey fresh = vault.newDataKey();
                    handle.createUpdate("DELETE FROM imap_outline_key WHERE owner_key = :owner")
                            .bind("owner", owner)
                            .execute();
                    handle.createUpdate("INSERT INTO imap_outline_key VALUES (:owner, :line)")
                            .bind("owner", owner)
                            .bind("line", SealedText.keyLine(vault, fresh))
                            .execute();
                    return fresh;
                });
    }

    private Optional<DataKey> open(String line) {
        try {
            return Optional.of(SealedText.keyOf(vault, line));
        } catch (SealBrokenException e) {
            LOG.error("a key of outlines does not open; they are made again: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static String seal(DataKey all, MessageKey message, String plain) {
        String context = context(message);
        try (DataKey key = all.derived(context)) {
            byte[] sealed = Sealing.seal(plain.getBytes(ISO_8859_1), key, context.getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(sealed);
        }
    }

    /// @return empty if it is damaged, or of another format; that is logged
    public static Optional<Outline> open(DataKey all, MessageKey message, String sealed) {
        String context = context(message);
        try (DataKey key = all.derived(context)) {
            byte[] octets = Base64.getDecoder().decode(sealed);
            byte[] plain = Sealing.open(octets, key, context.getBytes(UTF_8));
            return Optional.of(OutlineCodec.decode(plain));
        } catch (SealBrokenException | IllegalArgumentException e) {
            LOG.error("the outline of message {} is damaged and is made again", message);
        } catch (IOException e) {
            LOG.info("the outline of message {} is made again: {}", message, e.getMessage());
        }
        return Optional.empty();
    }

    private static String context(MessageKey key) {
        return "outline " + key.value();
    }
}

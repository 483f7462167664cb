package org.postern.cabinet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.FolderRows.Row;
import org.postern.mail.Content;
import org.postern.mailbox.MessageKey;
import org.postern.mime.MimeException;
import org.postern.outline.Outline;
import org.postern.outline.OutlineCodec;
import org.postern.outline.OutlineReader;
import org.postern.store.Database;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Outlines of messages: made at the first look, then kept sealed beside the rows, so that lists
/// open no body. Of held mail nothing is kept outside the spool.
final class Outlines {
    private static final Logger LOG = LoggerFactory.getLogger(Outlines.class);

    /// One that is longer is made again at each look. Sealed and in base64 it fits the column, even
    /// if every octet of it takes two.
    private static final int KEPT_CHARS_MAX = 60_000;

    /// One that is longer is not held: the message is shown as octets.
    static final int CHARS_MAX = 256 << 10;

    /// Of those that are in memory at once, but for the last of them.
    static final int CHARS_AT_ONCE = 1 << 20;

    private final Database database;
    private final Vault vault;

    Outlines(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /// The first of these messages, at least one, with their outlines: as many as may be in memory
    /// at once. One that cannot be read now has none; that is logged.
    ///
    /// @param bodies of the messages, as their owner may read them
    /// @param keeping whether what is made is kept
    List<Filed> with(Bodies bodies, List<Row> rows, Keeping keeping) throws IOException {
        List<Filed> all = new ArrayList<>();
        Map<MessageKey, String> made = new HashMap<>();
        long chars = 0;
        for (Row row : rows) {
            if (chars >= CHARS_AT_ONCE) {
                break;
            }
            Filed filed = row.filed();
            Optional<Outline> kept = row.outline().flatMap(it -> open(filed.key(), it));
            @Nullable Outline outline = kept.orElse(null);
            chars += row.outline().map(String::length).orElse(0);
            if (outline == null) {
                outline = read(bodies, filed);
                if (outline != null) {
                    String plain = OutlineCodec.encode(outline);
                    chars += Math.min(plain.length(), CHARS_MAX);
                    if (plain.length() <= KEPT_CHARS_MAX && keeping == Keeping.KEPT) {
                        made.put(filed.key(), seal(filed.key(), plain));
                    } else if (plain.length() > CHARS_MAX) {
                        outline = OutlineReader.opaque(filed.octets());
                    }
                }
            }
            all.add(filed.with(outline));
        }
        if (!made.isEmpty()) {
            keep(made);
        }
        return all;
    }

    /// The outline of a letter that comes, sealed, so that no list has to open it.
    ///
    /// @return empty if it cannot be made now, or is too long to be kept
    Optional<String> ofNew(MessageKey key, Content letter) {
        try {
            String plain = OutlineCodec.encode(OutlineReader.read(letter));
            return plain.length() <= KEPT_CHARS_MAX
                    ? Optional.of(seal(key, plain))
                    : Optional.empty();
        } catch (MimeException | IOException _) {
            // The first look says what is wrong with it.
            return Optional.empty();
        }
    }

    /// What is not kept is made again; nothing rests on it.
    private void keep(Map<MessageKey, String> made) {
        try {
            database.change(handle -> FolderRows.keepOutlines(handle, made));
        } catch (IOException e) {
            LOG.warn("{} outlines were not kept: {}", made.size(), e.getMessage());
        }
    }

    /// What becomes of an outline.
    enum Keeping {
        KEPT,
        /// It is made again at each look.
        FORGOTTEN
    }

    /// Where messages lie.
    @FunctionalInterface
    interface Bodies {
        Content of(Filed filed) throws IOException;
    }

    private @Nullable Outline read(Bodies bodies, Filed filed) {
        try {
            Content content = bodies.of(filed);
            return OutlineReader.read(content);
        } catch (MimeException e) {
            LOG.warn("message {} breaks a limit and is shown as octets", filed.key());
            return OutlineReader.opaque(filed.octets());
        } catch (IOException e) {
            LOG.error("message {} cannot be read: {}", filed.key(), e.getMessage());
            return null;
        }
    }

    private String seal(MessageKey key, String plain) {
        return Base64.getEncoder().encodeToString(SealedText.seal(vault, plain, context(key)));
    }

    private Optional<Outline> open(MessageKey key, String sealed) {
        try {
            byte[] octets = Base64.getDecoder().decode(sealed);
            return Optional.of(OutlineCodec.decode(SealedText.open(vault, octets, context(key))));
        } catch (SealBrokenException | IllegalArgumentException e) {
            LOG.error("the outline of message {} is damaged and is made again", key);
        } catch (IOException e) {
            LOG.info("the outline of message {} is made again: {}", key, e.getMessage());
        }
        return Optional.empty();
    }

    private static String context(MessageKey key) {
        return "outline " + key.value();
    }
}

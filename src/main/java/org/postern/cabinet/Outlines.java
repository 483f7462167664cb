package org.postern.cabinet;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.FolderRows.View;
import org.postern.mail.Content;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.ThreadId;
import org.postern.mailfolder.Filed;
import org.postern.mime.MimeException;
import org.postern.outline.Outline;
import org.postern.outline.OutlineCodec;
import org.postern.outline.OutlineReader;
import org.postern.outlining.OutlinesAhead;
import org.postern.outlining.SealedOutlines;
import org.postern.outlining.SealedOutlines.Sealed;
import org.postern.store.Database;
import org.postern.vault.DataKey;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Outlines of messages: made at the first look, then kept sealed by their places, so that lists
/// open no body. Those of letters and messages that come are made as they come. Of held mail
/// nothing is kept outside the spool.
final class Outlines {
    private static final Logger LOG = LoggerFactory.getLogger(Outlines.class);

    /// One that is longer is not held: the message is shown as octets.
    static final int CHARS_MAX = 256 << 10;

    /// Of those that are in memory at once, but for the last of them.
    static final int CHARS_AT_ONCE = 1 << 20;

    /// Messages whose outlines are read at once where they are not short.
    private static final int SLICE = 10;

    /// Outlines are short where they have less than this on an average; usual ones are.
    private static final long SHORT_CHARS = 8_000;

    /// Outlines that are copied with their messages by one command, and how long each may be.
    private static final int COPIED_MAX = 1_000;

    private static final int COPIED_CHARS_MAX = 8_000;

    private final Database database;
    private final SealedOutlines seals;

    Outlines(Database database, Vault vault) {
        this.database = database;
        this.seals = new SealedOutlines(database, vault);
    }

    /// Of letters and messages that come.
    SealedOutlines seals() {
        return seals;
    }

    /// @param outline sealed; empty where there is none
    /// @param ahead whether it stands by the message, and not by its place yet
    record Row(Filed filed, Optional<String> outline, boolean ahead) {}

    /// The first of some messages, all of them unless their outlines are more than may be in memory
    /// at once. Outlines are read beside them and not joined to them: both lie in the order of
    /// UIDs, and nothing is looked up.
    ///
    /// @param runs first and last UID of neighbours
    /// @param outlined whether their outlines are wanted
    static List<Row> rows(Handle handle, View view, List<int[]> runs, boolean outlined) {
        List<Row> all = new ArrayList<>();
        long chars = 0;
        for (int[] run : runs) {
            List<Filed> filed = filed(handle, view, run);
            int at = 0;
            while (at < filed.size()) {
                if (chars >= CHARS_AT_ONCE) {
                    return all;
                }
                int count = outlined && chars >= all.size() * SHORT_CHARS ? SLICE : filed.size();
                List<Filed> slice = filed.subList(at, Math.min(filed.size(), at + count));
                Map<Integer, String> outlines =
                        outlined
                                ? outlines(
                                        handle,
                                        view,
                                        new int[] {slice.getFirst().uid(), slice.getLast().uid()})
                                : Map.of();
                Map<String, String> ahead =
                        outlined
                                ? OutlinesAhead.of(
                                        handle,
                                        slice.stream()
                                                .filter(it -> !outlines.containsKey(it.uid()))
                                                .map(Filed::key)
                                                .toList())
                                : Map.of();
                for (Filed each : slice) {
                    Optional<String> there = Optional.ofNullable(outlines.get(each.uid()));
                    Optional<String> coming = Optional.ofNullable(ahead.get(each.key().value()));
                    all.add(new Row(each, there.or(() -> coming), there.isEmpty()));
                }
                chars += outlines.values().stream().mapToLong(String::length).sum();
                chars += ahead.values().stream().mapToLong(String::length).sum();
                at += slice.size();
            }
        }
        return all;
    }

    private static List<Filed> filed(Handle handle, View view, int[] run) {
        // Rows of held mail go without a note to the folder.
        String there =
                """
                 EXISTS (SELECT 1 FROM message m WHERE m.message_key = imap_filed.message_key) AND
                """;
        String select =
                """
                SELECT uid, message_key, thread_id, received, saved, octets, ascii
                FROM imap_filed WHERE expunged = FALSE AND
                """
                        + (view.shelf() == Shelf.HELD ? there : "");
        return of(handle, select, view, run)
                .map((row, _) ->
                        new Filed(
                                row.getInt(1),
                                new MessageKey(row.getString(2)),
                                new ThreadId(row.getString(3)),
                                Instant.ofEpochMilli(row.getLong(4)),
                                Instant.ofEpochMilli(row.getLong(5)),
                                row.getLong(6),
                                row.getObject(7, Boolean.class),
                                null))
                .list();
    }

    private static Map<Integer, String> outlines(Handle handle, View view, int[] run) {
        Map<Integer, String> all = new HashMap<>();
        of(handle, "SELECT uid, outline FROM imap_outline WHERE ", view, run)
                .map((row, _) -> Map.entry(row.getInt(1), row.getString(2)))
                .forEach(each -> all.put(each.getKey(), each.getValue()));
        return all;
    }

    private static Query of(Handle handle, String select, View view, int[] run) {
        String places = "folder_id = :folder AND uid BETWEEN :first AND :last ORDER BY uid";
        return handle.createQuery(select + places)
                .bind("folder", view.folder())
                .bind("first", run[0])
                .bind("last", run[1]);
    }

    /// One that was made, and its place.
    record Made(int uid, MessageKey key, Sealed outline) {}

    /// Keeps outlines of messages that still lie there and are whole. The place alone does not name
    /// one: by now another one may lie there.
    static void keep(Handle handle, View view, List<Made> made) {
        String place =
                """
                 FROM imap_filed f JOIN message m ON m.message_key = f.message_key
                    AND m.recalled IS NULL
                WHERE f.folder_id = :folder AND f.uid = :uid AND f.message_key = :key
                    AND f.expunged = FALSE
                """;
        PreparedBatch former =
                handle.prepareBatch(
                        "DELETE FROM imap_outline WHERE folder_id = :folder AND uid = :uid"
                                + " AND EXISTS (SELECT f.uid"
                                + place
                                + ")");
        PreparedBatch fresh =
                handle.prepareBatch(
                        "INSERT INTO imap_outline (folder_id, uid, outline)"
                                + " SELECT f.folder_id, f.uid, :outline"
                                + place);
        for (Made each : made) {
            for (PreparedBatch batch : List.of(former, fresh)) {
                batch.bind("folder", view.folder())
                        .bind("uid", each.uid())
                        .bind("key", each.key().value());
            }
            former.add();
            fresh.bind("outline", each.outline().line()).add();
        }
        former.execute();
        fresh.execute();
    }

    /// Lets copies of messages have their outlines: the first of them, and short ones, because what
    /// is written in one transaction keeps others waiting. Those of the others are made at the
    /// first look.
    ///
    /// @param uids of the messages, by those of their copies
    static void copy(Handle handle, View from, View to, Map<Integer, Integer> uids) {
        PreparedBatch batch =
                handle.prepareBatch(
                        """
                        INSERT INTO imap_outline (folder_id, uid, outline)
                        SELECT CAST(:there AS BIGINT), CAST(:copy AS BIGINT), outline
                        FROM imap_outline WHERE folder_id = :folder AND uid = :uid
                            AND CHAR_LENGTH(outline) <= :most
                        """);
        uids.entrySet().stream()
                .limit(COPIED_MAX)
                .forEach(each ->
                        batch.bind("there", to.folder())
                                .bind("copy", each.getKey())
                                .bind("folder", from.folder())
                                .bind("uid", each.getValue())
                                .bind("most", COPIED_CHARS_MAX)
                                .add());
        batch.execute();
    }

    /// The first of these messages, at least one, with their outlines: as many as may be in memory
    /// at once. One that cannot be read now has none; that is logged.
    ///
    /// @param bodies of the messages, as their owner may read them
    List<Filed> with(Bodies bodies, View view, List<Row> rows) throws IOException {
        List<Filed> all = new ArrayList<>();
        List<Made> made = new ArrayList<>();
        List<FilingRows.Noted> noted = new ArrayList<>();
        @Nullable DataKey key = view.shelf() == Shelf.HELD ? null : keyIfThere(view.owner());
        long chars = 0;
        for (Row row : rows) {
            if (chars >= CHARS_AT_ONCE) {
                break;
            }
            Filed filed = row.filed();
            Optional<Outline> kept =
                    key == null
                            ? Optional.empty()
                            : row.outline()
                                    .flatMap(it -> SealedOutlines.open(key, filed.key(), it));
            @Nullable Outline outline = kept.orElse(null);
            chars += row.outline().map(String::length).orElse(0);
            if (outline == null) {
                outline = read(bodies, filed);
                if (outline != null) {
                    String plain = OutlineCodec.encode(outline);
                    chars += Math.min(plain.length(), CHARS_MAX);
                    Optional<Sealed> sealed =
                            key == null
                                    ? Optional.empty()
                                    : SealedOutlines.seal(key, filed.key(), outline, plain);
                    sealed.ifPresent(it -> made.add(new Made(filed.uid(), filed.key(), it)));
                    if (plain.length() > CHARS_MAX) {
                        outline = OutlineReader.opaque(filed.octets());
                    }
                }
            } else if (row.ahead()) {
                Sealed here =
                        new Sealed(row.outline().orElseThrow(), SealedOutlines.isAscii(outline));
                made.add(new Made(filed.uid(), filed.key(), here));
            }
            if (outline != null && filed.ascii() == null && key != null) {
                noted.add(
                        new FilingRows.Noted(
                                filed.uid(), filed.key(), SealedOutlines.isAscii(outline)));
            }
            all.add(filed.with(outline));
        }
        if (!made.isEmpty() || !noted.isEmpty()) {
            keep(view, made, noted);
        }
        return all;
    }

    /// Where the database cannot be written now, outlines are made and not kept.
    private @Nullable DataKey keyIfThere(String owner) {
        try {
            return seals.key(owner);
        } catch (IOException e) {
            LOG.warn("no outlines are kept: {}", e.getMessage());
            return null;
        }
    }

    /// What is not kept is made again; nothing rests on it.
    private void keep(View view, List<Made> made, List<FilingRows.Noted> noted) {
        try {
            database.change(handle -> {
                keep(handle, view, made);
                OutlinesAhead.forget(handle, made.stream().map(Made::key).toList());
                FilingRows.note(handle, view, noted);
            });
        } catch (IOException e) {
            LOG.warn("{} outlines were not kept: {}", made.size(), e.getMessage());
        }
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
}

package org.postern.cabinet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.postern.cabinet.Cabinet.Altered;
import org.postern.cabinet.Cabinet.Listed;
import org.postern.store.Database;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The names that people subscribed to. A name is subscribed, not a folder: it stays until it is
/// taken back, whether or not there is a folder of it (RFC 3501 §6.3.6, RFC 9051 §6.3.7).
final class Subscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

    /// Names of one person: twice as many as she can have folders.
    static final int NAMES_MAX = 1_000;

    private final Database database;
    private final Vault vault;

    Subscriptions(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /// @param word for which the name is sealed
    private record Row(long number, String word, String line) {}

    private static List<Row> rows(Handle handle, String owner) {
        return handle.createQuery(
                        "SELECT number, word, name FROM imap_subscription WHERE owner_key = :owner")
                .bind("owner", owner)
                .map((row, _) -> new Row(row.getLong(1), row.getString(2), row.getString(3)))
                .list();
    }

    /// The names of one person. One that does not open is logged and left out: it says nothing of
    /// the others, nor of any folder.
    Set<String> of(String owner) throws IOException {
        List<Row> rows = database.read(handle -> rows(handle, owner));
        List<String> opened = rows.stream().flatMap(row -> opened(row).stream()).toList();
        if (opened.size() < rows.size()) {
            LOG.error("{} subscribed names do not open", rows.size() - opened.size());
        }
        return new TreeSet<>(opened);
    }

    private Optional<String> opened(Row row) {
        try {
            return Optional.of(
                    SealedText.openLine(vault, row.line(), OwnFolders.context(row.word())));
        } catch (SealBrokenException _) {
            return Optional.empty();
        }
    }

    /// Subscribes to a name; durable on return. One caller at a time.
    ///
    /// @param there whether there is a folder of it
    Altered add(String owner, String name, boolean there) throws IOException {
        if (of(owner).contains(name)) {
            return Altered.DONE;
        }
        if (!there) {
            return Altered.MISSING;
        }
        return database.write(handle -> {
            if (rows(handle, owner).size() >= NAMES_MAX) {
                return Altered.TOO_MANY_SUBSCRIBED;
            }
            long number =
                    handle.createQuery("SELECT COALESCE(MAX(number), 0) + 1 FROM imap_subscription")
                            .mapTo(Long.class)
                            .one();
            String word = "SUBSCRIBED-" + number;
            handle.createUpdate(
                            """
                            INSERT INTO imap_subscription (number, word, owner_key, name)
                            VALUES (:number, :word, :owner, :name)
                            """)
                    .bind("number", number)
                    .bind("word", word)
                    .bind("owner", owner)
                    .bind("name", SealedText.sealLine(vault, name, OwnFolders.context(word)))
                    .execute();
            return Altered.DONE;
        });
    }

    /// Takes a name back; durable on return.
    ///
    /// @param there whether there is a folder of it
    Altered remove(String owner, String name, boolean there) throws IOException {
        return database.write(handle -> {
            List<Row> those =
                    rows(handle, owner).stream()
                            .filter(row -> opened(row).filter(name::equals).isPresent())
                            .toList();
            for (Row row : those) {
                handle.execute("DELETE FROM imap_subscription WHERE number = ?", row.number());
            }
            return those.isEmpty() && !there ? Altered.MISSING : Altered.DONE;
        });
    }

    /// What is subscribed and is not there, with what is not there above it: a client that goes
    /// down level by level must come to it.
    static List<Listed> absent(Collection<Listed> there, Set<String> subscribed) {
        Set<String> names = there.stream().map(Listed::name).collect(Collectors.toSet());
        TreeMap<String, Listed> absent = new TreeMap<>();
        for (String name : subscribed) {
            if (!names.contains(name)) {
                FolderTree.above(name).stream()
                        .filter(it -> !names.contains(it))
                        .forEach(it -> absent.putIfAbsent(it, Listed.absent(it, false)));
                absent.put(name, Listed.absent(name, true));
            }
        }
        return new ArrayList<>(absent.values());
    }
}

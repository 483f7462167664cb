package org.postern.cabinet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.postern.cabinet.FolderRows.View;
import org.postern.store.Database;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;

/// The names of the folders that people made.
final class OwnFolders {
    private final Database database;
    private final Vault vault;

    OwnFolders(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /// @param shelf what the row of the folder calls it
    /// @param use the attribute of RFC 6154; empty if it has none
    record Own(long id, String shelf, String name, String use) {
        Own named(String opened) {
            return new Own(id, shelf, opened, use);
        }
    }

    /// Those of one person, by name.
    ///
    /// @throws IOException if a name does not open; then nothing is told of any of them
    List<Own> of(String owner) throws IOException {
        List<Own> rows = database.read(handle -> sealed(handle, owner));
        List<Own> all = new ArrayList<>();
        for (Own row : rows) {
            byte[] octets = Base64.getDecoder().decode(row.name());
            String name = SealedText.open(vault, octets, context(row.shelf()));
            all.add(row.named(name));
        }
        all.sort(Comparator.comparing(Own::name));
        return all;
    }

    /// Their names are sealed.
    private static List<Own> sealed(Handle handle, String owner) {
        return handle.createQuery("SELECT * FROM imap_own_folder WHERE owner_key = :owner")
                .bind("owner", owner)
                .map((row, _) ->
                        new Own(
                                row.getLong("folder_id"),
                                row.getString("shelf"),
                                row.getString("name"),
                                row.getString("special_use")))
                .list();
    }

    /// A folder to be made.
    ///
    /// @param use as of `Own`
    record Fresh(String name, String use) {}

    /// Makes a folder, in whoever's transaction it is.
    void insert(Handle handle, String owner, Fresh fresh, long validity) {
        long id = FolderRows.nextId(handle);
        String shelf = Shelf.OWN + "-" + id;
        FolderRows.insert(handle, new View(id, owner, Shelf.OWN), shelf, validity);
        handle.createUpdate(
                        """
                        INSERT INTO imap_own_folder (shelf, folder_id, owner_key, name, special_use)
                        VALUES (:shelf, :folder, :owner, :name, :use)
                        """)
                .bind("shelf", shelf)
                .bind("folder", id)
                .bind("owner", owner)
                .bind("name", sealed(shelf, fresh.name()))
                .bind("use", fresh.use())
                .execute();
    }

    void rename(Handle handle, Own own, String name) {
        handle.createUpdate("UPDATE imap_own_folder SET name = :name WHERE shelf = :shelf")
                .bind("name", sealed(own.shelf(), name))
                .bind("shelf", own.shelf())
                .execute();
    }

    static void delete(Handle handle, Own own) {
        handle.createUpdate("DELETE FROM imap_own_folder WHERE shelf = :shelf")
                .bind("shelf", own.shelf())
                .execute();
    }

    private String sealed(String shelf, String name) {
        byte[] octets = SealedText.seal(vault, name, context(shelf));
        return Base64.getEncoder().encodeToString(octets);
    }

    static String context(String shelf) {
        return "folder " + shelf;
    }
}

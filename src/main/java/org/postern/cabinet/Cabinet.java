package org.postern.cabinet;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.store.Database;
import org.postern.vault.Vault;

/// All folders of all clinicians. A folder that somebody has open is one object for all who do, and
/// hears of what changes in the mailbox.
public final class Cabinet implements MailboxStore.Listener {
    private final Ground ground;
    private final Outlines outlines;
    private final Map<Name, Folder> open = new ConcurrentHashMap<>();

    private record Name(String owner, Shelf shelf) {}

    /// What the folders stand on.
    public record Ground(
            MailboxStore mailbox, Database database, Vault vault, InstantSource clock) {}

    private Cabinet(Ground ground) {
        this.ground = ground;
        this.outlines = new Outlines(ground.mailbox(), ground.database(), ground.vault());
    }

    /// Opens the cabinet. Where the database was not found as it was left, UIDs that were told may
    /// be lost, so every folder gets another UIDVALIDITY (RFC 3501 §2.3.1.1).
    public static Cabinet open(Ground ground) throws IOException {
        Cabinet cabinet = new Cabinet(ground);
        if (ground.database().recovery() != Database.Recovery.WHOLE) {
            long validity = cabinet.validity();
            ground.database().change(handle -> FolderRows.revalidate(handle, validity));
        }
        ground.mailbox().listen(cabinet);
        return cabinet;
    }

    /// Seconds since 1970: larger for a folder that is made again.
    private long validity() {
        return ground.clock().instant().getEpochSecond();
    }

    /// A folder, to be given back by `close`.
    public synchronized Folder open(Address owner, Shelf shelf) throws IOException {
        Name name = new Name(owner.key(), shelf);
        Folder folder = open.get(name);
        if (folder == null) {
            FolderRows.View view = new FolderRows.View(id(name), name.owner(), shelf);
            folder = new Folder(view, ground.database(), ground.mailbox(), outlines);
            open.put(name, folder);
        }
        folder.users++;
        return folder;
    }

    public synchronized void close(Folder folder) {
        if (--folder.users == 0) {
            open.remove(new Name(folder.owner(), folder.shelf()));
        }
    }

    private long id(Name name) throws IOException {
        Optional<Long> known =
                ground.database()
                        .read(handle -> FolderRows.find(handle, name.owner(), name.shelf()));
        if (known.isPresent()) {
            return known.get();
        }
        long validity = validity();
        return ground.database()
                .write(handle ->
                        FolderRows.find(handle, name.owner(), name.shelf())
                                .orElseGet(() ->
                                        FolderRows.create(
                                                handle, name.owner(), name.shelf(), validity)));
    }

    @Override
    public void changed(Address clinician) {
        for (Shelf shelf : Shelf.all()) {
            Folder folder = open.get(new Name(clinician.key(), shelf));
            if (folder != null) {
                folder.markStale();
            }
        }
    }

    @Override
    public void changed() {
        open.values().forEach(Folder::markStale);
    }
}

package org.postern.cabinet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All folders of all clinicians. A folder that somebody has open is one object for all who do, and
/// hears of what changes in the mailbox.
public final class Cabinet implements MailboxStore.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Cabinet.class);

    private final Ground ground;
    private final Outlines outlines;
    private final Mark mark;
    private final Map<Name, Folder> open = new ConcurrentHashMap<>();

    private record Name(String owner, Shelf shelf) {}

    /// What the folders stand on.
    ///
    /// @param mark the file of what was told to mail programs; it lies where a backup of the
    ///   database does not reach
    public record Ground(
            MailboxStore mailbox,
            Database database,
            Vault vault,
            InstantSource clock,
            Disk disk,
            Path mark) {}

    private Cabinet(Ground ground, Mark mark) {
        this.ground = ground;
        this.mark = mark;
        this.outlines = new Outlines(ground.mailbox(), ground.database(), ground.vault());
    }

    /// Opens the cabinet. Where the database was not found as it was left, or knows less than was
    /// told, or where nobody knows what was told, UIDs may be given a second time; so every folder
    /// gets another UIDVALIDITY then (RFC 3501 §2.3.1.1).
    public static Cabinet open(Ground ground) throws IOException {
        Cabinet cabinet = new Cabinet(ground, Mark.open(ground.disk(), ground.mark()));
        cabinet.settle();
        ground.mailbox().listen(cabinet);
        return cabinet;
    }

    private void settle() throws IOException {
        Mark.Told known = ground.database().read(FolderRows::told);
        boolean lost =
                mark.told()
                        .map(told -> known.changes() < told.changes())
                        // A database without a folder has told nothing.
                        .orElse(known.validity() > 0);
        Mark.Told after = mark.told().orElse(Mark.Told.NOTHING).or(known);
        if (lost || ground.database().recovery() != Database.Recovery.WHOLE) {
            LOG.warn("the database is not the last one: every folder gets another UIDVALIDITY");
            after = new Mark.Told(after.changes(), validityAfter(after));
            Mark.Told fresh = after;
            ground.database().change(handle -> FolderRows.revalidate(handle, fresh));
        }
        mark.raise(after);
    }

    /// Seconds since 1970, and larger than any that there was.
    private long validityAfter(Mark.Told told) {
        return Math.max(ground.clock().instant().getEpochSecond(), told.validity() + 1);
    }

    /// A folder, to be given back by `close`.
    public synchronized Folder open(Address owner, Shelf shelf) throws IOException {
        Name name = new Name(owner.key(), shelf);
        Folder folder = open.get(name);
        if (folder == null) {
            FolderRows.View view = new FolderRows.View(id(name), name.owner(), shelf);
            folder =
                    new Folder(
                            view,
                            new Folder.Ground(ground.database(), ground.mailbox(), outlines, mark));
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
        long validity = validityAfter(mark.last());
        // The folder raises the mark before it tells anything.
        return ground.database()
                .write(handle -> FolderRows.create(handle, name.owner(), name.shelf(), validity));
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

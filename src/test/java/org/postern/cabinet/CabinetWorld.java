package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postern.mail.Address;
import org.postern.mailbox.FileMailboxStore;
import org.postern.snapshot.Snapshot;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// A cabinet over a real mailbox and database in a folder, which can be opened anew, and folders of
/// it that stay open until they are closed.
final class CabinetWorld implements AutoCloseable {
    final ManualClock clock = new ManualClock(Instant.parse("2026-03-02T12:00:00Z"));
    private final Path home;
    private final Map<String, Folder> open = new HashMap<>();
    private Database database;
    private FileMailboxStore mailbox;
    private Cabinet cabinet;

    CabinetWorld(Path home) throws IOException {
        this.home = home;
        this.database = database();
        this.mailbox = mailbox();
        this.cabinet = cabinet();
    }

    private Database database() throws IOException {
        return TestDatabase.open(new FileDisk(), home.resolve("db"), clock);
    }

    private FileMailboxStore mailbox() throws IOException {
        return FileMailboxStore.open(
                new FileMailboxStore.Ground(
                        new FileDisk(),
                        home.resolve("bodies"),
                        TestVault.one(),
                        database,
                        new SecureRandom(),
                        clock));
    }

    private Cabinet cabinet() throws IOException {
        return Cabinet.open(
                new Cabinet.Ground(
                        mailbox,
                        database,
                        TestVault.one(),
                        clock,
                        new FileDisk(),
                        home.resolve("folders.mark")));
    }

    FileMailboxStore store() {
        return mailbox;
    }

    /// Reads rows.
    <T> T read(Database.Work<T> work) throws IOException {
        return database.read(work);
    }

    /// A folder; it is opened if it is not open.
    Folder folder(Address clinician, String name) throws IOException {
        String which = clinician + " " + name;
        Folder there = open.get(which);
        if (there == null) {
            there = cabinet.open(clinician, name).orElseThrow();
            open.put(which, there);
        }
        return there;
    }

    /// Closes a folder; it is opened again.
    void turn(Folder folder) {
        open.values().remove(folder);
        cabinet.close(folder);
    }

    void restart() throws IOException {
        close();
        database = database();
        mailbox = mailbox();
        cabinet = cabinet();
    }

    /// What is told of a folder is what is read anew.
    void requireAsRead(Folder folder, Snapshot now) throws IOException {
        Snapshot read = database.read(folder::read);
        assertEquals(
                List.of(read.counters(), read.keywords()), List.of(now.counters(), now.keywords()));
        assertEquals(read.count(), now.count());
        for (int place = 0; place < now.count(); place++) {
            assertEquals(read.uids()[place], now.uids()[place]);
            assertEquals(read.flags(place), now.flags(place));
            assertEquals(read.modseq(place), now.modseq(place));
        }
    }

    @Override
    public void close() throws IOException {
        for (Folder each : open.values()) {
            cabinet.close(each);
        }
        open.clear();
        mailbox.close();
        database.close();
    }
}

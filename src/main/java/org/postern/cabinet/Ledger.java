package org.postern.cabinet;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.postern.mailfolder.MailFolder;
import org.postern.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what changes folders, and raises the mark behind each commit, before anything is told of
/// it. So a database that knows less than the mark has gone back while we run, as one does that
/// takes back what it could not write: then every folder gets another UIDVALIDITY, and whoever has
/// one open must open it anew, because what was told may not hold any more (RFC 3501 §2.3.1.1).
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final Database database;
    private final Mark mark;
    private final InstantSource clock;
    private final Runnable lost;

    /// How often the database went back; changed by whoever writes.
    private final AtomicInteger age = new AtomicInteger();

    /// Work in one transaction of the folders.
    @FunctionalInterface
    interface Work<T> {
        T on(Handle handle);
    }

    /// @param result empty if the folders are not those any more for which it was asked
    private record Written<T>(Optional<T> result, long changes) {}

    /// @param lost called once the database went back; it must not wait
    Ledger(Database database, Mark mark, InstantSource clock, Runnable lost) {
        this.database = database;
        this.mark = mark;
        this.clock = clock;
        this.lost = lost;
    }

    /// Finds out at the start whether the database knows all that was told to mail programs, and
    /// raises the mark to what is known. Where something was lost, every folder gets another
    /// UIDVALIDITY first.
    ///
    /// @return whether something was lost
    boolean settle() throws IOException {
        Mark.Told known = database.read(FolderRows::told);
        boolean lacking =
                mark.told()
                        .map(told -> known.changes() < told.changes())
                        // A database without a folder has told nothing.
                        .orElse(known.validity() > 0);
        Mark.Told after = mark.told().orElse(Mark.Told.NOTHING).or(known);
        lacking |= database.recovery() != Database.Recovery.WHOLE;
        if (lacking) {
            LOG.warn("the database is not the last one: every folder gets another UIDVALIDITY");
            after = new Mark.Told(after.changes(), validityAfter(after));
            Mark.Told fresh = after;
            database.change(handle -> FolderRows.revalidate(handle, fresh));
        }
        mark.raise(after);
        return lacking;
    }

    Instant now() {
        return clock.instant();
    }

    /// By this number folders know whether they are still what they were.
    int age() {
        return age.get();
    }

    /// For a folder that is made now: seconds since 1970, and larger than any that there was.
    long nextValidity() {
        return validityAfter(mark.last());
    }

    long validityAfter(Mark.Told told) {
        return Math.max(clock.instant().getEpochSecond(), told.validity() + 1);
    }

    /// The same as `Folder.change`, for what is asked for now.
    <T> T write(Work<T> work) throws IOException {
        return write(age(), work);
    }

    /// Changes folders in one transaction; durable on return, and so is the mark.
    ///
    /// @param asked the age that the folders had by which it is asked for
    /// @throws MailFolder.LostException if the database has gone back since; nothing was done
    <T> T write(int asked, Work<T> work) throws IOException {
        int before = age();
        Written<T> written = database.write(handle -> written(handle, asked, work));
        mark.raise(new Mark.Told(written.changes(), 0));
        if (age() != before) {
            lost.run();
        }
        return written.result().orElseThrow(MailFolder.LostException::new);
    }

    /// Writes take turns and the mark is raised behind them, so here it is never above a database
    /// that is the last one.
    private <T> Written<T> written(Handle handle, int asked, Work<T> work) {
        Mark.Told last = mark.last();
        if (FolderRows.changes(handle) < last.changes()) {
            LOG.warn("the database has gone back: every folder gets another UIDVALIDITY");
            age.incrementAndGet();
            FolderRows.revalidate(handle, new Mark.Told(last.changes() + 1, validityAfter(last)));
            return new Written<>(Optional.empty(), last.changes() + 1);
        }
        if (asked != age()) {
            return new Written<>(Optional.empty(), 0);
        }
        T result = work.on(handle);
        return new Written<>(Optional.of(result), FolderRows.changes(handle));
    }

    /// What is to be told counts as told, before it is.
    void raise(long validity) throws IOException {
        mark.raise(new Mark.Told(0, validity));
    }
}

package org.postern.audit;

import java.io.Closeable;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.mail.QueueId;
import org.postern.store.DiskFile;
import org.postern.store.GroupCommit;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The audit log in files: one JSON line an entry, chained by MACs over segments.
///
/// Threads that append at the same time share a write and a sync: see `GroupCommit`. An entry that
/// is in the log was told as written, and one that was told as failed is not in it, unless a failed
/// sync leaves open what the disk has kept; after that nothing is appended until a restart.
public final class AuditFile implements AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);

    /// Of a line the rest is its number, its time and its MAC. The members are ASCII.
    static final int MEMBERS_OCTETS_MAX = LineReader.LINE_OCTETS_MAX - 1_024;

    private final AuditFolder folder;
    private final AuditChain chain;
    private final InstantSource clock;
    private final Closeable lock;
    private final AuditHead head;
    private final AuditTail.End found;
    private final GroupCommit<List<String>> commits;

    // What follows belongs to the writer.
    private DiskFile file;
    private int segment;
    private long octets;
    private Anchor tip;
    private @Nullable IOException broken;

    private AuditFile(AuditFolder folder, Vault vault, InstantSource clock, Closeable lock)
            throws IOException {
        this.folder = folder;
        this.chain = new AuditChain(vault);
        this.clock = clock;
        this.lock = lock;
        this.head = new AuditHead(folder, chain);
        AuditTail.End end = new AuditTail(folder, chain).find(head.read());
        this.found = end;
        this.segment = end.segment();
        this.tip = end.tip();
        Path path = folder.segment(segment);
        this.file = folder.disk().append(path);
        try {
            this.octets = end.octets();
            if (file.size() > octets) {
                if (end.torn()) {
                    keepTorn(path);
                    LOG.error("{}: cut behind entry {}: torn by a loss of power", path, tip.seq());
                } else {
                    LOG.warn("{}: cut the last line, which a crash left half written", path);
                }
                file.truncate(octets);
            }
            file.sync();
            folder.disk().sync(folder.directory());
            head.begin(tip);
        } catch (IOException e) {
            file.close();
            head.close();
            throw e;
        }
        this.commits = new GroupCommit<>("audit log", this::write);
    }

    /// Opens the log of a folder, or begins one, and goes on with its chain. The last segments are
    /// verified; the whole is the verifier's work.
    ///
    /// @throws IOException if the end of the log is not as it was written, another process has it,
    ///   or it cannot be written
    public static AuditFile open(AuditFolder folder, Vault vault, InstantSource clock)
            throws IOException {
        folder.disk().createDirectories(folder.directory());
        Closeable lock = folder.disk().lock(folder.lock());
        try {
            AuditFile log = new AuditFile(folder, vault, clock, lock);
            if (log.found.torn()) {
                log.append(new Housekeeping("audit torn", "behind entry " + log.found.tip().seq()));
            }
            return log;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// Nothing is thrown away that somebody might have to look at.
    private void keepTorn(Path path) throws IOException {
        try (DiskFile from = folder.disk().read(path);
                DiskFile kept = folder.disk().append(folder.torn(segment))) {
            ByteBuffer rest = ByteBuffer.allocate(Math.toIntExact(from.size() - octets));
            from.read(rest, octets);
            kept.write(rest.flip());
            kept.sync();
        }
    }

    @Override
    public void append(AuditEvent... events) throws IOException {
        List<String> members = new ArrayList<>();
        for (AuditEvent event : events) {
            members.add(bounded(EventJson.members(event)));
        }
        try {
            commits.commit(members);
        } catch (IOException e) {
            throw new IOException("not audited; nothing may go on without: " + e.getMessage(), e);
        }
    }

    /// A longer line would be written and not read again: the next start would take it for damage.
    private static String bounded(String members) throws IOException {
        if (members.length() > MEMBERS_OCTETS_MAX) {
            throw new IOException(
                    "not audited; nothing may go on without: an entry of %d octets is too long"
                            .formatted(members.length()));
        }
        return members;
    }

    @Override
    public void attempts(Instant since, Set<QueueId> of, Consumer<AuditEntry> to)
            throws IOException {
        new AuditReader(folder).readAttempts(since, new AuditTail.Sought(of), found, to);
    }

    @Override
    public void close() throws IOException {
        commits.close();
        try (lock;
                head) {
            file.close();
        }
    }

    private void write(List<List<String>> batch) throws IOException {
        try {
            append(batch);
        } catch (IOException e) {
            LOG.error("the audit log cannot be written: {}", e.toString());
            throw e;
        }
    }

    private void append(List<List<String>> batch) throws IOException {
        if (broken != null) {
            throw new IOException("the volume failed earlier; check it, then restart", broken);
        }
        // Never more than one batch lies beyond the head, so its end can hardly be cut off unseen.
        head.settle();
        if (octets >= folder.segmentOctets()) {
            beginSegment();
        }
        String at = "\"at\":\"" + clock.instant() + "\",";
        StringBuilder lines = new StringBuilder();
        Anchor end = tip;
        for (List<String> entry : batch) {
            for (String members : entry) {
                AuditChain.Link link = chain.link(end, at + members);
                lines.append(link.line()).append('\n');
                end = link.anchor();
            }
        }
        writeSynced(lines.toString().getBytes(StandardCharsets.US_ASCII));
        tip = end;
        noteHead();
    }

    /// The entries are durable, and whoever waits for them is told so: after a failure that is told
    /// he would not do what the log now says. The next batch waits until the head is noted.
    private void noteHead() {
        try {
            head.note(tip);
        } catch (SyncFailedException e) {
            LOG.error("the head of the audit log cannot be synced: {}", e.toString());
            broken = e;
        } catch (IOException e) {
            LOG.error("the head of the audit log is noted later: {}", e.toString());
        }
    }

    private void writeSynced(byte[] lines) throws IOException {
        try {
            file.write(ByteBuffer.wrap(lines));
        } catch (IOException e) {
            cutBack();
            throw e;
        }
        try {
            file.sync();
        } catch (IOException e) {
            // The kernel forgets the failed pages and would report the next sync as good. Nobody is
            // told that these lines are kept, so a restart should not find them.
            cutBack();
            broken = e;
            throw e;
        }
        octets += lines.length;
    }

    /// Without what a full disk took of the lines the log is as before, and the next append may
    /// find room again.
    private void cutBack() {
        try {
            file.truncate(octets);
        } catch (IOException e) {
            broken = e;
        }
    }

    private void beginSegment() throws IOException {
        // A file of that name can only be left from a try that failed here, and is empty.
        DiskFile next = folder.disk().append(folder.segment(segment + 1));
        try {
            folder.disk().sync(folder.directory());
        } catch (IOException e) {
            broken = e;
            next.close();
            throw e;
        }
        file.close();
        file = next;
        segment++;
        octets = 0;
    }
}

package org.postern.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.postern.store.DiskFile;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The audit log in files: one JSON line an entry, chained by MACs over segments.
///
/// One thread writes: it takes all that waits, writes it in one go and syncs once. The appending
/// threads do not take turns at it, because an interrupt closes the file under the thread that
/// writes, and theirs may be interrupted.
public final class AuditFile implements AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);

    private final AuditFolder folder;
    private final AuditChain chain;
    private final InstantSource clock;
    private final Closeable lock;
    private final AuditHead head;
    private final Thread writer;

    private final Object queue = new Object();
    private List<Waiting> waiting = new ArrayList<>();
    private boolean closed;

    // What follows belongs to the writer.
    private DiskFile file;
    private int segment;
    private long octets;
    private Anchor tip;
    private @Nullable IOException broken;

    /// @param members of each entry
    private record Waiting(List<String> members, CompletableFuture<Anchor> done) {}

    private AuditFile(AuditFolder folder, Vault vault, InstantSource clock, Closeable lock)
            throws IOException {
        this.folder = folder;
        this.chain = new AuditChain(vault);
        this.clock = clock;
        this.lock = lock;
        this.head = new AuditHead(folder, chain);
        AuditTail.End end = new AuditTail(folder, chain).find(head.read());
        this.segment = end.segment();
        this.tip = end.tip();
        Path path = folder.segment(segment);
        this.file = folder.disk().append(path);
        try {
            this.octets = end.octets();
            if (file.size() > octets) {
                LOG.warn("{}: cut the last line, which a crash left half written", path);
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
        this.writer = Thread.ofPlatform().name("audit").daemon().unstarted(this::writeAll);
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
            log.writer.start();
            return log;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public void append(AuditEvent... events) throws IOException {
        List<String> members = new ArrayList<>();
        for (AuditEvent event : events) {
            members.add(EventJson.members(event));
        }
        Waiting entry = new Waiting(members, new CompletableFuture<>());
        synchronized (queue) {
            if (closed) {
                throw new IOException("the audit log is closed");
            }
            waiting.add(entry);
            queue.notifyAll();
        }
        try {
            entry.done().join();
        } catch (CompletionException e) {
            throw new IOException("not audited; nothing may go on without: " + reason(e), e);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (queue) {
            closed = true;
            queue.notifyAll();
        }
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try (lock;
                head) {
            file.close();
        }
    }

    private void writeAll() {
        try {
            for (List<Waiting> batch = take(); !batch.isEmpty(); batch = take()) {
                writeOrFail(batch);
            }
        } finally {
            // Whatever ended this thread: nobody may wait for it for ever.
            synchronized (queue) {
                closed = true;
                IOException ended = new IOException("the audit's writer has ended");
                waiting.forEach(entry -> entry.done().completeExceptionally(ended));
            }
        }
    }

    private void writeOrFail(List<Waiting> batch) {
        try {
            Anchor end = write(batch);
            batch.forEach(entry -> entry.done().complete(end));
        } catch (IOException | RuntimeException e) {
            LOG.error("the audit log cannot be written: {}", e.toString());
            batch.forEach(entry -> entry.done().completeExceptionally(e));
        }
    }

    /// What waits; empty when the log is closed and nothing waits any more.
    private List<Waiting> take() {
        synchronized (queue) {
            while (waiting.isEmpty() && !closed) {
                try {
                    queue.wait();
                } catch (InterruptedException e) {
                    // Nobody but this class has the thread, and this class ends it by `closed`.
                    throw new IllegalStateException("the audit's writer was interrupted", e);
                }
            }
            List<Waiting> batch = waiting;
            waiting = new ArrayList<>();
            return batch;
        }
    }

    private Anchor write(List<Waiting> batch) throws IOException {
        if (broken != null) {
            throw new IOException("the volume failed earlier; check it, then restart", broken);
        }
        if (octets >= folder.segmentOctets()) {
            beginSegment();
        }
        String at = "\"at\":\"" + clock.instant() + "\",";
        StringBuilder lines = new StringBuilder();
        Anchor end = tip;
        for (Waiting entry : batch) {
            for (String members : entry.members()) {
                AuditChain.Link link = chain.link(end, at + members);
                lines.append(link.line()).append('\n');
                end = link.anchor();
            }
        }
        writeSynced(lines.toString().getBytes(StandardCharsets.US_ASCII));
        tip = end;
        head.note(tip);
        return tip;
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
            // The kernel forgets the failed pages and would report the next sync as good.
            broken = e;
            throw e;
        }
        octets += lines.length;
    }

    /// A full disk took a part of the lines: without it the log is as before, and the next append
    /// may find room again.
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

    private static String reason(CompletionException e) {
        return Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse("bug");
    }
}

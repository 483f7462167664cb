package org.postern.telling;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.postern.follow.FollowUp;
import org.postern.mail.QueueId;
import org.postern.mailbox.StoredMessage;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells IT of notices that came back and whose author nobody may write to: in one letter for all
/// that come within a time, however many a stranger lets come back.
///
/// What is to be told is kept in a file of queue ids, so that a stop forgets none. A stop right
/// behind a letter may let it come twice. A damaged file is put aside, under its name and
/// `.damaged`.
public final class UntoldReturns implements FollowUp.Untold {
    private static final Logger LOG = LoggerFactory.getLogger(UntoldReturns.class);

    /// From one letter to the next.
    static final Duration PERIOD = Duration.ofHours(1);

    /// Of more messages only the number is told and kept.
    static final int NAMED_MAX = 20;

    private static final int FILE_OCTETS_MAX = 1 << 16;

    private final Disk disk;
    private final Path file;
    private final Post post;
    private final InstantSource clock;

    /// Sends the letter.
    @FunctionalInterface
    public interface Post {
        /// Durable on return.
        ///
        /// @param named at least one
        /// @param others how many more there were
        void tell(List<QueueId> named, long others) throws IOException;
    }

    /// @param told when the last letter was written
    private record Kept(Instant told, Set<QueueId> named, long others) {
        static final Kept NOTHING = new Kept(Instant.EPOCH, Set.of(), 0);

        Kept with(QueueId id) {
            if (named.contains(id)) {
                return this;
            }
            if (named.size() >= NAMED_MAX) {
                return new Kept(told, named, others + 1);
            }
            Set<QueueId> more = new LinkedHashSet<>(named);
            more.add(id);
            return new Kept(told, more, others);
        }

        /// A clock that was set back does not make it wait for longer than it would.
        boolean isDue(Instant now) {
            return !named.isEmpty() && (now.isBefore(told) || !now.isBefore(told.plus(PERIOD)));
        }
    }

    /// @param file of what is to be told; it need not exist yet
    public UntoldReturns(Disk disk, Path file, Post post, InstantSource clock) {
        this.disk = disk;
        this.file = file;
        this.post = post;
        this.clock = clock;
    }

    @Override
    public synchronized void note(StoredMessage stored) throws IOException {
        Kept before = read();
        Kept after = before.with(stored.message().queueId());
        if (!after.equals(before)) {
            write(after);
        }
    }

    @Override
    public synchronized void look() throws IOException {
        Kept kept = read();
        Instant now = clock.instant();
        if (kept.isDue(now)) {
            post.tell(List.copyOf(kept.named()), kept.others());
            write(new Kept(now, Set.of(), 0));
        }
    }

    private Kept read() throws IOException {
        List<String> lines;
        try (DiskFile open = disk.read(file)) {
            ByteBuffer octets = ByteBuffer.allocate(FILE_OCTETS_MAX);
            int count = open.read(octets, 0);
            lines = US_ASCII.decode(octets.flip().limit(count)).toString().lines().toList();
        } catch (NoSuchFileException _) {
            return Kept.NOTHING;
        }
        try {
            Set<QueueId> named = new LinkedHashSet<>();
            lines.subList(2, lines.size()).forEach(line -> named.add(new QueueId(line)));
            return new Kept(
                    Instant.ofEpochMilli(Long.parseLong(lines.get(0))),
                    named,
                    Long.parseLong(lines.get(1)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return putAside(e);
        }
    }

    /// One damaged file is not to stop what is noted and told from now on. What it named, the audit
    /// has.
    private Kept putAside(RuntimeException why) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        disk.rename(file, aside);
        disk.sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "it has a folder"));
        LOG.error(
                "{} is damaged ({}) and lies at {} now: IT may not have heard of notices that came"
                        + " back; the audit names them as links-paused",
                file,
                why.getClass().getSimpleName(),
                aside);
        return Kept.NOTHING;
    }

    private void write(Kept kept) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(Long.toString(kept.told().toEpochMilli()));
        lines.add(Long.toString(kept.others()));
        kept.named().forEach(id -> lines.add(id.value()));
        WholeFile.replace(disk, file, String.join("\n", lines).getBytes(US_ASCII));
    }
}

package org.postern.mailbox;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Content;
import org.postern.rewrap.Tally;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.DiskStreams;
import org.postern.store.SharedSync;
import org.postern.vault.DataKey;
import org.postern.vault.SealBrokenException;
import org.postern.vault.Sealing;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sealed bodies, one file each, named by the message's key.
///
/// A file is: magic | version | length and wrapped data key | length and sealed head | sealed
/// content. The head holds all that the database must know, so that it can be rebuilt. The file's
/// name is part of what is sealed: two files that were exchanged do not open.
final class BodyFiles {
    private static final Logger LOG = LoggerFactory.getLogger(BodyFiles.class);

    private static final String SUFFIX = ".body";
    private static final String DRAFT_SUFFIX = ".new";
    private static final String BODY_NAME = "[A-Za-z0-9_-]{22}\\" + SUFFIX;
    private static final String GONE_SUFFIX = ".gone";
    private static final int BUFFER_OCTETS = 1 << 16;
    private static final int HEAD_OCTETS_MAX = 1 << 20;

    /// More than the longest wrapped key and what stands before it; one block of most volumes.
    private static final int BLANKED_OCTETS = 1 << 12;

    /// What is left free for others: a body is the last thing that may fill a volume.
    private static final long RESERVE_OCTETS = 64L << 20;

    private final Disk disk;
    private final Path directory;
    private final SharedSync names;
    private final Vault vault;
    private final RandomGenerator random;
    private final BodyWraps wraps;
    private volatile @Nullable IOException bad;

    BodyFiles(Disk disk, Path directory, Vault vault, RandomGenerator random) {
        this.disk = disk;
        this.directory = directory;
        this.names = new SharedSync(disk, directory);
        this.vault = vault;
        this.random = random;
        this.wraps = new BodyWraps(disk, directory, vault);
    }

    /// Makes a body durable, under its name, on return. One of that name is replaced.
    ///
    /// @throws IOException if nothing is there, or, after a failed sync, nobody knows; no more
    ///   bodies are taken then
    void write(StoredMessage message, Content content) throws IOException {
        name(draft(message, content));
    }

    /// A body that is durable and has no name yet; the next start deletes it.
    record Draft(MessageKey key, Path path) {}

    /// @throws IOException if nothing is there
    Draft draft(StoredMessage message, Content content) throws IOException {
        requireGood();
        requireSpace(content.size());
        Path path =
                directory.resolve(
                        message.key() + "." + Long.toHexString(random.nextLong()) + DRAFT_SUFFIX);
        try {
            writeDraft(path, message, content);
            return new Draft(message.key(), path);
        } catch (IOException | RuntimeException e) {
            deleteDraft(path, e);
            throw e;
        }
    }

    /// The same as `write`, for a draft that was begun some time ago: the KEK may be another one by
    /// now. None may become active meanwhile.
    void finish(Draft draft) throws IOException {
        try {
            wraps.renew(draft.path(), draft.key());
        } catch (IOException | RuntimeException e) {
            deleteDraft(draft.path(), e);
            throw e;
        }
        name(draft);
    }

    private void name(Draft draft) throws IOException {
        try {
            requireGood();
            disk.rename(draft.path(), path(draft.key()));
        } catch (IOException | RuntimeException e) {
            deleteDraft(draft.path(), e);
            throw e;
        }
        synced(names::sync);
    }

    /// The content of a body; its head was read and is authentic.
    ///
    /// @param clinician the key of the address that the head must name; null for any
    /// @throws NoSuchFileException if there is none
    Content content(MessageKey key, @Nullable String clinician) throws IOException {
        Opened opened = open(key);
        String named = opened.message().message().clinician().key();
        if (clinician != null && !clinician.equals(named)) {
            throw new SealBrokenException("body " + key + " is not of whoever reads it");
        }
        return new SealedBody(this, key, opened.message().size(), opened.contentBegin());
    }

    /// Opens a body for reading; the key is read again, because it may have come under another KEK
    /// since.
    SealedBody.Open openFile(MessageKey key) throws IOException {
        DataKey dataKey = vault.unwrap(wraps.of(key));
        try {
            return new SealedBody.Open(disk.read(path(key)), dataKey, context("content", key));
        } catch (IOException | RuntimeException e) {
            dataKey.close();
            throw e;
        }
    }

    /// What the head of a body says.
    ///
    /// @throws SealBrokenException if it is damaged, of an unknown format or not ours
    StoredMessage head(MessageKey key) throws IOException {
        return open(key).message();
    }

    /// Takes bodies out of reach: each gets another name. One that is missing, or was begun before,
    /// is no error.
    void begin(Collection<MessageKey> keys) throws IOException {
        requireGood();
        for (MessageKey key : keys) {
            ifThere(() -> disk.rename(path(key), gone(key)));
        }
    }

    /// Makes what was begun unreadable for good: the wrapped keys are written over, but not before
    /// the new names are durable.
    ///
    /// @throws IOException if that is not certain; the next start finds those that were begun
    void shred(Collection<MessageKey> keys) throws IOException {
        requireGood();
        synced(names::sync);
        for (MessageKey key : keys) {
            ifThere(() -> blank(gone(key)));
        }
    }

    /// Deletes what `shred` made unreadable, durably.
    void remove(Collection<MessageKey> keys) throws IOException {
        for (MessageKey key : keys) {
            ifThere(() -> disk.delete(gone(key)));
        }
        synced(names::sync);
    }

    private void blank(Path path) throws IOException {
        try (DiskFile file = disk.overwrite(path)) {
            file.write(ByteBuffer.allocate((int) Math.min(file.size(), BLANKED_OCTETS)));
            synced(file::sync);
        }
    }

    private static void ifThere(Step step) throws IOException {
        try {
            step.run();
        } catch (NoSuchFileException _) {
            // Then there is nothing left to do.
        }
    }

    /// What lies in the folder.
    ///
    /// @param whole bodies
    /// @param begun bodies whose destruction was begun: to be shredded, forgotten and removed
    record Found(Set<MessageKey> whole, Set<MessageKey> begun) {}

    /// All bodies. What an interrupted write left is deleted: it was never acknowledged.
    Found list() throws IOException {
        Comparator<MessageKey> order = Comparator.comparing(MessageKey::value);
        Found found = new Found(new TreeSet<>(order), new TreeSet<>(order));
        for (Path path : disk.list(directory)) {
            String name = String.valueOf(path.getFileName());
            if (name.endsWith(DRAFT_SUFFIX)) {
                disk.delete(path);
            } else if (name.matches(BODY_NAME)) {
                found.whole().add(key(name, SUFFIX));
            } else if (name.matches("[A-Za-z0-9_-]{22}\\" + GONE_SUFFIX)) {
                found.begun().add(key(name, GONE_SUFFIX));
            } else {
                LOG.warn("{} is no body of ours; it is left alone", path);
            }
        }
        return found;
    }

    private static MessageKey key(String name, String suffix) {
        return new MessageKey(name.substring(0, name.length() - suffix.length()));
    }

    private record Opened(StoredMessage message, long contentBegin) {}

    // -- keys --

    /// Finishes what a stop interrupted; before anything is read.
    void finishRewrapping() throws IOException {
        wraps.finish();
    }

    /// Shows the keys of all bodies one after the other; those that come meanwhile may be missing.
    void forEachKey(Disk.Names visitor) throws IOException {
        disk.forEachName(
                directory,
                name -> {
                    if (name.matches(BODY_NAME)) {
                        visitor.visit(key(name, SUFFIX).value());
                    }
                });
    }

    /// Brings the data keys of some bodies under the active KEK, in their files; durable on return.
    /// None of them may be destroyed meanwhile; one that is stored again keeps its new key.
    Tally rewrap(List<MessageKey> keys) throws IOException {
        requireGood();
        try {
            return wraps.rewrap(keys);
        } catch (SyncFailedException e) {
            bad = e;
            throw e;
        }
    }

    private void writeDraft(Path draft, StoredMessage message, Content content) throws IOException {
        try (DiskFile file = disk.create(draft);
                DataKey dataKey = vault.newDataKey()) {
            OutputStream out = new BufferedOutputStream(DiskStreams.out(file), 2 * BUFFER_OCTETS);
            out.write(head(message, dataKey));
            OutputStream sealing = Sealing.seal(out, dataKey, context("content", message.key()));
            CountingStream counting = new CountingStream(sealing);
            content.writeTo(counting);
            if (counting.octets != message.size()) {
                throw new IOException(
                        "the content has %d octets and was said to have %d"
                                .formatted(counting.octets, message.size()));
            }
            sealing.close();
            out.flush();
            synced(file::sync);
        }
    }

    private byte[] head(StoredMessage message, DataKey dataKey) throws IOException {
        byte[] wrapped = vault.wrap(dataKey);
        byte[] sealed =
                Sealing.seal(HeadCodec.octets(message), dataKey, context("head", message.key()));
        if (sealed.length > HEAD_OCTETS_MAX) {
            throw new IOException("the head of body " + message.key() + " is too long");
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(octets);
        data.write(BodyWraps.head(wrapped));
        data.writeInt(sealed.length);
        data.write(sealed);
        return octets.toByteArray();
    }

    private Opened open(MessageKey key) throws IOException {
        try (DiskFile file = disk.read(path(key))) {
            byte[] wrapped = wraps.read(file, key);
            long at = BodyWraps.HEAD_OCTETS;
            byte[] sealed = readCounted(file, at, HEAD_OCTETS_MAX, key);
            at += Integer.BYTES + sealed.length;
            try (DataKey dataKey = vault.unwrap(wrapped)) {
                byte[] head = Sealing.open(sealed, dataKey, context("head", key));
                return new Opened(HeadCodec.message(key, head), at);
            }
        }
    }

    private static byte[] readCounted(DiskFile file, long at, int max, MessageKey key)
            throws IOException {
        int length = ByteBuffer.wrap(read(file, at, Integer.BYTES, key)).getInt();
        if (length < 1 || length > max) {
            throw new SealBrokenException("the head of body " + key + " is damaged");
        }
        return read(file, at + Integer.BYTES, length, key);
    }

    static byte[] read(DiskFile file, long at, int length, MessageKey key) throws IOException {
        byte[] octets = new byte[length];
        if (file.read(ByteBuffer.wrap(octets), at) < length) {
            throw new SealBrokenException("body " + key + " is cut short");
        }
        return octets;
    }

    private void requireSpace(long octets) throws IOException {
        if (disk.freeBytes(directory) < octets + RESERVE_OCTETS) {
            throw new IOException("no room for a body on the volume of " + directory);
        }
    }

    private void requireGood() throws IOException {
        if (bad != null) {
            throw new IOException("the volume of the bodies failed; check it, then restart", bad);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private void synced(Step sync) throws IOException {
        try {
            sync.run();
        } catch (IOException e) {
            bad = e;
            throw e;
        }
    }

    private void deleteDraft(Path draft, Throwable failure) {
        try {
            disk.delete(draft);
        } catch (NoSuchFileException e) {
            // It failed before there was a file, or behind the rename.
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static final class CountingStream extends FilterOutputStream {
        private long octets;

        CountingStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int octet) throws IOException {
            out.write(octet);
            octets++;
        }

        @Override
        public void write(byte[] block, int offset, int length) throws IOException {
            out.write(block, offset, length);
            octets += length;
        }
    }

    private Path path(MessageKey key) {
        return path(directory, key);
    }

    static Path path(Path directory, MessageKey key) {
        return directory.resolve(key + SUFFIX);
    }

    private Path gone(MessageKey key) {
        return directory.resolve(key + GONE_SUFFIX);
    }

    private static byte[] context(String part, MessageKey key) {
        return ("body " + part + " " + key).getBytes(StandardCharsets.US_ASCII);
    }
}

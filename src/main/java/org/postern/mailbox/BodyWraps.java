package org.postern.mailbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.zip.CRC32C;
import org.postern.rewrap.Tally;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.vault.SealBrokenException;
import org.postern.vault.UnknownKeyException;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The wrapped data keys at the beginning of the body files, and how they are exchanged where they
/// lie: a body of 20 MB is not copied for the 45 octets that change.
///
/// What is to be written stands in a file beside the folder before the first octet of a body is
/// touched. So a write that was torn by a loss of power is done again at the next start, whatever
/// the disk takes for a sector. A reader waits while the octets of a body change.
///
/// A body may be stored again meanwhile, as a new file of the same name: so what is written over is
/// looked at once more, through the same open file.
final class BodyWraps {
    private static final Logger LOG = LoggerFactory.getLogger(BodyWraps.class);

    private static final byte[] MAGIC = "POSTERN BODY 1\n".getBytes(StandardCharsets.US_ASCII);

    /// Octets in front of the sealed head: magic, length of the wrapped key, wrapped key.
    static final int HEAD_OCTETS = MAGIC.length + Integer.BYTES + Vault.WRAPPED_OCTETS;

    private static final int NAME_OCTETS = 22;
    private static final int ENTRY_OCTETS = NAME_OCTETS + HEAD_OCTETS;

    private final Disk disk;
    private final Path directory;
    private final Path plan;
    private final Vault vault;
    private final ReentrantReadWriteLock change = new ReentrantReadWriteLock();

    /// A body, and the octets that are to stand at its beginning.
    @SuppressWarnings("ArrayRecordComponent") // never compared, and seen by this class alone
    private record Fresh(MessageKey key, byte[] head) {}

    /// Whether a body that begins so is the one that is meant.
    @FunctionalInterface
    private interface Meant {
        boolean is(byte[] head) throws IOException;
    }

    /// @param directory of the bodies
    BodyWraps(Disk disk, Path directory, Vault vault) {
        this.disk = disk;
        this.directory = directory;
        this.plan = directory.resolveSibling(directory.getFileName() + ".rewrap");
        this.vault = vault;
    }

    /// How a body begins.
    static byte[] head(byte[] wrapped) {
        return ByteBuffer.allocate(HEAD_OCTETS)
                .put(MAGIC)
                .putInt(wrapped.length)
                .put(wrapped)
                .array();
    }

    /// The wrapped data key of a body.
    ///
    /// @throws NoSuchFileException if there is none of that name
    byte[] of(MessageKey key) throws IOException {
        try (DiskFile file = disk.read(BodyFiles.path(directory, key))) {
            return read(file, key);
        }
    }

    /// The wrapped data key of an open body.
    ///
    /// @throws SealBrokenException if it does not begin like one
    byte[] read(DiskFile file, MessageKey key) throws IOException {
        byte[] head;
        change.readLock().lock();
        try {
            head = BodyFiles.read(file, 0, HEAD_OCTETS, key);
        } finally {
            change.readLock().unlock();
        }
        byte[] wrapped = Arrays.copyOfRange(head, HEAD_OCTETS - Vault.WRAPPED_OCTETS, HEAD_OCTETS);
        if (!Arrays.equals(head, head(wrapped))) {
            throw new SealBrokenException("body " + key + " is of an unknown format");
        }
        return wrapped;
    }

    /// Brings a body that has no name yet under the active KEK, if that has changed since the body
    /// was begun; durable on return.
    void renew(Path draft, MessageKey key) throws IOException {
        byte[] wrapped;
        try (DiskFile file = disk.read(draft)) {
            wrapped = read(file, key);
        }
        if (!vault.isCurrent(wrapped)) {
            try (DiskFile file = disk.overwrite(draft)) {
                file.write(ByteBuffer.wrap(head(vault.rewrap(wrapped))));
                file.sync();
            }
        }
    }

    /// Exchanges the wrapped keys of some bodies; durable on return.
    Tally rewrap(List<MessageKey> keys) throws IOException {
        // What a round that failed has left.
        if (!finish()) {
            throw new IOException("a body waits for a KEK that is not here; put it back first");
        }
        Tally tally = Tally.NONE;
        Map<MessageKey, byte[]> before = new HashMap<>();
        List<Fresh> all = new ArrayList<>();
        for (MessageKey key : keys) {
            OptionalInt kek = OptionalInt.empty();
            try {
                byte[] wrapped = of(key);
                kek = Vault.kekOf(wrapped);
                if (vault.isCurrent(wrapped)) {
                    tally = tally.plus(Tally.ofCurrent());
                } else {
                    all.add(new Fresh(key, head(vault.rewrap(wrapped))));
                    before.put(key, head(wrapped));
                    tally = tally.plus(Tally.ofRewrapped());
                }
            } catch (SealBrokenException _) {
                tally = tally.plus(Tally.ofDamaged(kek));
            } catch (NoSuchFileException _) {
                // It was destroyed since it was seen.
            }
        }
        if (!all.isEmpty()) {
            write(all);
            for (Fresh each : all) {
                overwrite(each, head -> Arrays.equals(head, before.get(each.key())));
            }
            forgetPlan();
        }
        return tally;
    }

    /// Finishes what a stop interrupted. A body whose key opens is left as it is: one that was not
    /// reached is found by the next round.
    ///
    /// A body that is cut short has nothing left that could be opened: it is told, and keeps no
    /// other one waiting. The plan stays while it may hold the only key of a body, wrapped by a KEK
    /// that is not here.
    ///
    /// @return whether there is no plan any more
    boolean finish() throws IOException {
        boolean finished = true;
        for (Fresh each : planned()) {
            try {
                overwrite(each, head -> isTorn(head) && isWhole(each.head()));
            } catch (UnknownKeyException e) {
                LOG.error("body {} waits for its KEK: {}", each.key(), e.getMessage());
                finished = false;
            } catch (SealBrokenException e) {
                LOG.error("body {} is damaged: {}", each.key(), e.getMessage());
            }
        }
        if (finished) {
            forgetPlan();
        }
        return finished;
    }

    private boolean isTorn(byte[] head) throws IOException {
        byte[] wrapped = Arrays.copyOfRange(head, HEAD_OCTETS - Vault.WRAPPED_OCTETS, HEAD_OCTETS);
        if (!Arrays.equals(head, head(wrapped))) {
            return true;
        }
        try {
            vault.unwrap(wrapped).close();
            return false;
        } catch (UnknownKeyException _) {
            // It is whole, as far as anybody can see.
            return false;
        } catch (SealBrokenException _) {
            return true;
        }
    }

    /// @throws UnknownKeyException if nobody can know here
    private boolean isWhole(byte[] head) throws IOException {
        byte[] wrapped = Arrays.copyOfRange(head, HEAD_OCTETS - Vault.WRAPPED_OCTETS, HEAD_OCTETS);
        vault.unwrap(wrapped).close();
        return true;
    }

    /// One that was destroyed, or stored again under the active KEK, is left as it is.
    private void overwrite(Fresh each, Meant meant) throws IOException {
        try (DiskFile file = disk.overwrite(BodyFiles.path(directory, each.key()))) {
            change.writeLock().lock();
            try {
                if (!meant.is(BodyFiles.read(file, 0, HEAD_OCTETS, each.key()))) {
                    return;
                }
                file.write(ByteBuffer.wrap(each.head()));
            } finally {
                change.writeLock().unlock();
            }
            file.sync();
        } catch (NoSuchFileException _) {
            // It was destroyed since it was seen.
        }
    }

    private void write(List<Fresh> all) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(all.size() * ENTRY_OCTETS + Integer.BYTES);
        for (Fresh each : all) {
            octets.put(each.key().value().getBytes(StandardCharsets.US_ASCII)).put(each.head());
        }
        octets.putInt(checksum(octets.array(), octets.position()));
        try (DiskFile file = disk.create(plan)) {
            file.write(octets.flip());
            file.sync();
        }
        disk.sync(folder());
    }

    /// Nothing if the plan is not whole: then no body was touched for it.
    private List<Fresh> planned() throws IOException {
        byte[] octets;
        try (DiskFile file = disk.read(plan)) {
            octets = new byte[Math.toIntExact(file.size())];
            file.read(ByteBuffer.wrap(octets), 0);
        } catch (NoSuchFileException _) {
            return List.of();
        }
        int length = octets.length - Integer.BYTES;
        if (length < 0
                || length % ENTRY_OCTETS != 0
                || ByteBuffer.wrap(octets).getInt(length) != checksum(octets, length)) {
            return List.of();
        }
        List<Fresh> all = new ArrayList<>();
        for (int at = 0; at < length; at += ENTRY_OCTETS) {
            String name = new String(octets, at, NAME_OCTETS, StandardCharsets.US_ASCII);
            byte[] head = Arrays.copyOfRange(octets, at + NAME_OCTETS, at + ENTRY_OCTETS);
            all.add(new Fresh(new MessageKey(name), head));
        }
        return all;
    }

    /// Its octets are written over before it goes: with a KEK they would open a body that was
    /// destroyed since.
    private void forgetPlan() throws IOException {
        try (DiskFile file = disk.overwrite(plan)) {
            file.write(ByteBuffer.allocate(Math.toIntExact(file.size())));
            file.sync();
        } catch (NoSuchFileException _) {
            return;
        }
        disk.delete(plan);
        disk.sync(folder());
    }

    private Path folder() {
        return plan.resolveSibling(".").normalize();
    }

    private static int checksum(byte[] octets, int length) {
        CRC32C crc = new CRC32C();
        crc.update(octets, 0, length);
        return (int) crc.getValue();
    }
}

package org.postern.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postern.frame.DamagedException;
import org.postern.frame.FrameReader;
import org.postern.frame.Frames;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.store.DiskFile;
import org.postern.vault.DataKey;
import org.postern.vault.SealBrokenException;
import org.postern.vault.Sealing;
import org.postern.vault.UnknownKeyException;
import org.postern.vault.Vault;

/// One message of the spool as it is known in memory, and where its file ends. `FileSpool` lets one
/// thread at a time change it, and its file with it.
final class SpoolEntry {
    private static final int WINDOW_OCTETS = 4 * 1024;

    private final byte[] wrappedKey;
    private volatile QueuedMessage message;
    private long length;
    private int results;

    /// @param length of the file, END included
    SpoolEntry(QueuedMessage message, byte[] wrappedKey, long length) {
        this.message = message;
        this.wrappedKey = wrappedKey;
        this.length = length;
    }

    QueuedMessage message() {
        return message;
    }

    /// Reads all of a file but the content.
    ///
    /// @throws DamagedException if the file is not what was written
    /// @throws IOException also if it needs another keystore, or another release
    static SpoolEntry read(DiskFile file, QueueId id, Vault vault) throws IOException {
        FrameReader reader = new FrameReader(file, WINDOW_OCTETS);
        FrameReader.Head head = reader.head();
        try (DataKey key = vault.unwrap(head.wrappedKey)) {
            int segments = 1;
            while (reader.isNext(Frames.SEGMENT)) {
                reader.skip();
                segments++;
            }
            if (!reader.isNext(Frames.LAST)) {
                throw new DamagedException("the content has no end");
            }
            reader.skip();
            byte[] sealed = FrameReader.octets(reader.next(Frames.META).payload());
            byte[] meta = Sealing.open(sealed, key, Frames.context("meta", id));
            requireEnd(reader, segments);
            QueuedMessage message = MessageCodec.decode(id, meta);
            SpoolEntry entry = new SpoolEntry(message, head.wrappedKey, reader.position());
            entry.readResults(reader, key);
            return entry;
        } catch (UnknownKeyException e) {
            throw e;
        } catch (SealBrokenException e) {
            throw new DamagedException("the file is not authentic", e);
        }
    }

    private static void requireEnd(FrameReader reader, int segments) throws IOException {
        long at = reader.position();
        ByteBuffer end = reader.next(Frames.END).payload();
        if (end.remaining() != Frames.END_PAYLOAD
                || end.getLong() != at
                || end.getInt() != segments) {
            throw new DamagedException("the end does not fit the file");
        }
    }

    /// The last record may be torn: then the power failed before anybody was told that it is kept,
    /// and the next one takes its place. Damage before the last one is damage.
    private void readResults(FrameReader reader, DataKey key) throws IOException {
        while (!reader.isAtEnd()) {
            byte[] sealed;
            try {
                sealed = FrameReader.octets(reader.next(Frames.RESULT).payload());
            } catch (DamagedException e) {
                if (reader.finds(Frames.RESULT)) {
                    throw e;
                }
                return;
            }
            byte[] octets = Sealing.open(sealed, key, context());
            List<Address> recipients = message.envelope().recipients();
            message = with(MessageCodec.decodeStates(recipients, octets));
            results++;
            length = reader.position();
        }
    }

    /// Appends the new states to the file and syncs it.
    QueuedMessage record(SpoolVolume volume, Vault vault, Map<Address, RecipientState> states)
            throws IOException {
        Change change = change(vault, states);
        try (DiskFile file = volume.disk().append(volume.message(message.id()))) {
            cut(file);
            append(file, change.octets().duplicate());
            volume.sync(file);
        }
        made(change);
        return message;
    }

    /// New states of recipients, and the record that tells of them.
    record Change(QueuedMessage message, ByteBuffer octets) {}

    /// Prepares new states; they hold once their record is durable and `made` was called.
    Change change(Vault vault, Map<Address, RecipientState> states) throws IOException {
        QueuedMessage updated = with(states);
        List<Address> recipients = updated.envelope().recipients();
        byte[] octets = MessageCodec.encodeStates(recipients, states);
        try (DataKey key = vault.unwrap(wrappedKey)) {
            byte[] sealed = Sealing.seal(octets, key, context());
            Frames frames = new Frames(sealed.length + Frames.OVERHEAD);
            return new Change(updated, frames.sealed(Frames.RESULT, sealed).take());
        }
    }

    void made(Change change) {
        length += change.octets().remaining();
        results++;
        message = change.message();
    }

    /// Removes what a crash or a failed write left behind the last record.
    private void cut(DiskFile file) throws IOException {
        long size = file.size();
        if (size < length) {
            throw new DamagedException("the file of " + message.id() + " became shorter");
        }
        if (size > length) {
            file.truncate(length);
        }
    }

    private void append(DiskFile file, ByteBuffer record) throws IOException {
        try {
            file.write(record);
        } catch (IOException e) {
            try {
                file.truncate(length);
            } catch (IOException second) {
                // The next record cuts it, or the next recovery.
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private byte[] context() {
        return Frames.context("result " + results, message.id());
    }

    private QueuedMessage with(Map<Address, RecipientState> states) {
        Map<Address, RecipientState> all = new LinkedHashMap<>(message.states());
        states.forEach((recipient, state) -> {
            if (all.replace(recipient, state) == null) {
                throw new IllegalArgumentException("not a recipient of this message");
            }
        });
        return new QueuedMessage(
                message.id(),
                message.arrived(),
                message.envelope(),
                message.ruling(),
                message.size(),
                all);
    }
}

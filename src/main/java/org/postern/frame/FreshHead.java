package org.postern.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.postern.store.DiskFile;
import org.postern.vault.Vault;

/// The first record of a spool file with another wrapped key in it. All else of the file stays as
/// it is, at the places where it is.
public final class FreshHead {
    private static final int HEAD_ROOM = 256;
    private static final int COPY_OCTETS = 1 << 20;

    private FreshHead() {}

    /// The id of the KEK that a spool file needs; empty if its head names none.
    ///
    /// @throws DamagedException if it does not begin like a spool file
    public static OptionalInt kekOf(DiskFile file) throws IOException {
        return Vault.kekOf(new FrameReader(file, HEAD_ROOM).head().wrappedKey);
    }

    /// Writes a copy of a spool file whose data key is wrapped by the active KEK.
    ///
    /// @throws org.postern.vault.SealBrokenException if its wrapped key does not open
    /// @throws DamagedException if it does not begin like a spool file
    public static void copy(DiskFile from, DiskFile to, Vault vault) throws IOException {
        FrameReader reader = new FrameReader(from, HEAD_ROOM);
        FrameReader.Head head = reader.head();
        Frames frames = new Frames(HEAD_ROOM);
        frames.head(head.prefix, vault.rewrap(head.wrappedKey));
        if (frames.length() != reader.position()) {
            // The record at the end tells where it lies.
            throw new DamagedException("a wrapped key of another length cannot take its place");
        }
        to.write(frames.take());
        ByteBuffer octets = ByteBuffer.allocate(COPY_OCTETS);
        long at = reader.position();
        for (int n = from.read(octets, at); n > 0; n = from.read(octets, at)) {
            to.write(octets.flip());
            octets.clear();
            at += n;
        }
    }
}

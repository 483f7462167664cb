package org.postern.keycare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;
import org.postern.vault.DataKey;
import org.postern.vault.PasswordHash;
import org.postern.vault.PasswordHash.Cost;
import org.postern.vault.SealBrokenException;
import org.postern.vault.Sealing;

/// A file in which an archive of keys lies, sealed under a password: magic | cost of Argon2id (RFC
/// 9106): memory in KiB, passes, lanes | salt | AES-256-GCM in segments. All in front of the sealed
/// octets is authenticated with them.
final class KeySafe {
    private static final byte[] MAGIC = "POSTERN KEYS 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SALT_OCTETS = 16;
    private static final int HEAD_OCTETS = MAGIC.length + 3 * Integer.BYTES + SALT_OCTETS;

    /// More than an archive can hold.
    private static final long OCTETS_MAX = 1L << 30;

    private KeySafe() {}

    /// Writes an archive into a new file, readable by its owner alone; durable on return.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is one of that name
    static void write(Path file, KeyArchive archive, char[] password, SecureRandom random)
            throws IOException {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        Cost cost = Cost.OF_FILES;
        byte[] head =
                ByteBuffer.allocate(HEAD_OCTETS)
                        .put(MAGIC)
                        .putInt(cost.memoryKibibytes())
                        .putInt(cost.passes())
                        .putInt(cost.lanes())
                        .put(salt)
                        .array();
        byte[] plain = archive.encode();
        byte[] sealed;
        try (DataKey key = PasswordHash.key(password, salt, cost)) {
            sealed = Sealing.seal(plain, key, head);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
        Disk disk = new FileDisk();
        Path whole = file.toAbsolutePath();
        try (DiskFile out = disk.create(whole)) {
            out.write(ByteBuffer.wrap(head));
            out.write(ByteBuffer.wrap(sealed));
            out.sync();
        }
        disk.sync(Objects.requireNonNull(whole.getParent(), "a file has a folder"));
    }

    /// Reads the archive of a file with the first of some passwords that opens it.
    ///
    /// @param passwords at least one
    /// @throws IOException if none does, as for a single one
    static KeyArchive read(Path file, List<char[]> passwords) throws IOException {
        Iterator<char[]> next = passwords.iterator();
        while (true) {
            try {
                return read(file, next.next());
            } catch (IOException e) {
                // What is wrong with the file is wrong with the next password as well.
                if (!next.hasNext()) {
                    throw e;
                }
            }
        }
    }

    /// Reads the archive of a file.
    ///
    /// @throws IOException if it is none, it is damaged, or the password is another one; the
    ///   message is for people
    static KeyArchive read(Path file, char[] password) throws IOException {
        if (Files.size(file) > OCTETS_MAX) {
            throw new IOException(file + " is too large for a backup of keys");
        }
        ByteBuffer octets = ByteBuffer.wrap(Files.readAllBytes(file));
        if (octets.remaining() < HEAD_OCTETS
                || !octets.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new IOException(file + " is no backup of keys");
        }
        byte[] head = new byte[HEAD_OCTETS];
        octets.get(head);
        ByteBuffer fields = ByteBuffer.wrap(head).position(MAGIC.length);
        Cost cost = new Cost(fields.getInt(), fields.getInt(), fields.getInt());
        byte[] salt = new byte[SALT_OCTETS];
        fields.get(salt);
        byte[] sealed = new byte[octets.remaining()];
        octets.get(sealed);
        byte[] plain;
        try (DataKey key = PasswordHash.key(password, salt, cost)) {
            plain = Sealing.open(sealed, key, head);
        } catch (SealBrokenException | IllegalArgumentException e) {
            throw new IOException(file + " does not open: wrong password, or it is damaged", e);
        }
        try {
            return KeyArchive.decode(plain);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }
}

package org.postern.beside;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.postern.mail.Content;
import org.postern.vault.DataKey;
import org.postern.vault.Sealing;
import org.postern.vault.Vault;

/// Where letters of the clinic's server lie while they are read: in files that have no name any
/// more, sealed under keys that are nowhere but in memory. A stop leaves nothing of them.
public final class Spills {
    /// Of all letters at once.
    private static final long OCTETS_MAX = 2L << 30;

    /// Of those of one reader, in all her sessions.
    private static final long OCTETS_PER_READER_MAX = 256L << 20;

    private static final byte[] CONTEXT = "spill".getBytes(StandardCharsets.US_ASCII);

    private final Path folder;
    private final Vault vault;
    private final Room room;

    private Spills(Path folder, Vault vault, Room room) {
        this.folder = folder;
        this.vault = vault;
        this.room = room;
    }

    /// @param folder made if it is not there
    public static Spills in(Path folder, Vault vault) throws IOException {
        return in(folder, vault, new Room(OCTETS_MAX, OCTETS_PER_READER_MAX));
    }

    /// @param room for octets
    static Spills in(Path folder, Vault vault, Room room) throws IOException {
        Files.createDirectories(folder);
        return new Spills(folder, vault, room);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no SHA-256 here", e);
        }
    }

    /// Writes the octets of a letter.
    @FunctionalInterface
    interface Source {
        /// @return whether there is a letter
        boolean writeTo(OutputStream out) throws IOException;
    }

    /// Keeps a letter until it is closed. Where there is no room for it, nobody is asked for it:
    /// the connection over which it comes would be lost.
    ///
    /// @param reader whose share of the room it takes
    /// @param expected octets of it, as far as they are known
    /// @return empty if there is none
    /// @throws IOException if there is no room, or it does not come whole
    Optional<Spill> keep(String reader, long expected, Source source) throws IOException {
        Room.Share share = room.of(reader);
        require(share.holds(expected));
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(UUID.randomUUID().toString()),
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                // The system takes the name away as soon as it is open.
                                StandardOpenOption.DELETE_ON_CLOSE));
        Spill spill = new Spill(channel, vault.newDataKey(), share);
        try {
            if (spill.fill(source)) {
                return Optional.of(spill);
            }
        } catch (IOException | RuntimeException e) {
            spill.close();
            throw e;
        }
        spill.close();
        return Optional.empty();
    }

    private static void require(boolean room) throws IOException {
        if (!room) {
            throw new IOException("too many letters are read at once");
        }
    }

    /// One letter. Streams over it must be closed before it is.
    final class Spill implements Content, AutoCloseable {
        private final FileChannel channel;
        private final DataKey key;
        private final Room.Share share;
        private final MessageDigest digest = sha256();
        private byte[] hash = {};
        private long size;

        private Spill(FileChannel channel, DataKey key, Room.Share share) {
            this.channel = channel;
            this.key = key;
            this.share = share;
        }

        private boolean fill(Source source) throws IOException {
            OutputStream sealed = Sealing.seal(Channels.newOutputStream(channel), key, CONTEXT);
            boolean there = source.writeTo(new Counted(sealed));
            sealed.close();
            hash = digest.digest();
            return there;
        }

        /// SHA-256 of its octets.
        byte[] hash() {
            return hash.clone();
        }

        private final class Counted extends FilterOutputStream {
            Counted(OutputStream out) {
                super(out);
            }

            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] block, int offset, int length) throws IOException {
                require(share.grows(length));
                size += length;
                digest.update(block, offset, length);
                out.write(block, offset, length);
            }
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public InputStream open() {
            return Sealing.open(from(0), key, CONTEXT);
        }

        @Override
        public InputStream open(long begin) throws IOException {
            return begin < size
                    ? Sealing.open(this::from, begin, key, CONTEXT)
                    : InputStream.nullInputStream();
        }

        private InputStream from(long position) {
            return new At(position);
        }

        /// Each stream has a place of its own.
        private final class At extends InputStream {
            private long position;

            At(long position) {
                this.position = position;
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] block, int offset, int length) throws IOException {
                int count = channel.read(ByteBuffer.wrap(block, offset, length), position);
                position += Math.max(0, count);
                return count;
            }
        }

        @Override
        public void close() throws IOException {
            key.close();
            share.giveBack(size);
            size = 0;
            channel.close();
        }
    }
}

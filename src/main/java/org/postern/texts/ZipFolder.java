package org.postern.texts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// The directory of a zip archive in memory, and its entries, inflated within bounds (APPNOTE 4.3).
///
/// The directory at the end alone counts, as it does for programs that unpack. An archive with
/// anything unusual about it is none: several disks, 64-bit fields, octets before the first entry.
final class ZipFolder {
    private static final int END = 0x06054b50;
    private static final int END_OCTETS = 22;
    private static final int COMMENT_MAX = 0xFFFF;
    private static final int DIRECTORY_ENTRY = 0x02014b50;
    private static final int DIRECTORY_OCTETS = 46;
    private static final int LOCAL_ENTRY = 0x04034b50;
    private static final int LOCAL_OCTETS = 30;
    private static final int ENCRYPTED = 1;
    private static final int UTF_8_NAMES = 1 << 11;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    private final byte[] file;
    private final List<Entry> entries;

    private ZipFolder(byte[] file, List<Entry> entries) {
        this.file = file;
        this.entries = entries;
    }

    /// @param begin where its octets begin
    /// @param packed how many they are
    record Entry(String name, int method, boolean encrypted, int begin, int packed) {
        boolean isFolder() {
            return name.endsWith("/");
        }
    }

    List<Entry> entries() {
        return entries;
    }

    /// @return empty if it is no archive that can be read for certain
    static Optional<ZipFolder> read(byte[] file, Budget budget) throws Budget.Spent {
        int end = end(file);
        if (end < 0) {
            return Optional.empty();
        }
        int count = u16(file, end + 10);
        long directory = u32(file, end + 16);
        boolean oneDisk = u32(file, end + 4) == 0 && u16(file, end + 8) == count;
        if (!oneDisk || count == 0xFFFF || directory + u32(file, end + 12) != end) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>();
        int at = (int) directory;
        for (int i = 0; i < count; i++) {
            budget.entry();
            if (at + DIRECTORY_OCTETS > end || u32(file, at) != DIRECTORY_ENTRY) {
                return Optional.empty();
            }
            int next = at + DIRECTORY_OCTETS + u16(file, at + 28);
            Optional<Entry> entry = next > end ? Optional.empty() : entry(file, at, next);
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            entries.add(entry.get());
            at = next + u16(file, at + 30) + u16(file, at + 32);
        }
        return at == end ? Optional.of(new ZipFolder(file, entries)) : Optional.empty();
    }

    private static int end(byte[] file) {
        int least = Math.max(0, file.length - END_OCTETS - COMMENT_MAX);
        for (int at = file.length - END_OCTETS; at >= least; at--) {
            if (u32(file, at) == END && at + END_OCTETS + u16(file, at + 20) == file.length) {
                return at;
            }
        }
        return -1;
    }

    private static Optional<Entry> entry(byte[] file, int at, int nameEnd) {
        int flags = u16(file, at + 8);
        int method = u16(file, at + 10);
        long packed = u32(file, at + 20);
        long local = u32(file, at + 42);
        if (local + LOCAL_OCTETS > at || u32(file, (int) local) != LOCAL_ENTRY) {
            return Optional.empty();
        }
        long begin = local + LOCAL_OCTETS;
        begin += u16(file, (int) local + 26) + (long) u16(file, (int) local + 28);
        if (begin + packed > at) {
            return Optional.empty();
        }
        Charset charset =
                (flags & UTF_8_NAMES) != 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        int nameBegin = at + DIRECTORY_OCTETS;
        return Optional.of(
                new Entry(
                        new String(file, nameBegin, nameEnd - nameBegin, charset),
                        method,
                        (flags & ENCRYPTED) != 0,
                        (int) begin,
                        (int) packed));
    }

    /// What an entry holds; each octet is paid from the budget. Whoever closes it frees the
    /// inflater.
    ///
    /// @throws IOException if it is encrypted, or packed in another way than by Deflate
    InputStream open(Entry entry, Budget budget) throws IOException {
        InputStream packed = new ByteArrayInputStream(file, entry.begin, entry.packed);
        if (entry.encrypted) {
            throw new IOException("the entry is encrypted");
        }
        return switch (entry.method) {
            case STORED -> new Paid(packed, Optional.empty(), budget);
            case DEFLATED -> {
                Inflater inflater = new Inflater(true);
                yield new Paid(
                        new InflaterInputStream(packed, inflater), Optional.of(inflater), budget);
            }
            default -> throw new IOException("packed by method " + entry.method);
        };
    }

    /// Octets that are paid for when they are read.
    private static final class Paid extends InputStream {
        private final InputStream in;
        private final Optional<Inflater> inflater;
        private final Budget budget;

        Paid(InputStream in, Optional<Inflater> inflater, Budget budget) {
            this.in = in;
            this.inflater = inflater;
            this.budget = budget;
        }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            budget.inflate(1);
            return octet;
        }

        @Override
        public int read(byte[] to, int at, int length) throws IOException {
            int count = in.read(to, at, length);
            budget.inflate(Math.max(0, count));
            return count;
        }

        @Override
        public void close() throws IOException {
            inflater.ifPresent(Inflater::end);
            in.close();
        }
    }

    private static int u16(byte[] file, int at) {
        return (file[at] & 0xFF) | (file[at + 1] & 0xFF) << 8;
    }

    private static long u32(byte[] file, int at) {
        return u16(file, at) | (long) u16(file, at + 2) << 16;
    }
}

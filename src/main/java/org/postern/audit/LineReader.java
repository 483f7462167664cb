package org.postern.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.postern.store.Disk;
import org.postern.store.DiskFile;

/// The lines of one file of the log, and whether the last one has its end.
final class LineReader implements Closeable {
    /// A message for a thousand recipients makes a line of some 300 kB. `AuditFile` writes none
    /// that is as long as this.
    static final int LINE_OCTETS_MAX = 4 << 20;

    private static final int BUFFER_OCTETS = 1 << 16;

    private final DiskFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_OCTETS).flip();
    private long position;

    LineReader(Disk disk, Path path) throws IOException {
        file = disk.read(path);
    }

    long size() throws IOException {
        return file.size();
    }

    /// Goes to an octet of the file, at which the next line begins.
    void seek(long octet) {
        long back = position - octet;
        if (back >= 0 && back <= buffer.limit()) {
            // What was read ahead is not read again.
            buffer.position(buffer.limit() - (int) back);
        } else {
            // Empty, so that no later step back finds octets of the place that was left.
            buffer.position(0).limit(0);
            position = octet;
        }
    }

    /// @param text without the line end, each octet as one character (ISO-8859-1)
    /// @param ended whether there was one
    record Line(String text, boolean ended) {}

    /// The next line; empty behind the last.
    ///
    /// A line over the limit is cut there and counts as without end, as the damage that it is.
    Optional<Line> next() throws IOException {
        if (!fill()) {
            return Optional.empty();
        }
        int from = buffer.position();
        int to = lineEnd(from, buffer.limit());
        if (to < buffer.limit()) {
            // Nearly every line lies in the buffer as a whole.
            buffer.position(to + 1);
            byte[] octets = buffer.array();
            return Optional.of(
                    new Line(
                            new String(octets, from, to - from, StandardCharsets.ISO_8859_1),
                            true));
        }
        return overBuffers();
    }

    private Optional<Line> overBuffers() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (line.size() < LINE_OCTETS_MAX && fill()) {
            int begin = buffer.position();
            int most = Math.min(buffer.limit(), begin + LINE_OCTETS_MAX - line.size());
            int end = lineEnd(begin, most);
            line.write(buffer.array(), begin, end - begin);
            if (end < most) {
                buffer.position(end + 1);
                return Optional.of(new Line(text(line), true));
            }
            buffer.position(end);
        }
        return line.size() == 0 ? Optional.empty() : Optional.of(new Line(text(line), false));
    }

    /// Where the first line end between the two stands; the second where there is none. A start
    /// reads the whole day's log in this loop, before any of it is compiled.
    private int lineEnd(int begin, int most) {
        byte[] octets = buffer.array();
        int end = begin;
        while (end < most && octets[end] != '\n') {
            end++;
        }
        return end;
    }

    private static String text(ByteArrayOutputStream line) {
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private boolean fill() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear();
        int n = file.read(buffer, position);
        buffer.flip();
        position += n;
        return n > 0;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

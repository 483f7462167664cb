package org.postern.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.FileKind;

/// Of what kind a file is, how long, and whether a password closes it: by its own octets, in one
/// pass that keeps one block in memory. Nothing is unpacked. One look serves the files of a
/// message, one after the other.
public final class FileLook {
    /// What is read at once. The first block decides the kind.
    private static final int BLOCK_OCTETS = 16 * 1_024;

    /// What decides the kind.
    public static final int HEAD_OCTETS = BLOCK_OCTETS;

    /// A mark that begins in one block and ends in the next is found, because so much of a block is
    /// looked at again with the next one.
    private static final int OVERLAP_OCTETS = 512;

    private final byte[] window = new byte[OVERLAP_OCTETS + BLOCK_OCTETS];

    /// Octets at the front of the window that were there before.
    private int kept;

    private long octets;

    /// What came of a look.
    ///
    /// @param octets all of them
    public record Seen(FileKind kind, long octets, Lock lock) {}

    /// Reads to the end, and does not close it.
    public Seen of(InputStream in) throws IOException {
        kept = 0;
        octets = 0;
        int read = fill(in);
        byte[] head = Arrays.copyOf(window, read);
        FileKind kind = Magic.kind(head);
        LockMarks marks = LockMarks.of(kind, head);
        while (read > 0) {
            octets += read;
            marks.look(window, kept + read);
            slide(kept + read);
            read = fill(in);
        }
        return new Seen(kind, octets, marks.verdict());
    }

    /// The octets of a file that decide its kind.
    public static byte[] head(byte[] file) {
        return Arrays.copyOf(file, Math.min(file.length, HEAD_OCTETS));
    }

    private int fill(InputStream in) throws IOException {
        return in.readNBytes(window, kept, BLOCK_OCTETS);
    }

    private void slide(int filled) {
        kept = Math.min(OVERLAP_OCTETS, filled);
        System.arraycopy(window, filled - kept, window, 0, kept);
    }

    /// Whether these octets stand at that place.
    static boolean at(byte[] octets, int place, String mark) {
        byte[] wanted = mark.getBytes(StandardCharsets.ISO_8859_1);
        return place >= 0
                && place + wanted.length <= octets.length
                && Arrays.equals(octets, place, place + wanted.length, wanted, 0, wanted.length);
    }

    /// The first place of a mark in the first `filled` octets, from `from` on; -1 for none.
    static int find(byte[] octets, int filled, int from, byte[] mark) {
        for (int i = from; i <= filled - mark.length; i++) {
            if (octets[i] == mark[0]
                    && Arrays.equals(octets, i, i + mark.length, mark, 0, mark.length)) {
                return i;
            }
        }
        return -1;
    }
}

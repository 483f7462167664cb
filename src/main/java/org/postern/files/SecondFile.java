package org.postern.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import org.postern.facts.FileKind;

/// Looks for a second file in one, which some program opens in the place of the first: an archive
/// behind a picture, a PDF in front of an archive. The octets come in pieces. For one thread.
public final class SecondFile {
    /// Octets that decide, at most: the head of an entry of a zip archive up to its method.
    private static final int MARK_OCTETS = 10;

    private static final byte[] ENTRY = "PK\3\4".getBytes(ISO_8859_1);

    /// APPNOTE 4.4.3: no version needed to extract is higher.
    private static final int ZIP_VERSION_MAX = 63;

    private static final byte[] PDF = "%PDF-".getBytes(ISO_8859_1);

    /// PDF readers accept junk before the header within so many octets.
    private static final int PDF_SEARCH_OCTETS = 1_024;

    private static final List<byte[]> ARCHIVES =
            List.of(
                    "Rar!\u001a\u0007".getBytes(ISO_8859_1),
                    "7z\u00bc\u00af'\u001c".getBytes(ISO_8859_1),
                    "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1".getBytes(ISO_8859_1));

    private byte[] tail = new byte[0];
    private boolean found;

    /// Takes the next octets of a picture, sound or film.
    public void look(byte[] octets, int from, int length) {
        byte[] both = Arrays.copyOf(tail, tail.length + length);
        System.arraycopy(octets, from, both, tail.length, length);
        found |= holds(both, 0, true);
        tail = Arrays.copyOfRange(both, Math.max(0, both.length - MARK_OCTETS + 1), both.length);
    }

    /// Whether there is one in what came so far.
    public boolean found() {
        return found;
    }

    /// Whether there is one in a whole file.
    ///
    /// @param kind that it is by its first octets
    public static boolean isIn(FileKind kind, byte[] file) {
        return switch (kind) {
            case PDF -> holds(file, 1, false);
            case IMAGE, AUDIO, VIDEO -> holds(file, 0, true);
            case OFFICE, ZIP ->
                    FileLook.find(file, Math.min(file.length, PDF_SEARCH_OCTETS), 0, PDF) >= 0;
            case OLE, PROGRAM, ARCHIVE, TEXT, MESSAGE, OTHER -> false;
        };
    }

    private static boolean holds(byte[] octets, int from, boolean pdf) {
        for (int i = from; i < octets.length; i++) {
            boolean begins =
                    switch (octets[i]) {
                        case 'P' -> isEntry(octets, i);
                        case '%' -> pdf && isPdf(octets, i);
                        case 'R', '7', (byte) 0xD0 -> isArchive(octets, i);
                        default -> false;
                    };
            if (begins) {
                return true;
            }
        }
        return false;
    }

    /// Four octets come about by chance in a long film; a version and a method beside them do not.
    private static boolean isEntry(byte[] octets, int at) {
        return at + MARK_OCTETS <= octets.length
                && stands(octets, at, ENTRY)
                && (octets[at + 4] & 0xFF) <= ZIP_VERSION_MAX
                && octets[at + 5] <= 3
                && (octets[at + 8] & 0xFF) < 100
                && octets[at + 9] == 0;
    }

    private static boolean isPdf(byte[] octets, int at) {
        return stands(octets, at, PDF)
                && at + PDF.length + 1 < octets.length
                && (octets[at + PDF.length] == '1' || octets[at + PDF.length] == '2')
                && octets[at + PDF.length + 1] == '.';
    }

    private static boolean isArchive(byte[] octets, int at) {
        return ARCHIVES.stream().anyMatch(mark -> stands(octets, at, mark));
    }

    private static boolean stands(byte[] octets, int at, byte[] mark) {
        return at + mark.length <= octets.length
                && Arrays.equals(octets, at, at + mark.length, mark, 0, mark.length);
    }
}

package org.postern.files;

import static org.postern.files.FileLook.at;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.postern.facts.FileKind;

/// The kind of a file by its first octets, as the formats' own specifications fix them.
public final class Magic {
    /// PDF readers accept junk before the header within so many octets.
    private static final int PDF_SEARCH_OCTETS = 1_024;

    /// Where the name of the first entry of a zip archive begins (APPNOTE 4.3.7).
    private static final int ZIP_NAME = 30;

    private static final String ZIP = "PK\3\4";

    private static final List<String> OFFICE_ENTRIES =
            List.of("[Content_Types].xml", "_rels/", "docProps/", "word/", "xl/", "ppt/");

    private static final List<String> PROGRAMS =
            List.of(
                    "MZ",
                    "\u007fELF",
                    "#!",
                    "\u00fe\u00ed\u00fa\u00ce",
                    "\u00fe\u00ed\u00fa\u00cf",
                    "\u00ce\u00fa\u00ed\u00fe",
                    "\u00cf\u00fa\u00ed\u00fe",
                    "\u00ca\u00fe\u00ba\u00be");

    private static final List<String> IMAGES =
            List.of(
                    "\u00ff\u00d8\u00ff",
                    "\u0089PNG\r\n\u001a\n",
                    "GIF87a",
                    "GIF89a",
                    "II*\0",
                    "MM\0*");

    private static final List<String> ARCHIVES =
            List.of(
                    "7z\u00bc\u00af'\u001c",
                    "Rar!\u001a\u0007",
                    "\u001f\u008b",
                    "BZh",
                    "\u00fd7zXZ\0",
                    "PK\5\6");

    private static final List<String> AUDIO = List.of("ID3", "OggS", "fLaC", "#!AMR");

    private Magic() {}

    /// @param head the first octets, all of a short file
    public static FileKind kind(byte[] head) {
        if (isText(head)) {
            // Two or three letters at the beginning of a list are no format.
            return at(head, 0, "#!")
                    ? FileKind.PROGRAM
                    : isPdf(head) ? FileKind.PDF : FileKind.TEXT;
        }
        if (startsWithAny(head, AUDIO) || isRiff(head, "WAVE")) {
            return FileKind.AUDIO;
        }
        if (startsWithAny(head, PROGRAMS)) {
            return FileKind.PROGRAM;
        }
        if (at(head, 0, ZIP)) {
            return isOffice(head) ? FileKind.OFFICE : FileKind.ZIP;
        }
        if (at(head, 0, "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1")) {
            return FileKind.OLE;
        }
        if (startsWithAny(head, IMAGES)
                || isBitmap(head)
                || isRiff(head, "WEBP")
                || isBrand(head, "hei", "avi")) {
            return FileKind.IMAGE;
        }
        if (startsWithAny(head, ARCHIVES) || at(head, 257, "ustar")) {
            return FileKind.ARCHIVE;
        }
        if (isRiff(head, "AVI ") || at(head, 4, "ftyp") || at(head, 0, "\u001aE\u00df\u00a3")) {
            return FileKind.VIDEO;
        }
        return isPdf(head) ? FileKind.PDF : FileKind.OTHER;
    }

    private static boolean startsWithAny(byte[] head, List<String> marks) {
        return marks.stream().anyMatch(mark -> at(head, 0, mark));
    }

    /// Reserved octets of zero, and a header of one of the sizes that there are.
    private static boolean isBitmap(byte[] head) {
        return at(head, 0, "BM")
                && at(head, 6, "\0\0\0\0")
                && head.length > 17
                && head[14] >= 12
                && at(head, 15, "\0\0\0");
    }

    private static boolean isRiff(byte[] head, String form) {
        return at(head, 0, "RIFF") && at(head, 8, form);
    }

    private static boolean isBrand(byte[] head, String... brands) {
        return at(head, 4, "ftyp") && List.of(brands).stream().anyMatch(b -> at(head, 8, b));
    }

    private static boolean isOffice(byte[] head) {
        boolean openDocument =
                at(head, ZIP_NAME, "mimetypeapplication/vnd.oasis.opendocument")
                        || at(head, ZIP_NAME, "mimetypeapplication/vnd.sun.xml");
        return openDocument || OFFICE_ENTRIES.stream().anyMatch(e -> at(head, ZIP_NAME, e));
    }

    private static boolean isPdf(byte[] head) {
        byte[] mark = "%PDF-".getBytes(StandardCharsets.US_ASCII);
        return FileLook.find(head, Math.min(head.length, PDF_SEARCH_OCTETS), 0, mark) >= 0;
    }

    /// Control characters other than line ends, tabs and form feeds do not stand in text.
    private static boolean isText(byte[] head) {
        return IntStream.range(0, head.length)
                .map(i -> head[i] & 0xFF)
                .allMatch(c -> (c >= ' ' && c != 0x7F) || (c >= '\t' && c <= '\r'));
    }
}

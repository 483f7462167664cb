package org.postern.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postern.facts.FileKind;
import org.postern.texts.SampleFiles;

class SecondFileTest {
    private static final String ZIP =
            new String(SampleFiles.zip("list.txt", "MRN 4711"), ISO_8859_1);
    private static final String PDF = new String(SampleFiles.letter("MRN 4711"), ISO_8859_1);
    private static final String PICTURE = "\u00ff\u00d8\u00ff\u00e0" + "picture".repeat(300);

    @Test
    void whatSomeProgramOpensInItsPlaceIsFound() {
        found(FileKind.IMAGE, PICTURE + ZIP);
        found(FileKind.AUDIO, "ID3" + PDF);
        found(FileKind.IMAGE, PICTURE + "Rar!\u001a\u0007\0");
        found(FileKind.VIDEO, PICTURE + "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1");
        found(FileKind.PDF, PDF + ZIP);
        found(FileKind.ZIP, ZIP.substring(0, 30) + "%PDF-1.4" + ZIP.substring(30));
    }

    @Test
    void whatIsOneFileIsOne() {
        one(FileKind.IMAGE, PICTURE);
        one(FileKind.PDF, PDF);
        one(FileKind.ZIP, ZIP);
        one(FileKind.IMAGE, PICTURE + "PK\3\4 by chance");
        one(FileKind.IMAGE, PICTURE + "%PDF- and no version");
        byte[] film = new byte[4 << 20];
        new SplittableRandom(7).nextBytes(film);
        assertFalse(SecondFile.isIn(FileKind.VIDEO, film));
    }

    /// A mark that lies in two or more pieces is found.
    @Test
    void piecesMakeNoDifference() {
        byte[] file = (PICTURE + ZIP).getBytes(ISO_8859_1);
        for (int piece = 1; piece < 20; piece++) {
            SecondFile second = new SecondFile();
            for (int at = 0; at < file.length; at += piece) {
                second.look(file, at, Math.min(piece, file.length - at));
            }
            assertTrue(second.found(), "pieces of " + piece);
        }
    }

    private static void found(FileKind kind, String file) {
        assertTrue(SecondFile.isIn(kind, file.getBytes(ISO_8859_1)), kind + "");
    }

    private static void one(FileKind kind, String file) {
        assertFalse(SecondFile.isIn(kind, file.getBytes(ISO_8859_1)), kind + "");
    }
}

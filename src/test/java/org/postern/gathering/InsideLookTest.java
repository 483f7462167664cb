package org.postern.gathering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.mail.Content;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.texts.SampleFiles;

/// What is seen of a message in one pass, whatever is asked of it.
class InsideLookTest {
    private static final PhiLook LOOK = new PhiLook(1, () -> 2026);

    /// The file is looked at twice, and its octets come once.
    @Test
    void bothLooksSeeTheSameParts() throws Exception {
        for (byte[] file :
                new byte[][] {
                    "MRN 4711 has asthma".repeat(2_000).getBytes(StandardCharsets.US_ASCII),
                    SampleFiles.docx("MRN 4711 has asthma"),
                    SampleFiles.zip("a.txt", "MRN 4711 has asthma"),
                    new byte[50_000]
                }) {
            Content message = message(file);
            MimeIndex index = MimeIndex.of(message);
            FactGathering.Inside both =
                    new InsideLook(true, true, Phi.RecordForms.NONE, LOOK).of(index, message);
            assertEquals(Makeups.full(index, message), both.makeup());
            assertEquals(file.length, both.makeup().attachments().getFirst().octets());
            assertEquals(
                    new InsideLook(false, true, Phi.RecordForms.NONE, LOOK)
                            .of(index, message)
                            .phi(),
                    both.phi());
        }
    }

    @Test
    void textIsFoundInFiles() throws Exception {
        for (byte[] file :
                new byte[][] {
                    SampleFiles.docx("MRN 4711 has asthma"),
                    SampleFiles.zip("a.txt", "MRN 4711 has asthma"),
                    SampleFiles.zip("a.docx", SampleFiles.docx("MRN 4711 has asthma")),
                    SampleFiles.letter("MRN 4711 has asthma")
                }) {
            Phi phi = phi(file);
            assertTrue(phi.has(PhiKind.MRN));
            assertTrue(phi.inspected());
        }
        byte[] old = new byte[4_096];
        byte[] mark = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1};
        System.arraycopy(mark, 0, old, 0, mark.length);
        assertFalse(phi(old).inspected(), "doc and xls are not read");
    }

    /// Only what the named charset explains is read for certain.
    @Test
    void whatIsSaidToBeTextIsNotExcused() throws Exception {
        byte[] word = "MRN 4711".getBytes(StandardCharsets.US_ASCII);
        byte[] wide = "MRN 4711".getBytes(StandardCharsets.UTF_16);
        byte[] latin = {'M', 'u', (byte) 0xF1, 'o', 'z'};
        byte[] picture = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
        byte[] old = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A};
        assertTrue(inspected("text/plain", word));
        assertTrue(inspected("text/plain; charset=iso-8859-1", latin));
        assertTrue(inspected("text/plain; charset=utf-16", wide));
        assertFalse(inspected("text/plain; charset=utf-8", latin), "not of that charset");
        assertFalse(inspected("text/plain; charset=utf-7", word), "a charset that is not read");
        assertFalse(inspected("text/plain", wide), "no charset");
        assertFalse(inspected("text/plain; charset=iso-8859-1", wide), "zeros are no text");
        assertFalse(inspected("text/plain; charset=iso-8859-1", picture));
        assertFalse(inspected("text/plain; charset=iso-8859-1", Arrays.copyOf(old, 600)));
        assertFalse(inspected("text/plain", SampleFiles.zip("a.txt", "x")));
        assertFalse(inspected("text/plain", new byte[] {0x1F, (byte) 0x8B, 8, 0}));
    }

    /// Text that is not what its reader is shown, and a picture that is also something else.
    @Test
    void whatHidesItsWordsIsNotReadForCertain() throws Exception {
        assertFalse(inspected("text/rtf", "{\\rtf1 MRN 4711}".getBytes(StandardCharsets.US_ASCII)));
        byte[] armour = "-----BEGIN PGP MESSAGE-----\n".getBytes(StandardCharsets.US_ASCII);
        assertFalse(inspected("text/plain", armour));
        assertFalse(inspected("application/octet-stream", armour));
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 0});
        two.writeBytes(new byte[100_000]);
        assertTrue(inspected("image/jpeg", two.toByteArray()));
        two.writeBytes(SampleFiles.zip("a.txt", "MRN 4711"));
        assertFalse(inspected("image/jpeg", two.toByteArray()));
        Content message = message("image/jpeg", two.toByteArray());
        MimeIndex index = MimeIndex.of(message);
        assertFalse(
                new InsideLook(true, true, Phi.RecordForms.NONE, LOOK)
                        .of(index, message)
                        .phi()
                        .inspected());
    }

    @Test
    void theHeapSaysHowManyAreLookedThroughAtOnce() {
        assertEquals(1, PhiLook.turns(64L << 20));
        assertEquals(1, PhiLook.turns(511L << 20));
        assertEquals(2, PhiLook.turns(512L << 20));
        assertEquals(2, PhiLook.turns(64L << 30));
    }

    private static boolean inspected(String type, byte[] file) throws Exception {
        Content message = message(type, file);
        return new InsideLook(false, true, Phi.RecordForms.NONE, LOOK)
                .of(MimeIndex.of(message), message)
                .phi()
                .inspected();
    }

    private static Phi phi(byte[] file) throws IOException, MimeException {
        Content message = message(file);
        return new InsideLook(false, true, Phi.RecordForms.NONE, LOOK)
                .of(MimeIndex.of(message), message)
                .phi();
    }

    private static Content message(byte[] file) {
        return message("application/octet-stream; name=a.bin", file);
    }

    private static Content message(String type, byte[] file) {
        String text =
                """
                From: a@b.example
                Subject: x
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b

                Hello
                --b
                Content-Type: %s
                Content-Transfer-Encoding: base64

                %s
                --b--
                """
                        .formatted(type, Base64.getMimeEncoder().encodeToString(file))
                        .replace("\r\n", "\n")
                        .replace("\n", "\r\n");
        return Content.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}

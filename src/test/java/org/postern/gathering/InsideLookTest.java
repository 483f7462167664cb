package org.postern.gathering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    private static final PhiLook LOOK = new PhiLook(1);

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
            FactGathering.Inside both = new InsideLook(true, true, LOOK).of(index, message);
            assertEquals(Makeups.full(index, message), both.makeup());
            assertEquals(file.length, both.makeup().attachments().getFirst().octets());
            assertEquals(new InsideLook(false, true, LOOK).of(index, message).phi(), both.phi());
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

    private static Phi phi(byte[] file) throws IOException, MimeException {
        Content message = message(file);
        return new InsideLook(false, true, LOOK).of(MimeIndex.of(message), message).phi();
    }

    private static Content message(byte[] file) {
        String text =
                """
                From: a@b.example
                Subject: x
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b

                Hello
                --b
                Content-Type: application/octet-stream; name=a.bin
                Content-Transfer-Encoding: base64

                %s
                --b--
                """
                        .formatted(Base64.getMimeEncoder().encodeToString(file))
                        .replace("\r\n", "\n")
                        .replace("\n", "\r\n");
        return Content.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}

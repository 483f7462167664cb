package org.postern.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.Domain;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.Peers;

/// What leaves bears two signatures, and others can verify them.
class DkimSignerTest {
    private static final Domain CLINIC = new Domain("clinic.example");
    private static final Map<String, String> PUBLISHED =
            Map.of(
                    TestKeys.rsa().recordName(CLINIC),
                    TestKeys.rsa().record(),
                    TestKeys.ed25519().recordName(CLINIC),
                    TestKeys.ed25519().record());

    private static final String MESSAGE =
            String.join(
                    "\r\n",
                    "Received: from ward.example by mx.clinic.example",
                    "From: Anna Reyes",
                    " <anna@clinic.example>",
                    "To: joe@far.example, ",
                    "\tsue@far.example",
                    "Subject: =?utf-8?q?R=C3=A9sultat?=  of \t today",
                    "Date: Thu, 26 Nov 2026 12:00:00 +0000",
                    "Message-ID: <1@clinic.example>",
                    "MIME-Version: 1.0",
                    "Content-Type: text/plain; charset=utf-8",
                    "",
                    "Dear  Joe, ",
                    "",
                    ".",
                    "..",
                    "  see you\t",
                    "",
                    "",
                    "");

    private final MemoryReception drafts = MemoryReception.accepting();

    private DkimSigner signer() {
        return new DkimSigner(
                List.of(TestKeys.rsa(), TestKeys.ed25519()),
                Set.of(CLINIC),
                () -> Instant.parse("2026-11-26T12:00:00Z"),
                drafts);
    }

    private String signed(ContentWriter content) throws Exception {
        try (DkimSigner.Signed signed = signer().sign(content)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            signed.content().writeTo(out);
            return out.toString(ISO_8859_1);
        }
    }

    private static Content content(String text) {
        return Content.of(text.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: a@clinic.example\r\n\r\n",
                "From: a@clinic.example\r\n",
                "From: a@clinic.example\r\n\r\n\r\n\r\n",
                "From: a@clinic.example\r\n\r\nno end of line",
                "From: a@clinic.example\r\n\r\n \t \r\n\r\nx",
                "From: a@ward.clinic.example\r\nSubject: a\r\nSubject: b\r\n\r\n\u00e4",
            })
    void bothSignaturesHold(String message) throws Exception {
        String signed = signed(content(message));
        assertTrue(signed.endsWith(message));
        assertEquals(
                "PASS clinic.example, PASS clinic.example",
                DkimVerifierTest.told(DkimVerifierTest.verify(signed, PUBLISHED)));
        assertTrue(signed.lines().noneMatch(line -> line.length() > 98), "lines are folded");
    }

    @Test
    void aRealMessageHoldsAsWell() throws Exception {
        bothSignaturesHold(MESSAGE);
    }

    /// §8.15: what the reader is shown cannot be said twice.
    @ParameterizedTest
    @ValueSource(strings = {"From", "Subject", "To", "Cc", "Reply-To", "Date", "Content-Type"})
    void nobodyCanAddAField(String name) throws Exception {
        String forged = name + ": another\r\n" + signed(content(MESSAGE));
        assertEquals(
                "FAIL clinic.example, FAIL clinic.example",
                DkimVerifierTest.told(DkimVerifierTest.verify(forged, PUBLISHED)));
    }

    @Test
    void traceAndBlindCopiesAreNeverSigned() throws Exception {
        String message = "Bcc: secret@clinic.example\r\nReturn-Path: <>\r\n" + MESSAGE;
        String signature = signed(content(message)).split("\r\nBcc:", 2)[0].replaceAll("\\s", "");
        for (String name : List.of("bcc", "received", "return-path")) {
            assertFalse(signature.matches("(?s).*[=:]" + name + "[:;].*"), name);
        }
        assertTrue(signature.contains("h=from:from:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: a@other.example\r\n\r\n",
                "From: a@notclinic.example\r\n\r\n",
                "From: a@clinic.example, b@clinic.example\r\n\r\n",
                "Subject: no author\r\n\r\n",
            })
    void whatIsNotOursIsNotSigned(String message) throws Exception {
        Content content = content(message);
        try (DkimSigner.Signed signed = signer().sign(content)) {
            assertSame(content, signed.content());
        }
    }

    /// S/MIME writes other octets each time: those that are signed are those that are sent.
    @Test
    void contentThatIsNeverTheSameIsWrittenOnce() throws Exception {
        AtomicInteger times = new AtomicInteger();
        ContentWriter changing =
                out -> {
                    String text = MESSAGE + times.incrementAndGet() + "\r\n";
                    out.write(text.getBytes(ISO_8859_1));
                };
        String signed = signed(changing);
        assertEquals(1, times.get());
        assertEquals(0, drafts.openDrafts(), "nothing is left behind");
        assertEquals(
                "PASS clinic.example, PASS clinic.example",
                DkimVerifierTest.told(DkimVerifierTest.verify(signed, PUBLISHED)));
    }

    @Test
    void aMessageThatCannotBeReadLeavesNothingBehind() {
        ContentWriter broken =
                out -> {
                    out.write('x');
                    throw new IOException("damaged");
                };
        assertThrows(IOException.class, () -> signer().sign(broken));
        assertEquals(0, drafts.openDrafts());
    }

    /// The canonical forms do not depend on how the octets are cut.
    @Test
    void bodiesHashTheSameHoweverTheyAreCut() {
        SplittableRandom random = new SplittableRandom(7);
        byte[] alphabet = {'a', 'b', ' ', '\t', '\r', '\n', '.'};
        for (int round = 0; round < 2_000; round++) {
            byte[] body = new byte[random.nextInt(40)];
            for (int i = 0; i < body.length; i++) {
                body[i] = alphabet[random.nextInt(alphabet.length)];
            }
            for (Canonical form : Canonical.values()) {
                BodyHash whole = new BodyHash(new BodyHash.Manner(form, BodyHash.ALL));
                whole.write(body, 0, body.length);
                BodyHash single = new BodyHash(new BodyHash.Manner(form, BodyHash.ALL));
                for (byte octet : body) {
                    single.write(octet);
                }
                assertArrayEquals(whole.finish(), single.finish());
            }
        }
    }

    /// The other way round, and by another's code: dkimpy of Debian (`python3-dkim`).
    @Test
    void anotherImplementationVerifiesOurs(@TempDir Path folder) throws Exception {
        String odd = "From: a@clinic.example\r\nSubject: a  b\r\n\r\n \t x\r\n \r\n\r\n";
        for (String message : List.of(MESSAGE, odd)) {
            Path file = folder.resolve("signed.eml");
            Files.write(file, signed(content(message)).getBytes(ISO_8859_1));
            assertEquals("True True", dkimpy(folder, "verify", file));
        }
    }

    @Test
    void weVerifyThoseOfAnotherImplementation(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("plain.eml");
        Files.write(file, MESSAGE.getBytes(ISO_8859_1));
        for (String form : List.of("simple/simple", "relaxed/simple", "relaxed/relaxed")) {
            String signed = dkimpy(folder, "sign", file, form);
            assertEquals(
                    "PASS clinic.example, PASS clinic.example",
                    DkimVerifierTest.told(DkimVerifierTest.verify(signed, PUBLISHED)));
        }
    }

    private static String dkimpy(Path folder, String verb, Path file, String... more)
            throws Exception {
        Path script = folder.resolve("dkimpy.py");
        Files.copy(
                Path.of("src/test/resources/dkim/dkimpy.py"),
                script,
                StandardCopyOption.REPLACE_EXISTING);
        PublishedKeys.write(folder, PUBLISHED);
        List<String> command = new ArrayList<>();
        command.addAll(List.of(Peers.python("dkim").toString(), script.toString(), verb));
        command.add(file.toString());
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), said);
        return verb.equals("sign") ? said : said.strip();
    }
}

package org.postern.smime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.testkit.Peers;
import org.postern.testkit.TestAuthority;

/// Round trips, with ourselves and with OpenSSL, and what stands outside.
final class SmimeEncryptorTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity RSA = AUTHORITY.person("rsa@partner.example", KeyKind.RSA_2048);
    private static final Identity EC = AUTHORITY.person("ec@partner.example", KeyKind.P_256);

    private static final String HEADER =
            """
            Received: from pc by gateway; Thu, 15 Jan 2026 09:00:00 +0000
            Received: from inside.clinic.example by mail.clinic.example
            Return-Path: <a@clinic.example>
            From: Ann <a@clinic.example>
            To: rsa@partner.example,
             ec@partner.example
            Bcc: hidden@partner.example
            Subject: Biopsy of
             Mr. Canary
            Thread-Topic: Biopsy of Mr. Canary
            X-Ward: Canary ward
            Comments: Canary comment
            Date: Thu, 15 Jan 2026 09:00:00 +0000
            Message-ID: <1@clinic.example>
            References: <0@partner.example>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Description: Canary description
            """
                    .replace("\n", "\r\n");

    @TempDir Path folder;

    @Test
    void theOutsideShowsOnlyWhatIsListed() throws Exception {
        String message = encrypt(HEADER + "\r\nbody", RSA, EC);
        assertEquals(
                """
                Received: from pc by gateway; Thu, 15 Jan 2026 09:00:00 +0000
                From: Ann <a@clinic.example>
                To: rsa@partner.example,
                 ec@partner.example
                Subject: [...]
                Date: Thu, 15 Jan 2026 09:00:00 +0000
                Message-ID: <1@clinic.example>
                References: <0@partner.example>
                MIME-Version: 1.0
                Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data;
                 name="smime.p7m"
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename="smime.p7m"

                """
                        .replace("\n", "\r\n"),
                message.substring(0, message.indexOf("\r\n\r\n") + 4));
        assertFalse(message.contains("Canary"));
        assertFalse(message.contains("hidden"));
        for (String line : message.split("\r\n", -1)) {
            assertTrue(line.length() <= 78, line);
        }
    }

    /// RFC 9788 §2.2: inside stands everything, and what the outside shows.
    @Test
    void theInsideIsWhole() throws Exception {
        String expected =
                """
                From: Ann <a@clinic.example>
                To: rsa@partner.example,
                 ec@partner.example
                Subject: Biopsy of
                 Mr. Canary
                Thread-Topic: Biopsy of Mr. Canary
                X-Ward: Canary ward
                Comments: Canary comment
                Date: Thu, 15 Jan 2026 09:00:00 +0000
                Message-ID: <1@clinic.example>
                References: <0@partner.example>
                MIME-Version: 1.0
                Content-Description: Canary description
                HP-Outer: From: Ann <a@clinic.example>
                HP-Outer: To: rsa@partner.example,
                 ec@partner.example
                HP-Outer: Subject: [...]
                HP-Outer: Date: Thu, 15 Jan 2026 09:00:00 +0000
                HP-Outer: Message-ID: <1@clinic.example>
                HP-Outer: References: <0@partner.example>
                Content-Type: text/plain; charset=utf-8;
                 hp="cipher"

                body\u0000\u00ff. \t
                no line end\
                """
                        .replace("\n", "\r\n");
        String body = "body\u0000\u00ff. \t\r\nno line end";
        for (Identity identity : List.of(RSA, EC)) {
            assertEquals(expected, open(encrypt(HEADER + "\r\n" + body, RSA, EC), identity));
        }
    }

    @Test
    void messagesWithoutMimeStayPlainText() throws Exception {
        assertEquals(
                "From: a@x\r\nHP-Outer: From: a@x\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; hp=\"cipher\"\r\n\r\nbody",
                open(encrypt("From: a@x\r\n\r\nbody", RSA), RSA));
        // No empty line, no header section, nothing at all.
        String unseparated = open(encrypt("From: a@x\r\njust text\r\n", RSA), RSA);
        assertTrue(unseparated.endsWith("\r\n\r\njust text\r\n"), unseparated);
        assertTrue(open(encrypt("", RSA), RSA).endsWith("hp=\"cipher\"\r\n\r\n"));
    }

    @Test
    void doubtIsRefused() {
        bad("Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n", "Content-Type twice");
        bad("Content-Type: text/plain; a=\"open\r\n\r\n", "cannot be read");
        bad("Content-Type: text/plain; hp=clear\r\n\r\n", "claims to have a protected header");
        bad("Subject: a\rb\r\n\r\n", "bare CR");
        bad("Subject: a\u0000b\r\n\r\n", "NUL");
        bad("Subject: a\r\n \t\r\nX: b\r\n\r\n", "white space only");
        bad("A: b\r\n".repeat(2_000), "more than 1000 fields");
        SmimeEncryptor encryptor = new SmimeEncryptor(KeyTransport.PKCS1_V15);
        Content content = Content.of(new byte[0]);
        assertThrows(SmimeException.class, () -> encryptor.encrypt(content, List.of()));
        Identity weak = AUTHORITY.person("weak@partner.example", KeyKind.RSA_1024);
        assertThrows(
                SmimeException.class,
                () -> encryptor.encrypt(content, List.of(weak.certificate())));
    }

    /// What a client writes into the message about the outside is not believed.
    @Test
    void claimsAboutTheOutsideAreRemoved() throws Exception {
        String opened = open(encrypt("Subject: a\r\nHP-Outer: Subject: a\r\n\r\nx", RSA), RSA);
        assertEquals(
                "Subject: a\r\nHP-Outer: Subject: [...]\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: text/plain; hp=\"cipher\"\r\n\r\nx",
                opened);
    }

    @Test
    void eachWritingIsAnotherCiphertextOfTheSame() throws Exception {
        ContentWriter writer = writer(Content.of(HEADER.getBytes(ISO_8859_1)), RSA);
        assertFalse(text(writer).equals(text(writer)));
        assertEquals(open(text(writer), RSA), open(text(writer), RSA));
    }

    /// A message whose reading breaks off must not end like a whole one.
    @Test
    void aBrokenMessageIsNotEnded() throws Exception {
        byte[] message = (HEADER + "\r\n" + "x".repeat(200_000)).getBytes(ISO_8859_1);
        ContentWriter writer = writer(new BreaksOff(message), RSA);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThrows(IOException.class, () -> writer.writeTo(out));
        Opened opened = decryptor(RSA).open(Content.of(out.toByteArray()));
        assertEquals(new Opened.Damaged(), opened);
    }

    @Test
    void everySizeComesBack() throws Exception {
        for (int size : new int[] {0, 1, 56, 57, 58, 10_240, 58_367, 58_368, 102_400, 1_048_576}) {
            byte[] body = random(size);
            for (Identity identity : List.of(RSA, EC)) {
                String message = HEADER + "\r\n" + new String(body, ISO_8859_1);
                String opened = open(encrypt(message, identity), identity);
                String inside = opened.substring(opened.indexOf("\r\n\r\n") + 4);
                assertArrayEquals(body, inside.getBytes(ISO_8859_1), "size " + size);
            }
        }
    }

    @Test
    void otherCurvesAndOaep() throws Exception {
        for (KeyKind kind : List.of(KeyKind.P_384, KeyKind.P_521, KeyKind.RSA_3072)) {
            Identity person = AUTHORITY.person("x@partner.example", kind);
            assertTrue(open(encrypt(HEADER + "\r\nbody", person), person).endsWith("\r\n\r\nbody"));
        }
        ContentWriter oaep =
                new SmimeEncryptor(KeyTransport.OAEP_SHA256)
                        .encrypt(
                                Content.of(HEADER.getBytes(ISO_8859_1)),
                                List.of(RSA.certificate()));
        assertTrue(open(text(oaep), RSA).startsWith("From: Ann"));
    }

    @Test
    void opensslOpensWhatWeEncrypt() throws Exception {
        Path openssl = Peers.program("openssl");
        for (int size : new int[] {0, 1, 10_240, 102_400, 1_048_576, 25 * 1_048_576}) {
            byte[] body = random(size);
            for (Identity identity : List.of(RSA, EC)) {
                Path encrypted = folder.resolve("encrypted.eml");
                Content content = message(body);
                try (OutputStream out = Files.newOutputStream(encrypted)) {
                    writer(content, RSA, EC).writeTo(out);
                }
                byte[] opened = openssl(openssl, encrypted, identity);
                int begin = opened.length - size;
                byte[] inside = Arrays.copyOfRange(opened, begin, opened.length);
                assertArrayEquals(body, inside, "size " + size);
                assertArrayEquals(openFile(encrypted, identity), opened, "size " + size);
            }
        }
    }

    @Test
    void weOpenWhatOpensslEncrypts() throws Exception {
        Path openssl = Peers.program("openssl");
        Path plain = folder.resolve("plain.txt");
        Files.write(plain, random(100_000));
        for (Identity identity : List.of(RSA, EC)) {
            Path pem = folder.resolve("to.pem");
            Files.deleteIfExists(pem);
            Pem.write(pem, List.of(identity.certificate()));
            for (List<String> more : List.of(List.<String>of(), List.of("-stream"))) {
                Path out = folder.resolve("openssl.eml");
                List<String> command = new ArrayList<>();
                command.addAll(
                        List.of(openssl.toString(), "cms", "-encrypt", "-binary", "-aes-256-gcm"));
                command.addAll(List.of("-in", plain.toString(), "-out", out.toString()));
                command.addAll(more);
                command.add(pem.toString());
                run(command);
                assertArrayEquals(Files.readAllBytes(plain), openFile(out, identity));
            }
        }
    }

    private static byte[] openFile(Path file, Identity identity) throws IOException {
        Content entity = openContent(Content.of(Files.readAllBytes(file)), identity);
        try (InputStream in = entity.open()) {
            return in.readAllBytes();
        }
    }

    private static byte[] random(int size) {
        byte[] octets = new byte[size];
        new SplittableRandom(size).nextBytes(octets);
        return octets;
    }

    private static Content message(byte[] body) {
        byte[] header = (HEADER + "\r\n").getBytes(ISO_8859_1);
        byte[] all = Arrays.copyOf(header, header.length + body.length);
        System.arraycopy(body, 0, all, header.length, body.length);
        return Content.of(all);
    }

    private byte[] openssl(Path openssl, Path encrypted, Identity identity) throws Exception {
        Path key = folder.resolve("key.pem");
        Path pem = folder.resolve("recipient.pem");
        Files.deleteIfExists(key);
        Files.deleteIfExists(pem);
        Pem.write(key, identity.key());
        Pem.write(pem, List.of(identity.certificate()));
        Path out = folder.resolve("opened");
        run(
                List.of(
                        openssl.toString(),
                        "cms",
                        "-decrypt",
                        "-inform",
                        "SMIME",
                        "-binary",
                        "-in",
                        encrypted.toString(),
                        "-inkey",
                        key.toString(),
                        "-recip",
                        pem.toString(),
                        "-out",
                        out.toString()));
        return Files.readAllBytes(out);
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertEquals(0, process.waitFor(), said);
    }

    private static void bad(String message, String reason) {
        SmimeException thrown = assertThrows(SmimeException.class, () -> encrypt(message, RSA));
        assertTrue(thrown.reason().contains(reason), thrown::reason);
    }

    private static String encrypt(String message, Identity... recipients) throws Exception {
        return text(writer(Content.of(message.getBytes(ISO_8859_1)), recipients));
    }

    private static ContentWriter writer(Content content, Identity... recipients)
            throws IOException, SmimeException {
        return new SmimeEncryptor(KeyTransport.PKCS1_V15)
                .encrypt(content, Arrays.stream(recipients).map(Identity::certificate).toList());
    }

    private static String text(ContentWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return out.toString(ISO_8859_1);
    }

    private static String open(String message, Identity identity) throws IOException {
        Content entity = openContent(Content.of(message.getBytes(ISO_8859_1)), identity);
        try (InputStream in = entity.open()) {
            byte[] octets = in.readAllBytes();
            assertEquals(octets.length, entity.size());
            return new String(octets, ISO_8859_1);
        }
    }

    private static Content openContent(Content message, Identity identity) throws IOException {
        if (decryptor(identity).open(message) instanceof Opened.Plain(Content entity)) {
            return entity;
        }
        throw new AssertionError("not opened");
    }

    private static SmimeDecryptor decryptor(Identity identity) {
        return new SmimeDecryptor(List.of(identity));
    }

    /// Breaks off where a sealed message would that was damaged on disk.
    private static final class BreaksOff implements Content {
        private final byte[] octets;

        BreaksOff(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public long size() {
            return octets.length;
        }

        @Override
        public InputStream open() {
            return new FilterInputStream(new ByteArrayInputStream(octets)) {
                private int given;

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    if (given > octets.length / 2) {
                        throw new IOException("damaged");
                    }
                    int count = super.read(target, offset, length);
                    given += count;
                    return count;
                }
            };
        }
    }
}

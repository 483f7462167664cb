package org.postern.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.opening.ReaderWorld.ANNA;
import static org.postern.opening.ReaderWorld.AUTHORITY;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.smime.Capabilities;
import org.postern.smime.Capabilities.ContentEncryption;
import org.postern.smime.KeyTransport;
import org.postern.smime.Recipient;
import org.postern.smime.SmimeEncryptor;
import org.postern.testkit.Peers;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;

/// NSS, whose S/MIME is that of Thunderbird: what it signs and encrypts is read and judged right,
/// and it verifies and opens ours (G13).
final class NssPeersTest {
    private static final String TEXT = "Content-Type: text/plain\r\n\r\nHello\r\n";
    private static final String FROM = SmimeMail.from("ann@partner.example");

    @TempDir Path folder;

    private ReaderWorld world;
    private String database = "";
    private final Identity ann = AUTHORITY.person("ann@partner.example", KeyKind.RSA_2048);

    @BeforeEach
    void open() throws Exception {
        Peers.program("cmsutil");
        world = new ReaderWorld(folder);
        Files.writeString(folder.resolve("plain"), TEXT, ISO_8859_1);
        Pem.write(folder.resolve("root.pem"), List.of(AUTHORITY.authority().certificate()));
        begin("nss");
        add("ann", ann);
        add("anna", ANNA);
    }

    /// A store of its own, because NSS gives all certificates of one subject one name.
    private void begin(String name) throws Exception {
        database = "sql:" + Files.createDirectory(folder.resolve(name));
        good("certutil", "-N", "-d", database, "--empty-password");
        good("certutil", "-A", "-d", database, "-n", "root", "-t", ",C,", "-a", "-i", "root.pem");
    }

    private void add(String name, Identity identity) throws Exception {
        Pem.write(folder.resolve(name + ".key"), identity.key());
        Pem.write(folder.resolve(name + ".crt"), identity.chain());
        good(
                "openssl",
                "pkcs12",
                "-export",
                "-name",
                name,
                "-inkey",
                name + ".key",
                "-in",
                name + ".crt",
                "-out",
                name + ".p12",
                "-passout",
                "pass:word");
        good("pk12util", "-d", database, "-i", name + ".p12", "-W", "word", "-K", "");
    }

    @Test
    void itSignsAndWeVerify() throws Exception {
        for (KeyKind kind : List.of(KeyKind.RSA_2048, KeyKind.P_256)) {
            String name = "signer" + kind;
            begin(name + "-store");
            add(name, AUTHORITY.person("ann@partner.example", kind));
            for (String hash : List.of("SHA256", "SHA384", "SHA512")) {
                good(
                        "cmsutil", "-S", "-d", database, "-N", name, "-H", hash, "-G", "-i",
                        "plain", "-o", "opaque");
                says("signed: valid", SmimeMail.object("signed-data", read("opaque")));
                good(
                        "cmsutil",
                        "-S",
                        "-d",
                        database,
                        "-N",
                        name,
                        "-H",
                        hash,
                        "-G",
                        "-T",
                        "-i",
                        "plain",
                        "-o",
                        "detached");
                says("signed: valid", SmimeMail.clear(TEXT, read("detached")));
                says(
                        "altered: altered",
                        SmimeMail.clear(TEXT.replace("Hello", "Hullo"), read("detached")));
            }
        }
    }

    @Test
    void itEncryptsAndWeOpen() throws Exception {
        good(
                "cmsutil",
                "-E",
                "-d",
                database,
                "-r",
                "anna@clinic.example",
                "-i",
                "plain",
                "-o",
                "encrypted");
        says(
                "encrypted-unauthenticated: opened-unauthenticated",
                SmimeMail.object("enveloped-data", read("encrypted")));
    }

    @Test
    void itVerifiesOurs() throws Exception {
        for (KeyKind kind : List.of(KeyKind.RSA_2048, KeyKind.P_256)) {
            Identity signer = AUTHORITY.person("ann@partner.example", kind);
            By by = kind == KeyKind.P_256 ? By.ec(signer) : By.rsa(signer);
            Files.write(folder.resolve("opaque"), SmimeMail.signature(TEXT, true, by));
            good("cmsutil", "-D", "-d", database, "-i", "opaque", "-o", "content");
            assertEquals(TEXT, text("content"));
            Files.write(folder.resolve("detached"), SmimeMail.signature(TEXT, false, by));
            good("cmsutil", "-D", "-d", database, "-i", "detached", "-c", "plain", "-o", "content");
            Files.writeString(folder.resolve("other"), TEXT.replace("Hello", "Hullo"), ISO_8859_1);
            assertNotEquals(
                    0,
                    run(
                            "cmsutil",
                            "-D",
                            "-d",
                            database,
                            "-i",
                            "detached",
                            "-c",
                            "other",
                            "-o",
                            "content"));
        }
    }

    /// NSS knows neither AuthEnvelopedData nor OAEP: a partner's file asks for the rest by `.cbc`.
    @Test
    void itOpensOurs() throws Exception {
        assertTrue(opens(ContentEncryption.AES_256_CBC, KeyTransport.PKCS1_V15));
        assertEquals(TEXT, text("content"));
        assertFalse(opens(ContentEncryption.AES_256_GCM, KeyTransport.PKCS1_V15));
        assertFalse(opens(ContentEncryption.AES_256_CBC, KeyTransport.OAEP_SHA256));
    }

    private boolean opens(ContentEncryption content, KeyTransport transport) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SmimeEncryptor(transport)
                .envelop(
                        Content.of(TEXT.getBytes(ISO_8859_1)),
                        List.of(
                                new Recipient(
                                        ann.certificate(), new Capabilities(content, transport))))
                .writeTo(out);
        String message = out.toString(ISO_8859_1);
        Files.write(
                folder.resolve("encrypted"),
                Base64.getMimeDecoder().decode(message.substring(message.indexOf("\r\n\r\n") + 4)));
        return run("cmsutil", "-D", "-d", database, "-i", "encrypted", "-o", "content") == 0;
    }

    private void says(String verdict, String entity) throws Exception {
        Reading reading = world.read((FROM + entity).getBytes(ISO_8859_1), ANNA);
        assertEquals(verdict, ReaderWorld.codes(reading));
    }

    private byte[] read(String file) throws Exception {
        return Files.readAllBytes(folder.resolve(file));
    }

    private String text(String file) throws Exception {
        return Files.readString(folder.resolve(file), ISO_8859_1);
    }

    private void good(String... command) throws Exception {
        assertEquals(0, run(command), () -> String.join(" ", command) + ": " + said);
    }

    private String said = "";

    private int run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
        return process.exitValue();
    }
}

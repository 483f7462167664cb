package org.postern.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cert.OwnKeys;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.Configuration;
import org.postern.config.FolderCopy;
import org.postern.config.GatewayConfig;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.mail.Address;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.testkit.Accepted;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.TestAuthority;

class InspectTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity ANN = AUTHORITY.person("ann@partner.example");
    private static final Identity ANNA = AUTHORITY.person("anna@clinic.example", KeyKind.RSA_2048);

    @TempDir Path folder;

    @BeforeEach
    void write() throws IOException, GeneralSecurityException {
        Files.createDirectories(folder.resolve("config/partners/anchors"));
        Pem.write(
                folder.resolve("config/partners/anchors/root.pem"),
                List.of(AUTHORITY.authority().certificate()));
        String signed =
                SmimeMail.clear("Content-Type: text/plain\r\n\r\ncanarybody\r\n", By.ec(ANN));
        Files.writeString(
                folder.resolve("mail.eml"),
                SmimeMail.from("ann@partner.example") + SmimeMail.gcm(signed, ANNA),
                ISO_8859_1);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = "secret".toCharArray();
        store.setKeyEntry("anna", ANNA.key(), password, ANNA.chain().toArray(Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(folder.resolve("anna.p12"))) {
            store.store(out, password);
        }
        Files.writeString(folder.resolve("password"), "secret\n");
        Files.writeString(folder.resolve("wrong"), "wrong\n");
    }

    private record Typed(int exit, String out, String err) {}

    private Typed inspect(String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        new ByteArrayInputStream(new byte[0]));
        List<String> words = new ArrayList<>();
        words.addAll(List.of("inspect", folder.resolve("mail.eml").toString()));
        List<String> given = List.of(options);
        if (!given.contains("--config")) {
            words.addAll(List.of("--config", folder.resolve("config").toString()));
        }
        words.addAll(given);
        int exit =
                new CommandLineTool(
                                console,
                                List.of(new Inspect(console, new ManualClock(TestAuthority.NOW))))
                        .run(words.toArray(String[]::new));
        return new Typed(exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    private Typed withKey(String... options) {
        List<String> all = new ArrayList<>();
        all.addAll(List.of("--key", folder.resolve("anna.p12").toString()));
        all.addAll(List.of("--password-file", folder.resolve("password").toString()));
        all.addAll(List.of(options));
        return inspect(all.toArray(String[]::new));
    }

    /// Although the clinic's own authority lies among the anchors: the book says more.
    @Test
    void whatTheClinicItselfRevokedIsNotBelieved() throws Exception {
        FolderCopy copy = FolderCopy.in(Files.createDirectories(folder.resolve("whole")));
        GatewayConfig config = Accepted.value(Configuration.gateway(copy.path()));
        Files.createDirectories(config.storage().keys());
        Files.writeString(config.storage().keystorePassword(), "one long secret\n");
        OwnKeys own = OwnKeys.of(config, new ManualClock(TestAuthority.NOW));
        Owner.Person maria = new Owner.Person(Address.of("maria@homemail.example"));
        Identity issued = own.issuing().issueOutside(maria, KeyKind.P_256);
        Path anchors = Files.createDirectories(copy.path().resolve("partners/anchors"));
        Pem.write(anchors.resolve("own.pem"), List.of(issued.chain().getLast()));
        Files.writeString(
                folder.resolve("mail.eml"),
                SmimeMail.from("maria@homemail.example")
                        + SmimeMail.clear(
                                "Content-Type: text/plain\r\n\r\nHello\r\n", By.ec(issued)),
                ISO_8859_1);
        String place = copy.path().toString();
        assertEquals(0, inspect("--config", place).exit());
        own.keyring()
                .revoked()
                .add(
                        new Keyring.Entry(maria, 1, issued.chain()),
                        RevokedBook.Reason.KEY_COMPROMISE,
                        TestAuthority.NOW);
        Typed revoked = inspect("--config", place);
        assertEquals(1, revoked.exit(), revoked.out());
        assertTrue(revoked.out().contains("revoked"), revoked.out());
        Files.delete(own.keyring().revoked().file());
        assertEquals(1, inspect("--config", place).exit(), "nobody can say");
        copy.with("gateway.yaml", "hostname: [");
        Typed faulty = inspect("--config", place);
        assertEquals(1, faulty.exit());
        assertTrue(faulty.err().contains("gateway.yaml has mistakes"), faulty.err());
    }

    @Test
    void peopleReadLayersAndVerdict() {
        Typed typed = withKey();
        assertEquals(0, typed.exit(), typed.err());
        String text = typed.out();
        for (String line :
                List.of(
                        "Layer 1   encrypted, AES-256-GCM",
                        "  => opened: It was opened, and nobody changed it on its way.",
                        "Layer 2   signed, the content readable (multipart/signed)",
                        "  by ann@partner.example   ECDSA-SHA-256, SHA-256",
                        "     says that it signed at 2026-01-15T09:00:00Z",
                        "Verdict   SIGNED-ENCRYPTED",
                        "  It came encrypted, and its author's signature is good.",
                        "  Certificates were judged as of 2026-01-15T09:00:00Z.")) {
            assertTrue(text.contains(line), text);
        }
        assertFalse(text.contains("canarybody"), text);
    }

    @Test
    void programsReadJson() throws IOException {
        JsonNode root = new ObjectMapper().readTree(withKey("--json").out());
        assertEquals("signed-encrypted", root.at("/verdict/code").asText());
        assertEquals("ann@partner.example", root.at("/signers/0").asText());
        assertFalse(root.at("/headersDiffer").asBoolean(true));
        assertEquals("enveloped", root.at("/layers/0/kind").asText());
        assertTrue(root.at("/layers/0/authenticated").asBoolean());
        assertEquals("AES-256-GCM", root.at("/layers/0/algorithm").asText());
        assertEquals("RSA", root.at("/layers/0/recipients/0/algorithm").asText());
        assertEquals("clear", root.at("/layers/1/form").asText());
        assertEquals("valid", root.at("/layers/1/signers/0/verdict/code").asText());
        assertEquals(
                "CN=ann@partner.example", root.at("/layers/1/signers/0/chain/0/subject").asText());
        assertEquals("application/pkcs7-mime", root.at("/parts/0/type").asText());
        assertEquals("text/plain", root.at("/inside/0/type").asText());
    }

    /// Other programs rest on them: none goes, and none comes without a word about it.
    @Test
    void theKeysStayAndAreDocumented() throws IOException {
        Set<String> keys = new TreeSet<>();
        collect("", new ObjectMapper().readTree(withKey("--json").out()), keys);
        List<String> expected =
                List.of(
                        "at headersDiffer signers verdict.code verdict.sentence",
                        "inside.begin inside.bodyBegin inside.disposition inside.encoding"
                                + " inside.end inside.oddities inside.parts inside.type",
                        "layers.algorithm layers.authenticated layers.form layers.kind"
                                + " layers.recipients.algorithm layers.recipients.name",
                        "layers.signers.addresses layers.signers.algorithm"
                                + " layers.signers.chain.issuer layers.signers.chain.notAfter"
                                + " layers.signers.chain.notBefore layers.signers.chain.serial"
                                + " layers.signers.chain.subject layers.signers.claimedTime"
                                + " layers.signers.digest layers.signers.verdict.code"
                                + " layers.signers.verdict.sentence",
                        "layers.verdict.code layers.verdict.sentence",
                        "parts.begin parts.bodyBegin parts.disposition parts.encoding parts.end"
                                + " parts.oddities parts.parts parts.type");
        assertEquals(new TreeSet<>(List.of(String.join(" ", expected).split(" ", -1))), keys);
        String page = Files.readString(Path.of("src/docs/inspect.md"));
        Set<String> documented =
                new TreeSet<>(
                        List.of(page.substring(page.indexOf("## JSON")).split("[^A-Za-z]+", -1)));
        for (String key : keys) {
            assertTrue(documented.contains(key.substring(key.lastIndexOf('.') + 1)), key);
        }
    }

    /// The paths of all values, without the places in lists.
    private static void collect(String path, JsonNode node, Set<String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(each ->
                            collect(
                                    path.isEmpty() ? each.getKey() : path + "." + each.getKey(),
                                    each.getValue(),
                                    into));
        } else if (node.isArray() && !node.isEmpty()) {
            node.forEach(each -> collect(path, each, into));
        } else {
            into.add(path);
        }
    }

    @Test
    void whatCannotBeTrueFails() {
        assertEquals(1, inspect().exit());
        assertTrue(inspect().out().contains("no-key"), inspect().out());
        Typed late = withKey("--at", "2040-01-01T00:00:00Z");
        assertEquals(1, late.exit());
        assertTrue(late.out().contains("certificate-expired"), late.out());
        assertEquals(2, withKey("--at", "yesterday").exit());
        Typed wrong =
                inspect(
                        "--key",
                        folder.resolve("anna.p12").toString(),
                        "--password-file",
                        folder.resolve("wrong").toString());
        assertEquals(1, wrong.exit());
        assertTrue(wrong.err().contains("does not open: wrong password"), wrong.err());
    }
}

package org.postern.cert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.Command;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.FolderCopy;
import org.postern.keyring.CertificateRequests;
import org.postern.keyring.KeyFile;
import org.postern.mail.Address;
import org.postern.pki.Finder;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Lookup;
import org.postern.pki.Pem;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// What an operator types, and what comes of it.
class CertTest {
    private static final String ANNA = "anna.reyes@mapleclinic.example";
    private static final TestAuthority PUBLIC = TestAuthority.create();

    @TempDir Path temporary;

    private FolderCopy folder;
    private List<Finder> elsewhere = List.of();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        Path keys = Files.createDirectories(temporary.resolve("data/keys"));
        Files.writeString(keys.resolve("password"), "one long secret\n");
    }

    private int cert(String... words) {
        out.reset();
        err.reset();
        Console console =
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        InputStream.nullInputStream());
        List<String> all = new ArrayList<>();
        all.addAll(List.of("cert", "--config", folder.path().toString()));
        all.addAll(List.of(words));
        Command command = new Cert(console, _ -> elsewhere, new ManualClock(TestAuthority.NOW));
        return new CommandLineTool(console, List.of(command)).run(all.toArray(String[]::new));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /// Which certificate would be used, and where it lies.
    @Test
    void whatWouldBeEncryptedToIsFound() throws IOException {
        String ann = "ann@partner.example";
        assertEquals(Command.FAILED, cert("find", ann));
        assertTrue(complained().contains("nobody knows a certificate"), complained());
        assertEquals(Command.MISUSED, cert("find", "ann"));
        X509Certificate hers = PUBLIC.person(ann).certificate();
        elsewhere =
                List.of(
                        new Finder() {
                            @Override
                            public Looked look(Address address) {
                                return new Looked.Known(
                                        List.of(hers), 2, "the directory", Lookup.Trust.PATH);
                            }

                            @Override
                            public Duration patience() {
                                return Duration.ZERO;
                            }
                        });
        assertEquals(Command.FAILED, cert("find", ann));
        assertTrue(
                complained().contains(ann + ": no-path The certificate in the dir"), complained());
        Path anchors = Files.createDirectories(folder.path().resolve("partners/anchors"));
        Pem.write(anchors.resolve("public.pem"), List.of(PUBLIC.authority().certificate()));
        assertEquals(Command.OK, cert("find", ann), complained());
        assertTrue(said().startsWith(ann + ": found in the directory, one of our"), said());
        assertTrue(complained().contains("In the directory, 2 values stand in the"), complained());
        Path pinned = Files.createDirectories(folder.path().resolve("partners/pinned"));
        Pem.write(pinned.resolve("ann.pem"), List.of(hers));
        assertEquals(Command.OK, cert("find", ann), complained());
        assertTrue(said().startsWith(ann + ": found in pinned/ann.pem, pinned by hand"), said());
    }

    @Test
    void itExplainsItself() {
        assertEquals(Command.OK, cert("--help"));
        assertTrue(said().contains("cert issue OWNER"), said());
        assertEquals(Command.MISUSED, cert("frobnicate"));
        assertEquals(Command.MISUSED, cert("issue"));
        assertEquals(Command.MISUSED, cert("issue", "nobody in particular"));
        assertEquals(Command.MISUSED, cert("issue", ANNA, "--kind", "dsa"));
        assertEquals(Command.MISUSED, cert("csr", "authority"));
    }

    @Test
    void whatIsIssuedIsListedShownAndExported() throws Exception {
        assertEquals(Command.OK, cert("issue", ANNA), complained());
        assertTrue(said().contains(ANNA + " (1): p256 key, valid until 2028-01-1"), said());
        assertEquals(Command.OK, cert("issue", "organisation", "--kind", "rsa2048"));
        assertEquals(Command.OK, cert("list", "--json"));
        JsonNode list = new ObjectMapper().readTree(said()).path("certificates");
        assertEquals(3, list.size());
        assertEquals(ANNA, list.at("/0/owner").asText());
        assertEquals("authority", list.at("/1/owner").asText());
        assertEquals("rsa2048", list.at("/2/kind").asText());
        assertTrue(list.at("/2/valid").asBoolean());
        assertEquals(64, list.at("/2/sha256").asText().length());

        assertEquals(Command.OK, cert("show", ANNA.toUpperCase(Locale.ROOT)));
        assertEquals(Command.OK, cert("export", "authority"));
        Path exported = temporary.resolve("authority.pem");
        Files.writeString(exported, said());
        X509Certificate authority = Pem.certificates(exported).getFirst();
        assertEquals(
                "CN=Maple Street Clinic S/MIME Authority",
                authority.getSubjectX500Principal().getName());
        assertEquals(Command.FAILED, cert("show", "sam.okafor@mapleclinic.example"));
        assertTrue(complained().contains("cert issue sam.okafor"), complained());
        assertEquals(Command.FAILED, cert("issue", "a@elsewhere.example"));
        assertFalse(said().contains("PRIVATE KEY"));
    }

    /// A local part may begin as an option does, with the letter of one that there is (`-h`) too.
    @Test
    void anAddressThatBeginsAsAnOptionIsWrittenBehindTwoHyphens() throws Exception {
        String her = "-h.reyes@mapleclinic.example";
        assertEquals(Command.MISUSED, cert("issue", her));
        assertTrue(complained().contains("write -- before it"), complained());
        assertEquals(Command.FAILED, cert("show", "--", her));
        assertTrue(complained().contains("./gateway cert issue -- '" + her + "'"), complained());
        assertEquals(Command.OK, cert("issue", "--", her), complained());
        assertEquals(Command.OK, cert("show", "--json", "--", her), complained());
        assertEquals(her, new ObjectMapper().readTree(said()).at("/certificates/0/owner").asText());
        assertEquals(Command.OK, cert("export", "--", her), complained());
        assertEquals(
                Command.OK,
                cert("revoke", "--reason", "superseded", "--number", "1", "--", her),
                complained());
    }

    @Test
    void aRequestBecomesACertificate() throws Exception {
        assertEquals(Command.OK, cert("csr", ANNA), complained());
        Path request = Path.of(said().strip());
        Path issued = temporary.resolve("issued.pem");
        Pem.write(
                issued,
                List.of(CertificateRequests.issue(CertificateRequests.read(request), PUBLIC)));
        assertEquals(Command.OK, cert("import", issued.toString()), complained());
        assertTrue(said().contains("issued by CN=Test Root"), said());
        assertEquals(Command.FAILED, cert("import", issued.toString()));
        assertTrue(complained().contains("no key waits"), complained());
    }

    /// The key waits on: what was issued to somebody else does not make it hers.
    @Test
    void aCertificateThatNamesSomebodyElseFulfilsNothing() throws Exception {
        assertEquals(Command.OK, cert("csr", ANNA), complained());
        Path request = Path.of(said().strip());
        Path issued = temporary.resolve("issued.pem");
        Pem.write(
                issued,
                List.of(
                        CertificateRequests.issue(
                                CertificateRequests.read(request),
                                PUBLIC,
                                "sam.okafor@mapleclinic.example")));
        assertEquals(Command.FAILED, cert("import", issued.toString()));
        assertTrue(complained().contains("not one of " + ANNA), complained());
        assertTrue(Files.exists(request));
        assertEquals(Command.OK, cert("list"));
        assertEquals("", said());
    }

    /// The keystore does not say whether the two belong together.
    @Test
    void aKeyBesideAnotherCertificateIsRefused() throws Exception {
        Identity anna = PUBLIC.person(ANNA, KeyKind.RSA_2048);
        Identity other = PUBLIC.person(ANNA, KeyKind.RSA_2048);
        refused(new Identity(other.key(), anna.chain()), "does not belong to the certificate");
    }

    @Test
    void keysFromElsewhereAreTaken() throws Exception {
        Identity anna = PUBLIC.person(ANNA, KeyKind.RSA_2048);
        Path p12 = temporary.resolve("anna.p12");
        Path password = temporary.resolve("anna.password");
        KeyFile.create(p12, anna, "theirs".toCharArray());
        assertEquals(Command.MISUSED, cert("import", p12.toString()));
        Files.writeString(password, "wrong\n");
        String[] words = {"import", p12.toString(), "--password-file", password.toString()};
        assertEquals(Command.FAILED, cert(words));
        Files.writeString(password, "theirs\n");
        assertEquals(Command.OK, cert(words), complained());
        assertTrue(said().contains(ANNA + " (1): rsa2048"), said());

        Path pem = temporary.resolve("anna.pem");
        Path key = temporary.resolve("anna.key");
        Pem.write(pem, anna.chain());
        Pem.write(key, anna.key());
        assertEquals(Command.OK, cert("import", pem.toString(), "--key", key.toString()));
        assertTrue(said().contains(ANNA + " (2)"), said());
    }

    /// Refused now, and not when mail waits for it.
    @Test
    void whatCouldNotSignInThatNameIsRefused() throws Exception {
        refused(PUBLIC.person("a@elsewhere.example"), "none of the clinic's domains");
        refused(PUBLIC.expiredPerson(ANNA), "has expired");
        refused(PUBLIC.person(ANNA, KeyKind.X25519), "must not be used to sign");
        refused(PUBLIC.person(ANNA, KeyKind.RSA_1024), "nothing is signed with");
        refused(PUBLIC.person(ANNA), "not one of sam", "--for", "sam@mapleclinic.example");
        refused(PUBLIC.person(ANNA), "not one of authority", "--for", "authority");
    }

    private void refused(Identity identity, String reason, String... more) throws Exception {
        Path p12 = Files.createTempFile(temporary, "key", ".p12");
        Files.delete(p12);
        Path password = temporary.resolve("any.password");
        Files.writeString(password, "theirs\n");
        KeyFile.create(p12, identity, "theirs".toCharArray());
        List<String> words = new ArrayList<>();
        words.addAll(List.of("import", p12.toString(), "--password-file", password.toString()));
        words.addAll(List.of(more));
        assertEquals(Command.FAILED, cert(words.toArray(String[]::new)));
        assertTrue(complained().contains(reason), complained());
        assertEquals(Command.OK, cert("list"));
        assertEquals("", said());
    }
}

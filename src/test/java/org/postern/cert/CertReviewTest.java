package org.postern.cert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.Configuration;
import org.postern.config.FolderCopy;
import org.postern.config.GatewayConfig;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.mail.Address;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.testkit.Accepted;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// A person goes through the certificates that came with signed mail.
class CertReviewTest {
    private static final String ANN = "ann@partner.example";
    private static final String BEN = "ben@partner.example";
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    @TempDir Path temporary;

    private FolderCopy folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        Files.createDirectories(partners().resolve("anchors"));
        Files.createDirectories(temporary.resolve("data/harvest/review"));
        Pem.write(
                partners().resolve("anchors/root.pem"),
                List.of(AUTHORITY.authority().certificate()));
    }

    @Test
    void whatIsAcceptedIsUsed() throws Exception {
        Identity ann = AUTHORITY.person(ANN);
        put("00000000000000aa", ann);
        assertEquals(0, review());
        assertTrue(said().contains("00000000000000aa " + ANN + ": p256 key"), said());
        assertTrue(said().contains("An authority in partners/anchors vouches for it."), said());
        assertEquals(0, review("list", "--json"));
        assertTrue(said().contains("\"address\" : \"" + ANN + "\""), said());
        assertEquals(0, review("accept", "00000000000000aa"), said());
        assertEquals(ann.certificate(), assertInstanceOf(Lookup.Found.class, find()).certificate());
        assertEquals(0, review());
        assertTrue(said().contains("No certificate waits"), said());
    }

    /// A command that root runs must not make what the gateway cannot read.
    @Test
    void whatIsAcceptedCanBeReadAndIsAudited() throws Exception {
        put("00000000000000aa", AUTHORITY.person(ANN));
        assertEquals(0, review("accept", "00000000000000aa"), said());
        Path file = partners().resolve("reviewed-00000000000000aa.pem");
        assertEquals(
                "rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(Files.getOwner(partners()), Files.getOwner(file));
        put("00000000000000bb", AUTHORITY.person(BEN));
        assertEquals(0, review("reject", "00000000000000bb"), said());
        List<String> audit = new ArrayList<>();
        new Acts(temporary.resolve("data"), new ManualClock(TestAuthority.NOW))
                .tell((act, detail) -> audit.add(act + ": " + detail.split(",", -1)[0]));
        Collections.sort(audit);
        assertEquals(
                List.of(
                        "certificate accepted: 00000000000000aa of " + ANN,
                        "certificate rejected: 00000000000000bb of " + ANN),
                audit);
    }

    @Test
    void withoutAnAuthorityAPersonVouches() throws Exception {
        put("00000000000000aa", TestAuthority.create().person(ANN));
        assertEquals(0, review());
        assertTrue(said().contains("was not issued under an authority"), said());
        assertEquals(1, review("accept", "00000000000000aa"));
        assertTrue(said().contains("by telephone: --pin"), said());
        assertInstanceOf(Lookup.NoCertificate.class, find());
        assertEquals(0, review("accept", "00000000000000aa", "--pin"), said());
        assertEquals(Lookup.Trust.PINNED, assertInstanceOf(Lookup.Found.class, find()).trust());
    }

    @Test
    void aPinnedOneIsNeverReplaced() throws Exception {
        Identity first = TestAuthority.create().person(ANN);
        Files.createDirectories(partners().resolve("pinned"));
        Pem.write(partners().resolve("pinned/ann.pem"), List.of(first.certificate()));
        put("00000000000000aa", AUTHORITY.person(ANN));
        assertEquals(0, review());
        assertTrue(said().contains("Another one of this person is pinned."), said());
        assertEquals(1, review("accept", "00000000000000aa"));
        assertEquals(1, review("accept", "00000000000000aa", "--pin"));
        assertTrue(said().contains("is pinned, and nothing replaces that by itself"), said());
        assertEquals(
                first.certificate(), assertInstanceOf(Lookup.Found.class, find()).certificate());
    }

    /// The telephone call was about one person: nobody else is in what is pinned, neither in the
    /// certificate nor beside it.
    @Test
    void onlyWhatWasComparedIsPinned() throws Exception {
        Identity two = Authority.selfSigned(both());
        put("00000000000000aa", two.chain());
        assertEquals(0, review());
        assertTrue(said().contains("It is a certificate of " + BEN + " as well."), said());
        assertEquals(0, review("list", "--json"));
        assertTrue(said().contains("\"addresses\" : [ \"" + ANN + "\", \"" + BEN + "\" ]"), said());
        assertEquals(1, review("accept", "00000000000000aa", "--pin"));
        assertTrue(said().contains("cannot be pinned for " + ANN + " alone"), said());
        assertInstanceOf(Lookup.NoCertificate.class, find(ANN));
        assertInstanceOf(Lookup.NoCertificate.class, find(BEN));

        TestAuthority other = TestAuthority.create();
        put(
                "00000000000000bb",
                List.of(other.person(ANN).certificate(), other.person(BEN).certificate()));
        assertEquals(0, review("accept", "00000000000000bb", "--pin"), said());
        assertInstanceOf(Lookup.Found.class, find(ANN));
        assertInstanceOf(Lookup.NoCertificate.class, find(BEN));
    }

    /// Nor does one with a path stand for a person of whom another one is pinned.
    @Test
    void aSecondAddressIsLookedAtAsWell() throws Exception {
        Files.createDirectories(partners().resolve("pinned"));
        Pem.write(
                partners().resolve("pinned/ben.pem"),
                List.of(TestAuthority.create().person(BEN).certificate()));
        put("00000000000000aa", AUTHORITY.authority().issue(both()).chain());
        assertEquals(0, review());
        assertTrue(said().contains("Another one of these people is pinned."), said());
        assertEquals(1, review("accept", "00000000000000aa"));
        assertTrue(said().contains("is pinned, and nothing replaces that"), said());
        assertInstanceOf(Lookup.NoCertificate.class, find(ANN));
    }

    /// It was stopped after the file was written, or while it was.
    @Test
    void acceptingOnceMoreAfterAStopWorks() throws Exception {
        Identity ann = TestAuthority.create().person(ANN);
        put("00000000000000aa", ann.chain());
        assertEquals(0, review("accept", "00000000000000aa", "--pin"), said());
        put("00000000000000aa", ann.chain());
        assertEquals(0, review("accept", "00000000000000aa", "--pin"), said());
        put("00000000000000aa", ann.chain());
        Path file = partners().resolve("pinned/reviewed-00000000000000aa.pem");
        Files.writeString(file, Files.readString(file).substring(0, 200));
        assertEquals(0, review("accept", "00000000000000aa", "--pin"), said());
        assertEquals(
                ann.certificate(), assertInstanceOf(Lookup.Found.class, find(ANN)).certificate());
    }

    private static CertificateRequest both() {
        return TestAuthority.request(ANN, KeyKind.P_256)
                .withNames(
                        new GeneralName(GeneralName.rfc822Name, ANN),
                        new GeneralName(GeneralName.rfc822Name, BEN));
    }

    @Test
    void whatIsRejectedIsGone() throws Exception {
        put("00000000000000aa", AUTHORITY.person(ANN));
        assertEquals(0, review("reject", "00000000000000aa"));
        assertEquals(1, review("accept", "00000000000000aa"));
        assertEquals(1, review("accept", "../../../etc/passwd"));
        assertTrue(review("burn", "00000000000000aa") != 0);
        assertInstanceOf(Lookup.NoCertificate.class, find());
    }

    @Test
    void whatHasEndedMeanwhileIsNotAccepted() throws Exception {
        put("00000000000000aa", AUTHORITY.expiredPerson(ANN));
        assertEquals(1, review("accept", "00000000000000aa", "--pin"));
        assertInstanceOf(Lookup.NoCertificate.class, find());
    }

    /// Neither with an authority of ours among the anchors nor by a telephone call.
    @Test
    void whatTheClinicItselfRevokedIsNotAccepted() throws Exception {
        GatewayConfig config = Accepted.value(Configuration.gateway(folder.path()));
        Files.createDirectories(config.storage().keys());
        Files.writeString(config.storage().keystorePassword(), "one long secret\n");
        OwnKeys own = OwnKeys.of(config, new ManualClock(TestAuthority.NOW));
        Owner.Person ann = new Owner.Person(Address.of(ANN));
        Identity issued = own.issuing().issueOutside(ann, KeyKind.P_256);
        put("00000000000000aa", issued);
        assertEquals(0, review());
        assertFalse(said().contains("was revoked"), said());
        own.keyring()
                .revoked()
                .add(
                        new Keyring.Entry(ann, 1, issued.chain()),
                        RevokedBook.Reason.KEY_COMPROMISE,
                        TestAuthority.NOW);
        assertEquals(0, review());
        assertTrue(said().contains("was revoked"), said());
        assertEquals(1, review("accept", "00000000000000aa", "--pin"), said());
        Pem.write(partners().resolve("anchors/own.pem"), List.of(issued.chain().getLast()));
        assertEquals(1, review("accept", "00000000000000aa"), said());
        assertInstanceOf(Lookup.NoCertificate.class, find());
    }

    private Lookup find() {
        return find(ANN);
    }

    private Lookup find(String address) {
        return PartnerDirectory.load(partners()).find(Address.of(address), TestAuthority.NOW);
    }

    private Path partners() {
        return folder.path().resolve("partners");
    }

    private void put(String id, Identity identity) throws IOException {
        put(id, identity.chain());
    }

    private void put(String id, List<X509Certificate> chain) throws IOException {
        Files.writeString(
                temporary.resolve("data/harvest/review").resolve(id + ".pem"),
                "Address: %s\nReceived: %s\n".formatted(ANN, TestAuthority.NOW) + Pem.of(chain));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int review(String... words) {
        out.reset();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Console console = new Console(print, print, InputStream.nullInputStream());
        List<String> all =
                new ArrayList<>(List.of("cert", "--config", folder.path().toString(), "review"));
        all.addAll(List.of(words));
        return new CommandLineTool(
                        console, List.of(new Cert(console, new ManualClock(TestAuthority.NOW))))
                .run(all.toArray(String[]::new));
    }
}

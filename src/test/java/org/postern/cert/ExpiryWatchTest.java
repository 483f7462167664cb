package org.postern.cert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cert.EndingCertificates.Ending;
import org.postern.config.Configuration;
import org.postern.config.FolderCopy;
import org.postern.config.GatewayConfig;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.notice.CertificateMail;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.testkit.Accepted;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// IT hears of each certificate 30 days and 7 days before it ends, once, whatever is restarted.
class ExpiryWatchTest {
    private static final String ANN = "ann@partner.example";
    private static final Authority AUTHORITY = TestAuthority.create().authority();

    @TempDir Path temporary;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final List<String> told = new ArrayList<>();
    private boolean broken;
    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        Files.createDirectories(partners().resolve("anchors"));
        Files.createDirectories(temporary.resolve("data"));
        Pem.write(partners().resolve("anchors/root.pem"), List.of(AUTHORITY.certificate()));
    }

    @Test
    void eachIsToldTwice() throws IOException {
        put("ann.pem", ANN, Duration.ofDays(60));
        look();
        clock.advance(Duration.ofDays(29));
        look();
        assertEquals(List.of(), told);
        clock.advance(Duration.ofDays(2));
        look();
        look();
        assertEquals(List.of("partners/ann.pem"), told, "and a restart repeats nothing");
        clock.advance(Duration.ofDays(21));
        look();
        assertEquals(1, told.size());
        clock.advance(Duration.ofDays(2));
        look();
        look();
        assertEquals(List.of("partners/ann.pem", "partners/ann.pem"), told);
        clock.advance(Duration.ofDays(30));
        look();
        assertEquals(2, told.size(), "it has ended, and IT knows");
    }

    /// The gateway has no key with which it could renew what it has given away.
    @Test
    void whatWasIssuedToPeopleOutsideCounts() throws Exception {
        GatewayConfig config = Accepted.value(Configuration.gateway(folder.path()));
        Path password = config.storage().keystorePassword();
        Files.createDirectories(password.getParent());
        Files.writeString(password, "open sesame\n");
        OwnKeys own = OwnKeys.of(config, clock);
        Owner.Person ann = new Owner.Person(Address.of(ANN));
        IssuedBook.Issued issued =
                OwnKeys.issued(config)
                        .add(ann, own.issuing().issueOutside(ann, KeyKind.P_256).chain());
        OwnKeys.issued(config).use(issued, IssuedBook.Use.BY_HAND, clock.instant());
        clock.advance(Duration.ofDays(699));
        look();
        assertEquals(0, timesIssuedTold());
        clock.advance(Duration.ofDays(2));
        look();
        assertEquals(1, timesIssuedTold());
        clock.advance(Duration.ofDays(23));
        look();
        assertEquals(2, timesIssuedTold(), "once more, a week ahead");
        assertTrue(adviceOf(config, own).contains("cert issue ADDRESS --pickup"));
        IssuedBook.Issued next =
                OwnKeys.issued(config)
                        .add(ann, own.issuing().issueOutside(ann, KeyKind.P_256).chain());
        assertTrue(adviceOf(config, own).contains("cert activate"), "nobody uses the next one yet");
        own.keyring().revoked().add(next.entry(), RevokedBook.Reason.SUPERSEDED, clock.instant());
        assertTrue(adviceOf(config, own).contains("cert issue ADDRESS --pickup"), "it is no help");
        own.keyring().revoked().add(issued.entry(), RevokedBook.Reason.SUPERSEDED, clock.instant());
        told.clear();
        Files.deleteIfExists(temporary.resolve("data/expiry-told"));
        look();
        assertEquals(0, timesIssuedTold());
    }

    private String adviceOf(GatewayConfig config, OwnKeys own) throws IOException {
        return new EndingCertificates(
                        config, own.keyring(), PartnerDirectory.load(temporary.resolve("none")))
                .find(clock.instant()).stream()
                        .filter(it -> it.what().equals("certificate issued to " + ANN))
                        .map(EndingCertificates.Ending::advice)
                        .findFirst()
                        .orElseThrow();
    }

    private long timesIssuedTold() {
        return told.stream().filter(("certificate issued to " + ANN)::equals).count();
    }

    @Test
    void whereThereIsANewerOneTheOlderMayEnd() throws IOException {
        put("old.pem", ANN, Duration.ofDays(5));
        clock.advance(Duration.ofHours(2));
        put("new.pem", ANN, Duration.ofDays(300));
        look();
        assertEquals(List.of(), told);
    }

    /// What could not be sent is sent at the next look.
    @Test
    void whatFailsIsToldLater() throws IOException {
        put("ann.pem", ANN, Duration.ofDays(5));
        broken = true;
        look();
        assertEquals(List.of(), told);
        broken = false;
        look();
        assertEquals(List.of("partners/ann.pem"), told);
    }

    @Test
    void authoritiesAndTheDoorCount() throws IOException {
        Validity week = new Validity(TestAuthority.NOW, TestAuthority.NOW.plus(Duration.ofDays(7)));
        Authority other = Authority.create("Other", KeyKind.P_256, week);
        Pem.write(partners().resolve("anchors/other.pem"), List.of(other.certificate()));
        Files.createDirectories(temporary.resolve("data/tls"));
        Pem.write(
                temporary.resolve("data/tls/certificate.pem"),
                AUTHORITY
                        .issue(CertificateRequest.server(KeyKind.P_256, week, "gateway.example"))
                        .chain());
        look();
        assertTrue(told.contains("authority in partners/anchors: CN=Other"), told.toString());
        assertTrue(told.toString().contains("TLS certificate of the gateway"), told.toString());
        assertEquals(2, told.size());
    }

    @Test
    void theMailSaysWhatAndUntilWhen() throws IOException {
        String mail =
                new String(
                        new CertificateMail(
                                        new Domain("gateway.example"),
                                        Address.of("postmaster@gateway.example"),
                                        clock,
                                        RandomGenerator.of("L64X128MixRandom"))
                                .ending(
                                        Address.of("it@clinic.example"),
                                        List.of(
                                                new CertificateMail.Line(
                                                        "partners/ann.pem",
                                                        TestAuthority.NOW,
                                                        "Ask.")))
                                .open()
                                .readAllBytes(),
                        StandardCharsets.UTF_8);
        assertTrue(mail.contains("Subject: A certificate ends soon\r\n"), mail);
        assertTrue(mail.contains("- partners/ann.pem\r\n  ends on 15 January 2026. Ask."), mail);
        assertTrue(mail.contains("Auto-Submitted: auto-generated\r\n"), mail);
        assertFalse(mail.replace("\r\n", "").contains("\n"), mail);
    }

    /// A file that others may change is told once, and once more when it has been mended between.
    @Test
    void whatIsNotUsedIsToldOnce() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Path each : List.of(folder.path(), partners(), partners().resolve("anchors"))) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        put("ann.pem", ANN, Duration.ofDays(60));
        Path file = partners().resolve("ann.pem");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        look();
        assertEquals(List.of(), told);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        look();
        look();
        assertEquals(List.of("partners/ann.pem"), told);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        look();
        assertEquals(1, told.size());
        for (int i = 0; i < EndingCertificates.UNUSED_MAX + 5; i++) {
            Files.writeString(partners().resolve("x" + i + ".pem"), "no certificate");
        }
        look();
        look();
        assertEquals(1 + EndingCertificates.UNUSED_MAX + 1, told.size());
        assertTrue(told.contains("more files in partners/"), told.toString());
    }

    /// A file of which something is used is none of these, whatever else lies in it.
    @Test
    void aBundleOfWhichSomethingIsUsedIsNotTold() throws IOException {
        Validity validity = Validity.from(clock.instant(), Duration.ofDays(60));
        X509Certificate person =
                AUTHORITY
                        .issue(CertificateRequest.person(KeyKind.P_256, validity, Address.of(ANN)))
                        .certificate();
        Pem.write(
                partners().resolve("anchors/bundle.pem"),
                List.of(AUTHORITY.certificate(), person, person));
        look();
        assertEquals(List.of(), told);
        Pem.write(partners().resolve("anchors/persons.pem"), List.of(person, person));
        look();
        assertEquals(List.of("partners/anchors/persons.pem"), told);
    }

    @Test
    void theMailSaysWhatIsNotUsed() throws IOException {
        CertificateMail mail =
                new CertificateMail(
                        new Domain("gateway.example"),
                        Address.of("postmaster@gateway.example"),
                        clock,
                        RandomGenerator.of("L64X128MixRandom"));
        String text =
                new String(
                        mail.ending(
                                        Address.of("it@clinic.example"),
                                        List.of(
                                                new CertificateMail.Line(
                                                        "partners/ann.pem",
                                                        Optional.empty(),
                                                        "Run: chmod.")))
                                .open()
                                .readAllBytes(),
                        StandardCharsets.UTF_8);
        assertTrue(text.contains("Subject: A certificate is not used\r\n"), text);
        assertTrue(text.contains("- partners/ann.pem\r\n  is not used. Run: chmod."), text);
    }

    /// Who asks has chosen the address, and IT types what the mail says.
    @Test
    void theMailOfAWishHoldsNoCommandsOfTheAddress() throws IOException {
        String mail =
                new String(
                        new CertificateMail(
                                        new Domain("gateway.example"),
                                        Address.of("postmaster@gateway.example"),
                                        clock,
                                        RandomGenerator.of("L64X128MixRandom"))
                                .asked(
                                        Address.of("it@clinic.example"),
                                        Address.of("a|reboot|'b@homemail.example"))
                                .open()
                                .readAllBytes(),
                        StandardCharsets.UTF_8);
        assertTrue(mail.contains("\r\n  a|reboot|'b@homemail.example\r\n"), mail);
        String word = "'a|reboot|'\\''b@homemail.example'";
        assertTrue(mail.contains("\r\n  ./gateway cert issue --pickup " + word + "\r\n"), mail);
        assertTrue(mail.contains("\r\n  ./gateway cert decline " + word + "\r\n"), mail);
    }

    /// What renews itself is told only when it should have done so long since.
    @Test
    void theCertificateOfThePagesIsToldWhenItsRenewalFails() throws IOException {
        Path gateway = folder.path().resolve("gateway.yaml");
        Files.writeString(
                gateway,
                Files.readString(gateway)
                        .replace(
                                "    tls: here\n",
                                "    tls: acme\n"
                                        + "    acme: { contact: it@mapleclinic.example,"
                                        + " agree-to-terms: true }\n"));
        Path acme = Files.createDirectories(temporary.resolve("data/acme"));
        Path file = acme.resolve("mail.mapleclinic.example.pem");
        Validity validity = Validity.from(clock.instant(), Duration.ofDays(90));
        CertificateRequest request =
                CertificateRequest.server(KeyKind.P_256, validity, "mail.mapleclinic.example");
        Identity page = AUTHORITY.issue(request);
        Files.writeString(file, Pem.of(page.chain()) + Pem.of(page.key()));
        clock.advance(Duration.ofDays(65));
        look();
        assertEquals(List.of(), told);
        clock.advance(Duration.ofDays(4));
        look();
        look();
        assertEquals(List.of("TLS certificate of the pages, " + file), told);
    }

    private void look() {
        GatewayConfig config = Accepted.value(Configuration.gateway(folder.path()));
        new ExpiryWatch(
                        new EndingCertificates(
                                config,
                                OwnKeys.of(config, clock).keyring(),
                                PartnerDirectory.load(partners())),
                        temporary.resolve("data/expiry-told"),
                        endings -> {
                            if (broken) {
                                throw new IOException("no room");
                            }
                            endings.stream().map(Ending::what).forEach(told::add);
                        },
                        clock)
                .look();
    }

    private Path partners() {
        return folder.path().resolve("partners");
    }

    private void put(String file, String address, Duration life) throws IOException {
        Validity validity = Validity.from(clock.instant(), life);
        Pem.write(
                partners().resolve(file),
                List.of(
                        AUTHORITY
                                .issue(
                                        CertificateRequest.person(
                                                KeyKind.P_256, validity, Address.of(address)))
                                .certificate()));
    }
}

package org.postern.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.store.FileDisk;
import org.postern.testkit.InterposedDisk;
import org.postern.testkit.ManualClock;

/// When a certificate is asked for, and what becomes of one that comes or does not come.
class PageCertificateTest {
    private static final String HOST = "pages.clinic.example";
    private static final Duration LIFE = Duration.ofDays(100);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final KeyPair ISSUER = AcmeFolder.newKey(RANDOM);

    private final ManualClock clock = ManualClock.atNoon();
    private final List<String> notes = new ArrayList<>();
    private final Scripted authority = new Scripted();

    @TempDir Path temporary;

    private final FullDisk disk = new FullDisk();
    private boolean auditIsFull;
    private PageIdentity identity;
    private PageCertificate certificate;

    /// Issues what a test wants, or refuses.
    private final class Scripted implements Authority {
        private int asked;
        private int windows;
        private Optional<AuthorityException> refusal = Optional.empty();
        private Optional<Window> window = Optional.empty();
        private Optional<X509Certificate> replaced = Optional.empty();
        private String host = HOST;
        private Duration life = LIFE;
        private boolean foreignKey;

        /// The disk is full when the certificate comes.
        private boolean fills;

        @Override
        public List<X509Certificate> issue(KeyPair key, Optional<X509Certificate> before, Door door)
                throws AuthorityException {
            asked++;
            replaced = before;
            disk.full |= fills;
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            return List.of(certificate(foreignKey ? AcmeFolder.newKey(RANDOM) : key));
        }

        private X509Certificate certificate(KeyPair key) {
            X509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name("CN=Issuer"),
                            BigInteger.valueOf(asked),
                            Date.from(clock.instant()),
                            Date.from(clock.instant().plus(life)),
                            new X500Name("CN=Page"),
                            key.getPublic());
            try {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
                return new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(
                                        new JcaContentSignerBuilder("SHA256withECDSA")
                                                .build(ISSUER.getPrivate())));
            } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Optional<Window> window(X509Certificate own) throws AuthorityException {
            windows++;
            return window;
        }
    }

    @BeforeEach
    void open() throws IOException {
        identity = new PageIdentity(HOST);
        certificate = new PageCertificate(authority, folder(), identity, this::note, clock, RANDOM);
        certificate.open();
    }

    private void note(String act, String detail) throws IOException {
        if (auditIsFull) {
            throw new IOException("the audit is full (test)");
        }
        notes.add(act + ": " + detail);
    }

    private AcmeFolder folder() {
        return new AcmeFolder(disk, temporary.resolve("acme"), HOST);
    }

    private void look() {
        certificate.look();
    }

    private void refuse(Optional<Instant> notBefore) {
        authority.refusal = Optional.of(new AuthorityException("no\r\n\u202Eway", null, notBefore));
    }

    private X509Certificate shown() {
        return identity.certificate().orElseThrow();
    }

    @Test
    void theFirstOneIsAskedForAtOnceAndKept() throws IOException {
        assertTrue(identity.certificate().isEmpty());
        look();
        look();
        assertEquals(1, authority.asked);
        assertEquals(Optional.of(shown()), folder().certificate());
        assertEquals(1, notes.size());
        assertTrue(notes.getFirst().startsWith("page certificate: " + HOST + " until "));
        try (Stream<Path> files = Files.list(temporary.resolve("acme"))) {
            for (Path file : files.toList()) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        open();
        look();
        assertEquals(1, authority.asked, "a restart finds it");
        assertEquals(folder().certificate().orElseThrow(), shown());
    }

    @Test
    void itIsRenewedBeforeItsLastThird() {
        look();
        X509Certificate first = shown();
        clock.advance(LIFE.multipliedBy(64).dividedBy(100));
        look();
        assertEquals(1, authority.asked);
        clock.advance(LIFE.multipliedBy(2).dividedBy(100));
        look();
        assertEquals(2, authority.asked);
        assertEquals(Optional.of(first), authority.replaced);
        assertTrue(shown().getNotAfter().toInstant().isAfter(first.getNotAfter().toInstant()));
        assertTrue(authority.windows > 1);
    }

    @Test
    void theAuthorityMayWantItEarlierAndNeverLater() {
        look();
        Instant begin = clock.instant();
        authority.window =
                Optional.of(
                        new Authority.Window(
                                begin.plus(Duration.ofDays(10)), begin.plus(Duration.ofDays(11))));
        clock.advance(Duration.ofDays(9));
        look();
        assertEquals(1, authority.asked);
        clock.advance(Duration.ofDays(2).plusHours(1));
        look();
        assertEquals(2, authority.asked);
        authority.window =
                Optional.of(
                        new Authority.Window(
                                begin.plus(Duration.ofDays(900)),
                                begin.plus(Duration.ofDays(901))));
        clock.advance(Duration.ofDays(70));
        look();
        assertEquals(3, authority.asked);
    }

    @Test
    void whatFailsIsTriedEverMoreSeldom() throws IOException {
        refuse(Optional.empty());
        List<Long> minutes = new ArrayList<>();
        Instant last = clock.instant();
        for (int before = 0; minutes.size() < 9; ) {
            look();
            if (authority.asked > before) {
                minutes.add(Duration.between(last, clock.instant()).toMinutes());
                last = clock.instant();
                before = authority.asked;
            }
            clock.advance(Duration.ofMinutes(5));
        }
        assertEquals(List.of(0L, 15L, 30L, 60L, 120L, 240L, 480L, 720L, 720L), minutes);
        Trouble trouble = folder().trouble().orElseThrow();
        assertEquals(9, trouble.tries());
        assertEquals("no way", trouble.why());
        authority.refusal = Optional.empty();
        clock.advance(Duration.ofHours(12));
        look();
        assertTrue(folder().trouble().isEmpty());
        assertTrue(identity.certificate().isPresent());
    }

    @Test
    void aRestartTriesAgainButNotTooSoon() throws IOException {
        refuse(Optional.empty());
        look();
        clock.advance(Duration.ofMinutes(16));
        look();
        assertEquals(2, authority.asked);
        clock.advance(Duration.ofMinutes(14));
        open();
        look();
        assertEquals(2, authority.asked, "a gateway that starts again and again");
        clock.advance(Duration.ofMinutes(2));
        look();
        assertEquals(2, authority.asked, "it was not just started");
        open();
        look();
        assertEquals(3, authority.asked);
    }

    @Test
    void anAuthorityThatWantsTimeGetsIt() {
        Instant later = clock.instant().plus(Duration.ofDays(3));
        refuse(Optional.of(later));
        look();
        clock.advance(Duration.ofDays(3).minusMinutes(1));
        look();
        assertEquals(1, authority.asked);
        clock.advance(Duration.ofMinutes(1));
        look();
        assertEquals(2, authority.asked);
    }

    @Test
    void whatDoesNotFitIsNotTaken() throws IOException {
        look();
        X509Certificate first = shown();
        clock.advance(LIFE.multipliedBy(70).dividedBy(100));
        authority.host = "other.example";
        look();
        assertEquals("what was issued is not for " + HOST, why());
        authority.host = HOST;
        authority.foreignKey = true;
        next();
        assertTrue(why().startsWith("what was issued does not fit"), why());
        authority.foreignKey = false;
        authority.life = Duration.ZERO;
        next();
        assertEquals("what was issued has ended already", why());
        assertEquals(first, shown(), "the old one stays in use");
        assertEquals(Optional.of(first), folder().certificate());
        assertEquals(1, notes.size());
        authority.life = LIFE;
        next();
        assertEquals(Optional.empty(), folder().trouble());
        assertTrue(shown().getNotAfter().toInstant().isAfter(first.getNotAfter().toInstant()));
    }

    private void next() {
        clock.advance(Duration.ofHours(2));
        look();
    }

    private String why() throws IOException {
        return folder().trouble().orElseThrow().why();
    }

    /// All else of the gateway goes on; a person decides what becomes of the file.
    @Test
    void aFileThatCannotBeUsedKeepsNobodyUpButThePages() throws IOException {
        look();
        byte[] good = Files.readAllBytes(folder().file());
        Files.writeString(folder().file(), "spoiled");
        open();
        look();
        assertEquals(Optional.empty(), identity.certificate());
        assertEquals(1, authority.asked, "nothing is replaced by itself");
        assertEquals("spoiled", Files.readString(folder().file()));
        String why = folder().problem(clock.instant()).orElseThrow();
        assertTrue(why.endsWith("remove the file, and the gateway gets another one"), why);
        Files.write(folder().file(), good);
        look();
        assertTrue(identity.certificate().isPresent(), "it was mended");
        Files.delete(folder().file());
        open();
        look();
        assertEquals(2, authority.asked);
        assertTrue(identity.certificate().isPresent());
    }

    /// An authority lets nobody have a certificate a minute, and a start must not forget that.
    @Test
    void withoutANoteNothingIsOrdered() throws IOException {
        disk.full = true;
        look();
        for (int minutes = 0; minutes < 60; minutes++) {
            clock.advance(Duration.ofMinutes(1));
            look();
        }
        open();
        look();
        assertEquals(0, authority.asked);
        assertEquals(Optional.empty(), identity.certificate());
        disk.full = false;
        clock.advance(Duration.ofHours(2));
        look();
        assertEquals(1, authority.asked);
        assertEquals(Optional.of(shown()), folder().certificate());
        assertEquals(Optional.empty(), folder().trouble());
        assertEquals(1, notes.size());
    }

    /// The disk fills while the authority issues.
    @Test
    void whatCannotBeKeptIsShownAndKeptLater() throws IOException {
        authority.fills = true;
        look();
        X509Certificate first = shown();
        assertEquals(Optional.empty(), folder().certificate());
        assertEquals(1, notes.size(), "it is in use, and the audit says so");
        assertEquals(Trouble.Stage.PLACED, folder().trouble().orElseThrow().stage());
        for (int minutes = 0; minutes < 60; minutes++) {
            clock.advance(Duration.ofMinutes(1));
            look();
        }
        assertEquals(1, authority.asked);
        assertEquals(first, shown());
        disk.full = false;
        clock.advance(Duration.ofMinutes(1));
        look();
        assertEquals(1, authority.asked, "what was issued is kept");
        assertEquals(Optional.of(first), folder().certificate());
        assertEquals(Optional.empty(), folder().trouble());
        assertEquals(1, notes.size());
    }

    /// The gateway stops after the certificate was kept, and before the note of its order is gone.
    @Test
    void aNoteWhoseCertificateIsKeptIsTakenAway() throws IOException {
        Path note = temporary.resolve("acme").resolve(HOST + ".trouble");
        authority.fills = true;
        look();
        byte[] placed = Files.readAllBytes(note);
        disk.full = false;
        authority.fills = false;
        look();
        Files.write(note, placed);
        assertEquals(Optional.empty(), folder().trouble(), "doctor finds nothing");
        open();
        look();
        assertFalse(Files.exists(note));
        assertEquals(1, authority.asked);

        // Of another order nobody knows what became.
        clock.advance(LIFE.multipliedBy(70).dividedBy(100));
        look();
        assertEquals(2, authority.asked);
        Files.write(note, placed);
        assertEquals(Trouble.Stage.PLACED, folder().trouble().orElseThrow().stage());
    }

    /// Gateways that start again and again, or stop in the middle of an order.
    @Test
    void anOrderThatWasPlacedIsWaitedForAcrossStarts() throws IOException {
        List<Long> minutes = new ArrayList<>();
        Instant last = clock.instant();
        for (int before = 0; minutes.size() < 6; ) {
            authority.fills = true;
            open();
            look();
            disk.full = false;
            if (authority.asked > before) {
                minutes.add(Duration.between(last, clock.instant()).toMinutes());
                last = clock.instant();
                before = authority.asked;
            }
            clock.advance(Duration.ofMinutes(5));
        }
        assertEquals(List.of(0L, 15L, 30L, 60L, 120L, 240L), minutes);
        assertTrue(why().startsWith("a certificate was ordered"), why());
    }

    @Test
    void aFailureIsWaitedForAlsoWhereItCannotBeNoted() {
        refuse(Optional.empty());
        authority.fills = true;
        look();
        clock.advance(Duration.ofMinutes(14));
        look();
        assertEquals(1, authority.asked);
        disk.full = false;
        clock.advance(Duration.ofMinutes(1));
        look();
        assertEquals(2, authority.asked);
    }

    /// Nobody knows how often it failed before.
    @Test
    void aNoteThatSaysNothingMeansTheLongestWait() throws IOException {
        Path note = temporary.resolve("acme").resolve(HOST + ".trouble");
        Files.createDirectories(temporary.resolve("acme"));
        for (String text : List.of("x".repeat(20_000), "what?\n")) {
            int before = authority.asked;
            Files.writeString(note, text);
            Files.setLastModifiedTime(note, FileTime.from(clock.instant()));
            open();
            look();
            clock.advance(Duration.ofHours(12).minusMinutes(1));
            look();
            assertEquals(before, authority.asked, text);
            assertTrue(why().startsWith("what went wrong before cannot be read"), why());
            refuse(Optional.empty());
            clock.advance(Duration.ofMinutes(1));
            look();
            assertEquals(before + 1, authority.asked);
        }
    }

    @Test
    void whatTheAuditDoesNotTakeIsToldLater() {
        auditIsFull = true;
        look();
        assertTrue(identity.certificate().isPresent());
        assertEquals(List.of(), notes);
        auditIsFull = false;
        clock.advance(Duration.ofMinutes(1));
        look();
        assertEquals(1, notes.size());
        assertEquals(1, authority.asked);
    }

    /// A disk on which nothing new has room.
    private static final class FullDisk extends InterposedDisk {
        private boolean full;

        FullDisk() {
            super(new FileDisk());
        }

        @Override
        protected void pass(Call call) throws IOException {
            if (full && call.act() == Act.CREATE) {
                throw new IOException("no space left (test)");
            }
            call.step().run();
        }
    }

    @Test
    void whatIsLateIsToldApart() throws IOException {
        look();
        assertEquals(Optional.empty(), folder().late(clock.instant()));
        clock.advance(LIFE.multipliedBy(76).dividedBy(100));
        assertEquals(Optional.of(shown()), folder().late(clock.instant()));
    }
}

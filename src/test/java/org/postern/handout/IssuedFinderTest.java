package org.postern.handout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.IssuingException;
import org.postern.keyring.Keyring;
import org.postern.keyring.OwnRevocation;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.mail.Address;
import org.postern.pki.Finder;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Verdict;
import org.postern.smime.Capabilities;
import org.postern.smime.KeyTransport;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// Mail is encrypted to what was issued from the day on which its owner has it until it is revoked,
/// and to nothing else.
class IssuedFinderTest {
    private static final Address MARIA = Address.of("maria@homemail.example");
    private static final Owner.Person OWNER = new Owner.Person(MARIA);

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);

    @TempDir Path home;
    private ClinicBooks books;
    private Keyring keyring;

    @BeforeEach
    void open() throws IOException {
        books = ClinicBooks.in(home, clock);
        keyring = books.keyring();
    }

    private Path folder() {
        return books.folder();
    }

    private IssuedBook book() {
        return books.issued();
    }

    private IssuedBook.Issued issue() throws IOException, IssuingException {
        return books.issue(OWNER);
    }

    private Lookup find() {
        clock.advance(Duration.ofMinutes(1));
        return PartnerDirectory.load(home.resolve("partners"))
                .with(List.of(finder()))
                .find(MARIA, clock.instant());
    }

    private Finder finder() {
        return new IssuedFinder(book(), keyring.revoked(), Duration.ofHours(4), clock);
    }

    @Test
    void onlyWhatItsOwnerHasIsUsed() throws Exception {
        IssuedBook.Issued first = issue();
        assertEquals(1, first.entry().number());
        assertInstanceOf(Lookup.NoCertificate.class, find());
        assertTrue(book().use(first, IssuedBook.Use.BY_HAND, clock.instant()));
        assertFalse(book().use(first, IssuedBook.Use.BY_HAND, clock.instant()), "it was before");
        X509Certificate certificate = first.entry().certificate();
        assertEquals(
                new Lookup.Found(
                        certificate,
                        "the clinic's record of what it has issued",
                        Lookup.Trust.ISSUED),
                find());
        IssuedBook.Issued second = issue();
        assertEquals(2, second.entry().number());
        assertEquals(certificate, assertInstanceOf(Lookup.Found.class, find()).certificate());
        book().use(second, IssuedBook.Use.BY_HAND, clock.instant());
        assertEquals(
                second.entry().certificate(),
                assertInstanceOf(Lookup.Found.class, find()).certificate());
        assertTrue(revoke(second));
        assertEquals(
                certificate,
                assertInstanceOf(Lookup.Found.class, find()).certificate(),
                "the older one is hers as well");
        assertTrue(revoke(first));
        Lookup.Unusable unusable = assertInstanceOf(Lookup.Unusable.class, find());
        assertEquals(Verdict.REVOKED, unusable.verdict());
        assertInstanceOf(
                Finder.Looked.Known.class, finder().look(Address.of("eve@homemail.example")));
    }

    private boolean revoke(IssuedBook.Issued issued) throws IOException {
        return keyring.revoked()
                .add(issued.entry(), RevokedBook.Reason.SUPERSEDED, clock.instant());
    }

    /// A program that opens no AuthEnvelopedData, as Thunderbird, would show an empty message.
    @Test
    void whatIsIssuedIsEncryptedToAsEveryProgramOpensIt() throws Exception {
        Capabilities known =
                Capabilities.of(
                        issue().entry().certificate(), "some place", KeyTransport.PKCS1_V15);
        assertEquals(Capabilities.ContentEncryption.AES_256_CBC, known.content());
    }

    /// IT may have put our authority beside hers, so that her signatures count; then her
    /// certificate comes from elsewhere as well, and its revocation counts there too.
    @Test
    void revokedIsRevokedWhereverItWasFound() throws Exception {
        IssuedBook.Issued issued = issue();
        book().use(issued, IssuedBook.Use.BY_HAND, clock.instant());
        X509Certificate certificate = issued.entry().certificate();
        Path anchors = Files.createDirectories(home.resolve("partners/anchors/homemail.example"));
        Pem.write(anchors.resolve("clinic.pem"), List.of(issued.entry().chain().getLast()));
        PartnerDirectory partners = partners(certificate);
        assertInstanceOf(Lookup.Found.class, at(partners));
        assertEquals(Optional.empty(), fault(partners, certificate));
        assertTrue(revoke(issued));
        assertEquals(
                Verdict.REVOKED, assertInstanceOf(Lookup.Unusable.class, at(partners)).verdict());
        assertEquals(Optional.of(Verdict.REVOKED), fault(partners, certificate));
        Files.delete(anchors.resolve("clinic.pem"));
        Path pinned = Files.createDirectories(home.resolve("partners/pinned"));
        Pem.write(pinned.resolve("maria.pem"), List.of(certificate));
        partners.reload();
        assertEquals(
                Verdict.REVOKED,
                assertInstanceOf(Lookup.Unusable.class, at(partners)).verdict(),
                "without a path as well");
        Files.delete(keyring.revoked().file());
        Lookup.Waiting waiting = assertInstanceOf(Lookup.Waiting.class, at(partners));
        assertEquals(Duration.ofHours(4), waiting.patience());
        assertEquals(Optional.of(Verdict.REVOCATION_AWAITED), fault(partners, certificate));
        X509Certificate other = TestAuthority.create().person(MARIA.toString()).certificate();
        Files.delete(pinned.resolve("maria.pem"));
        Pem.write(pinned.resolve("other.pem"), List.of(other));
        partners.reload();
        assertInstanceOf(Lookup.Found.class, at(partners), "it is none of ours");
    }

    /// Where her certificate lies a second time, such as in the directory of her provider.
    private PartnerDirectory partners(X509Certificate certificate) {
        Finder elsewhere =
                new Finder() {
                    @Override
                    public Looked look(Address address) {
                        return new Looked.Known(List.of(certificate), "elsewhere");
                    }

                    @Override
                    public Duration patience() {
                        return Duration.ZERO;
                    }
                };
        return PartnerDirectory.load(home.resolve("partners"))
                .asking(
                        new OwnRevocation(
                                keyring, Duration.ofHours(4), PartnerDirectory.Revocation.OFF))
                .with(List.of(finder(), elsewhere));
    }

    private Lookup at(PartnerDirectory partners) {
        clock.advance(Duration.ofMinutes(1));
        return partners.find(MARIA, clock.instant());
    }

    private Optional<Verdict> fault(PartnerDirectory partners, X509Certificate certificate) {
        return partners.signerFault(certificate, List.of(), clock.instant(), Optional.of(MARIA));
    }

    /// IT has put another certificate there by hand: that one counts.
    @Test
    void aPinnedOneComesFirst() throws Exception {
        IssuedBook.Issued issued = issue();
        book().use(issued, IssuedBook.Use.BY_HAND, clock.instant());
        X509Certificate own = TestAuthority.create().person(MARIA.toString()).certificate();
        Path pinned = Files.createDirectories(home.resolve("partners/pinned"));
        Pem.write(pinned.resolve("maria.pem"), List.of(own));
        assertEquals(own, assertInstanceOf(Lookup.Found.class, find()).certificate());
    }

    /// If nobody knows any more what was revoked, mail waits; and nothing new is issued.
    @Test
    void withoutTheBookNothingIsUsed() throws Exception {
        IssuedBook.Issued issued = issue();
        book().use(issued, IssuedBook.Use.BY_HAND, clock.instant());
        Files.delete(keyring.revoked().file());
        Lookup.Waiting waiting = assertInstanceOf(Lookup.Waiting.class, find());
        assertTrue(waiting.sentence().contains("book of revoked"), waiting.sentence());
        IOException refused = assertThrows(IOException.class, this::issue);
        assertTrue(String.valueOf(refused.getMessage()).contains("book of revoked"));
    }

    /// A file that cannot be read at one moment hides no certificate, and not for longer than that.
    @Test
    void whatCannotBeReadIsAwaited() throws Exception {
        book().use(issue(), IssuedBook.Use.BY_HAND, clock.instant());
        Finder finder = finder();
        Path file = folder().resolve(MARIA + "-1.issued");
        String whole = Files.readString(file);
        Files.writeString(file, "-----BEGIN CERTIFICATE-----");
        Finder.Looked.Unknown unknown =
                assertInstanceOf(Finder.Looked.Unknown.class, finder.look(MARIA));
        assertTrue(unknown.reason().contains(file.toString()), unknown.reason());
        assertInstanceOf(
                Finder.Looked.Known.class,
                finder.look(Address.of("eve@homemail.example")),
                "it is nobody else's");
        Files.writeString(file, whole);
        clock.advance(Duration.ofMinutes(1));
        assertEquals(
                1,
                assertInstanceOf(Finder.Looked.Known.class, finder.look(MARIA))
                        .certificates()
                        .size());
        Files.delete(file);
        clock.advance(Duration.ofMinutes(1));
        assertInstanceOf(Finder.Looked.Unknown.class, finder.look(MARIA), "it is lost");
    }

    @Test
    void whatEndsIsNotUsed() throws Exception {
        book().use(issue(), IssuedBook.Use.BY_HAND, clock.instant());
        clock.advance(Duration.ofDays(731));
        Lookup.Unusable unusable = assertInstanceOf(Lookup.Unusable.class, find());
        assertEquals(Verdict.EXPIRED, unusable.verdict());
    }

    /// The private key is nowhere, and nothing is left half written.
    @Test
    void onlyCertificatesAreKept() throws Exception {
        book().use(issue(), IssuedBook.Use.BY_HAND, clock.instant());
        try (Stream<Path> files = Files.list(folder())) {
            List<String> hers =
                    files.map(it -> it.getFileName().toString())
                            .filter(it -> !it.startsWith("authority") && !it.startsWith("revoked"))
                            .sorted()
                            .toList();
            assertEquals(List.of(MARIA + "-1.issued", MARIA + "-1.used"), hers);
        }
        Files.writeString(folder().resolve("eve@homemail.example-1.issued"), "no certificate");
        Files.writeString(folder().resolve("authority-7.issued"), "whose?");
        IssuedBook book = book();
        assertEquals(1, book.all().size());
        assertEquals(2, book.problems().size());
    }
}

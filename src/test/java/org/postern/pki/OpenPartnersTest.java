package org.postern.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.postern.pki.Lookup.Trust.PINNED;
import static org.postern.testkit.TestAuthority.NOW;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.folder.PartnerStates;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.pki.CertificateAddresses.AddressSource;
import org.postern.pki.PartnerDirectory.Problem;
import org.postern.testkit.TestAuthority;

/// Whoever can put a certificate into the folder can read all mail to that person, so what others
/// may change is not used.
class OpenPartnersTest {
    private static final Address ANN = Address.of("ann@partner.example");

    @TempDir Path temporary;

    private TestAuthority authority;
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        authority = TestAuthority.create();
        folder = temporary.resolve("partners");
        Files.createDirectories(folder.resolve("anchors/partner.example"));
        Files.createDirectories(folder.resolve("pinned"));
        put("anchors/partner.example/root.pem", authority.authority().certificate());
        put("x.pem", authority.person(ANN.toString()).certificate());
        // A folder for tests lets nobody else in, and then nothing else counts.
        mode("", "rwxr-xr-x");
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String each : List.of("anchors", "anchors/partner.example", "pinned")) {
            mode(each, "rwxr-xr-x");
        }
        for (String each : List.of("anchors/partner.example/root.pem", "x.pem")) {
            mode(each, "rw-r--r--");
        }
    }

    @Test
    void whatRootAndTheGatewayAloneMayChangeIsUsed() {
        assertInstanceOf(Lookup.Found.class, find());
        assertEquals(List.of(), problems());
    }

    @ParameterizedTest
    @CsvSource({
        "'', rwxrwxr-x, its group",
        "'', rwxr-xrwx, everyone",
        "anchors, rwxrwxr-x, its group",
        "anchors/partner.example, rwxrwxr-x, its group",
        "anchors/partner.example/root.pem, rw-rw-r--, its group",
        "x.pem, rw-rw-r--, its group",
        "x.pem, rw-r--rw-, everyone",
    })
    void whatOthersMayChangeIsNotUsed(String path, String mode, String who) throws IOException {
        mode(path, mode);
        assertNotFound();
        Problem problem = problems().getFirst();
        assertTrue(problem.isOpen(), problem::toString);
        assertTrue(problem.sentence().contains(who), problem::toString);
        assertTrue(problem.sentence().contains("chmod go-w " + folder), problem::toString);
        mode(path, Files.isDirectory(folder.resolve(path)) ? "rwxr-xr-x" : "rw-r--r--");
        assertInstanceOf(Lookup.Found.class, find());
    }

    @Test
    void aChangeOfPermissionsIsSeen() throws IOException {
        PartnerDirectory directory = PartnerDirectory.load(folder);
        assertInstanceOf(Lookup.Found.class, directory.find(ANN, NOW));
        mode("", "rwxrwxrwx");
        directory.reload();
        assertOpen(directory.find(ANN, NOW));
    }

    /// That somebody has no certificate is not known where a file is not read that may be hers.
    @Test
    void ofWhomNothingIsKnownIsSaid() throws IOException {
        Address bob = Address.of("bob@partner.example");
        mode("x.pem", "rw-rw-r--");
        PartnerDirectory directory = PartnerDirectory.load(folder);
        assertOpen(directory.find(ANN, NOW));
        assertEquals(new Lookup.NoCertificate(), directory.find(bob, NOW), "it names her alone");
        mode("x.pem", "rw-r--r--");
        mode("anchors/partner.example/root.pem", "rw-rw-r--");
        directory.reload();
        assertOpen(directory.find(ANN, NOW));
        assertEquals(new Lookup.NoCertificate(), directory.find(bob, NOW));
        mode("", "rwxrwxr-x");
        directory.reload();
        assertOpen(directory.find(bob, NOW));
    }

    /// Nor where one cannot be read: it may be half written, or not be for the gateway's user.
    @Test
    void ofWhomNothingCanBeReadIsSaid() throws IOException {
        Address bob = Address.of("bob@partner.example");
        Path his = Files.writeString(folder.resolve("bob@partner.example.pem"), "-----BEGIN CERT");
        mode("bob@partner.example.pem", "rw-r--r--");
        PartnerDirectory directory = PartnerDirectory.load(folder);
        assertNotRead(directory.find(bob, NOW), "partners/bob@partner.example.pem");
        assertEquals(
                new Lookup.NoCertificate(),
                directory.find(Address.of("carl@partner.example"), NOW),
                "it is named after him alone");
        assertInstanceOf(Lookup.Found.class, directory.find(ANN, NOW));
        Files.delete(his);
        directory.reload();
        assertEquals(new Lookup.NoCertificate(), directory.find(bob, NOW));
        Files.writeString(folder.resolve("anchors/partner.example/root.pem"), "-----BEGIN CERT");
        directory.reload();
        assertNotRead(directory.find(ANN, NOW), "partners/anchors/partner.example/root.pem");
        assertEquals(new Lookup.NoCertificate(), directory.find(bob, NOW));
    }

    @Test
    void whereNobodyKnowsOfAllFilesThatIsSaidOfEverybody() {
        Address bob = Address.of("bob@partner.example");
        assertEquals(new Lookup.NoCertificate(), doubted(Map.of(), bob));
        assertNotRead(doubted(Map.of("*", "unreadable"), bob), "cannot read the folder");
        assertNotRead(doubted(Map.of("pinned/*", "unreadable"), bob), "partners/pinned/");
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < PartnerFiles.FILES_MAX; i++) {
            many.put("none" + i + ".pem", "");
        }
        assertNotRead(doubted(many, bob), "too many files");
    }

    private Lookup doubted(Map<String, String> states, Address address) {
        return new PartnerFiles(folder, new PartnerStates(states), AddressSource.ALTERNATIVE_NAME)
                .doubted(address, new Lookup.NoCertificate());
    }

    private static void assertNotRead(Lookup found, String what) {
        Lookup.Unusable unusable = assertInstanceOf(Lookup.Unusable.class, found);
        assertEquals(Verdict.NOT_READ, unusable.verdict());
        assertTrue(unusable.sentence().contains(what), unusable::toString);
    }

    /// A file is told of by its whole name, and once.
    @Test
    void whatIsOpenAndBrokenIsToldOnce() throws IOException {
        Files.writeString(folder.resolve("pinned/y.pem"), "broken");
        mode("pinned/y.pem", "rw-rw-r--");
        assertEquals(List.of("pinned/y.pem"), problems().stream().map(Problem::file).toList());
        mode("pinned/y.pem", "rw-r--r--");
        mode("pinned", "rwxrwxr-x");
        assertEquals(
                List.of("pinned/", "pinned/y.pem"),
                problems().stream().map(Problem::file).toList());
    }

    private static void assertOpen(Lookup found) {
        assertEquals(
                Verdict.OPEN_TO_OTHERS, assertInstanceOf(Lookup.Unusable.class, found).verdict());
    }

    @Test
    void whoMayWriteAboveMayPutAnotherFolderThere() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertNotFound();
        assertTrue(problems().getFirst().sentence().contains("above it"), problems()::toString);
        // Nobody else can enter.
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrw-rw-"));
        mode("", "rwxrwxrwx");
        assertInstanceOf(Lookup.Found.class, find());
    }

    /// Where a file lies counts, and not where a link to it does.
    @Test
    void aLinkIsFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.move(folder.resolve("x.pem"), elsewhere.resolve("x.pem"));
        Files.createSymbolicLink(folder.resolve("x.pem"), elsewhere.resolve("x.pem"));
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertInstanceOf(Lookup.Found.class, find());
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertNotFound();
    }

    /// Whoever can write there can make mail wait, and turn none to another key.
    @ParameterizedTest
    @CsvSource({
        "pinned/ann.pem, rw-rw-r--",
        "pinned, rwxrwxr-x",
        "'', rwxrwxr-x",
    })
    void aPinThatDoesNotCountLetsNoOtherTakeItsPlace(String path, String mode) throws IOException {
        X509Certificate pinned = TestAuthority.create().person(ANN.toString()).certificate();
        put("pinned/ann.pem", pinned);
        mode("pinned/ann.pem", "rw-r--r--");
        assertEquals(pinned, assertInstanceOf(Lookup.Found.class, find()).certificate());
        X509Certificate other = authority.person(ANN.toString()).certificate();
        Finder finder = new Knowing(other);
        mode(path, mode);
        PartnerDirectory directory = PartnerDirectory.load(folder).with(List.of(finder));
        Lookup.Unusable unusable =
                assertInstanceOf(Lookup.Unusable.class, directory.find(ANN, NOW));
        assertEquals(Verdict.OPEN_TO_OTHERS, unusable.verdict());
        assertTrue(unusable.sentence().contains("partners/pinned/ann.pem"), unusable::toString);
        assertTrue(unusable.sentence().contains("chmod go-w " + folder), unusable::toString);
        assertTrue(directory.isAnotherPinned(other, NOW));
        assertEquals(List.of(), directory.usable(ANN, NOW));
        assertTrue(
                directory.signerFault(pinned, List.of(), NOW, Optional.of(ANN)).isPresent(),
                "a signature rests on it");
        // Others are found as before.
        Address bob = Address.of("bob@else.example");
        X509Certificate his = TestAuthority.create().person(bob.toString()).certificate();
        Finder hisFinder = new Knowing(his);
        assertInstanceOf(
                Lookup.Found.class,
                PartnerDirectory.load(folder).with(List.of(hisFinder)).find(bob, NOW));
    }

    /// Somewhere else one certificate is known.
    private record Knowing(X509Certificate certificate) implements Finder {
        @Override
        public Looked look(Address address) {
            return new Looked.Known(List.of(certificate), 0, "a directory", PINNED);
        }

        @Override
        public Duration patience() {
            return Duration.ZERO;
        }
    }

    /// A second pin that nobody else may change counts beside it.
    @Test
    void aGoodPinBesideOneThatDoesNotCountIsUsed() throws IOException {
        X509Certificate good = TestAuthority.create().person(ANN.toString()).certificate();
        put("pinned/good.pem", good);
        put("pinned/ann@partner.example.pem", TestAuthority.create().authority().certificate());
        mode("pinned/good.pem", "rw-r--r--");
        mode("pinned/ann@partner.example.pem", "rw-rw-r--");
        assertEquals(good, assertInstanceOf(Lookup.Found.class, find()).certificate());
        Files.delete(folder.resolve("pinned/good.pem"));
        assertInstanceOf(Lookup.Unusable.class, find(), "by its name alone");
    }

    /// What is of a whole domain closes it for those of whom nothing else is known.
    @Test
    void aPinOfADomainThatDoesNotCountLetsNoOtherTakeItsPlace() throws IOException {
        put("pinned/domain.pem", domain(TestAuthority.create()));
        put("y.pem", domain(authority));
        mode("y.pem", "rw-r--r--");
        mode("pinned/domain.pem", "rw-r--r--");
        Address eve = Address.of("eve@partner.example");
        PartnerDirectory directory = PartnerDirectory.load(folder);
        assertInstanceOf(Lookup.Found.class, directory.find(eve, NOW));
        mode("pinned/domain.pem", "rw-rw-r--");
        directory.reload();
        assertInstanceOf(Lookup.Unusable.class, directory.find(eve, NOW));
        assertInstanceOf(Lookup.Found.class, directory.find(ANN, NOW), "hers is named");
    }

    @Test
    void whatBelongsToAStrangerIsNotUsed() throws IOException {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can give a file away");
        Files.setAttribute(folder.resolve("x.pem"), "unix:uid", 12_345);
        assertNotFound();
        assertTrue(problems().getFirst().sentence().contains("chown root"), problems()::toString);
    }

    private static X509Certificate domain(TestAuthority by) {
        return by.authority()
                .issue(
                        CertificateRequest.organisation(
                                        KeyKind.P_256,
                                        Validity.from(NOW, Duration.ofDays(30)),
                                        "Partner",
                                        List.of(new Domain("partner.example")))
                                .withNames(new GeneralName(GeneralName.dNSName, "partner.example")))
                .certificate();
    }

    private void assertNotFound() {
        Lookup found = find();
        assertTrue(
                found instanceof Lookup.NoCertificate || found instanceof Lookup.Unusable,
                found::toString);
    }

    private Lookup find() {
        return PartnerDirectory.load(folder).find(ANN, NOW);
    }

    private List<Problem> problems() {
        return PartnerDirectory.load(folder).problems();
    }

    private void mode(String path, String mode) throws IOException {
        Files.setPosixFilePermissions(folder.resolve(path), PosixFilePermissions.fromString(mode));
    }

    private void put(String file, X509Certificate certificate) throws IOException {
        Pem.write(folder.resolve(file), List.of(certificate));
    }
}

package org.postern.cert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.Command;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.FolderCopy;
import org.postern.mail.Address;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// What a partner has given to a person of the clinic is taken in by a command, which says what is
/// wrong with it before mail waits for it.
class CertAddTest {
    private static final String ANN = "ann@partner.example";
    private static final String BEN = "ben@partner.example";
    private static final String EVE = "eve@partner.example";
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    @TempDir Path temporary;

    private FolderCopy folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        Files.createDirectories(temporary.resolve("data"));
    }

    @Test
    void theAuthorityFirstAndThenHerCertificate() throws Exception {
        Identity ann = AUTHORITY.person(ANN);
        Path hers = file("ann", ann.chain());
        assertEquals(Command.FAILED, add(hers));
        assertTrue(said().contains("cert add, with --for partner.example"), said());
        assertNobodyIsKnown();

        Path authority = file("root", List.of(AUTHORITY.authority().certificate()));
        assertEquals(Command.MISUSED, add(authority));
        assertEquals(Command.FAILED, add(authority, "--for", "partner.example"));
        assertTrue(said().contains("Compare its fingerprint by telephone"), said());
        assertTrue(
                said().contains(CertFacts.fingerprint(AUTHORITY.authority().certificate())),
                said());
        assertEquals(Command.FAILED, add(hers), "nothing was written");
        assertEquals(Command.OK, add(authority, "--for", "Partner.example", "--pin"), said());

        assertEquals(Command.OK, add(hers), said());
        String print = CertFacts.fingerprint(ann.certificate());
        assertTrue(said().contains("partners/added-" + print + ".pem"), said());
        assertEquals(ann.certificate(), found(ANN).certificate());
        assertEquals(Lookup.Trust.PATH, found(ANN).trust());
        assertEquals(Command.OK, add(hers), "once more changes nothing");
        assertEquals(
                List.of("authority added", "certificate added", "certificate added"),
                audit().stream().sorted().toList());
    }

    /// One vouches for its own domain, and for nobody else.
    @Test
    void theAuthorityOfAnotherDomainIsNone() throws Exception {
        Path authority = file("root", List.of(AUTHORITY.authority().certificate()));
        assertEquals(Command.OK, add(authority, "--for", "other.example", "--pin"), said());
        assertEquals(Command.FAILED, add(file("ann", AUTHORITY.person(ANN).chain())));
        assertNobodyIsKnown();
    }

    @Test
    void withoutAnAuthorityAPersonVouches() throws Exception {
        Identity ann = AUTHORITY.person(ANN);
        Path hers = file("ann", ann.chain());
        assertEquals(Command.OK, add(hers, "--pin"), said());
        assertEquals(Lookup.Trust.PINNED, found(ANN).trust());
        Path file = Path.of(said().split("Added as |;", -1)[1]);
        assertEquals(1, Pem.certificates(file).size(), "what came along was not compared");
        assertEquals(Command.FAILED, add(file("other", AUTHORITY.person(ANN).chain()), "--pin"));
        assertTrue(said().contains("nothing replaces that by itself"), said());
        assertEquals(ann.certificate(), found(ANN).certificate());
    }

    @Test
    void whatCannotBeUsedIsRefusedAtOnce() throws Exception {
        assertEquals(
                Command.FAILED, add(file("ann", AUTHORITY.expiredPerson(ANN).chain()), "--pin"));
        assertTrue(said().contains("has expired"), said());
        assertEquals(Command.FAILED, add(temporary.resolve("nothing.pem")));
        assertTrue(said().contains("there is no such file"), said());
        Path noise = Files.writeString(temporary.resolve("noise.pem"), "ann\n");
        assertEquals(Command.FAILED, add(noise));
        assertNobodyIsKnown();
    }

    @Test
    void whoseItIsIsSaidWhereItNamesMore() throws Exception {
        Path both = file("both", AUTHORITY.authority().issue(names(mail(ANN), mail(BEN))).chain());
        Path authority = file("root", List.of(AUTHORITY.authority().certificate()));
        assertEquals(Command.OK, add(authority, "--for", "partner.example", "--pin"), said());
        assertEquals(Command.MISUSED, add(both));
        assertTrue(said().contains("--for ADDRESS"), said());
        assertEquals(Command.MISUSED, add(both, "--for", EVE));
        assertEquals(Command.FAILED, add(both, "--for", ANN, "--pin"));
        assertNobodyIsKnown();
        assertEquals(Command.OK, add(both, "--for", ANN.toUpperCase(Locale.ROOT)), said());
        assertInstanceOf(Lookup.Found.class, find(BEN), "its authority names her as well");
    }

    /// As two gateways give it to each other.
    @Test
    void theCertificateOfADomainIsForAllInIt() throws Exception {
        Path whole =
                file(
                        "domain",
                        AUTHORITY
                                .authority()
                                .issue(
                                        names(
                                                new GeneralName(
                                                        GeneralName.dNSName, "partner.example")))
                                .chain());
        assertEquals(Command.FAILED, add(whole));
        Path authority = file("root", List.of(AUTHORITY.authority().certificate()));
        assertEquals(Command.OK, add(authority, "--for", "partner.example", "--pin"), said());
        assertEquals(Command.OK, add(whole), said());
        assertInstanceOf(Lookup.Found.class, find(BEN));
    }

    /// OpenSSL makes such a one unless it is told otherwise.
    @Test
    void aPersonWhoCallsHerselfAnAuthorityIsNone() throws Exception {
        for (boolean inSubject : new boolean[] {false, true}) {
            SelfSigned hers =
                    inSubject
                            ? SelfSigned.of("CN=Ann,E=" + ANN)
                            : SelfSigned.of("CN=Ann").with(mail(ANN));
            Path self = file("self" + inSubject, List.of(hers.make()));
            assertNotEquals(Command.OK, add(self, "--for", "partner.example", "--pin"), said());
            assertTrue(said().contains("is not taken for one"), said());
            assertFalse(Files.exists(folder.path().resolve("partners/anchors/partner.example")));
        }
        Path hers = temporary.resolve("selffalse.pem");
        assertEquals(Command.OK, add(hers, "--pin"), said());
        assertEquals(Lookup.Trust.PINNED, found(ANN).trust());
        assertInstanceOf(Lookup.NoCertificate.class, find(BEN));
    }

    /// An address with a dot behind it is none to which mail could go, and names her all the same.
    @Test
    void aPersonWhoseAddressIsMisspeltIsNoAuthority() throws Exception {
        X509Certificate hers = SelfSigned.of("CN=Ann").with(mail(ANN + ".")).make();
        assertEquals(
                Command.MISUSED,
                add(file("dot", List.of(hers)), "--for", "partner.example", "--pin"));
    }

    @Test
    void oneThatMustNotSignCertificatesIsNoAuthority() throws Exception {
        X509Certificate unable =
                SelfSigned.of("CN=Root").withUsage(KeyUsage.digitalSignature).make();
        assertEquals(
                Command.MISUSED,
                add(file("unable", List.of(unable)), "--for", "partner.example", "--pin"));
    }

    @Test
    void aWorseAuthorityIsRefusedBeforeAnythingIsWritten() throws Exception {
        SelfSigned root = SelfSigned.of("CN=Root");
        Instant now = TestAuthority.NOW;
        refused("is not valid yet", root.from(now.plus(Duration.ofDays(1))));
        refused("has expired", root.from(now.minus(Duration.ofDays(20))));
        refused("key that is too weak", root.with(KeyKind.RSA_1024));
        refused("is damaged", root.unreadable());
        assertFalse(Files.exists(folder.path().resolve("partners/anchors/partner.example")));
    }

    private void refused(String clause, SelfSigned authority) throws Exception {
        Path file = file("root" + clause.length(), List.of(authority.make()));
        assertEquals(Command.FAILED, add(file, "--for", "partner.example", "--pin"), said());
        assertTrue(said().contains(clause), said());
    }

    @Test
    void whatAFileHoldsBesidesIsNotDroppedUnseen() throws Exception {
        X509Certificate root = AUTHORITY.authority().certificate();
        X509Certificate ann = AUTHORITY.person(ANN).certificate();
        X509Certificate ben = AUTHORITY.person(BEN).certificate();
        assertEquals(Command.FAILED, add(file("two", List.of(ann, ben)), "--for", ANN, "--pin"));
        assertTrue(said().contains("holds 2 certificates of people"), said());
        Path mixed = file("mixed", List.of(root, ann));
        assertEquals(Command.FAILED, add(mixed, "--for", "partner.example", "--pin"));
        assertTrue(said().contains("begins with an authority"), said());
        assertNobodyIsKnown();
        assertFalse(Files.exists(folder.path().resolve("partners/anchors/partner.example")));
        assertEquals(Command.OK, add(file("twice", List.of(ann, ann, root)), "--pin"), said());
    }

    @Test
    void thePinnedCertificateOfADomainIsNotReplaced() throws Exception {
        GeneralName domain = new GeneralName(GeneralName.dNSName, "partner.example");
        X509Certificate first = AUTHORITY.authority().issue(names(domain)).certificate();
        X509Certificate other = AUTHORITY.authority().issue(names(domain)).certificate();
        Path pinned = file("first", List.of(first));
        assertEquals(Command.OK, add(pinned, "--for", "Partner.Example", "--pin"), said());
        assertEquals(Command.FAILED, add(file("second", List.of(other)), "--pin"));
        assertTrue(said().contains("nothing replaces that by itself"), said());
        assertEquals(first, found(BEN).certificate());
        assertEquals(Command.OK, add(pinned, "--pin"), said());
    }

    @Test
    void theAuditSaysThatItIsPinnedAndWhoElseIsNamed() throws Exception {
        add(file("ben", AUTHORITY.person(BEN).chain()), "--pin");
        add(
                file("root", List.of(AUTHORITY.authority().certificate())),
                "--for",
                "partner.example",
                "--pin");
        Path both = file("both", AUTHORITY.authority().issue(names(mail(ANN), mail(BEN))).chain());
        assertEquals(Command.FAILED, add(both, "--for", ANN), "Ben's is pinned");
        Path eve = file("eve", AUTHORITY.authority().issue(names(mail(ANN), mail(EVE))).chain());
        assertEquals(Command.OK, add(eve, "--for", ANN), said());
        String audit = String.join("\n", details());
        assertTrue(audit.contains(" of " + BEN + ", pinned"), audit);
        assertTrue(audit.contains(" of " + ANN + ", also of " + EVE), audit);
    }

    /// A stop has left a folder in which something lies that nobody has compared.
    @Test
    void whatAStopHasLeftIsNotTakenAlong() throws Exception {
        Path left = Files.createDirectories(folder.path().resolve("partners/~partner.example"));
        Path root = file("root", List.of(AUTHORITY.authority().certificate()));
        assertNotEquals(Command.OK, add(root, "--for", "partner.example", "--pin"));
        assertTrue(said().contains("remove it"), said());
        Files.delete(left);
        assertEquals(Command.OK, add(root, "--for", "partner.example", "--pin"), said());
        assertFalse(Files.exists(left));
    }

    private static GeneralName mail(String address) {
        return new GeneralName(GeneralName.rfc822Name, address);
    }

    private static CertificateRequest names(GeneralName... names) {
        return TestAuthority.request(ANN, KeyKind.P_256).withNames(names);
    }

    private Path file(String name, List<X509Certificate> chain) throws IOException {
        Path file = temporary.resolve(name + ".pem");
        Pem.write(file, chain);
        return file;
    }

    private Lookup find(String address) {
        return PartnerDirectory.load(folder.path().resolve("partners"))
                .find(Address.of(address), TestAuthority.NOW);
    }

    private Lookup.Found found(String address) {
        return assertInstanceOf(Lookup.Found.class, find(address));
    }

    private void assertNobodyIsKnown() {
        assertInstanceOf(Lookup.NoCertificate.class, find(ANN));
        assertInstanceOf(Lookup.NoCertificate.class, find(BEN));
    }

    private List<String> details() throws IOException {
        List<String> details = new ArrayList<>();
        new Acts(temporary.resolve("data"), new ManualClock(TestAuthority.NOW))
                .tell((_, detail) -> details.add(detail));
        return details;
    }

    private List<String> audit() throws IOException {
        List<String> audit = new ArrayList<>();
        new Acts(temporary.resolve("data"), new ManualClock(TestAuthority.NOW))
                .tell((act, _) -> audit.add(act));
        return audit;
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int add(Path file, String... words) {
        out.reset();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Console console = new Console(print, print, InputStream.nullInputStream());
        List<String> all =
                new ArrayList<>(List.of("cert", "--config", folder.path().toString(), "add"));
        all.add(file.toString());
        all.addAll(List.of(words));
        return new CommandLineTool(
                        console, List.of(new Cert(console, new ManualClock(TestAuthority.NOW))))
                .run(all.toArray(String[]::new));
    }
}

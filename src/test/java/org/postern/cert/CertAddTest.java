package org.postern.cert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.x509.GeneralName;
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
        assertTrue(said().contains("partners/added-"), said());
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
        assertEquals(Command.MISUSED, add(both, "--for", "eve@partner.example"));
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

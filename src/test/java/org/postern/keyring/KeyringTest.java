package org.postern.keyring;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.folder.Glance;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Providers;
import org.postern.smime.KeyTransport;
import org.postern.smime.Opened;
import org.postern.smime.SmimeDecryptor;
import org.postern.smime.SmimeEncryptor;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

class KeyringTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Owner ANNA = new Owner.Person(Address.of("anna@clinic.example"));
    private static final Owner CLINIC = new Owner.Organisation();

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);

    @BeforeEach
    void password() throws IOException {
        Files.writeString(home.resolve("password"), "one long secret\n");
    }

    private Keyring keyring() {
        return Keyring.of(places(), clock);
    }

    private Issuing issuing(Keyring keyring) {
        return new Issuing(
                keyring,
                new Issuing.Clinic(
                        "Our Clinic", Set.of(new Domain("clinic.example")), Optional.empty()),
                clock);
    }

    @Test
    void whatIsKeptOpensAgainAndSigns() throws Exception {
        for (KeyKind kind : List.of(KeyKind.P_256, KeyKind.RSA_2048, KeyKind.ED25519)) {
            Identity made = AUTHORITY.person("anna@clinic.example", kind);
            Keyring.Entry entry = keyring().add(ANNA, made);
            Keyring other = keyring();
            assertEquals(entry, other.newest(ANNA).orElseThrow());
            Identity read = other.identity(entry);
            assertEquals(made.chain(), read.chain());
            Signature signature = Signature.getInstance(kind.signature(), Providers.BOUNCY_CASTLE);
            signature.initSign(read.key());
            byte[] signed = signature.sign();
            signature.initVerify(made.certificate());
            assertTrue(signature.verify(signed), kind.name());
        }
        try (Stream<Path> files = Files.list(home.resolve("smime"))) {
            for (Path file : files.toList()) {
                String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                assertEquals("rw-------", rights, file.toString());
            }
        }
    }

    /// X6: a key to be encrypted to is kept as any other, and does not sign.
    @Test
    void aKeyOfMlKemOpensAgain() throws Exception {
        for (KeyKind kind : List.of(KeyKind.ML_KEM_768, KeyKind.ML_KEM_1024)) {
            Issuing issuing = issuing(keyring());
            issuing.issue(ANNA, KeyKind.P_256);
            Keyring.Entry entry = issuing.issue(ANNA, kind);
            assertFalse(entry.signs());
            Identity read = keyring().identity(entry);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new SmimeEncryptor(KeyTransport.OAEP_SHA256)
                    .encrypt(
                            Content.of("Subject: x\r\n\r\nHello\r\n".getBytes(US_ASCII)),
                            List.of(entry.certificate()))
                    .writeTo(out);
            assertInstanceOf(
                    Opened.Plain.class,
                    new SmimeDecryptor(List.of(read)).open(Content.of(out.toByteArray())));
            assertTrue(
                    keyring()
                            .current(ANNA, clock.instant())
                            .filter(Keyring.Entry::signs)
                            .isPresent());
        }
    }

    /// The newest one signs; the old ones stay, because mail to them still comes.
    @Test
    void aNewKeyDoesNotReplaceAnOldOne() throws Exception {
        Keyring keyring = keyring();
        assertEquals(Optional.empty(), keyring.current(ANNA, clock.instant()));
        keyring.add(ANNA, AUTHORITY.person("anna@clinic.example"));
        Keyring.Entry second = keyring.add(ANNA, AUTHORITY.person("anna@clinic.example"));
        keyring.add(CLINIC, AUTHORITY.person("anna@clinic.example"));
        keyring.add(ANNA, AUTHORITY.expiredPerson("anna@clinic.example"));
        assertEquals(
                List.of(3, 2, 1),
                keyring.entries().stream()
                        .filter(it -> it.owner().equals(ANNA))
                        .map(Keyring.Entry::number)
                        .toList());
        assertEquals(Optional.of(second), keyring.current(ANNA, clock.instant()));
    }

    /// A gateway that runs sees what the command makes.
    @Test
    void whatAnotherProcessAddsIsSeen() throws Exception {
        Keyring running = keyring();
        assertEquals(Optional.empty(), running.current(ANNA, clock.instant()));
        keyring().add(ANNA, AUTHORITY.person("anna@clinic.example"));
        clock.advance(Duration.ofSeconds(2));
        assertTrue(running.current(ANNA, clock.instant()).isPresent());
    }

    @Test
    void whatCannotBeReadIsNamed() throws Exception {
        Keyring keyring = keyring();
        Keyring.Entry entry = keyring.add(ANNA, AUTHORITY.person("anna@clinic.example"));
        keyring.add(ANNA, AUTHORITY.person("anna@clinic.example"));
        Path smime = home.resolve("smime");
        Files.writeString(smime.resolve("anna@clinic.example-3.pem"), "nothing");
        Files.writeString(smime.resolve("strange-name.pem"), "nothing");
        assertEquals(2, keyring.entries().size());
        assertEquals(2, keyring.problems().size());

        Files.writeString(home.resolve("password"), "another secret\n");
        IOException wrong = assertThrows(IOException.class, () -> keyring().identity(entry));
        assertTrue(String.valueOf(wrong.getMessage()).contains("wrong password"));
        assertFalse(String.valueOf(wrong.getMessage()).contains("secret"));

        Files.writeString(home.resolve("password"), "one long secret\n");
        Files.delete(smime.resolve("anna@clinic.example-1.p12"));
        Files.copy(
                smime.resolve("anna@clinic.example-2.p12"),
                smime.resolve("anna@clinic.example-1.p12"));
        IOException other = assertThrows(IOException.class, () -> keyring().identity(entry));
        assertTrue(String.valueOf(other.getMessage()).contains("another key"));
    }

    @Test
    void anyPlainAddressMakesAFileName() {
        for (String text :
                List.of(
                        "a@b.example",
                        "a/b@b.example",
                        "a*b%40c@b.example",
                        "a-1@b.example",
                        "{|}~@b.example")) {
            Owner owner = new Owner.Person(Address.of(text));
            assertFalse(owner.fileWord().contains("/"), owner.fileWord());
            assertEquals(Optional.of(owner), Owner.ofFileWord(owner.fileWord()), text);
        }
        assertEquals(Owner.of("Anna@Clinic.example"), Owner.of("anna@clinic.example"));
        assertEquals(Optional.empty(), Owner.of("\"a b\"@b.example"));
        assertEquals(Optional.empty(), Owner.ofFileWord("A@b.example"));
    }

    @Test
    void theAuthorityIsMadeOnceAndNamesTheClinic() throws Exception {
        Keyring keyring = keyring();
        Issuing issuing = issuing(keyring);
        Keyring.Entry anna = issuing.issue(ANNA, KeyKind.P_256);
        Keyring.Entry clinic = issuing.issue(CLINIC, KeyKind.P_256);
        Keyring.Entry authority = keyring.newest(new Owner.Authority()).orElseThrow();
        assertEquals(1, authority.number());
        for (Keyring.Entry entry : List.of(anna, clinic)) {
            entry.certificate().verify(authority.certificate().getPublicKey());
            assertEquals(authority.certificate(), entry.chain().get(1));
            assertEquals(clock.instant().plus(Issuing.LIFE), entry.notAfter());
        }
        assertEquals(
                "CN=Our Clinic S/MIME Authority",
                authority.certificate().getSubjectX500Principal().getName());
        assertEquals(
                List.of(List.of(1, "anna@clinic.example")),
                List.copyOf(anna.certificate().getSubjectAlternativeNames()));
        assertEquals(
                List.of(List.of(2, "clinic.example")),
                List.copyOf(clinic.certificate().getSubjectAlternativeNames()));
        Owner stranger = new Owner.Person(Address.of("a@elsewhere.example"));
        assertThrows(IssuingException.class, () -> issuing.issue(stranger, KeyKind.P_256));
    }

    /// A certificate does not outlive its authority, and an authority that ended issues nothing.
    @Test
    void theAuthorityEnds() throws Exception {
        Keyring keyring = keyring();
        Issuing issuing = issuing(keyring);
        issuing.issue(ANNA, KeyKind.P_256);
        clock.advance(Issuing.AUTHORITY_LIFE.minusDays(10));
        Keyring.Entry late = issuing.issue(ANNA, KeyKind.P_256);
        assertEquals(
                keyring.newest(new Owner.Authority()).orElseThrow().notAfter(), late.notAfter());
        clock.advance(Duration.ofDays(11));
        IssuingException ended =
                assertThrows(IssuingException.class, () -> issuing.issue(ANNA, KeyKind.P_256));
        assertTrue(ended.reason().contains("authority has ended"), ended.reason());
        issuing.issue(new Owner.Authority(), KeyKind.P_256);
        assertTrue(issuing.issue(ANNA, KeyKind.P_256).isValidAt(clock.instant()));
    }

    /// An imported certificate that is none of an authority signs no others.
    @Test
    void whatIsNoAuthorityIssuesNothing() throws Exception {
        Keyring keyring = keyring();
        keyring.add(new Owner.Authority(), AUTHORITY.person("anna@clinic.example"));
        IssuingException unfit =
                assertThrows(
                        IssuingException.class, () -> issuing(keyring).issue(ANNA, KeyKind.P_256));
        assertTrue(unfit.reason().contains("not one of an authority"), unfit.reason());
    }

    /// The folder is listed at most once in two seconds, however much mail flows.
    @Test
    void theFolderIsLookedAtSeldom() throws Exception {
        Keyring running = keyring();
        assertEquals(List.of(), running.entries());
        keyring().add(ANNA, AUTHORITY.person("anna@clinic.example"));
        clock.advance(Duration.ofMillis(1_999));
        assertEquals(List.of(), running.entries());
        clock.advance(Duration.ofMillis(1));
        assertEquals(1, running.entries().size());
    }

    @Test
    void whatCouldNotBeReadOnceIsThereAgain() throws Exception {
        keyring().add(ANNA, AUTHORITY.person("anna@clinic.example"));
        Path file = home.resolve("smime/anna@clinic.example-1.pem");
        byte[] good = Files.readAllBytes(file);
        Files.write(file, new byte[] {1, 2, 3});
        Keyring running = keyring();
        assertEquals(List.of(), running.entries());
        Files.write(file, good);
        clock.advance(Glance.EVERY);
        assertEquals(1, running.entries().size());
        assertEquals(List.of(), running.problems());
    }

    /// Whoever has mended a list need not wait for the next look, which by this clock never comes.
    @Test
    void aListThatWasMendedIsReadSoon() throws Exception {
        Keyring keyring = keyring();
        issuing(keyring).issue(ANNA, KeyKind.P_256);
        Path list = new OwnLists(keyring, clock).write().getFirst();
        assertTrue(keyring.current(ANNA, clock.instant()).isPresent());
        Path whole = Files.move(list, home.resolve("whole"));
        Files.createDirectory(list);
        clock.advance(Glance.EVERY);
        assertThrows(BookLostException.class, () -> keyring.current(ANNA, clock.instant()));
        Files.delete(list);
        Files.move(whole, list);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    while (!isCurrent(keyring)) {
                        Thread.onSpinWait();
                    }
                });
    }

    private boolean isCurrent(Keyring keyring) throws Exception {
        try {
            return keyring.current(ANNA, clock.instant()).isPresent();
        } catch (BookLostException notYet) {
            return false;
        }
    }

    /// Each try costs tenths of a second, and mail that names the key may come as often as somebody
    /// likes.
    @Test
    void aKeyThatDoesNotOpenIsNotTriedEachTime() throws Exception {
        Keyring.Entry entry = keyring().add(ANNA, AUTHORITY.person("anna@clinic.example"));
        Keyring running = keyring();
        Path file = home.resolve("smime/anna@clinic.example-1.p12");
        byte[] good = Files.readAllBytes(file);
        Files.write(file, new byte[] {1, 2, 3});
        assertThrows(IOException.class, () -> running.identity(entry));
        assertEquals(1, running.problems().size());
        Files.write(file, good);
        assertThrows(IOException.class, () -> running.identity(entry));
        clock.advance(Keyring.TRY_AGAIN);
        assertEquals(entry.chain(), running.identity(entry).chain());
        assertEquals(List.of(), running.problems());
    }

    @Test
    void certificatesOfOurOwnAreRenewedAMonthAhead() throws Exception {
        Keyring keyring = keyring();
        Issuing issuing = issuing(keyring);
        Renewal renewal = new Renewal(keyring, issuing, clock);
        issuing.issue(ANNA, KeyKind.RSA_2048);
        Keyring.Entry imported =
                keyring.add(CLINIC, TestAuthority.create().person("anna@clinic.example"));
        clock.advance(Issuing.LIFE.minus(Renewal.AHEAD).minusSeconds(1));
        renewal.look();
        assertEquals(3, keyring.entries().size());
        clock.advance(Duration.ofSeconds(2));
        renewal.look();
        Keyring.Entry renewed = keyring.newest(ANNA).orElseThrow();
        assertEquals(2, renewed.number());
        assertEquals(
                Optional.of(KeyKind.RSA_2048), KeyKind.of(renewed.certificate().getPublicKey()));
        assertEquals(clock.instant().plus(Issuing.LIFE), renewed.notAfter());
        renewal.look();
        assertEquals(4, keyring.entries().size());
        assertEquals(Optional.of(imported), keyring.newest(CLINIC));
    }

    @Test
    void aRequestedKeyWaitsForItsCertificate() throws Exception {
        Keyring keyring = keyring();
        Path request = issuing(keyring).request(ANNA, KeyKind.P_256);
        assertEquals(List.of(), keyring.entries());
        var pkcs10 = CertificateRequests.read(request);
        assertEquals(List.of("anna@clinic.example"), CertificateRequests.mailboxes(pkcs10));
        Identity stranger = AUTHORITY.person("anna@clinic.example");
        assertEquals(Optional.empty(), keyring.fulfil(stranger.chain(), (_, _) -> {}));
        var issued = CertificateRequests.issue(pkcs10, AUTHORITY);
        Keyring.Entry entry = keyring.fulfil(List.of(issued), (_, _) -> {}).orElseThrow();
        assertEquals(ANNA, entry.owner());
        assertEquals(issued, keyring.identity(entry).certificate());
        assertFalse(Files.exists(request));
    }

    private Keyring.Places places() {
        return new Keyring.Places(
                home.resolve("smime"), home.resolve("password"), home.resolve("crl"), "Our Clinic");
    }
}

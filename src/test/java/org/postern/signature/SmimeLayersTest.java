package org.postern.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keyring.Issuing;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.signature.Signing.By;
import org.postern.signature.Signing.NewKeys;
import org.postern.signature.SmimeLayers.Relayed;
import org.postern.smime.Capabilities;
import org.postern.smime.KeyTransport;
import org.postern.smime.Opened;
import org.postern.smime.Recipient;
import org.postern.smime.SmimeDecryptor;
import org.postern.smime.SmimeEncryptor;
import org.postern.smime.SmimeException;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// Who signs what, what stays as it is, and that nothing leaves unsigned because it could not be
/// signed.
class SmimeLayersTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity PARTNER = AUTHORITY.person("bob@partner.example");
    private static final Recipient BOB =
            new Recipient(PARTNER.certificate(), Capabilities.unknown(KeyTransport.PKCS1_V15));
    private static final Domain CLINIC = new Domain("clinic.example");
    private static final Owner ANN = new Owner.Person(Address.of("ann@clinic.example"));

    private static final String MESSAGE =
            "From: Ann <Ann@clinic.example>\r\nSubject: Results\r\n\r\nAll is well.\r\n";

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private Keyring keyring;
    private Issuing issuing;

    @BeforeEach
    void keys() throws IOException {
        Files.writeString(home.resolve("password"), "one long secret\n");
        keyring = Keyring.of(places(), clock);
        issuing =
                new Issuing(
                        keyring,
                        new Issuing.Clinic("Clinic", Set.of(CLINIC), java.util.Optional.empty()),
                        clock);
    }

    private SmimeLayers layers(Map<Listener, By> by, NewKeys newKeys, Relayed relayed) {
        Signing.Terms terms =
                new Signing.Terms(by, Set.of(CLINIC), Form.CLEAR, RsaPadding.PKCS1, newKeys);
        return new SmimeLayers(
                new SmimeEncryptor(KeyTransport.PKCS1_V15),
                Optional.of(new Signing(keyring, issuing, terms, clock)),
                relayed);
    }

    private SmimeLayers clinicians(NewKeys newKeys) {
        return layers(
                Map.of(Listener.SUBMISSION, By.CLINICIAN, Listener.RELAY, By.ORGANISATION),
                newKeys,
                Relayed.SIGNED);
    }

    private static Envelope from(Listener listener) {
        return new Envelope(
                new Arrival(listener, "192.0.2.1", null, null),
                Address.of("ann@clinic.example"),
                List.of(Address.of("bob@partner.example")));
    }

    private static Content content(String text) {
        return Content.of(text.getBytes(ISO_8859_1));
    }

    /// RFC 8551 §1.2: signed, then encrypted; the outside does not even tell that it is signed.
    @Test
    void protectedMailIsSignedInside() throws Exception {
        ContentWriter writer =
                clinicians(NewKeys.AUTOMATIC)
                        .encrypted(from(Listener.SUBMISSION), content(MESSAGE), List.of(BOB));
        String outside = SignerTest.text(writer);
        assertTrue(outside.contains("Subject: [...]"), outside);
        assertFalse(outside.contains("multipart/signed"), outside);
        String inside = opened(outside);
        assertTrue(inside.startsWith("MIME-Version: 1.0\r\nContent-Type: multipart/signed;"));
        assertTrue(inside.contains("hp=\"cipher\""), inside);
        assertTrue(inside.contains("\r\nSubject: Results\r\n"), inside);
        assertEquals(1, keyring.newest(ANN).orElseThrow().number());
    }

    private static String opened(String message) throws IOException {
        Opened opened = new SmimeDecryptor(List.of(PARTNER)).open(content(message));
        if (opened instanceof Opened.Plain(Content entity)) {
            try (InputStream in = entity.open()) {
                return new String(in.readAllBytes(), ISO_8859_1);
            }
        }
        throw new AssertionError("not opened");
    }

    @Test
    void theDoorSaysWhoSigns() throws Exception {
        SmimeLayers layers = clinicians(NewKeys.AUTOMATIC);
        signed(layers.relayed(from(Listener.SUBMISSION), content(MESSAGE)));
        assertTrue(keyring.newest(ANN).isPresent());
        assertTrue(keyring.newest(new Owner.Organisation()).isEmpty());
        signed(layers.relayed(from(Listener.RELAY), content(MESSAGE)));
        assertTrue(keyring.newest(new Owner.Organisation()).isPresent());
        for (Listener other : List.of(Listener.INBOUND, Listener.PICKUP, Listener.GATEWAY)) {
            Content message = content(MESSAGE);
            assertSame(message, layers.relayed(from(other), message));
        }
    }

    /// A rule may demand what the configuration does not give everybody.
    @Test
    void whatARuleDemandsIsSignedOrStays() throws Exception {
        SmimeLayers asItIs =
                layers(
                        Map.of(Listener.SUBMISSION, By.CLINICIAN),
                        NewKeys.AUTOMATIC,
                        Relayed.AS_IT_IS);
        Content message = content(MESSAGE);
        assertSame(message, asItIs.relayed(from(Listener.SUBMISSION), message));
        SmimeLayers demanding = asItIs.demandingSignatures();
        signed(demanding.relayed(from(Listener.SUBMISSION), message));
        List<SmimeLayers> nobody =
                List.of(
                        demanding,
                        new SmimeLayers(
                                        new SmimeEncryptor(KeyTransport.PKCS1_V15),
                                        Optional.empty(),
                                        Relayed.AS_IT_IS)
                                .demandingSignatures());
        for (SmimeLayers each : nobody) {
            assertThrows(SmimeException.class, () -> each.relayed(from(Listener.RELAY), message));
            assertThrows(
                    SmimeException.class,
                    () -> each.encrypted(from(Listener.RELAY), message, List.of(BOB)));
        }
    }

    private static void signed(ContentWriter writer) throws IOException {
        String text = SignerTest.text(writer);
        assertTrue(text.startsWith("From: Ann <Ann@clinic.example>\r\nSubject: Results\r\n"), text);
        assertTrue(text.contains("multipart/signed"), text);
        assertTrue(text.contains("hp=\"clear\""), text);
    }

    @Test
    void mailThatIsOnlyRelayedIsSignedIfItIsAskedFor() throws Exception {
        SmimeLayers layers =
                layers(
                        Map.of(Listener.SUBMISSION, By.CLINICIAN),
                        NewKeys.AUTOMATIC,
                        Relayed.AS_IT_IS);
        Content message = content(MESSAGE);
        assertSame(message, layers.relayed(from(Listener.SUBMISSION), message));
    }

    @Test
    void mailOfOthersIsNotOursToSign() throws Exception {
        Content message = content("From: a@elsewhere.example\r\n\r\nforwarded");
        assertSame(
                message, clinicians(NewKeys.AUTOMATIC).relayed(from(Listener.SUBMISSION), message));
    }

    /// What the author's program did keeps its layers.
    @Test
    void whatIsSignedOrEncryptedStays() throws Exception {
        SmimeLayers layers = clinicians(NewKeys.AUTOMATIC);
        Signer own = new Signer(AUTHORITY.person("ann@clinic.example"), RsaPadding.PKCS1);
        for (Form form : Form.values()) {
            String signed = SignerTest.text(SignerTest.sign(MESSAGE, own, form));
            Content message = content(signed);
            assertFalse(layers.isEncrypted(message, SmimeLayersTest::bobs));
            assertSame(message, layers.relayed(from(Listener.SUBMISSION), message));
            String outside =
                    SignerTest.text(
                            layers.encrypted(from(Listener.SUBMISSION), message, List.of(BOB)));
            String inside = opened(outside);
            String body = signed.substring(signed.indexOf("\r\n\r\n"));
            assertTrue(inside.endsWith(body), "not one octet of the signed body differs");
        }
        String encrypted =
                SignerTest.text(
                        new SmimeEncryptor(KeyTransport.PKCS1_V15)
                                .encrypt(content(MESSAGE), List.of(PARTNER.certificate())));
        Content message = content(encrypted);
        assertTrue(layers.isEncrypted(message, SmimeLayersTest::bobs));
        assertSame(message, layers.relayed(from(Listener.SUBMISSION), message));
        assertFalse(layers.isEncrypted(message, List::of), "nobody who is known can open it");
        assertFalse(
                layers.isEncrypted(
                        message,
                        () -> List.of(AUTHORITY.person("bob@partner.example").certificate())),
                "she has another certificate now");
        assertTrue(keyring.entries().isEmpty());
    }

    private static List<X509Certificate> bobs() {
        return List.of(PARTNER.certificate());
    }

    /// A label is not a signature, and no reason to leave without one.
    @Test
    void whatOnlyClaimsToBeSignedIsSigned() throws Exception {
        Map<String, String> claims =
                Map.of(
                        "multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b",
                        """
                        --b

                        All is well.
                        --b
                        Content-Type: application/pkcs7-signature
                        Content-Transfer-Encoding: base64

                        MAAA
                        --b--
                        """
                                .replace("\n", "\r\n"),
                        "application/pkcs7-mime; smime-type=signed-data",
                        "MIAGCSqGSIb3DQEHAqCA",
                        "application/pkcs7-mime; smime-type=enveloped-data",
                        "MIAGCSqGSIb3DQEHA6CA",
                        "application/pkcs7-mime",
                        "All is well.",
                        "application/octet-stream; name=x.p7m",
                        "All is well.");
        for (Map.Entry<String, String> claim : claims.entrySet()) {
            String message =
                    ("From: Ann <Ann@clinic.example>\r\nSubject: Results\r\n"
                                    + "Content-Type: %s\r\n\r\n%s")
                            .formatted(claim.getKey(), claim.getValue());
            signed(
                    clinicians(NewKeys.AUTOMATIC)
                            .relayed(from(Listener.SUBMISSION), content(message)));
        }
    }

    @Test
    void whoeverCannotSignHasHerMailHeld() throws Exception {
        SmimeLayers byHand = clinicians(NewKeys.BY_HAND);
        held(byHand, MESSAGE, "cert issue ann@clinic.example");
        held(byHand, "From: a@clinic.example, b@clinic.example\r\n\r\n", "several mailboxes");
        held(byHand, "Subject: x\r\n\r\n", "no From field");
        held(byHand, "From: \"a b\"@clinic.example\r\n\r\n", "no certificate can name");
        issuing.issue(ANN, KeyKind.P_256);
        clock.advance(Duration.ofSeconds(2));
        signed(byHand.relayed(from(Listener.SUBMISSION), content(MESSAGE)));
        clock.advance(Duration.ofDays(731));
        held(byHand, MESSAGE, "has ended");
        held(clinicians(NewKeys.AUTOMATIC), MESSAGE, "has ended");
        keyring.add(ANN, AUTHORITY.person("ann@clinic.example", KeyKind.RSA_1024));
        clock.advance(Duration.ofSeconds(2));
        held(byHand, MESSAGE, "of a kind that nothing is signed with");
    }

    /// A person has to make a new authority; waiting for five days would not help.
    @Test
    void anAuthorityThatEndedHolds() throws Exception {
        keyring.add(new Owner.Authority(), AUTHORITY.person("ann@clinic.example"));
        SmimeLayers layers = clinicians(NewKeys.AUTOMATIC);
        held(layers, MESSAGE, "not one of an authority");
        issuing.issue(new Owner.Authority(), KeyKind.P_256);
        clock.advance(Duration.ofDays(3_651));
        held(layers, MESSAGE, "the clinic's own authority has ended");
    }

    private static void held(SmimeLayers layers, String message, String reason) {
        for (Way way : Way.values()) {
            SmimeException thrown =
                    assertThrows(SmimeException.class, () -> way.leave(layers, content(message)));
            assertTrue(thrown.reason().contains(reason), thrown::reason);
        }
    }

    /// Both ways out.
    private enum Way {
        RELAYED,
        ENCRYPTED;

        ContentWriter leave(SmimeLayers layers, Content message)
                throws IOException, SmimeException {
            return switch (this) {
                case RELAYED -> layers.relayed(from(Listener.SUBMISSION), message);
                case ENCRYPTED ->
                        layers.encrypted(from(Listener.SUBMISSION), message, List.of(BOB));
            };
        }
    }

    /// A key that cannot be opened now: the message waits, and does not leave unsigned.
    @Test
    void aKeyThatDoesNotOpenDelays() throws Exception {
        issuing.issue(ANN, KeyKind.P_256);
        Files.writeString(home.resolve("password"), "another secret\n");
        Keyring locked = Keyring.of(places(), clock);
        Signing.Terms terms =
                new Signing.Terms(
                        Map.of(Listener.SUBMISSION, By.CLINICIAN),
                        Set.of(CLINIC),
                        Form.CLEAR,
                        RsaPadding.PKCS1,
                        NewKeys.AUTOMATIC);
        SmimeLayers layers =
                new SmimeLayers(
                        new SmimeEncryptor(KeyTransport.PKCS1_V15),
                        Optional.of(new Signing(locked, issuing, terms, clock)),
                        Relayed.SIGNED);
        assertThrows(
                IOException.class,
                () -> layers.relayed(from(Listener.SUBMISSION), content(MESSAGE)));
    }

    private Keyring.Places places() {
        return new Keyring.Places(
                home.resolve("smime"), home.resolve("password"), home.resolve("crl"), "Our Clinic");
    }
}

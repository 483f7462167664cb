package org.postern.incoming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.cms.CMSAlgorithm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.facts.Origin;
import org.postern.facts.Origin.Verdict;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Delivered;
import org.postern.mail.DeliveryOutcome.Held;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.origin.AuthenticationResults;
import org.postern.origin.OwnFields;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.scan.Scanner;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.TestAuthority;

/// What each recipient of one message gets, and what stops one of them and nobody else.
class IncomingTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity ANN = AUTHORITY.person("ann@partner.example", KeyKind.RSA_2048);
    private static final Identity SAMS = AUTHORITY.person("sam@clinic.example", KeyKind.RSA_2048);
    private static final Identity MIAS = AUTHORITY.person("mia@clinic.example", KeyKind.RSA_2048);
    private static final Address SAM = Address.of("sam@clinic.example");
    private static final Address MIA = Address.of("mia@clinic.example");
    private static final Address LEE = Address.of("lee@clinic.example");
    private static final Domain GATEWAY = new Domain("gate.clinic.example");
    private static final String FROM = SmimeMail.from("ann@partner.example");
    private static final String TEXT = "Content-Type: text/plain\r\n\r\ncanarybody\r\n";
    private static final String VIRUS = "Content-Type: text/plain\r\n\r\nvirusbody\r\n";

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final Map<Address, String> got = new HashMap<>();
    private final Map<Address, Boolean> secrets = new HashMap<>();
    private Keyring keyring;

    @BeforeEach
    void keys() throws IOException {
        Files.writeString(home.resolve("password"), "one long secret\n");
        keyring = Keyring.of(places(), clock);
        Files.createDirectories(home.resolve("partners/anchors"));
        Pem.write(
                home.resolve("partners/anchors/root.pem"),
                List.of(AUTHORITY.authority().certificate()));
    }

    private Map<Address, DeliveryOutcome> hand(String message, Address... to) throws Exception {
        return incoming()
                .hand(content(message), List.of(to), clock.instant(), this::relay)
                .outcomes();
    }

    private PartnerDirectory directory() {
        return PartnerDirectory.load(home.resolve("partners"));
    }

    private Incoming incoming() {
        return incoming(directory());
    }

    private Incoming incoming(PartnerDirectory partners) {
        return new Incoming(
                keyring,
                partners,
                new Incoming.Voice(GATEWAY, new OwnFields(Set.of(GATEWAY))),
                Optional.of(IncomingTest::scan));
    }

    /// Sees what stands in the message as it is, like a scanner that knows MIME and no CMS.
    private static Scanner.Result scan(Content content) {
        return text(content).contains("virusbody")
                ? new Scanner.Result.Infected("Test-Virus")
                : new Scanner.Result.Clean();
    }

    private Map<Address, DeliveryOutcome> relay(List<Address> to, Content content, boolean secret) {
        Map<Address, DeliveryOutcome> outcomes = new HashMap<>();
        for (Address each : to) {
            secrets.put(each, secret);
            got.put(each, text(content));
            outcomes.put(each, new Delivered());
        }
        return outcomes;
    }

    private String got(Address recipient) {
        return got.getOrDefault(recipient, "");
    }

    private static String text(Content content) {
        try (InputStream in = content.open()) {
            return new String(in.readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Content content(String text) {
        return Content.of(text.getBytes(ISO_8859_1));
    }

    /// What a stranger signs in her name is not shown to those who collect certificates.
    @Test
    void nothingIsCollectedFromMailInAnothersName() throws Exception {
        Content signed = content(FROM + SmimeMail.clear(TEXT, By.rsa(ANN)));
        Map<Verdict, Integer> shown = new EnumMap<>(Verdict.class);
        for (Verdict dmarc : Verdict.values()) {
            Origin origin =
                    new Origin(
                            new Origin.Spf(Verdict.PASS, Origin.Spf.Identity.HELO, null),
                            List.of(),
                            new Origin.Dmarc(dmarc, null, Origin.Dmarc.Policy.NONE));
            Envelope envelope = new Envelope(Arrival.own("x"), null, List.of(SAM));
            shown.put(dmarc, 0);
            incoming()
                    .showing((_, _, _) -> shown.merge(dmarc, 1, Integer::sum))
                    .of(envelope.withFindings(AuthenticationResults.field(GATEWAY, origin)))
                    .hand(signed, List.of(SAM), clock.instant(), this::relay);
        }
        for (Verdict dmarc : Verdict.values()) {
            int wanted = dmarc == Verdict.PASS || dmarc == Verdict.NONE ? 1 : 0;
            assertEquals(wanted, shown.get(dmarc), dmarc::toString);
        }
    }

    /// An authority that was asked and does not answer keeps nobody's mail for days.
    @Test
    void theWaitForAnAuthorityEnds() throws Exception {
        Content signed = content(FROM + SmimeMail.clear(TEXT, By.rsa(ANN)));
        Instant received = clock.instant();
        Incoming patient =
                incoming(directory().asking((_, _) -> new PartnerDirectory.Standing.Awaited(false)))
                        .waiting(at -> clock.instant().isBefore(at.plus(Duration.ofHours(4))));
        Delayed delayed =
                assertInstanceOf(
                        Delayed.class,
                        patient.hand(signed, List.of(SAM), received, this::relay)
                                .outcomes()
                                .get(SAM));
        assertEquals(DeliveryOutcome.Concern.RECIPIENT, delayed.concern());
        assertFalse(got.containsKey(SAM));
        clock.advance(Duration.ofHours(4));
        assertInstanceOf(
                Delivered.class,
                patient.hand(signed, List.of(SAM), received, this::relay).outcomes().get(SAM));
        assertTrue(got(SAM).contains("X-Postern-Smime: unproved;"), got(SAM));
    }

    /// The file of one key is damaged: its owner waits for a person who mends it, the others do not
    /// wait for her.
    @Test
    void aKeyFileThatDoesNotOpenStopsItsOwnerOnly() throws Exception {
        keyring.add(new Owner.Person(SAM), SAMS);
        keyring.add(new Owner.Person(MIA), MIAS);
        Path file = home.resolve("smime/mia@clinic.example-1.p12");
        byte[] good = Files.readAllBytes(file);
        Files.write(file, new byte[] {1, 2, 3});
        keyring = Keyring.of(places(), clock);
        String message = FROM + SmimeMail.gcm(TEXT, SAMS, MIAS);
        Map<Address, DeliveryOutcome> outcomes = hand(message, MIA, SAM, LEE);
        String reason = assertInstanceOf(Held.class, outcomes.get(MIA)).reason();
        assertTrue(reason.startsWith("a key file of the recipient cannot be read"), reason);
        assertFalse(got.containsKey(MIA));
        assertTrue(got(SAM).contains("canarybody"));
        assertTrue(got(LEE).contains("X-Postern-Smime: not-opened;"));
        assertEquals(1, keyring.problems().size());
        assertFalse(keyring.problems().getFirst().contains("secret"));

        // What does not need that key is not stopped by it.
        hand(FROM + SmimeMail.clear(TEXT, By.rsa(ANN)), MIA);
        assertTrue(got(MIA).contains("X-Postern-Smime: signed;"));

        Files.write(file, good);
        clock.advance(Duration.ofMinutes(1));
        assertInstanceOf(Delivered.class, hand(message, MIA).get(MIA));
        assertTrue(got(MIA).contains("canarybody"));
    }

    /// A key of the clinic as a whole opens for everybody in the domains that it names, and for
    /// nobody else (C04).
    @Test
    void theClinicsKeyIsForItsDomain() throws Exception {
        Identity clinic =
                AUTHORITY
                        .authority()
                        .issue(
                                CertificateRequest.organisation(
                                        KeyKind.RSA_2048,
                                        Validity.from(TestAuthority.NOW, Duration.ofDays(30)),
                                        "Clinic",
                                        List.of(new Domain("clinic.example"))));
        keyring.add(new Owner.Organisation(), clinic);
        keyring.add(new Owner.Person(SAM), SAMS);
        Address other = Address.of("sam@other.example");
        hand(FROM + SmimeMail.gcm(TEXT, clinic), SAM, LEE, other);
        assertTrue(got(SAM).contains("canarybody"));
        assertTrue(got(LEE).contains("canarybody"));
        assertTrue(got(LEE).contains("X-Postern-Smime: encrypted;"), got(LEE));
        assertTrue(got(other).contains("X-Postern-Smime: not-opened;"));
        assertFalse(got(other).contains("canarybody"));
    }

    /// A scanner sees no more of these than their skin.
    @Test
    void whatLiesInLayersIsScannedInsideThemAll() throws Exception {
        keyring.add(new Owner.Person(SAM), SAMS);
        By ann = By.rsa(ANN);
        List<String> wraps = new ArrayList<>();
        for (String inside : List.of(VIRUS, TEXT)) {
            byte[] octets = inside.getBytes(ISO_8859_1);
            wraps.add(SmimeMail.gcm(inside, SAMS));
            wraps.add(SmimeMail.gcm(SmimeMail.opaque(inside, ann), SAMS));
            wraps.add(SmimeMail.gcm(SmimeMail.compressed(octets), SAMS));
            wraps.add(SmimeMail.gcm(SmimeMail.opaque(SmimeMail.compressed(octets), ann), SAMS));
            wraps.add(SmimeMail.gcm(SmimeMail.clear(SmimeMail.opaque(inside, ann), ann), SAMS));
            wraps.add(SmimeMail.opaque(inside, ann));
            wraps.add(SmimeMail.compressed(octets));
        }
        for (String wrap : wraps) {
            got.clear();
            DeliveryOutcome outcome = hand(FROM + wrap, SAM).get(SAM);
            boolean virus = wraps.indexOf(wrap) < wraps.size() / 2;
            if (virus) {
                assertTrue(assertInstanceOf(Held.class, outcome).reason().contains("Test-Virus"));
                assertTrue(got.isEmpty());
            } else {
                assertInstanceOf(Delivered.class, outcome);
            }
        }
    }

    /// What nobody can look through waits for a person.
    @Test
    void whatCannotBeReachedIsHeld() throws Exception {
        keyring.add(new Owner.Person(SAM), SAMS);
        byte[] cut = Arrays.copyOf(SmimeMail.signature(VIRUS, true, By.rsa(ANN)), 200);
        String broken = SmimeMail.object("signed-data", cut);
        String deep = VIRUS;
        for (int i = 0; i < 12; i++) {
            deep = SmimeMail.compressed(deep.getBytes(ISO_8859_1));
        }
        for (String inside : List.of(broken, deep)) {
            DeliveryOutcome outcome = hand(FROM + SmimeMail.gcm(inside, SAMS), SAM).get(SAM);
            assertEquals(
                    "what was opened: it lies in layers that cannot be read",
                    assertInstanceOf(Held.class, outcome).reason());
        }
        // Encrypted once more to somebody else: as unreadable as any mail that is not opened.
        String twice = SmimeMail.gcm(SmimeMail.gcm(VIRUS, MIAS), SAMS);
        assertInstanceOf(Delivered.class, hand(FROM + twice, SAM).get(SAM));
    }

    /// What the door refuses or holds does not come in through an envelope.
    @Test
    void whatIsInsideIsLookedAtAsAtTheDoor() throws Exception {
        keyring.add(new Owner.Person(SAM), SAMS);
        String fragment = "Content-Type: message/partial; id=x; number=1\r\n\r\nx\r\n";
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 101; i++) {
            deep.append(
                    "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%1$d\r\n".formatted(i));
        }
        Map<String, String> reasons =
                Map.of(
                        fragment,
                        "a part of the message is a fragment of a message",
                        "Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\nx\r\n",
                        "a part of the message has a Content field twice",
                        deep.toString(),
                        "it cannot be read");
        for (Map.Entry<String, String> each : reasons.entrySet()) {
            for (String entity :
                    List.of(each.getKey(), SmimeMail.opaque(each.getKey(), By.rsa(ANN)))) {
                DeliveryOutcome outcome = hand(FROM + SmimeMail.gcm(entity, SAMS), SAM).get(SAM);
                String reason = assertInstanceOf(Held.class, outcome).reason();
                assertTrue(reason.startsWith("what was opened: " + each.getValue()), reason);
            }
        }
    }

    /// The one whose signature counts is named, and not the first of the alphabet.
    @Test
    void theVerdictNamesTheAuthor() throws Exception {
        Identity aaron = AUTHORITY.person("aaron@partner.example", KeyKind.RSA_2048);
        hand(FROM + SmimeMail.clear(TEXT, By.rsa(aaron), By.rsa(ANN)), SAM);
        assertTrue(
                got(SAM).contains("smime=pass body.smime-identifier=ann@partner.example\r\n"),
                got(SAM));
    }

    /// C03: under whatever label an envelope lies, no server reports about it, opened or not; else
    /// a report would tell which ciphertexts open.
    @Test
    void noReportTellsWhetherAnEnvelopeOpened() throws Exception {
        keyring.add(new Owner.Person(SAM), SAMS);
        byte[] cbc = SmimeMail.cbc(TEXT, CMSAlgorithm.AES256_CBC, SAMS);
        byte[] damaged = cbc.clone();
        damaged[damaged.length - 20] ^= 1;
        By ann = By.rsa(ANN);
        for (byte[] object : List.of(cbc, damaged)) {
            String honest = SmimeMail.object("enveloped-data", object);
            for (String entity :
                    List.of(
                            honest,
                            SmimeMail.object("signed-data", object),
                            SmimeMail.object("compressed-data", object),
                            SmimeMail.object("certs-only", object),
                            SmimeMail.clear(honest, ann),
                            SmimeMail.opaque(honest, ann),
                            SmimeMail.compressed(honest.getBytes(ISO_8859_1)))) {
                hand(FROM + entity, SAM);
                assertEquals(object == cbc, got(SAM).contains("canarybody"), entity);
                assertTrue(secrets.getOrDefault(SAM, false), entity);
            }
        }
    }

    /// A CR alone does not travel as mail, wherever inside it stands: the message goes on closed.
    @Test
    void aLoneCrInsideLeavesTheMessageClosed() throws Exception {
        keyring.add(new Owner.Person(SAM), SAMS);
        String header =
                "Content-Type: text/plain; hp=cipher\r\nSubject: a\rBcc: b\r\n\r\ncanarybody\r\n";
        for (String inside : List.of(header, TEXT.replace("canary", "can\rary"))) {
            String message = FROM + SmimeMail.gcm(inside, SAMS);
            assertInstanceOf(Delivered.class, hand(message, SAM).get(SAM));
            assertTrue(got(SAM).contains("X-Postern-Smime: not-opened;"), got(SAM));
            assertTrue(got(SAM).endsWith(message));
        }
    }

    /// Whoever may get a message of her own is attempted and settled apart from the others.
    @Test
    void whoHasAKeyIsAttemptedAlone() throws Exception {
        keyring.add(new Owner.Person(SAM), SAMS);
        By ann = By.rsa(ANN);
        Map<String, Boolean> messages =
                Map.of(
                        SmimeMail.gcm(TEXT, SAMS),
                        true,
                        SmimeMail.object(
                                "enveloped-data",
                                SmimeMail.cbc(TEXT, CMSAlgorithm.AES256_CBC, SAMS)),
                        true,
                        SmimeMail.clear(SmimeMail.gcm(TEXT, SAMS), ann),
                        true,
                        SmimeMail.opaque(TEXT, ann),
                        true,
                        SmimeMail.clear(TEXT, ann),
                        false,
                        TEXT,
                        false);
        messages.forEach((entity, alone) -> {
            Content message = content(FROM + entity);
            assertEquals(alone, incoming().isOpenedFor(SAM, () -> message), entity);
            assertFalse(incoming().isOpenedFor(LEE, () -> message), "there is no key");
        });
    }

    private Keyring.Places places() {
        return new Keyring.Places(
                home.resolve("smime"), home.resolve("password"), home.resolve("crl"), "Our Clinic");
    }
}

package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.relay.TestRelay.A;
import static org.postern.relay.TestRelay.FROM;
import static org.postern.relay.TestRelay.mail;
import static org.postern.testkit.FakeNextHop.Act.close;
import static org.postern.testkit.FakeNextHop.Act.hang;
import static org.postern.testkit.FakeNextHop.Act.raw;
import static org.postern.testkit.FakeNextHop.Act.reset;
import static org.postern.testkit.FakeNextHop.Act.say;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Failed;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.net.KeyPin;
import org.postern.net.PeerProof;
import org.postern.net.TlsTrust;
import org.postern.net.TlsaRecord;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// What must be proved before anything leaves, and what leaves when it is not.
class RelayTlsTest {
    private static final String HOST = "mail.partner.example";
    private static final Content CANARY = TestRelay.content("Subject: canary\r\n\r\ncanary\r\n");
    private static final Duration STEP = Duration.ofSeconds(20);

    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity RIGHT = AUTHORITY.server(HOST);
    private static final Clock CLOCK = Clock.fixed(TestAuthority.NOW, java.time.ZoneOffset.UTC);
    private static final TlsTrust TRUST =
            TlsTrust.of(List.of(AUTHORITY.authority().certificate()), CLOCK);
    private static final PeerProof PATH = new PeerProof.Path(TRUST, Proof.CA);

    @Test
    void aProvedHopGetsTheMessageAndTheEvidenceSaysSo() throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
            evidence("TLSv1.3 TLS_AES_256_GCM_SHA384 ca sha256:", hop);
            assertEquals("TLSv1.3", hop.message().tls());
            nothingInClear(hop);
        }
        try (FakeNextHop hop = FakeNextHop.implicitTls(RIGHT)) {
            DeliveryOutcome outcome =
                    outcome(send(hop, new NextHop(HOST, hop.port(), IMPLICIT, PATH, null)));
            assertInstanceOf(DeliveryOutcome.Relayed.class, outcome);
            nothingInClear(hop);
        }
    }

    @Test
    void theFingerprintIsThatOfTheCertificate() throws Exception {
        String whole = hex("SHA-256", RIGHT.certificate().getEncoded());
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
            DeliveryOutcome outcome = outcome(send(hop, verified(hop)));
            assertTrue(outcome.toString().contains(whole), outcome.toString());
        }
    }

    /// Of a server that was refused, the audit says whom it showed itself to be.
    @Test
    void theFingerprintIsToldOfACertificateThatProvesNothingAsWell() throws Exception {
        Identity wrong = AUTHORITY.server("evil.example");
        String whole = hex("SHA-256", wrong.certificate().getEncoded());
        String shown = "TLSv1.3 TLS_AES_256_GCM_SHA384 unverified sha256:" + whole;
        try (FakeNextHop hop = FakeNextHop.startTls(wrong)) {
            RelayResult result = send(hop, verified(hop));
            DeliveryOutcome.Tls seen = assertInstanceOf(RelayResult.Unproved.class, result).tls();
            assertEquals(shown, String.valueOf(seen));
        }
        try (FakeNextHop hop = FakeNextHop.plain()) {
            RelayResult result = send(hop, verified(hop));
            assertNull(assertInstanceOf(RelayResult.Unproved.class, result).tls());
        }
    }

    @Test
    void whatProvesTheHost() throws IOException {
        good(AUTHORITY.server("other.example", HOST), HOST);
        good(AUTHORITY.server("*.partner.example"), HOST);
        good(AUTHORITY.subordinate().server(HOST), HOST);
        good(AUTHORITY.server("127.0.0.1"), "127.0.0.1");
        bad(AUTHORITY.server("127.0.0.1"), HOST, "is for 127.0.0.1, not for " + HOST);
        bad(AUTHORITY.server("127.0.0.2"), "127.0.0.1", "is for 127.0.0.2, not for 127.0.0.1");
        bad(AUTHORITY.server("evil.example"), HOST, "is for evil.example, not for " + HOST);
        bad(AUTHORITY.server("*.example"), HOST, "is for *.example, not for " + HOST);
        bad(AUTHORITY.server("partner.example"), HOST, "is for partner.example, not for " + HOST);
        bad(AUTHORITY.expiredServer(HOST), HOST, "its certificate expired on 2026-01-14T09:00:00Z");
        bad(
                TestAuthority.selfSignedServer(HOST),
                HOST,
                "its certificate is self-signed, and no"
                        + " authority that we trust vouches for it");
        bad(
                TestAuthority.create().server(HOST),
                HOST,
                "its certificate does not lead to an"
                        + " authority that we trust, or may not be used for a server");
        bad(
                AUTHORITY.person("a@partner.example"),
                HOST,
                "its certificate does not lead to an"
                        + " authority that we trust, or may not be used for a server");
    }

    /// S30: a name counts where RFC 9525 §6.3 looks for it, and whole.
    @Test
    void whatOnlyLooksAsIfItProvedTheHost() throws IOException {
        CertificateRequest usual =
                CertificateRequest.server(KeyKind.P_256, TestAuthority.VALID, HOST);
        CertificateRequest evil =
                CertificateRequest.server(
                        KeyKind.P_256, TestAuthority.VALID, HOST + "\0.evil.example");
        GeneralName cut = new GeneralName(GeneralName.dNSName, HOST + "\0.evil.example");
        GeneralName mail = new GeneralName(GeneralName.rfc822Name, "a@" + HOST);
        bad(issued(usual.withNames()), HOST, "is for no host at all (it has no subjectAltName)");
        bad(issued(evil.withNames()), HOST, "is for no host at all (it has no subjectAltName)");
        bad(issued(usual.withNames(mail)), HOST, "is for no host at all");
        bad(
                issued(usual.withNames(cut)),
                HOST,
                "is for " + HOST + "?.evil.example, not for " + HOST);
        bad(issued(evil), HOST, "is for " + HOST + "?.evil.example, not for " + HOST);
    }

    private static Identity issued(CertificateRequest request) {
        return AUTHORITY.authority().issue(request);
    }

    @Test
    void aCertificateThatIsItselfTheAnchorIsJudgedAllTheSame() throws IOException {
        Identity own = TestAuthority.selfSignedServer(HOST);
        ManualClock clock = new ManualClock(TestAuthority.NOW);
        TlsTrust trust = TlsTrust.of(List.of(own.certificate()), clock);
        try (FakeNextHop hop = FakeNextHop.startTls(own)) {
            NextHop next = NextHop.verified(HOST, hop.port(), trust);
            assertInstanceOf(DeliveryOutcome.Relayed.class, outcome(send(hop, next)));
            NextHop wrong = NextHop.verified("other.example", hop.port(), trust);
            unproved("is for " + HOST + ", not for other.example", send(hop, wrong));
            clock.advance(Duration.ofDays(4_000));
            unproved("its certificate expired on ", send(hop, next));
        }
    }

    @Test
    void aPinnedKeyProvesByItself() throws Exception {
        Identity own = TestAuthority.selfSignedServer("another.example");
        KeyPin right = KeyPin.of(own.certificate());
        KeyPin next = KeyPin.of(RIGHT.certificate());
        assertEquals(Proof.PIN, proof(own, new PeerProof.Pinned(Set.of(next, right), null)));
        String seen = "its key has the SHA-256 " + right.sha256() + ", which is not pinned";
        refused(own, new PeerProof.Pinned(Set.of(next), null), seen);
        // With a trust both are demanded.
        PeerProof both = new PeerProof.Pinned(Set.of(next, right), TRUST);
        assertEquals(Proof.PIN, proof(RIGHT, both));
        refused(own, both, "its certificate is self-signed");
        assertEquals(
                java.util.Optional.of(right),
                KeyPin.parse("sha256:" + right.sha256().toUpperCase(java.util.Locale.ROOT)));
        assertEquals(java.util.Optional.empty(), KeyPin.parse("4ac1"));
    }

    @Test
    void whatDanePublishes() throws Exception {
        Identity own = TestAuthority.selfSignedServer("another.example");
        byte[] key = own.certificate().getPublicKey().getEncoded();
        byte[] whole = own.certificate().getEncoded();
        TlsaRecord other = new TlsaRecord(3, 1, 1, "00".repeat(32));
        for (TlsaRecord record :
                List.of(
                        new TlsaRecord(3, 1, 1, hex("SHA-256", key)),
                        new TlsaRecord(3, 1, 2, hex("SHA-512", key)),
                        new TlsaRecord(3, 0, 1, hex("SHA-256", whole)),
                        new TlsaRecord(3, 0, 2, hex("SHA-512", whole)),
                        new TlsaRecord(3, 1, 0, HexFormat.of().formatHex(key)),
                        new TlsaRecord(3, 0, 0, HexFormat.of().formatHex(whole)))) {
            assertEquals(Proof.DANE, proof(own, dane(other, record)), record.toString());
        }
        refused(own, dane(other), "no TLSA record of its domain names its certificate");
        TlsaRecord swapped = new TlsaRecord(3, 0, 1, hex("SHA-256", key));
        refused(own, dane(swapped), "no TLSA record of its domain names its certificate");
        TlsaRecord asAuthority = new TlsaRecord(2, 1, 1, hex("SHA-256", key));
        refused(own, dane(asAuthority), "no TLSA record of its domain names its certificate");
    }

    @Test
    void aPublishedAuthorityProvesWhatItIssued() throws Exception {
        TestAuthority below = AUTHORITY.subordinate();
        X509Certificate authority = below.authority().certificate();
        byte[] key = authority.getPublicKey().getEncoded();
        for (TlsaRecord record :
                List.of(
                        new TlsaRecord(2, 1, 1, hex("SHA-256", key)),
                        new TlsaRecord(2, 0, 1, hex("SHA-256", authority.getEncoded())))) {
            assertEquals(Proof.DANE, proof(below.server(HOST), dane(record)), record.toString());
            refused(below.server("evil.example"), dane(record), "is for evil.example");
            refused(below.expiredServer(HOST), dane(record), "its certificate expired on");
            refused(
                    TestAuthority.create().subordinate().server(HOST),
                    dane(record),
                    "no TLSA record of its domain names its certificate");
        }
    }

    @Test
    void whichTlsaRecordsAreUsable() {
        assertTrue(new TlsaRecord(3, 1, 1, "ab".repeat(32)).isUsable());
        assertTrue(new TlsaRecord(2, 0, 2, "ab".repeat(64)).isUsable());
        assertTrue(new TlsaRecord(3, 0, 0, "ab").isUsable());
        for (TlsaRecord bad :
                List.of(
                        new TlsaRecord(0, 1, 1, "ab".repeat(32)),
                        new TlsaRecord(1, 1, 1, "ab".repeat(32)),
                        new TlsaRecord(4, 1, 1, "ab".repeat(32)),
                        new TlsaRecord(3, 2, 1, "ab".repeat(32)),
                        new TlsaRecord(3, 1, 3, "ab".repeat(32)),
                        new TlsaRecord(3, 1, 1, "ab".repeat(31)),
                        new TlsaRecord(3, 1, 2, "ab".repeat(32)),
                        new TlsaRecord(3, 1, 0, ""))) {
            assertFalse(bad.isUsable(), bad.toString());
        }
    }

    private static String hex(String digest, byte[] octets) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(digest).digest(octets));
    }

    private static PeerProof dane(TlsaRecord... records) {
        return new PeerProof.Dane(List.of(records), CLOCK);
    }

    private static Proof proof(Identity identity, PeerProof proof) throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(identity)) {
            DeliveryOutcome outcome = outcome(send(hop, NextHop.proved(HOST, hop.port(), proof)));
            Relayed relayed = assertInstanceOf(Relayed.class, outcome);
            nothingInClear(hop);
            return Objects.requireNonNull(relayed.tls()).proof();
        }
    }

    private static void refused(Identity identity, PeerProof proof, String reason)
            throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(identity)) {
            unproved(reason, send(hop, NextHop.proved(HOST, hop.port(), proof)));
            nothingInClear(hop);
            assertEquals(List.of(), hop.messages());
        }
    }

    @Test
    void withoutStartTlsNothingLeaves() throws IOException {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            unproved("it offers no STARTTLS", send(hop, verified(hop)));
            nothingInClear(hop);
        }
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
            hop.on("EHLO", say("502 5.5.1 HELO only"));
            unproved("it offers no STARTTLS", send(hop, verified(hop)));
            nothingInClear(hop);
        }
        startTls(say("454 4.7.0 not now"), "it refused STARTTLS: 454 4.7.0");
        startTls(say("250 2.0.0 sure"), "it refused STARTTLS: 250 2.0.0");
        startTls(close(), null);
        startTls(reset(), null);
    }

    @Test
    void aResponseInjectedBehindStartTlsIsSeen() throws IOException {
        startTls(
                raw("220 go\r\n250-injected\r\n250 AUTH PLAIN\r\n"),
                "octets in clear came behind its answer to STARTTLS");
        startTls(raw("220 go\r\nx"), "octets in clear came behind its answer to STARTTLS");
    }

    @Test
    void a220WithoutTlsProvesNothing() throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT).neverUpgrades()) {
            RelayResult result = send(hop, verified(hop));
            assertInstanceOf(RelayResult.Unproved.class, result);
            nothingInClear(hop);
        }
        try (FakeNextHop hop = FakeNextHop.plain()) {
            hop.offers("STARTTLS").on("STARTTLS", say("220 go").thenHang());
            // The same time holds for each step before it.
            RelayResult result = send(hop, verified(hop), Duration.ofSeconds(3));
            unproved("the TLS handshake took too long", result);
            nothingInClear(hop);
        }
        try (FakeNextHop hop = FakeNextHop.plain()) {
            hop.on("CONNECT", hang());
            RelayResult result =
                    send(
                            hop,
                            new NextHop(HOST, hop.port(), IMPLICIT, PATH, null),
                            Duration.ofMillis(500));
            unproved("the TLS handshake took too long", result);
        }
    }

    @Test
    void whatWasOfferedInClearNoLongerCounts() throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
            hop.offers("SIZE").once("EHLO", say("250-x\r\n250-STARTTLS\r\n250 8BITMIME"));
            assertInstanceOf(DeliveryOutcome.Relayed.class, outcome(send(hop, verified(hop))));
            assertEquals("SIZE=27", hop.message().parameters());
        }
    }

    @Test
    void opportunisticTlsIsTriedAndNotDemanded() throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(TestAuthority.selfSignedServer("any"))) {
            DeliveryOutcome outcome = outcome(send(hop, opportunistic(hop)));
            assertTrue(outcome.toString().contains(" unverified sha256:"), outcome.toString());
            nothingInClear(hop);
        }
        try (FakeNextHop hop = FakeNextHop.plain()) {
            inClear(hop, 1);
        }
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
            hop.on("STARTTLS", say("454 4.7.0 not now"));
            inClear(hop, 1);
        }
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT).neverUpgrades()) {
            inClear(hop, 2);
        }
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
            hop.on("STARTTLS", raw("220 go\r\n250 injected\r\n"));
            assertInstanceOf(RelayResult.Unreachable.class, send(hop, opportunistic(hop)));
            nothingInClear(hop);
        }
    }

    /// What a hop said under TLS is told with it, also where it said no.
    @Test
    void whatIsRefusedUnderTlsSaysUnderWhich() throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
            for (String moment : List.of("MAIL", "RCPT", "DATA", "END")) {
                hop.once(moment, say("451 4.7.1 later"));
                told("ca", assertInstanceOf(Delayed.class, outcome(send(hop, verified(hop)))));
                hop.once(moment, say("550 5.7.1 never"));
                told("ca", assertInstanceOf(Failed.class, outcome(send(hop, verified(hop)))));
                hop.once(moment, close());
                told("ca", assertInstanceOf(Delayed.class, outcome(send(hop, verified(hop)))));
            }
            hop.once("RCPT", say("550 5.1.1 nobody"));
            told("unverified", outcome(send(hop, opportunistic(hop))));
            hop.once("RCPT", say("550 5.1.1 nobody"));
            assertNull(outcome(send(hop, NextHop.clear(HOST, hop.port()))).tls());
            hop.offers("SIZE 5");
            told("ca", assertInstanceOf(Failed.class, outcome(send(hop, verified(hop)))));
            assertEquals(List.of(), hop.messages());
        }
    }

    private static void told(String proof, DeliveryOutcome outcome) {
        told(proof, outcome.tls());
    }

    private static void told(String proof, DeliveryOutcome.@Nullable Tls tls) {
        String words = String.valueOf(tls);
        String beginning = "TLSv1.3 TLS_AES_256_GCM_SHA384 " + proof + " sha256:";
        assertTrue(words.startsWith(beginning), words);
    }

    /// A hop that breaks off under TLS before any mail is told with it as well; what waits for it
    /// meanwhile had no session.
    @Test
    void whatEndsUnderTlsSaysUnderWhich() throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT);
                Relay relay = TestRelay.create(STEP)) {
            hop.once("EHLO", say("250-x\r\n250 STARTTLS"));
            hop.once("EHLO", say("421 4.3.2 full").thenClose());
            Relay.Mail mail = mail(FROM, List.of(A), CANARY);
            RelayResult first = relay.send(verified(hop), mail);
            told("ca", assertInstanceOf(RelayResult.Unreachable.class, first).tls());
            RelayResult next = relay.send(verified(hop), mail);
            assertNull(assertInstanceOf(RelayResult.Unreachable.class, next).tls());
            assertEquals(1, hop.connections());
        }
        try (FakeNextHop hop = FakeNextHop.implicitTls(RIGHT)) {
            hop.on("CONNECT", say("554 5.3.2 no"));
            RelayResult result = send(hop, new NextHop(HOST, hop.port(), IMPLICIT, PATH, null));
            told("ca", assertInstanceOf(RelayResult.Unreachable.class, result).tls());
        }
    }

    @Test
    void connectionsOfDifferentProofAreNotShared() throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT);
                Relay relay = TestRelay.create(STEP)) {
            for (int i = 0; i < 3; i++) {
                for (NextHop next :
                        List.of(
                                NextHop.clear(HOST, hop.port()),
                                opportunistic(hop),
                                verified(hop))) {
                    relay.send(next, mail(FROM, List.of(A), TestRelay.content("x\r\n")));
                }
            }
            assertEquals(3, hop.connections());
            assertEquals(3, hop.messages().stream().filter(m -> m.tls().isEmpty()).count());
        }
    }

    @Test
    void theLogInHappensUnderProvedTlsOnly() throws IOException {
        NextHop.Credentials credentials = new NextHop.Credentials("gateway", "s3cret");
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
            hop.offers("AUTH LOGIN PLAIN");
            NextHop next = new NextHop(HOST, hop.port(), TlsMode.VERIFIED, PATH, credentials);
            assertInstanceOf(DeliveryOutcome.Relayed.class, outcome(send(hop, next)));
            assertTrue(hop.commands().contains("AUTH PLAIN AGdhdGV3YXkAczNjcmV0"));
            assertFalse(hop.clear().contains("AUTH"));

            hop.once("AUTH", say("535 5.7.8 not AGdhdGV3YXkAczNjcmV0"));
            RelayResult result = send(hop, next);
            assertEquals(
                    next.name() + ": it refused the log-in of gateway: 535",
                    assertInstanceOf(RelayResult.Unreachable.class, result).reason());
            hop.offers("AUTH LOGIN");
            assertInstanceOf(RelayResult.Unreachable.class, send(hop, next));
        }
        try (FakeNextHop hop = FakeNextHop.startTls(AUTHORITY.server("evil.example"))) {
            hop.offers("AUTH PLAIN");
            NextHop next = new NextHop(HOST, hop.port(), TlsMode.VERIFIED, PATH, credentials);
            assertInstanceOf(RelayResult.Unproved.class, send(hop, next));
            assertFalse(hop.commands().stream().anyMatch(c -> c.startsWith("AUTH")));
        }
    }

    private static final TlsMode IMPLICIT = TlsMode.VERIFIED_IMPLICIT;

    private static void good(Identity identity, String host) throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(identity)) {
            RelayResult result = send(hop, NextHop.verified(host, hop.port(), TRUST));
            assertInstanceOf(DeliveryOutcome.Relayed.class, outcome(result));
        }
    }

    private static void bad(Identity identity, String host, String reason) throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(identity)) {
            unproved(reason, send(hop, NextHop.verified(host, hop.port(), TRUST)));
            nothingInClear(hop);
            assertEquals(List.of(), hop.messages());
        }
        try (FakeNextHop hop = FakeNextHop.implicitTls(identity)) {
            unproved(reason, send(hop, new NextHop(host, hop.port(), IMPLICIT, PATH, null)));
            nothingInClear(hop);
            assertEquals(List.of(), hop.commands());
        }
    }

    /// @param reason null if the connection broke, which is no verdict
    private static void startTls(FakeNextHop.Act act, @Nullable String reason) throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(RIGHT)) {
            hop.on("STARTTLS", act);
            RelayResult result = send(hop, verified(hop));
            if (reason == null) {
                assertInstanceOf(RelayResult.Unreachable.class, result);
            } else {
                unproved(reason, result);
            }
            nothingInClear(hop);
        }
    }

    private static void evidence(String beginning, FakeNextHop hop) {
        DeliveryOutcome outcome = outcome(send(hop, verified(hop)));
        DeliveryOutcome.Relayed relayed = assertInstanceOf(DeliveryOutcome.Relayed.class, outcome);
        String tls = Objects.requireNonNull(relayed.tls()).toString();
        assertTrue(tls.startsWith(beginning), tls);
        assertEquals(beginning.length() + 64, tls.length());
    }

    private static void inClear(FakeNextHop hop, int connections) {
        DeliveryOutcome outcome = outcome(send(hop, opportunistic(hop)));
        DeliveryOutcome.Relayed relayed = assertInstanceOf(DeliveryOutcome.Relayed.class, outcome);
        assertEquals(null, relayed.tls());
        assertEquals(connections, hop.connections());
    }

    private static void nothingInClear(FakeNextHop hop) {
        String clear = hop.clear();
        for (String word : List.of("canary", "MAIL", "RCPT", "nurse", "a@partner", "AUTH")) {
            assertFalse(clear.contains(word), clear);
        }
    }

    private static void unproved(String reason, RelayResult result) {
        String said = assertInstanceOf(RelayResult.Unproved.class, result).reason();
        assertTrue(said.contains(" did not prove itself: "), said);
        assertTrue(said.contains(reason), said);
    }

    private static DeliveryOutcome outcome(RelayResult result) {
        var outcomes = assertInstanceOf(RelayResult.Sent.class, result).outcomes();
        return Objects.requireNonNull(outcomes.get(A));
    }

    private static NextHop verified(FakeNextHop hop) {
        return NextHop.verified(HOST, hop.port(), TRUST);
    }

    private static NextHop opportunistic(FakeNextHop hop) {
        return NextHop.opportunistic(HOST, hop.port());
    }

    private static RelayResult send(FakeNextHop hop, NextHop next) {
        return send(hop, next, STEP);
    }

    private static RelayResult send(FakeNextHop hop, NextHop next, Duration step) {
        assertEquals(hop.port(), next.port());
        try (Relay relay = TestRelay.create(step)) {
            return relay.send(next, mail(FROM, List.of(A), CANARY));
        }
    }
}

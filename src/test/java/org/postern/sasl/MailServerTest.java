package org.postern.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.postern.entrance.Where;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.Domain;
import org.postern.net.HostLookup;
import org.postern.net.PeerProof;
import org.postern.net.TlsTrust;
import org.postern.sasl.MailServer.Protocol;
import org.postern.testkit.DovecotPeer;
import org.postern.testkit.ManualClock;
import org.postern.testkit.ScriptedServer;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// What the clinic's mail server may answer, and what it means. Anything but a clear "wrong" or
/// "right" is a reason to come again.
class MailServerTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Domain CLINIC = new Domain("clinic.example");
    private static final Domain GATEWAY = new Domain("gw.clinic.example");
    private static final HostLookup HERE = host -> List.of(InetAddress.getLoopbackAddress());
    private static final ManualClock CLOCK = ManualClock.atNoon();

    /// It was shown the password, and said neither yes nor no.
    private static final Class<Authenticator.UnansweredException> UNANSWERED =
            Authenticator.UnansweredException.class;

    /// `\0anna\0secret`.
    private static final String ANNA = "AGFubmEAc2VjcmV0";

    private static final List<String> IMAP =
            List.of(
                    "S * OK ready",
                    "C p1 CAPABILITY",
                    "S * CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR",
                    "S p1 OK done",
                    "C p2 AUTHENTICATE PLAIN",
                    "S + ",
                    "C " + ANNA);

    private static final List<String> SMTP =
            List.of(
                    "S 220 ready",
                    "C EHLO gw.clinic.example",
                    "S 250-mail",
                    "S 250 AUTH LOGIN PLAIN",
                    "C AUTH PLAIN " + ANNA);

    @Test
    void whatAnImapServerAnswers() throws Exception {
        assertTrue(ask(Protocol.IMAP, IMAP, "S p2 OK Logged in", "C p3 LOGOUT").isPresent());
        assertTrue(
                ask(Protocol.IMAP, IMAP, "S * CAPABILITY IMAP4rev1", "S p2 OK [X] in").isPresent());
        assertTrue(ask(Protocol.IMAP, IMAP, "S p2 NO [AUTHENTICATIONFAILED] no").isEmpty());
        assertTrue(ask(Protocol.IMAP, IMAP, "S p2 NO Login failed").isEmpty());
        for (String answer :
                List.of(
                        "S p2 NO [UNAVAILABLE] Temporary authentication failure.",
                        "S p2 NO [LIMIT] too many",
                        "S p2 BAD what",
                        "S * BYE shutting down",
                        "S + more",
                        "S OK",
                        "S p3 OK",
                        "S " + "x".repeat(20_000))) {
            assertThrows(UNANSWERED, () -> ask(Protocol.IMAP, IMAP, answer), answer);
        }
        // It hangs up.
        assertThrows(UNANSWERED, () -> ask(Protocol.IMAP, IMAP));
    }

    @Test
    void whatASmtpServerAnswers() throws Exception {
        assertTrue(ask(Protocol.SMTP, SMTP, "S 235 2.7.0 in", "C QUIT").isPresent());
        assertTrue(ask(Protocol.SMTP, SMTP, "S 535-5.7.8 no", "S 535 5.7.8 no").isEmpty());
        for (String answer :
                List.of(
                        "S 454 4.7.0 later",
                        "S 421 bye",
                        "S 530 TLS first",
                        "S 334 ",
                        "S 250 what",
                        "S +OK",
                        "S 235-endless")) {
            assertThrows(UNANSWERED, () -> ask(Protocol.SMTP, SMTP, answer), answer);
        }
        assertThrows(UNANSWERED, () -> ask(Protocol.SMTP, SMTP));
    }

    @Test
    void aServerThatDoesNotOfferPlainIsNotTold() {
        List<String> imap =
                List.of("S * OK ready", "C p1 CAPABILITY", "S * CAPABILITY IMAP4", "S p1 OK");
        isNoGuess(() -> ask(Protocol.IMAP, imap));
        List<String> smtp =
                List.of("S 220 ready", "C EHLO gw.clinic.example", "S 250-x", "S 250 AUTH LOGIN");
        isNoGuess(() -> ask(Protocol.SMTP, smtp));
    }

    /// The server was shown nothing, so nobody has guessed.
    private static void isNoGuess(Executable log) {
        IOException e = assertThrows(IOException.class, log);
        assertFalse(UNANSWERED.isInstance(e), e.toString());
    }

    private static Optional<Authenticator.Account> ask(
            Protocol protocol, List<String> script, String... more) throws Exception {
        try (ScriptedServer peer =
                ScriptedServer.underTls(
                        TestTls.server(AUTHORITY.server("localhost")), script, List.of(more))) {
            return server(protocol, Where.Tls.IMPLICIT, peer.port())
                    .authenticate("anna", "secret".toCharArray());
        }
    }

    /// S15: what a server, or somebody before it, says behind its word to begin TLS counts for
    /// nothing.
    @Test
    void nothingIsSaidToAServerThatIsNotProved() throws Exception {
        for (List<String> script :
                List.of(
                        List.of("S * OK ready", "C p1 STARTTLS", "S p1 OK\r\n* PREAUTH x"),
                        List.of("S * OK ready", "C p1 STARTTLS", "S p1 NO"),
                        List.of("S * PREAUTH hello"))) {
            try (ScriptedServer peer = ScriptedServer.inClear(script)) {
                MailServer server = server(Protocol.IMAP, Where.Tls.STARTTLS, peer.port());
                assertThrows(
                        IOException.class,
                        () -> server.authenticate("anna", "secret".toCharArray()),
                        script.toString());
                assertFalse(peer.heard().contains(ANNA));
            }
        }
        try (ScriptedServer stranger =
                ScriptedServer.underTls(
                        TestTls.server(AUTHORITY.server("other.example")), IMAP, List.of())) {
            MailServer server = server(Protocol.IMAP, Where.Tls.IMPLICIT, stranger.port());
            IOException refused =
                    assertThrows(
                            IOException.class,
                            () -> server.authenticate("anna", "secret".toCharArray()));
            assertFalse(String.valueOf(refused.getMessage()).contains("secret"));
            assertEquals("", stranger.heard());
        }
    }

    /// While it waited for its turn others may have shown that the server does not answer.
    @Test
    void whatIsNotAskedAnyMoreIsShownToNobody() {
        MailServer nowhere = server(Protocol.IMAP, Where.Tls.IMPLICIT, 1);
        char[] secret = "secret".toCharArray();
        // More of them than there are turns.
        for (int i = 0; i < 20; i++) {
            IOException e =
                    assertThrows(
                            IOException.class,
                            () -> nowhere.authenticate("anna", secret, () -> false));
            assertEquals("too many like it were not answered while it waited", e.getMessage());
        }
    }

    @Test
    void namesThatAreNobodysAreNotAskedFor() throws Exception {
        MailServer nowhere = server(Protocol.IMAP, Where.Tls.IMPLICIT, 1);
        for (String user :
                List.of(
                        "",
                        "anna@elsewhere.example",
                        "anna@",
                        "anna bell",
                        "anna\0x",
                        "anna\r\np9 LOGIN",
                        "anna*master",
                        "anna%x",
                        "\"anna\"@clinic.example",
                        "x".repeat(300))) {
            assertTrue(nowhere.authenticate(user, "secret".toCharArray()).isEmpty(), user);
        }
        for (String secret : List.of("", "a\0b", "a\r\nb", "x".repeat(513))) {
            assertTrue(nowhere.authenticate("anna", secret.toCharArray()).isEmpty());
        }
        assertThrows(IOException.class, () -> nowhere.authenticate("anna", "secret".toCharArray()));
    }

    @Test
    void aRealDovecotIsAsked() throws Exception {
        try (DovecotPeer dovecot =
                DovecotPeer.start(AUTHORITY.server("localhost"), "anna", "pässword {x} \"y\"")) {
            for (Where.Tls tls : Where.Tls.values()) {
                int port = tls == Where.Tls.IMPLICIT ? dovecot.imapsPort() : dovecot.imapPort();
                MailServer server = server(Protocol.IMAP, tls, port);
                assertEquals(
                        Optional.of(Address.of("anna@clinic.example")),
                        server.authenticate("anna", "pässword {x} \"y\"".toCharArray())
                                .map(Authenticator.Account::address));
                assertTrue(server.authenticate("anna", "wrong".toCharArray()).isEmpty());
                assertTrue(server.authenticate("nobody", "wrong".toCharArray()).isEmpty());
            }
        }
    }

    private static MailServer server(Protocol protocol, Where.Tls tls, int port) {
        TlsTrust trust = TlsTrust.of(List.of(AUTHORITY.authority().certificate()), CLOCK);
        return new MailServer(
                new MailServer.Server(
                        protocol,
                        new Where("localhost", port, tls, new PeerProof.Path(trust, Proof.CA))),
                new MailServer.Names(Set.of(CLINIC), CLINIC),
                HERE,
                GATEWAY);
    }
}

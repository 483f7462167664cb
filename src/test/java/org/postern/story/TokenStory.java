package org.postern.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.ManualClock;
import org.postern.testkit.Peers;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.TokenIssuer;

/// A clinician's mail program logs in with an access token of the clinic's own provider.
class TokenStory {
    private static final TokenIssuer PROVIDER = TokenIssuer.ec("k1");
    private static final String ISSUER = "https://login.mapleclinic.example/staff";

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;
    private int imap;

    /// By which certificates are valid for this machine as well.
    private final ManualClock clock = new ManualClock(Clock.systemUTC().instant());

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic = StagedClinic.in(home, clock).write(sink.port(), "none");
        imap = clinic.imap();
        Path keys = home.resolve("keys.json");
        Files.writeString(keys, TokenIssuer.set(PROVIDER));
        clinic.settings(
                """
                oauth:
                  issuer: %s
                  audience: postern
                  keys: %s
                  scope: mail
                """
                        .formatted(ISSUER, keys));
        clinic.open();
    }

    private static String token(String address, Instant end) {
        return PROVIDER.token(
                claims("\"email\":\"%s\",\"scope\":\"openid mail\"".formatted(address), end));
    }

    private static String claims(String more, Instant end) {
        return "{\"iss\":\"%s\",\"aud\":\"postern\",\"exp\":%d,\"email_verified\":true,%s}"
                .formatted(ISSUER, end.getEpochSecond(), more);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String bearer(String user, String token) {
        return base64("n,a=" + user + ",\1host=localhost\1auth=Bearer " + token + "\1\1");
    }

    private static String xoauth2(String user, String token) {
        return base64("user=" + user + "\1auth=Bearer " + token + "\1\1");
    }

    private SmtpPeer reading() throws Exception {
        SmtpPeer peer = SmtpPeer.connect(imap);
        String greeting = peer.line();
        assertFalse(greeting.contains("AUTH="), "a token would go in clear: " + greeting);
        peer.ask("a0 AUTHENTICATE OAUTHBEARER", "a0 NO [PRIVACYREQUIRED] *");
        peer.ask("a STARTTLS", "a OK *");
        peer.startTls(RunningClinic.trusting(clinic.clinic()));
        return peer;
    }

    private SmtpPeer sending() throws Exception {
        SmtpPeer peer = SmtpPeer.connect(clinic.clinic().ports().submission());
        peer.line();
        peer.ask("EHLO phone", "250 *");
        peer.ask("STARTTLS", "220 *");
        peer.startTls(RunningClinic.trusting(clinic.clinic()));
        String offered = String.join(" ", peer.ask("EHLO phone", "250 *"));
        assertTrue(offered.contains("AUTH PLAIN LOGIN OAUTHBEARER XOAUTH2"), offered);
        return peer;
    }

    @Test
    void aTokenOpensReadingAndSending() throws Exception {
        Instant end = clock.instant().plus(Duration.ofMinutes(10));
        String good = token(ANNA, end);
        String late = token(ANNA, clock.instant().minus(Duration.ofHours(1)));
        try (SmtpPeer peer = reading()) {
            peer.say("b CAPABILITY");
            assertTrue(peer.line().endsWith("AUTH=PLAIN AUTH=OAUTHBEARER AUTH=XOAUTH2"));
            peer.line();
            // RFC 7628 §3.2.3: it hears why, says something, and has failed.
            peer.say("c AUTHENTICATE OAUTHBEARER " + bearer(ANNA, late));
            String challenge = peer.line();
            assertTrue(challenge.startsWith("+ "), challenge);
            assertEquals(
                    "{\"status\":\"invalid_token\",\"scope\":\"mail\",\"openid-configuration\":\""
                            + ISSUER
                            + "/.well-known/openid-configuration\"}",
                    new String(Base64.getDecoder().decode(challenge.substring(2)), UTF_8));
            peer.ask("AQ==", "c NO [AUTHENTICATIONFAILED] *");
            String narrow = PROVIDER.token(claims("\"email\":\"" + ANNA + "\"", end));
            peer.say("n AUTHENTICATE OAUTHBEARER " + bearer(ANNA, narrow));
            String why = new String(Base64.getDecoder().decode(peer.line().substring(2)), UTF_8);
            assertTrue(why.startsWith("{\"status\":\"insufficient_scope\",\"scope\":"), why);
            peer.ask("AQ==", "n NO [AUTHENTICATIONFAILED] *");
            // Another one's token, and a token under another one's name.
            peer.say("d AUTHENTICATE XOAUTH2", xoauth2(SAM, good));
            assertEquals("+ ", peer.line());
            String second = peer.line();
            assertEquals(
                    "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}",
                    new String(Base64.getDecoder().decode(second.substring(2)), UTF_8));
            peer.ask("", "d NO [AUTHENTICATIONFAILED] *");
            peer.ask("e AUTHENTICATE OAUTHBEARER " + bearer(ANNA, good), "e OK *");
        }
        try (SmtpPeer peer = reading()) {
            // Whoever names nobody is whom the token names.
            String unnamed = base64("n,,\1auth=Bearer " + good + "\1\1");
            peer.ask("b AUTHENTICATE OAUTHBEARER " + unnamed, "b OK *");
        }
        try (SmtpPeer peer = sending()) {
            peer.say("AUTH XOAUTH2 " + xoauth2(ANNA, late));
            assertTrue(peer.line().startsWith("334 "));
            peer.ask("", "535 *");
            peer.ask("AUTH XOAUTH2 " + xoauth2(ANNA, padded(end)), "235 *");
            peer.ask("MAIL FROM:<" + ANNA + ">", "250 *");
        }
    }

    /// As long as those of large providers are.
    private static String padded(Instant end) {
        return PROVIDER.token(
                claims(
                        "\"email\":\"%s\",\"scp\":[\"mail\"],\"groups\":\"%s\""
                                .formatted(ANNA, "g".repeat(3_000)),
                        end));
    }

    /// As long as the gateway reads, in the command and behind it.
    @Test
    void aLongTokenIsTakenByImapAsWell() throws Exception {
        Instant end = clock.instant().plus(Duration.ofMinutes(10));
        String spare = PROVIDER.token(claims(longest(0), end));
        String token = PROVIDER.token(claims(longest((8_190 - spare.length()) * 3 / 4), end));
        assertTrue(token.length() > 8_180 && token.length() <= 8_192, "" + token.length());
        try (SmtpPeer peer = reading()) {
            peer.ask("b AUTHENTICATE OAUTHBEARER " + bearer(ANNA, token), "b OK *");
        }
        try (SmtpPeer peer = reading()) {
            peer.say("b AUTHENTICATE OAUTHBEARER");
            assertEquals("+ ", peer.line());
            peer.ask(bearer(ANNA, token), "b OK *");
        }
        try (SmtpPeer peer = reading()) {
            peer.ask("b AUTHENTICATE OAUTHBEARER " + "A".repeat(12_288), "* BYE *");
        }
    }

    private static String longest(int more) {
        return "\"email\":\"%s\",\"scope\":\"mail\",\"groups\":\"%s\""
                .formatted(ANNA, "g".repeat(more));
    }

    @Test
    void aSessionEndsWithItsToken() throws Exception {
        String token = token(ANNA, clock.instant().plus(Duration.ofMinutes(10)));
        try (SmtpPeer peer = reading()) {
            peer.ask("b AUTHENTICATE OAUTHBEARER " + bearer(ANNA, token), "b OK *");
            peer.ask("c NOOP", "c OK *");
            clock.advance(Duration.ofMinutes(12));
            peer.ask("d NOOP", "* BYE *");
        }
    }

    @Test
    void curlLogsInWithOne() throws Exception {
        String good = token(ANNA, clock.instant().plus(Duration.ofMinutes(10)));
        assertEquals(0, curl(good));
        // 67: CURLE_LOGIN_DENIED.
        assertEquals(67, curl(token(MARIA, clock.instant().plus(Duration.ofMinutes(10)))));
    }

    private int curl(String token) throws Exception {
        Process process =
                new ProcessBuilder(
                                Peers.program("curl").toString(),
                                "--silent",
                                "--insecure",
                                "--ssl-reqd",
                                "--user",
                                ANNA,
                                "--oauth2-bearer",
                                token,
                                "--login-options",
                                "AUTH=OAUTHBEARER",
                                "imap://localhost:" + imap + "/",
                                "-X",
                                "NOOP")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "curl does not end");
        return process.exitValue();
    }
}

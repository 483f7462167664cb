package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.postern.relay.TestRelay.A;
import static org.postern.relay.TestRelay.B;
import static org.postern.relay.TestRelay.FROM;
import static org.postern.relay.TestRelay.content;

import java.io.IOException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Duty;
import org.postern.mail.DeliveryOutcome.Failed;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.mail.Options;
import org.postern.mail.Options.Notify;
import org.postern.mail.Options.Recipient;
import org.postern.mail.Options.Reports;
import org.postern.mail.Options.Ret;
import org.postern.net.TlsTrust;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.TestAuthority;

/// What a client asked for is asked of the next hop, and a hop that cannot do it gets nothing.
class RelayOptionsTest {
    private static final String HOST = "mail.partner.example";
    private static final Content PLAIN = content("Subject: x\r\n\r\ncanary\r\n");
    private static final Content UTF8 = content("Subject: \u00c3\u00a4\r\n\r\ncanary\r\n");
    private static final Content UTF8_BODY = content("Subject: x\r\n\r\n\u00c3\u00a4\r\n");
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TlsTrust TRUST =
            TlsTrust.of(List.of(AUTHORITY.authority().certificate()), Clock.systemUTC());

    private static final Options REQUIRE_TLS = new Options(false, false, true, Reports.USUAL);
    private static final Options SMTP_UTF8 = new Options(true, false, false, Reports.USUAL);

    @Test
    void requireTlsGoesToAProvedHopThatOffersIt() throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(AUTHORITY.server(HOST))) {
            hop.offers("REQUIRETLS");
            NextHop next = NextHop.verified(HOST, hop.port(), TRUST);
            assertInstanceOf(Relayed.class, send(next, PLAIN, REQUIRE_TLS));
            assertEquals("REQUIRETLS", hop.message().parameters());
        }
    }

    @Test
    void requireTlsIsAFailureWhereTheNextHopDoesNotOfferIt() throws IOException {
        try (FakeNextHop hop = FakeNextHop.startTls(AUTHORITY.server(HOST))) {
            refused("5.7.30", hop, NextHop.verified(HOST, hop.port(), TRUST), REQUIRE_TLS);
            // Offered in clear alone, it does not count.
            hop.once("EHLO", FakeNextHop.Act.say("250-x\r\n250-REQUIRETLS\r\n250 STARTTLS"));
            refused("5.7.30", hop, NextHop.verified(HOST, hop.port(), TRUST), REQUIRE_TLS);
            hop.offers("REQUIRETLS");
            refused("5.7.30", hop, NextHop.opportunistic(HOST, hop.port()), REQUIRE_TLS);
            refused("5.7.30", hop, NextHop.clear(HOST, hop.port()), REQUIRE_TLS);
        }
    }

    @Test
    void tlsRequiredNoIsNotHonoured() throws IOException {
        Content asks = content("TLS-Required: No\r\nSubject: x\r\n\r\ncanary\r\n");
        try (FakeNextHop hop = FakeNextHop.plain();
                Relay relay = TestRelay.create()) {
            NextHop next = NextHop.verified(HOST, hop.port(), TRUST);
            RelayResult result = relay.send(next, TestRelay.mail(FROM, List.of(A), asks));
            assertInstanceOf(RelayResult.Unproved.class, result);
            assertFalse(hop.clear().contains("MAIL"));
        }
    }

    @Test
    void utf8IsNeverMangled() throws IOException {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            NextHop next = NextHop.clear(HOST, hop.port());
            refusedUtf8(hop, next);
            // The client said the word, and what it sent needs it not.
            assertInstanceOf(Relayed.class, send(next, PLAIN, SMTP_UTF8));
            assertInstanceOf(Relayed.class, send(next, UTF8_BODY, SMTP_UTF8));
            hop.offers("SMTPUTF8", "8BITMIME");
            assertInstanceOf(Relayed.class, send(next, UTF8, SMTP_UTF8));
            FakeNextHop.Message taken = hop.messages().getLast();
            assertEquals("BODY=8BITMIME SMTPUTF8", taken.parameters());
            assertEquals("Subject: \u00c3\u00a4\r\n\r\ncanary\r\n", taken.text());
        }
    }

    private static void refusedUtf8(FakeNextHop hop, NextHop next) {
        Failed failed = assertInstanceOf(Failed.class, send(next, UTF8, SMTP_UTF8));
        assertEquals("5.6.7", failed.reply().enhanced());
        assertFalse(hop.clear().contains("MAIL"), hop.clear());
    }

    /// S31.
    @Test
    void eightBitContentIsAFailureAtASevenBitHopAndNeverReEncoded() throws IOException {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            hop.offers("PIPELINING");
            NextHop next = NextHop.clear(HOST, hop.port());
            Failed failed = assertInstanceOf(Failed.class, send(next, UTF8_BODY, Options.NONE));
            assertEquals("5.6.3", failed.reply().enhanced());
            assertEquals(List.of(), hop.messages());
        }
    }

    @Test
    void dsnParametersAreHandedOnWhereTheyAreUnderstood() throws IOException {
        Recipient success = new Recipient(EnumSet.of(Notify.SUCCESS, Notify.FAILURE), null);
        Recipient never = new Recipient(EnumSet.noneOf(Notify.class), "rfc822;Bob+x=y@z.example");
        Reports reports = new Reports(Ret.HDRS, "id 1", Map.of(A, success, B, never));
        Options options = new Options(false, false, false, reports);
        try (FakeNextHop hop = FakeNextHop.plain()) {
            hop.offers("DSN");
            NextHop next = NextHop.clear(HOST, hop.port());
            assertEquals(Duty.NEXT_HOP, duty(send(next, PLAIN, options)));
            assertEquals("RET=HDRS ENVID=id+201", hop.message().parameters());
            assertEquals(
                    List.of(
                            "RCPT TO:<a@partner.example> NOTIFY=SUCCESS,FAILURE",
                            "RCPT TO:<b@partner.example> NOTIFY=NEVER"
                                    + " ORCPT=rfc822;Bob+2Bx+3Dy@z.example"),
                    hop.commands().stream().filter(c -> c.startsWith("RCPT")).toList());
            assertEquals(Duty.NEXT_HOP, duty(send(next, PLAIN, Options.NONE)));
            assertEquals("", hop.messages().getLast().parameters());
            hop.offers();
            assertEquals(Duty.OURS, duty(send(next, PLAIN, options)));
            assertEquals("", hop.messages().getLast().parameters());
        }
    }

    private static Duty duty(DeliveryOutcome outcome) {
        return assertInstanceOf(Relayed.class, outcome).reports();
    }

    private static void refused(String enhanced, FakeNextHop hop, NextHop next, Options options) {
        Failed failed = assertInstanceOf(Failed.class, send(next, PLAIN, options));
        assertEquals(enhanced, failed.reply().enhanced());
        assertFalse(hop.commands().stream().anyMatch(c -> c.startsWith("MAIL")));
    }

    private static DeliveryOutcome send(NextHop next, Content content, Options options) {
        try (Relay relay = TestRelay.create()) {
            RelayResult result =
                    relay.send(next, new Relay.Mail(FROM, List.of(A, B), content, options));
            var outcomes = assertInstanceOf(RelayResult.Sent.class, result).outcomes();
            return Objects.requireNonNull(outcomes.get(A));
        }
    }
}

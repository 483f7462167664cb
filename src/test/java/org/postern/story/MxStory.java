package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.net.KeyPin;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Validity;
import org.postern.testkit.FakeZone;
import org.postern.testkit.FakeZone.Trouble;
import org.postern.testkit.PostfixPeer;
import org.postern.testkit.SmtpSink;

/// Without a smart host mail finds its way by MX records, to a real Postfix, and "tls" is possible
/// wherever the domain itself publishes the proof.
class MxStory {
    private static final Duration MOMENT = Duration.ofSeconds(60);
    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: undisclosed-recipients:;
            Message-ID: <mx-1@mapleclinic.example>
            Subject: canarysubject

            canarybody
            """
                    .replace("\n", "\r\n");

    private static final String RULES =
            """
              - name: proved
                when: { recipient: { domain: [keys.example, open.example, bogus.example] } }
                then: { protect: [smime, tls], otherwise: hold }
              - name: public
                when: { recipient: { domain: [public.example, gone.example, quiet.example] } }
                then: { deliver: unprotected }
            """;

    @TempDir Path home;

    @Test
    void mailFindsItsWayAndIsProvedWhereTheDomainProvesItself() throws Exception {
        Validity validity = Validity.from(Clock.systemUTC().instant(), Duration.ofDays(1));
        // Nobody vouches for it: the keys in the domain's own records are the proof.
        Identity identity =
                Authority.selfSigned(
                        CertificateRequest.server(KeyKind.P_256, validity, "whoever.example"));
        FakeZone zone = new FakeZone();
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                SmtpSink inside = SmtpSink.start();
                PostfixPeer postfix = PostfixPeer.keeping(identity)) {
            publish(zone, postfix.port(), KeyPin.of(identity.certificate()));
            staged.write(inside.port(), "none").rules(RULES).byMx(zone, postfix.port()).open();
            try (MailClient doctor = staged.submission()) {
                for (String domain :
                        new String[] {"keys", "open", "bogus", "public", "gone", "quiet"}) {
                    doctor.send("kim@" + domain + ".example", LETTER);
                }
            }
            String proved = staged.awaitAudit("kim@keys.example", "relayed (tls)");
            assertTrue(proved.contains(" over TLSv1.3 "), proved);
            assertTrue(proved.contains(" dane sha256:"), proved);
            staged.awaitAudit("kim@open.example", "held (none)", "proves itself neither by");
            staged.awaitAudit("kim@bogus.example", "delayed (tls)", "the TLSA records of");
            staged.awaitAudit("kim@public.example", "relayed (unprotected)", " unverified ");
            staged.awaitAudit("kim@gone.example", "failed (unprotected): 550 5.1.2");
            staged.awaitAudit("kim@quiet.example", "failed (unprotected): 556 5.1.10");
            postfix.await(2, MOMENT);
            assertEquals(2, postfix.messages().size(), postfix.log());
            assertFalse(postfix.log().contains("kim@open.example"), postfix.log());
            String wire = String.join("", postfix.messages());
            assertTrue(wire.contains("canarybody"), "it is the letter");
        }
    }

    private static void publish(FakeZone zone, int port, KeyPin key) {
        for (String domain : new String[] {"keys", "open", "bogus", "public"}) {
            String host = "mx." + domain + ".example";
            zone.mx(domain + ".example", 10, host).address(host, "127.0.0.1");
        }
        String keys = "_" + port + "._tcp.mx.keys.example";
        zone.tlsa(keys, "3 1 1 " + key.sha256()).secure("keys.example", "mx.keys.example", keys);
        String bogus = "_" + port + "._tcp.mx.bogus.example";
        zone.trouble(bogus, Trouble.FAILS).secure("bogus.example", "mx.bogus.example");
        zone.nullMx("quiet.example");
    }
}

package org.postern.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mime.HeaderSection;

/// What is written down about a message, for worlds of names.
class OriginCheckTest {
    private static final PublicSuffixes SUFFIXES = PublicSuffixes.load();
    private static final Domain HOSTNAME = new Domain("mx.clinic.example");

    private static final String WORLD =
            """
            far.example TXT v=spf1 ip4:192.0.2.7 -all
            _dmarc.far.example TXT v=DMARC1; p=reject
            down.example FAILS
            _dmarc.down.example FAILS
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    joe@far.example  | From: joe@far.example | spf=pass smtp.mailfrom=far.example; \
                    dkim=none; dmarc=pass (p=reject) header.from=far.example
                    joe@evil.example | From: joe@far.example | spf=none \
                    smtp.mailfrom=evil.example; dkim=none; \
                    dmarc=fail (p=reject) header.from=far.example
                    joe@down.example | From: a@down.example  | spf=temperror \
                    smtp.mailfrom=down.example; dkim=none; dmarc=temperror header.from=down.example
                    joe@far.example  | From: a@x, b@y        | spf=pass smtp.mailfrom=far.example; \
                    dkim=none; dmarc=permerror
                    joe@far.example  | DKIM-Signature: v=1; d=far.example; a=rsa-sha1 | spf=pass \
                    smtp.mailfrom=far.example; dkim=permerror reason="a= is not acceptable" \
                    header.d=far.example; dmarc=permerror
                    """)
    void findings(String sender, String fields, String found) throws Exception {
        String field = field(Zone.of(WORLD), sender, fields);
        assertEquals(
                "Authentication-Results: mx.clinic.example; " + found,
                field.replaceAll("\r\n\t", " ").strip());
    }

    private static String field(OriginDns dns, String sender, String fields) throws Exception {
        Content content = Content.of((fields + "\r\n\r\nx\r\n").getBytes(ISO_8859_1));
        Arrival arrival =
                new Arrival(Listener.INBOUND, "192.0.2.7", "mail.far.example", null, null);
        Envelope envelope =
                new Envelope(
                        arrival, Address.of(sender), List.of(Address.of("anna@clinic.example")));
        OriginCheck check = new OriginCheck(dns, SUFFIXES, () -> Instant.EPOCH);
        return AuthenticationResults.field(
                HOSTNAME, check.of(envelope, HeaderSection.read(content), content));
    }

    /// Names that the author of a message chooses may take all the time there is: what others ask
    /// for is known before.
    @Test
    void theWishOfTheAuthorsDomainIsLookedUpFirst() throws Exception {
        Zone zone = Zone.of(WORLD);
        List<String> asked = new ArrayList<>();
        OriginDns slow =
                (name, kind) -> {
                    asked.add(name);
                    return zone.look(name, kind);
                };
        field(slow, "joe@evil.example", "From: a@far.example, b@down.example");
        assertEquals("_dmarc.far.example", asked.getFirst());
        assertEquals("_dmarc.down.example", asked.get(1));
        assertTrue(asked.indexOf("evil.example") > 1, asked.toString());
    }

    /// What we write would be taken out of a message that comes in.
    @Test
    void ourOwnFieldIsOneOfOurs() throws Exception {
        String field = field(Zone.of(WORLD), "joe@far.example", "From: joe@far.example");
        String body = field.substring(field.indexOf(':') + 1);
        assertTrue(new OwnFields(Set.of(HOSTNAME)).claims(body));
    }

    /// Name servers that never answer cost a session so long and no longer.
    @Test
    void silentNameServersHaveADeadline() {
        CountDownLatch never = new CountDownLatch(1);
        OriginDns silent =
                (_, _) -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return List.of();
                };
        TimedDns timed = new TimedDns(silent, Duration.ofMillis(300));
        assertTimeout(
                Duration.ofSeconds(20),
                () -> {
                    for (int i = 0; i < 50; i++) {
                        String name = "n" + i + ".example";
                        assertThrows(IOException.class, () -> timed.look(name, OriginDns.Kind.TXT));
                    }
                });
    }

    @Test
    void theSameQuestionIsPutOnceAndAllOfThemAreCounted() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        TimedDns timed =
                new TimedDns((_, _) -> {
                    asked.incrementAndGet();
                    return List.of("x");
                });
        assertEquals(List.of("x"), timed.look("a.example", OriginDns.Kind.TXT));
        assertEquals(List.of("x"), timed.look("a.example", OriginDns.Kind.TXT));
        assertEquals(1, asked.get());
        for (int i = 1; i < TimedDns.LOOK_UPS_MAX; i++) {
            timed.look(i + ".example", OriginDns.Kind.TXT);
        }
        assertThrows(IOException.class, () -> timed.look("z.example", OriginDns.Kind.TXT));
        assertEquals(TimedDns.LOOK_UPS_MAX, asked.get());
    }
}

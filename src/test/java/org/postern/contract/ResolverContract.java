package org.postern.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.dns.Answer;
import org.postern.dns.MxRecord;
import org.postern.dns.Resolver;
import org.postern.net.TlsaRecord;
import org.postern.testkit.FakeZone;
import org.postern.testkit.FakeZone.Trouble;

/// What every resolver promises: there is something, there is nothing, or nobody knows, and these
/// three are never mixed up.
public interface ResolverContract {
    /// A resolver that answers from this zone, and is trusted to validate.
    Resolver resolver(FakeZone zone) throws IOException;

    @Test
    default void whatIsThereIsFound() throws IOException {
        FakeZone zone =
                new FakeZone()
                        .mx("partner.example", 10, "mx1.partner.example")
                        .mx("partner.example", 20, "mx2.partner.example")
                        .address("mx1.partner.example", "192.0.2.1")
                        .address("mx1.partner.example", "2001:db8::1")
                        .address("mx2.partner.example", "192.0.2.2")
                        .txt("_mta-sts.partner.example", "v=STSv1;", " id=1;")
                        .txt("_mta-sts.partner.example", "other")
                        .tlsa("_25._tcp.mx1.partner.example", "3 1 1 " + "0a".repeat(32))
                        .smimea("a._smimecert.partner.example", "3 0 0 " + "0b".repeat(900));
        Resolver resolver = resolver(zone);
        assertEquals(
                Set.of(
                        new MxRecord(10, "mx1.partner.example"),
                        new MxRecord(20, "mx2.partner.example")),
                Set.copyOf(found(resolver.mx("partner.example")).records()));
        assertEquals(
                List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1")),
                found(resolver.addresses("mx1.partner.example")).records());
        assertEquals(
                List.of(InetAddress.ofLiteral("192.0.2.2")),
                found(resolver.addresses("mx2.partner.example")).records());
        assertEquals(
                Set.of("v=STSv1; id=1;", "other"),
                Set.copyOf(found(resolver.txt("_mta-sts.partner.example")).records()));
        assertEquals(
                List.of(new TlsaRecord(3, 1, 1, "0a".repeat(32))),
                found(resolver.tlsa("_25._tcp.mx1.partner.example")).records());
        // Larger than a datagram.
        assertEquals(
                List.of(new TlsaRecord(3, 0, 0, "0b".repeat(900))),
                found(resolver.smimea("a._smimecert.partner.example")).records());
        assertEquals(Duration.ofMinutes(5), found(resolver.mx("partner.example")).ttl());
    }

    @Test
    default void theNullMxIsTheRoot() throws IOException {
        Resolver resolver = resolver(new FakeZone().nullMx("quiet.example"));
        MxRecord record = found(resolver.mx("quiet.example")).records().getFirst();
        assertEquals(new MxRecord(0, ""), record);
        assertEquals(true, record.isNull());
    }

    @Test
    default void nothingIsAnAnswerAndNoNameAnother() throws IOException {
        Resolver resolver = resolver(new FakeZone().address("host.example", "192.0.2.1"));
        assertInstanceOf(Answer.NoData.class, resolver.mx("host.example"));
        assertInstanceOf(Answer.NoData.class, resolver.txt("host.example"));
        assertInstanceOf(Answer.NoDomain.class, resolver.mx("nowhere.example"));
        assertInstanceOf(Answer.NoDomain.class, resolver.addresses("nowhere.example"));
    }

    @Test
    default void troubleIsADoubt() throws IOException {
        FakeZone zone = new FakeZone();
        for (Trouble trouble : Trouble.values()) {
            String name = trouble.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            zone.mx(name + ".example", 10, "mx.example").trouble(name + ".example", trouble);
        }
        Resolver resolver = resolver(zone);
        for (String name : List.of("fails", "silent", "proves-nothing", "cut")) {
            assertInstanceOf(Answer.Doubt.class, resolver.mx(name + ".example"), name);
            assertInstanceOf(Answer.Doubt.class, resolver.addresses(name + ".example"), name);
        }
    }

    @Test
    default void aliasesAreFollowedBoundedly() throws IOException {
        FakeZone zone =
                new FakeZone()
                        .alias("a.example", "b.example")
                        .alias("b.example", "c.example")
                        .mx("c.example", 10, "mx.example")
                        .alias("round.example", "about.example")
                        .alias("about.example", "round.example")
                        .alias("lost.example", "nowhere.example");
        for (int i = 0; i < 20; i++) {
            zone.alias("long" + i + ".example", "long" + (i + 1) + ".example");
        }
        zone.mx("long20.example", 10, "mx.example");
        Resolver resolver = resolver(zone);
        assertEquals(
                List.of(new MxRecord(10, "mx.example")), found(resolver.mx("a.example")).records());
        assertInstanceOf(Answer.Doubt.class, resolver.mx("round.example"));
        assertInstanceOf(Answer.Doubt.class, resolver.mx("long0.example"));
        assertInstanceOf(Answer.NoDomain.class, resolver.mx("lost.example"));
    }

    @Test
    default void tooMuchIsADoubt() throws IOException {
        FakeZone zone = new FakeZone();
        for (int i = 0; i < 100; i++) {
            zone.mx("many.example", i, "mx" + i + ".many.example");
        }
        for (int i = 0; i < 2_000; i++) {
            zone.mx("endless.example", i, "mx" + i + ".endless.example");
        }
        Resolver resolver = resolver(zone);
        // More than a datagram holds, and still an answer.
        assertEquals(100, found(resolver.mx("many.example")).records().size());
        assertInstanceOf(Answer.Doubt.class, resolver.mx("endless.example"));
    }

    @Test
    default void whatDnssecProvesIsMarked() throws IOException {
        FakeZone zone =
                new FakeZone()
                        .mx("signed.example", 10, "mx.signed.example")
                        .address("mx.signed.example", "192.0.2.1")
                        .exists("empty.example")
                        .secure("signed.example", "mx.signed.example", "empty.example")
                        .secure("gone.example", "half.example")
                        .alias("half.example", "plain.example")
                        .mx("plain.example", 10, "mx.plain.example");
        Resolver resolver = resolver(zone);
        assertEquals(true, found(resolver.mx("signed.example")).secure());
        assertEquals(true, found(resolver.addresses("mx.signed.example")).secure());
        assertEquals(false, found(resolver.mx("plain.example")).secure());
        assertEquals(false, found(resolver.mx("half.example")).secure());
        assertEquals(
                true, assertInstanceOf(Answer.NoData.class, resolver.mx("empty.example")).secure());
        assertEquals(
                true,
                assertInstanceOf(Answer.NoDomain.class, resolver.mx("gone.example")).secure());
    }

    private static <T> Answer.Found<T> found(Answer<T> answer) {
        if (answer instanceof Answer.Found<T> found) {
            return found;
        }
        throw new AssertionError("nothing found: " + answer);
    }
}

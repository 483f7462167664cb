package org.postern.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postern.net.TlsaRecord;
import org.postern.testkit.UnboundPeer;

/// The same resolver against unbound, which validates DNSSEC: what it proves, what it finds bogus,
/// and what is not signed.
class NetworkResolverPeersTest {
    private static final String GOOD_KEY = "0a".repeat(32);
    private static final String BAD_KEY = "0b".repeat(32);
    private static final String FORGED_KEY = "0c".repeat(32);

    private static final String SIGNED =
            """
            signed IN MX 10 mx.signed
            signed IN MX 20 mx2.signed
            mx.signed IN A 192.0.2.1
            mx.signed IN AAAA 2001:db8::1
            _25._tcp.mx.signed IN TLSA 3 1 1 %s
            _25._tcp.mx2.signed IN TLSA 3 1 1 %s
            _mta-sts.signed IN TXT "v=STSv1;" " id=1;"
            quiet IN MX 0 .
            alias IN CNAME signed
            round IN CNAME about
            about IN CNAME round
            """
                    .formatted(GOOD_KEY, BAD_KEY);

    private static final String OPEN =
            """
            partner IN MX 10 mx.partner
            mx.partner IN A 192.0.2.2
            """;

    private static UnboundPeer unbound;

    @BeforeAll
    static void start() throws IOException {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 150; i++) {
            many.append("many IN MX ").append(i).append(" mx").append(i).append(".many\n");
        }
        unbound = UnboundPeer.start(SIGNED, OPEN + many, BAD_KEY, FORGED_KEY);
    }

    @AfterAll
    static void stop() throws IOException {
        if (unbound != null) {
            unbound.close();
        }
    }

    @Test
    void whatIsSignedIsProved() {
        Answer.Found<MxRecord> mx = found(resolver(true).mx("signed.example"));
        assertEquals(2, mx.records().size());
        assertEquals(true, mx.secure());
        Answer.Found<InetAddress> addresses = found(resolver(true).addresses("mx.signed.example"));
        assertEquals(2, addresses.records().size());
        assertEquals(true, addresses.secure());
        Answer.Found<TlsaRecord> tlsa = found(resolver(true).tlsa("_25._tcp.mx.signed.example"));
        assertEquals(List.of(new TlsaRecord(3, 1, 1, GOOD_KEY)), tlsa.records());
        assertEquals(true, tlsa.secure());
        Answer.Found<String> txt = found(resolver(true).txt("_mta-sts.signed.example"));
        assertEquals(List.of("v=STSv1; id=1;"), txt.records());
        assertEquals(true, found(resolver(true).mx("alias.example")).secure());
        assertEquals(true, found(resolver(true).mx("quiet.example")).records().getFirst().isNull());
    }

    @Test
    void thatThereIsNothingIsProvedAsWell() {
        Resolver resolver = resolver(true);
        assertEquals(
                true,
                assertInstanceOf(Answer.NoData.class, resolver.mx("mx.signed.example")).secure());
        assertEquals(
                true,
                assertInstanceOf(Answer.NoDomain.class, resolver.mx("gone.example")).secure());
        assertInstanceOf(Answer.NoDomain.class, resolver.tlsa("_25._tcp.gone.signed.example"));
    }

    @Test
    void whatIsForgedIsADoubt() {
        assertInstanceOf(Answer.Doubt.class, resolver(true).tlsa("_25._tcp.mx2.signed.example"));
        assertInstanceOf(Answer.Doubt.class, resolver(false).tlsa("_25._tcp.mx2.signed.example"));
    }

    @Test
    void whatIsNotSignedIsFoundAndNotProved() {
        assertEquals(false, found(resolver(true).mx("partner.open")).secure());
        assertEquals(false, found(resolver(true).addresses("mx.partner.open")).secure());
        assertInstanceOf(Answer.NoDomain.class, resolver(true).mx("gone.open"));
        assertInstanceOf(Answer.NoData.class, resolver(true).mx("mx.partner.open"));
    }

    @Test
    void withoutTrustNothingIsProved() {
        assertEquals(false, found(resolver(false).mx("signed.example")).secure());
    }

    @Test
    void moreThanADatagramHoldsComesOverTcp() {
        assertEquals(150, found(resolver(true).mx("many.open")).records().size());
    }

    @Test
    void aliasesThatGoRoundAreADoubt() {
        assertInstanceOf(Answer.Doubt.class, resolver(true).mx("round.example"));
    }

    private static Resolver resolver(boolean validates) {
        return new NetworkResolver(
                new DnsSettings(List.of(unbound.address()), Duration.ofSeconds(20), validates));
    }

    private static <T> Answer.Found<T> found(Answer<T> answer) {
        if (answer instanceof Answer.Found<T> found) {
            return found;
        }
        throw new AssertionError("nothing found: " + answer);
    }
}

package org.postern.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.contract.ResolverContract;
import org.postern.testkit.FakeNameServer;
import org.postern.testkit.FakeZone;
import org.postern.testkit.FakeZone.Trouble;

/// The real resolver against a name server on this machine.
class NetworkResolverTest implements ResolverContract {
    /// Long enough for an answer on a busy machine; whoever is silent costs as much.
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final List<FakeNameServer> servers = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (FakeNameServer server : servers) {
            server.close();
        }
    }

    @Override
    public Resolver resolver(FakeZone zone) throws IOException {
        return new NetworkResolver(new DnsSettings(List.of(serve(zone)), PATIENCE, true));
    }

    private InetSocketAddress serve(FakeZone zone) throws IOException {
        FakeNameServer server = FakeNameServer.start(zone);
        servers.add(server);
        return server.address();
    }

    @Test
    void theNextServerIsAskedWhereOneFails() throws IOException {
        FakeZone good = new FakeZone().mx("partner.example", 10, "mx.partner.example");
        for (Trouble trouble : Trouble.values()) {
            FakeZone bad = new FakeZone().trouble("partner.example", trouble);
            DnsSettings settings =
                    new DnsSettings(List.of(serve(bad), serve(good)), PATIENCE, false);
            assertInstanceOf(
                    Answer.Found.class,
                    new NetworkResolver(settings).mx("partner.example"),
                    trouble.name());
        }
    }

    @Test
    void nobodyIsThere() throws IOException {
        FakeNameServer server = FakeNameServer.start(new FakeZone());
        InetSocketAddress gone = server.address();
        server.close();
        DnsSettings settings = new DnsSettings(List.of(gone), PATIENCE, false);
        assertInstanceOf(Answer.Doubt.class, new NetworkResolver(settings).mx("a.example"));
    }

    @Test
    void aWordOfProofCountsOnlyFromAResolverThatIsTrusted() throws IOException {
        FakeZone zone = new FakeZone().mx("signed.example", 10, "mx").secure("signed.example");
        DnsSettings settings = new DnsSettings(List.of(serve(zone)), PATIENCE, false);
        Answer<MxRecord> answer = new NetworkResolver(settings).mx("signed.example");
        assertEquals(false, assertInstanceOf(Answer.Found.class, answer).secure());
        InetSocketAddress far = new InetSocketAddress("192.0.2.53", 53);
        assertThrows(
                IllegalArgumentException.class,
                () -> new DnsSettings(List.of(far), PATIENCE, true));
    }

    @Test
    void whatIsNoNameIsADoubt() throws IOException {
        Resolver resolver = resolver(new FakeZone());
        for (String bad : List.of("a..example", "x".repeat(64) + ".example")) {
            assertInstanceOf(Answer.Doubt.class, resolver.mx(bad), bad);
        }
    }
}

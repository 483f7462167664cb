package org.postern.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postern.net.Networks;
import org.postern.net.TlsTrust;
import org.postern.route.AddressGuard;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;
import org.postern.testkit.TestAuthority;

/// G14: addresses by which a certificate could lead us to this machine or into the clinic's
/// network, with everything in the way but the judgement of where they lead: servers listen, the
/// port is allowed. Nobody is connected to.
@Timeout(60)
class PrivatePlacesTest {
    private static final TlsTrust TRUST =
            TlsTrust.of(
                    List.of(TestAuthority.create().authority().certificate()), Clock.systemUTC());

    private static final List<String> HOSTS =
            List.of(
                    "127.0.0.1",
                    "127.0.0.2",
                    "127.1",
                    "2130706433",
                    "0x7f000001",
                    "0x7f.1",
                    "017700000001",
                    "0.0.0.0",
                    "localhost",
                    "[::1]",
                    "[::]",
                    "[::ffff:127.0.0.1]",
                    "[64:ff9b::7f00:1]",
                    "[2002:7f00:1::1]",
                    "[fe80::1]",
                    "[fc00::1]",
                    "169.254.169.254",
                    "10.0.0.1",
                    "172.16.0.1",
                    "192.168.1.1",
                    "100.64.0.1",
                    "inside.example",
                    "inside.example.",
                    "inside6.example",
                    "both.example",
                    "alias.example");

    private static final FakeZone ZONE =
            new FakeZone()
                    .address("localhost", "127.0.0.1")
                    .address("inside.example", "127.0.0.1")
                    .address("inside6.example", "::1")
                    .address("both.example", "10.0.0.1")
                    .address("both.example", "127.0.0.1")
                    .address("alias.example", "169.254.169.254");

    private final AtomicInteger connected = new AtomicInteger();

    @Test
    void nobodyInsideIsConnectedTo() throws Exception {
        List<ServerSocket> listening = new ArrayList<>();
        try {
            int port = listen(listening, "127.0.0.1", 0);
            listen(listening, "::1", port);
            listen(listening, "127.0.0.2", port);
            Fetcher fetcher =
                    new Fetcher(
                            new AddressGuard(new FakeResolver(ZONE), Networks.NONE, Set.of()),
                            TRUST,
                            Set.of(port));
            Question.Limits limits = new Question.Limits(1_000, Duration.ofSeconds(5));
            for (String host : HOSTS) {
                for (String scheme : List.of("http", "https")) {
                    URI uri = URI.create(scheme + "://" + host + ":" + port + "/a.crl");
                    Fetched fetched = fetcher.ask(Question.get(uri, "a/b", limits));
                    assertInstanceOf(Fetched.Failed.class, fetched, uri::toString);
                    assertEquals(0, connected.get(), uri::toString);
                }
            }
            assertTrue(HOSTS.size() >= 20);
            // The servers are there: whoever connects is counted.
            new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close();
            while (connected.get() == 0) {
                Thread.onSpinWait();
            }
        } finally {
            for (ServerSocket each : listening) {
                each.close();
            }
        }
    }

    private int listen(List<ServerSocket> listening, String address, int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.ofLiteral(address));
        listening.add(server);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        while (true) {
                            server.accept().close();
                            connected.incrementAndGet();
                        }
                    } catch (IOException _) {
                        // The test has ended.
                    }
                });
        return server.getLocalPort();
    }
}

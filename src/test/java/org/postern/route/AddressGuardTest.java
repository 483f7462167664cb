package org.postern.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.fetch.Fetched;
import org.postern.fetch.Fetcher;
import org.postern.fetch.Question;
import org.postern.net.Networks;
import org.postern.net.TlsTrust;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeWeb;
import org.postern.testkit.FakeZone;
import org.postern.testkit.TestAuthority;

/// C15: wherever a name or a number leads, nobody reaches the clinic's own network by us.
class AddressGuardTest {
    private final FakeZone zone =
            new FakeZone()
                    .address("inside.example", "10.1.2.3")
                    .address("self.example", "127.0.0.1")
                    .address("metadata.example", "169.254.169.254")
                    .address("six.example", "::1")
                    .address("local.example", "fe80::1")
                    .address("unique.example", "fd00::1")
                    .address("nat64.example", "64:ff9b::7f00:1")
                    .address("sixtofour.example", "2002:7f00:1::1")
                    .address("both.example", "127.0.0.1")
                    .address("both.example", "192.0.3.7")
                    .address("public.example", "192.0.3.9");
    private final FakeResolver resolver = new FakeResolver(zone);

    @Test
    void privateAddressesAreRefusedByNameAndByNumber() {
        AddressGuard guard = new AddressGuard(resolver, Networks.NONE, Set.of());
        for (String host :
                List.of(
                        "inside.example",
                        "self.example",
                        "metadata.example",
                        "six.example",
                        "local.example",
                        "unique.example",
                        "nat64.example",
                        "sixtofour.example",
                        "127.0.0.1",
                        "10.0.0.1",
                        "169.254.169.254",
                        "192.168.1.1",
                        "172.16.0.1",
                        "100.64.0.1",
                        "0.0.0.0",
                        "::1",
                        "::",
                        "::ffff:127.0.0.1",
                        "::7f00:1",
                        "fe80::1",
                        "fc00::1",
                        "ff02::1",
                        "64:ff9b::a00:1",
                        "2002:a00:1::",
                        // No number in our strict form, and no name that exists.
                        "127.1",
                        "0x7f000001",
                        "2130706433",
                        "0177.0.0.1")) {
            assertThrows(IOException.class, () -> guard.addresses(host), host);
        }
    }

    @Test
    void publicOnesAndThoseThatItAllowsAreGiven() throws IOException {
        AddressGuard guard = new AddressGuard(resolver, Networks.NONE, Set.of());
        assertEquals(List.of(at("192.0.3.9")), guard.addresses("public.example"));
        assertEquals(List.of(at("192.0.3.7")), guard.addresses("both.example"));
        assertEquals(List.of(at("192.0.3.1")), guard.addresses("192.0.3.1"));
        AddressGuard wide = new AddressGuard(resolver, network("10.0.0.0/8"), Set.of());
        assertEquals(List.of(at("10.1.2.3")), wide.addresses("inside.example"));
        assertThrows(IOException.class, () -> wide.addresses("self.example"));
    }

    /// G14: against a server that would answer.
    @Test
    void noConnectionIsMade() throws IOException {
        try (FakeWeb web = FakeWeb.start()) {
            web.put("/", new byte[] {1});
            AddressGuard guard = new AddressGuard(resolver, Networks.NONE, Set.of());
            Fetcher fetcher = new Fetcher(guard, trust(), Set.of(web.port()));
            for (String host :
                    List.of(
                            "self.example",
                            "127.0.0.1",
                            "[::1]",
                            "[::ffff:127.0.0.1]",
                            "[::ffff:7f00:1]",
                            "nat64.example",
                            "127.1",
                            "localhost",
                            "2130706433")) {
                Fetched fetched = fetcher.ask(question(host, web.port()));
                assertEquals(Fetched.Failed.class, fetched.getClass(), host);
            }
            assertEquals(List.of(), web.asked());
            AddressGuard open = new AddressGuard(resolver, network("127.0.0.0/8"), Set.of());
            Fetched fetched =
                    new Fetcher(open, trust(), Set.of(web.port()))
                            .ask(question("self.example", web.port()));
            assertEquals(Fetched.Body.class, fetched.getClass(), "the control");
        }
    }

    /// The name is looked up once, so it cannot be another address by then (DNS rebinding).
    @Test
    void theNameIsLookedUpOnce() throws IOException {
        try (FakeWeb web = FakeWeb.start()) {
            AddressGuard open = new AddressGuard(resolver, network("127.0.0.0/8"), Set.of());
            new Fetcher(open, trust(), Set.of(web.port()))
                    .ask(question("self.example", web.port()));
            assertEquals(1, resolver.asked().stream().filter(it -> it.startsWith("A ")).count());
        }
    }

    private static Question question(String host, int port) {
        return Question.get(
                URI.create("http://" + host + ":" + port + "/"),
                "a/b",
                new Question.Limits(10, Duration.ofSeconds(5)));
    }

    private static TlsTrust trust() {
        return TlsTrust.of(
                List.of(TestAuthority.create().authority().certificate()), Clock.systemUTC());
    }

    private static Networks network(String network) {
        return switch (Networks.parse(List.of(network))) {
            case Networks.Parsed.Good(Networks networks) -> networks;
            case Networks.Parsed.Bad(List<String> problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    private static InetAddress at(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}

package org.postern.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.net.HostLookup;
import org.postern.net.TlsTrust;
import org.postern.testkit.FakeWeb;
import org.postern.testkit.TestAuthority;

/// C15: what web servers do that a stranger has named, and where such a name may not lead. That one
/// proves itself over HTTPS is tested where policies are fetched.
class FetcherTest {
    private static final TlsTrust TRUST =
            TlsTrust.of(
                    List.of(TestAuthority.create().authority().certificate()), Clock.systemUTC());
    private static final Question.Limits LIMITS =
            new Question.Limits(1_000, Duration.ofSeconds(20));

    private final List<String> lookedUp = new ArrayList<>();
    private final HostLookup loopback =
            host -> {
                lookedUp.add(host);
                return List.of(InetAddress.getLoopbackAddress());
            };

    private FakeWeb web;

    @BeforeEach
    void start() throws IOException {
        web = FakeWeb.start();
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
    }

    @Test
    void aBodyIsFetched() {
        web.put("/a/b?c=d", "hello".getBytes(StandardCharsets.US_ASCII));
        Fetched.Body body = assertInstanceOf(Fetched.Body.class, ask("/a/b?c=d#f"));
        assertArrayEquals("hello".getBytes(StandardCharsets.US_ASCII), body.octets());
        assertEquals(
                "GET /a/b?c=d HTTP/1.1\r\nHost: ca.example:%d\r\nUser-Agent: postern\r\n"
                                .formatted(web.port())
                        + "Accept: a/b\r\nConnection: close\r\n\r\n",
                web.asked().getFirst());
        assertEquals(List.of("ca.example"), lookedUp, "one look-up, and no second");
    }

    @Test
    void aPostCarriesItsBody() {
        web.say(
                "/",
                (posted, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.write(posted);
                });
        Question question =
                Question.post(
                        URI.create("http://ca.example:" + web.port()),
                        "a/b",
                        new Question.Posted("c/d", new byte[] {1, 2, 3}),
                        LIMITS);
        assertArrayEquals(
                new byte[] {1, 2, 3},
                assertInstanceOf(Fetched.Body.class, fetcher().ask(question)).octets());
        assertTrue(web.asked().getFirst().contains("\r\nContent-Type: c/d\r\n"));
    }

    @Test
    void whatIsMovedOrCodedIsNotFollowed() {
        failed(
                "ca.example answered 302",
                FakeWeb.raw("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n"));
        failed(
                "unknown coding",
                FakeWeb.raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nxyz"));
        failed("ca.example answered 204", FakeWeb.raw("HTTP/1.1 204 No\r\n\r\n"));
        assertEquals(3, web.asked().size(), "nobody else was asked");
    }

    /// People read the reason, so a stranger does not write it.
    @Test
    void ofAnAnswerOnlyItsCodeIsTold() {
        for (String line : List.of("HTTP/1.1 404 Call 555 now", "HTTP/1.1 4040", "Call 555 now")) {
            web.say("/", FakeWeb.raw(line + "\r\n\r\n"));
            String reason = assertInstanceOf(Fetched.Failed.class, ask("/")).reason();
            assertTrue(
                    reason.equals("ca.example answered 404")
                            || reason.equals("ca.example answered something that is not HTTP"),
                    reason);
        }
    }

    /// Of a chunk no more is read than one octet behind the limit of the whole body.
    @Test
    void aLargeChunkAtTheEndIsNotRead() throws Exception {
        byte[] answer =
                ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + ("384\r\n" + "x".repeat(900) + "\r\n").repeat(2))
                        .getBytes(StandardCharsets.US_ASCII);
        ByteArrayInputStream in = new ByteArrayInputStream(answer);
        Fetched fetched = new Exchange("ca.example", 1_000).answer(in);
        assertTrue(fetched.toString().contains("more than 1000 octets"), fetched.toString());
        assertEquals(900 - 101 + 2, in.available());
    }

    @Test
    void anEndlessBodyEnds() {
        failed(
                "more than 1000 octets",
                (_, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        out.write(new byte[1_000]);
                    }
                });
        failed(
                "more than 1000 octets",
                FakeWeb.raw(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + ("64\r\n" + "x".repeat(100) + "\r\n").repeat(20)));
        failed("too long a body", FakeWeb.raw("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"));
    }

    /// An octet now and then keeps no connection open beyond the one deadline.
    @Test
    void aSlowDripEnds() {
        web.say(
                "/",
                (_, out) -> {
                    for (int i = 0; i < 10_000; i++) {
                        out.write('H');
                        out.flush();
                        java.util.concurrent.locks.LockSupport.parkNanos(
                                TimeUnit.MILLISECONDS.toNanos(50));
                    }
                });
        Question.Limits brief = new Question.Limits(1_000, Duration.ofMillis(400));
        long begin = System.nanoTime();
        Fetched fetched =
                fetcher()
                        .ask(
                                Question.get(
                                        URI.create("http://ca.example:" + web.port() + "/"),
                                        "a/b",
                                        brief));
        assertTrue(fetched.toString().contains("in time"), fetched.toString());
        assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(10));
    }

    /// One machine of a host is out of order, or its network is not to be had from here.
    @Test
    void theNextAddressOfAHostIsTried() throws IOException {
        web.put("/a", new byte[] {1});
        InetAddress dead = InetAddress.getByName("127.0.0.9");
        InetAddress alive = InetAddress.getLoopbackAddress();
        URI uri = URI.create("http://ca.example:" + web.port() + "/a");
        Question question = Question.get(uri, "a/b", LIMITS);
        for (List<InetAddress> addresses :
                List.of(List.of(dead, alive), List.of(dead, dead, dead, alive))) {
            Fetcher fetcher = new Fetcher(_ -> addresses, TRUST, Set.of(web.port()));
            assertInstanceOf(Fetched.Body.class, fetcher.ask(question), addresses::toString);
        }
        Fetcher fetcher =
                new Fetcher(_ -> List.of(dead, dead, dead, dead, alive), TRUST, Set.of(web.port()));
        Fetched none = fetcher.ask(question);
        assertTrue(none.toString().contains("was not reached"), none.toString());
    }

    @Test
    void onlyWebAddressesAtUsualPortsAreAsked() {
        for (String bad :
                List.of(
                        "file:///etc/passwd",
                        "ldap://ca.example/cn=x",
                        "gopher://ca.example/",
                        "ftp://ca.example/x",
                        "jar:http://ca.example/a.jar!/b",
                        "http:///x",
                        "http://user@ca.example/",
                        "http://user:word@ca.example/",
                        "//ca.example/",
                        "mailto:a@ca.example",
                        "http://ca.example:25/",
                        "https://ca.example:22/",
                        "http://ca.example:8080/",
                        "http://ca.example:0/")) {
            Fetched fetched =
                    new Fetcher(loopback, TRUST, Fetcher.USUAL_PORTS)
                            .ask(Question.get(URI.create(bad), "a/b", LIMITS));
            assertTrue(
                    fetched.toString().contains("not one that is asked")
                            || fetched.toString().contains("is not asked at port"),
                    bad + ": " + fetched);
        }
        assertEquals(List.of(), lookedUp, "no name of them was even looked up");
    }

    private Fetcher fetcher() {
        return new Fetcher(loopback, TRUST, Set.of(web.port()));
    }

    private Fetched ask(String path) {
        URI uri = URI.create("http://ca.example:" + web.port() + path);
        return fetcher().ask(Question.get(uri, "a/b", LIMITS));
    }

    private void failed(String reason, FakeWeb.Page page) {
        web.say("/", page);
        Fetched fetched = ask("/");
        assertTrue(
                assertInstanceOf(Fetched.Failed.class, fetched).reason().contains(reason),
                fetched.toString());
    }
}

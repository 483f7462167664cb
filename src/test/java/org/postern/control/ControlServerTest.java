package org.postern.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlServerTest {
    @TempDir Path home;

    private Path socket() {
        return home.resolve("s");
    }

    private static ObjectNode request(String word) {
        return JsonLines.object().put("command", word);
    }

    private ControlServer server(ControlServer.Desk desk) throws IOException {
        ControlServer server = new ControlServer(socket(), desk);
        server.start();
        return server;
    }

    private static ObjectNode end() {
        ObjectNode line = JsonLines.object();
        line.putObject("end");
        return line;
    }

    @Test
    void aLongAnswerStreamsAndTheOperatorIsKnown() throws Exception {
        AtomicReference<String> operator = new AtomicReference<>("");
        AtomicLong lines = new AtomicLong();
        try (ControlServer _ =
                server((request, out) -> {
                    operator.set(request.operator());
                    for (int i = 0; i < 100_000; i++) {
                        out.write(JsonLines.object().put("i", i));
                    }
                    return end();
                })) {
            Optional<ObjectNode> last =
                    new ControlClient(socket()).ask(request("list"), _ -> lines.incrementAndGet());
            assertTrue(last.isPresent());
            assertEquals(100_000, lines.get());
            assertEquals(System.getProperty("user.name"), operator.get());
        }
    }

    @Test
    void aRefusalReachesTheOperatorAndTheServerGoesOn() throws Exception {
        try (ControlServer _ =
                server((request, _) -> {
                    if (request.words().path("command").asText().equals("no")) {
                        throw new RequestException("not today");
                    }
                    if (request.words().path("command").asText().equals("bug")) {
                        throw new IllegalStateException("as told");
                    }
                    return end();
                })) {
            ControlClient client = new ControlClient(socket());
            RequestException refused =
                    assertThrows(RequestException.class, () -> client.ask(request("no"), _ -> {}));
            assertEquals("not today", refused.getMessage());
            assertThrows(IOException.class, () -> client.ask(request("bug"), _ -> {}));
            assertTrue(client.ask(request("yes"), _ -> {}).isPresent());
        }
    }

    @Test
    void whatIsNoRequestIsToldSo() throws Exception {
        try (ControlServer _ = server((_, _) -> end())) {
            for (String rubbish : new String[] {"hello\n", "[1]\n", "{\"a\":\n", "\n"}) {
                try (SocketChannel channel =
                        SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
                    channel.write(ByteBuffer.wrap(rubbish.getBytes(UTF_8)));
                    String answer =
                            new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
                    assertTrue(answer.startsWith("{\"error\":"), rubbish + answer);
                }
            }
        }
    }

    @Test
    void nobodyThereIsNoError() throws Exception {
        ControlClient client = new ControlClient(socket());
        assertTrue(client.ask(request("list"), _ -> {}).isEmpty(), "no socket");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket()));
        }
        assertTrue(client.ask(request("list"), _ -> {}).isEmpty(), "left by a killed gateway");
        try (ControlServer _ = server((_, _) -> end())) {
            assertTrue(client.ask(request("list"), _ -> {}).isPresent(), "taken over");
        }
    }
}

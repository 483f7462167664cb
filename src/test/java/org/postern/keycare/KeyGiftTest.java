package org.postern.keycare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.config.Configuration;
import org.postern.config.FolderCopy;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ControlServer;
import org.postern.handout.HandoutRequests;
import org.postern.handout.PackForm;
import org.postern.mail.Address;
import org.postern.operate.ControlWiring;
import org.postern.pki.KeyKind;
import org.postern.testkit.Accepted;

/// The passphrase is in one answer: whoever gets it says so, and whoever does not get it learns
/// what that means.
class KeyGiftTest {
    private static final String MARIA = "maria@homemail.example";

    @TempDir Path home;
    private Storage storage;
    private final List<String> acts = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void place() throws IOException {
        storage = Accepted.value(Configuration.gateway(FolderCopy.in(home).path())).storage();
        Files.createDirectories(storage.data());
    }

    private int give(ControlServer.Desk desk) throws IOException {
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        try (ControlServer server = new ControlServer(ControlWiring.socket(storage), desk)) {
            server.start();
            return new KeyGift(new Console(print, print, InputStream.nullInputStream()))
                    .run(
                            storage,
                            HandoutRequests.request(
                                    Address.of(MARIA), KeyKind.P_256, PackForm.MODERN),
                            false);
        }
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private ObjectNode noted(ControlServer.Request request) {
        acts.add(request.words().path("act").asText() + request.words().path("number").asText());
        ObjectNode end = JsonNodeFactory.instance.objectNode();
        end.putObject("end").put("count", 1);
        return end;
    }

    private static ObjectNode given() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("address", MARIA)
                .put("number", 7)
                .put("passphrase", "k7mq-w3pd");
    }

    @Test
    void whoIsShownItSaysSo() throws IOException {
        int code =
                give((request, lines) -> {
                    if (request.words().path("act").asText().equals("issue")) {
                        lines.write(given());
                    }
                    return noted(request);
                });
        assertEquals(Command.OK, code, said());
        assertTrue(said().contains("k7mq-w3pd"), said());
        assertEquals(List.of("issue", "told7"), acts);
    }

    @Test
    void aLostAnswerIsALostPassphrase() throws IOException {
        int code =
                give((_, _) -> {
                    throw new IOException("gone");
                });
        assertEquals(Command.FAILED, code);
        assertTrue(said().contains("\"passphrase not delivered\""), said());
        assertTrue(said().contains("revoke that one, and issue another"), said());
    }

    /// It was shown, whatever came of the rest.
    @Test
    void whatWasShownBeforeTheEndIsNotLost() throws IOException {
        int code =
                give((request, lines) -> {
                    if (request.words().path("act").asText().equals("issue")) {
                        lines.write(given());
                        throw new IOException("gone");
                    }
                    return noted(request);
                });
        assertEquals(Command.OK, code, said());
        assertFalse(said().contains("not delivered"), said());
        assertEquals(List.of("told7"), acts);
    }
}

package org.postern.keycare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ControlClient;
import org.postern.control.RequestException;
import org.postern.operate.ControlWiring;

/// `cert issue ADDRESS --pickup`: lets the running gateway make a key for somebody outside, and
/// shows what locks it.
public final class KeyGift {
    private final Console console;

    public KeyGift(Console console) {
        this.console = console;
    }

    /// @param request of [HandoutRequests]
    /// @param json whether another program reads what is shown
    public int run(Storage storage, ObjectNode request, boolean json) throws IOException {
        try {
            Optional<ObjectNode> end =
                    new ControlClient(ControlWiring.socket(storage))
                            .ask(request, line -> show(line, json));
            if (end.isEmpty()) {
                console.error(
                        console.bad("gateway: ")
                                + "the gateway does not run, so no key was made; start it first");
                return Command.FAILED;
            }
            return Command.OK;
        } catch (RequestException e) {
            console.error(console.bad("gateway: ") + e.getMessage());
            return Command.FAILED;
        }
    }

    private void show(ObjectNode line, boolean json) {
        if (json) {
            console.line(line.toString());
            return;
        }
        String address = line.path("address").asText();
        console.line(
                "%s (%d): the file with the key waits on her page until %s, message %s. The"
                                .formatted(
                                        address,
                                        line.path("number").asInt(),
                                        line.path("until").asText(),
                                        line.path("message").asText())
                        + " certificate lasts until "
                        + line.path("notAfter").asText()
                        + ".");
        console.line(
                "Tell her this passphrase by telephone: "
                        + line.path("passphrase").asText()
                        + ". It is not mailed, and not shown again.");
        console.line(
                "Once her mail program has the key: ./gateway cert activate %s --number %d"
                        .formatted(address, line.path("number").asInt()));
    }
}

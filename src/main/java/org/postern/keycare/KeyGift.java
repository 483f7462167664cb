package org.postern.keycare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ControlClient;
import org.postern.control.RequestException;
import org.postern.handout.HandoutRequests;
import org.postern.mail.Address;
import org.postern.operate.ControlWiring;

/// `cert issue ADDRESS --pickup`: lets the running gateway make a key for somebody outside, and
/// shows what locks it.
public final class KeyGift {
    /// The passphrase is in the answer alone.
    private static final String LOST =
            "the answer was lost (%s). If a key was made, nobody can open its file, because its"
                    + " passphrase is gone: ./gateway cert list says \"passphrase not delivered\";"
                    + " revoke that one, and issue another";

    private final Console console;

    public KeyGift(Console console) {
        this.console = console;
    }

    /// @param request of [HandoutRequests]
    /// @param json whether another program reads what is shown
    public int run(Storage storage, ObjectNode request, boolean json) throws IOException {
        ControlClient gateway = new ControlClient(ControlWiring.socket(storage));
        List<ObjectNode> shown = new ArrayList<>();
        int code;
        try {
            Optional<ObjectNode> end =
                    gateway.ask(
                            request,
                            line -> {
                                show(line, json);
                                shown.add(line);
                            });
            if (end.isEmpty()) {
                complain("the gateway does not run, so no key was made; start it first");
            }
            code = end.isEmpty() ? Command.FAILED : Command.OK;
        } catch (RequestException e) {
            complain(String.valueOf(e.getMessage()));
            code = Command.FAILED;
        } catch (IOException e) {
            if (shown.isEmpty()) {
                complain(LOST.formatted(e.getMessage()));
            }
            code = shown.isEmpty() ? Command.FAILED : Command.OK;
        }
        shown.forEach(line -> tell(gateway, line));
        return code;
    }

    private void complain(String words) {
        console.error(console.bad("gateway: ") + words);
    }

    /// So that the list tells apart what nobody can open.
    private void tell(ControlClient gateway, ObjectNode line) {
        try {
            gateway.ask(
                    HandoutRequests.told(
                            line.path("address").asText(), line.path("number").asInt()),
                    _ -> {});
        } catch (RequestException | IOException _) {
            complain(
                    "it could not be noted that the passphrase was shown: until the key is active,"
                            + " ./gateway cert list calls it not delivered");
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
                "Once her mail program has the key: ./gateway cert activate --number %d %s"
                        .formatted(
                                line.path("number").asInt(), Address.of(address).lastShellWord()));
    }
}

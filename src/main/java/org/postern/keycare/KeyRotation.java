package org.postern.keycare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.config.GatewayConfig.Storage;
import org.postern.operate.Configured;
import org.postern.rotation.KeyRequests;

/// `keys rotate`: tells the running gateway to use a new key-encryption key, or to destroy those
/// that are retired.
final class KeyRotation {
    private final Console console;

    KeyRotation(Console console) {
        this.console = console;
    }

    int run(Storage storage, boolean finish) throws IOException {
        ObjectNode request = KeyRequests.request(finish ? "finish" : "rotate");
        Optional<ObjectNode> end =
                Configured.ask(console, storage, request, line -> console.line(words(line)));
        if (end.isEmpty()) {
            return Command.FAILED;
        }
        console.line(
                finish
                        ? "A backup from before the rotation opens only with a backup of the keys"
                                + " from before this."
                        : "What is stored is brought under it now; ./gateway keys list shows how"
                                + " far it is. Back the keys up again: the backup from before does"
                                + " not open what comes from now on.");
        return Command.OK;
    }

    private static String words(ObjectNode line) {
        String key = line.path("key").asText();
        return line.path("state").asText().equals("destroyed")
                ? "The key " + key + " is destroyed."
                : "New data is sealed under the key " + key + ".";
    }
}

package org.postern.keycare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ControlClient;
import org.postern.control.RequestException;
import org.postern.operate.ControlWiring;
import org.postern.rotation.KeyRequests;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;

/// `keys list`: the key-encryption keys, with what the running gateway finds under each, and the
/// files of all other keys. It shows ids, names and times, and never a secret.
final class KeyList {
    private final Console console;
    private final boolean json;

    KeyList(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    int run(GatewayConfig config) throws IOException {
        Storage storage = config.storage();
        List<ObjectNode> lines = new ArrayList<>();
        try {
            Optional<ObjectNode> end =
                    new ControlClient(ControlWiring.socket(storage))
                            .ask(KeyRequests.request("list"), lines::add);
            if (end.isEmpty()) {
                lines.addAll(fromKeystore(storage));
                console.error(
                        "The gateway does not run, so nobody counted what is under each key.");
            }
        } catch (RequestException e) {
            console.error(console.bad("gateway: ") + e.getMessage());
            return Command.FAILED;
        }
        lines.addAll(files(storage));
        lines.forEach(line -> console.line(json ? line.toString() : words(line)));
        return Command.OK;
    }

    private static List<ObjectNode> fromKeystore(Storage storage) throws IOException {
        Vault vault =
                Vault.open(
                        storage.keystore(),
                        Secrets.firstLine(storage.keystorePassword()).toCharArray());
        return vault.keks().stream().map(kek -> KeyRequests.of(kek, vault.active())).toList();
    }

    /// Keys that lie in files of their own, beside the keystore: for DKIM and for S/MIME.
    private static List<ObjectNode> files(Storage storage) throws IOException {
        List<ObjectNode> lines = new ArrayList<>();
        for (Map.Entry<String, String> kind :
                List.of(Map.entry("dkim", ".pem"), Map.entry("smime", ".p12"))) {
            Path folder = storage.keys().resolve(kind.getKey());
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> found = Files.list(folder)) {
                for (Path file : found.sorted().toList()) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(kind.getValue())) {
                        lines.add(
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("kind", kind.getKey())
                                        .put("file", file.toString())
                                        .put(
                                                "made",
                                                Files.getLastModifiedTime(file)
                                                        .toInstant()
                                                        .toString()));
                    }
                }
            }
        }
        return lines;
    }

    private static String words(ObjectNode line) {
        if (line.has("kind")) {
            return "%-6s %s, since %s"
                    .formatted(
                            line.path("kind").asText(),
                            line.path("file").asText(),
                            line.path("made").asText());
        }
        if (line.has("round")) {
            return round(line.path("round"));
        }
        String words =
                "kek    %s  %-7s".formatted(line.path("key").asText(), line.path("state").asText());
        if (line.has("made")) {
            words += " made " + line.path("made").asText();
        }
        if (line.has("retired")) {
            words += ", retired " + line.path("retired").asText();
        }
        if (line.path("state").asText().equals("unknown")) {
            words += " not in the keystore: restore it from a backup of the keys";
        }
        return words + uses(line.path("uses"));
    }

    private static String uses(JsonNode uses) {
        if (uses.isMissingNode()) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        uses.properties().forEach(use -> parts.add(use.getKey() + " " + use.getValue().asText()));
        return "; under it: " + (parts.isEmpty() ? "nothing" : String.join(", ", parts));
    }

    private static String round(JsonNode round) {
        List<String> parts = new ArrayList<>();
        round.properties()
                .forEach(place -> {
                    JsonNode tally = place.getValue();
                    if (tally.isObject()) {
                        parts.add(
                                "%s %d of %d%s"
                                        .formatted(
                                                place.getKey(),
                                                tally.path("rewrapped").asLong(),
                                                tally.path("looked").asLong(),
                                                extra(tally)));
                    }
                });
        String words = "last round: rewrapped " + String.join(", ", parts);
        if (round.has("now")) {
            words += "; now " + round.path("now").asText();
        }
        if (round.has("trouble")) {
            words += "; " + round.path("trouble").asText();
        }
        return words;
    }

    private static String extra(JsonNode tally) {
        String words = "";
        if (tally.path("damaged").asLong() > 0) {
            words += " (" + tally.path("damaged").asLong() + " open under no key)";
        }
        if (tally.path("busy").asLong() > 0) {
            words += " (" + tally.path("busy").asLong() + " being written now)";
        }
        return words;
    }
}

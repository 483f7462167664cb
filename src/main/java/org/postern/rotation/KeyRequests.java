package org.postern.rotation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.postern.control.ControlServer;
import org.postern.control.ControlServer.Lines;
import org.postern.control.ControlServer.Request;
import org.postern.control.RequestException;
import org.postern.rewrap.Tally;
import org.postern.vault.Vault.Kek;

/// Understands requests about the key-encryption keys and answers them. No answer holds a secret.
public final class KeyRequests implements ControlServer.Desk {
    /// The word by which a request is known as one of these.
    public static final String COMMAND = "keys";

    private final Rotation rotation;

    public KeyRequests(Rotation rotation) {
        this.rotation = rotation;
    }

    /// A request.
    ///
    /// @param act `list`, `rotate` or `finish`
    public static ObjectNode request(String act) {
        return JsonNodeFactory.instance.objectNode().put("command", COMMAND).put("act", act);
    }

    @Override
    public ObjectNode answer(Request request, Lines lines) throws RequestException, IOException {
        long count =
                switch (request.words().path("act").asText()) {
                    case "list" -> list(lines);
                    case "rotate" -> {
                        lines.write(
                                node().put("key", rotation.begin(request.operator()).name())
                                        .put("state", "active"));
                        yield 1;
                    }
                    case "finish" -> {
                        List<Kek> gone = rotation.finish(request.operator());
                        for (Kek kek : gone) {
                            lines.write(node().put("key", kek.name()).put("state", "destroyed"));
                        }
                        yield gone.size();
                    }
                    default -> throw new RequestException("write list, rotate or finish");
                };
        ObjectNode end = node();
        end.putObject("end").put("count", count);
        return end;
    }

    private long list(Lines lines) throws IOException {
        KekCount.Uses uses = rotation.uses();
        List<Kek> keks = rotation.keks();
        for (Kek kek : keks) {
            ObjectNode line = of(kek, rotation.active());
            counts(line.putObject("uses"), uses.of(kek.id()));
            lines.write(line);
        }
        for (int id : uses.keks()) {
            if (keks.stream().noneMatch(kek -> kek.id() == id)) {
                ObjectNode line = node().put("key", Kek.name(id)).put("state", "unknown");
                counts(line.putObject("uses"), uses.of(id));
                lines.write(line);
            }
        }
        Rotation.Progress progress = rotation.progress();
        if (!progress.tallies().isEmpty() || progress.now() != null) {
            lines.write(node().set("round", of(progress)));
        }
        return keks.size();
    }

    /// A KEK without its secret, and without what needs it.
    public static ObjectNode of(Kek kek, int active) {
        ObjectNode line = node().put("key", kek.name()).put("made", kek.made().toString());
        if (kek.retired().isPresent()) {
            line.put("retired", kek.retired().get().toString());
        }
        String state = kek.retired().isPresent() ? "retired" : "former";
        return line.put("state", kek.id() == active ? "active" : state);
    }

    private static ObjectNode of(Rotation.Progress progress) {
        ObjectNode round = node();
        if (progress.now() != null) {
            round.put("now", progress.now());
        }
        if (progress.trouble() != null) {
            round.put("trouble", progress.trouble());
        }
        for (Map.Entry<String, Tally> place : progress.tallies().entrySet()) {
            Tally tally = place.getValue();
            round.putObject(place.getKey())
                    .put("looked", tally.looked())
                    .put("rewrapped", tally.rewrapped())
                    .put("damaged", tally.damaged())
                    .put("busy", tally.busy());
        }
        return round;
    }

    private static void counts(ObjectNode node, Map<String, Long> uses) {
        uses.forEach(node::put);
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}

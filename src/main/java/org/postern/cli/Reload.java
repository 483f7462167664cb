package org.postern.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ReloadRequests;
import org.postern.operate.Configured;

/// `reload`: has the running gateway read the policy and the people at once, and says what came of
/// it.
public final class Reload implements Command {
    private final Console console;

    public Reload(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "reload";
    }

    @Override
    public String summary() {
        return "has the running gateway take a changed policy at once";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "[--json]",
                        """
                        Reads policy.yaml with its lists and variables, people.yaml and partners/
                        again, without the seconds by which the gateway waits until a changed file
                        has settled. It says what is in force now; a file with a mistake, or one
                        that changes while it is read, leaves what was in force, and the exit code
                        is 1. gateway.yaml needs a restart.\
                        """)
                .withSwitch("json", "as JSON, for other programs");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        arguments.atMostWords(0);
        return Configured.run(
                console, arguments, config -> ask(config.storage(), arguments.has("json")));
    }

    private int ask(Storage storage, boolean json) throws IOException {
        Optional<ObjectNode> end =
                Configured.ask(
                        console,
                        storage,
                        ReloadRequests.request(),
                        line ->
                                console.line(
                                        json
                                                ? line.toString()
                                                : line.path("what").asText()
                                                        + ": "
                                                        + line.path("words").asText()));
        return end.filter(it -> it.path("end").path("good").asBoolean()).isPresent() ? OK : FAILED;
    }
}

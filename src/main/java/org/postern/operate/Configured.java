package org.postern.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.Mistakes;
import org.postern.cli.UsageException;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ControlClient;
import org.postern.control.ControlServer;
import org.postern.control.RequestException;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;

/// Runs what needs a checked `gateway.yaml`, and shows the mistakes instead if it has some.
public final class Configured {
    private Configured() {}

    /// What is done with it.
    @FunctionalInterface
    public interface Step {
        int run(GatewayConfig config) throws UsageException, IOException;
    }

    public static int run(Console console, Arguments arguments, Step step)
            throws UsageException, IOException {
        return switch (Configuration.gateway(arguments.config())) {
            case Checked.Invalid<GatewayConfig>(List<ConfigError> errors) -> {
                Mistakes.show(console, errors);
                yield Command.FAILED;
            }
            case Checked.Valid<GatewayConfig>(GatewayConfig config) -> step.run(config);
        };
    }

    /// What an operator reads of the running gateway's answer.
    @FunctionalInterface
    public interface Reading {
        /// One line in words.
        String words(ObjectNode line);

        /// What is left to say behind all lines.
        ///
        /// @param json whether they were shown as JSON
        default void end(ObjectNode end, boolean json) {}
    }

    /// Asks the running gateway of the folder that the arguments name, and shows what it answers:
    /// in words, or as JSON where `--json` asks for that.
    ///
    /// @return the exit code
    public static int show(
            Console console, Arguments arguments, ObjectNode request, Reading reading)
            throws UsageException, IOException {
        boolean json = arguments.has("json");
        return run(
                console,
                arguments,
                config -> {
                    Optional<ObjectNode> end =
                            ask(
                                    console,
                                    config.storage(),
                                    request,
                                    line ->
                                            console.line(
                                                    json ? line.toString() : reading.words(line)));
                    end.ifPresent(last -> reading.end(last, json));
                    return end.isPresent() ? Command.OK : Command.FAILED;
                });
    }

    /// Asks the running gateway; says what is wrong if there is none, or if it refuses.
    ///
    /// @param lines gets the answer, but for its last line
    /// @return the last line; empty if it could not be done
    public static Optional<ObjectNode> ask(
            Console console, Storage storage, ObjectNode request, ControlServer.Lines lines)
            throws IOException {
        try {
            Optional<ObjectNode> end =
                    new ControlClient(ControlWiring.socket(storage)).ask(request, lines);
            if (end.isEmpty()) {
                console.error(
                        console.bad("gateway: ")
                                + "the gateway does not run, so nothing was changed; start it"
                                + " first");
            }
            return end;
        } catch (RequestException e) {
            console.error(console.bad("gateway: ") + e.getMessage());
            return Optional.empty();
        }
    }
}

package org.postern.operate;

import java.io.IOException;
import java.util.List;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.Mistakes;
import org.postern.cli.UsageException;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;

/// Runs what needs a checked `gateway.yaml`; shows the mistakes instead if it has some.
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
}

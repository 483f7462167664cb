package org.postern.operate;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.postern.Gateway;
import org.postern.World;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.Mistakes;
import org.postern.cli.UsageException;
import org.postern.config.Configuration;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `serve`: the gateway for real, until it is told to stop.
public final class Serve implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(Serve.class);

    private final Console console;
    private final Supplier<World> world;

    /// @param world what the gateway is to find outside itself
    public Serve(Console console, Supplier<World> world) {
        this.console = console;
        this.world = world;
    }

    @Override
    public String name() {
        return "serve";
    }

    @Override
    public String summary() {
        return "runs the gateway until it is stopped by a signal";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "",
                """
                Reads the configuration folder, opens the doors that it names, and says when it is
                ready. SIGTERM or Ctrl-C stops it: running transactions may end, what was accepted
                stays on disk and is taken up at the next start.\
                """);
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        arguments.atMostWords(0);
        return switch (Configuration.toServe(arguments.config())) {
            case Checked.Invalid<Configuration>(List<ConfigError> errors) -> {
                Mistakes.show(console, errors);
                console.error("The gateway does not start with a configuration that has mistakes.");
                yield FAILED;
            }
            case Checked.Valid<Configuration>(Configuration configuration) ->
                    serve(arguments, configuration);
        };
    }

    private int serve(Arguments arguments, Configuration configuration) throws IOException {
        Configuration.warnings(arguments.config()).forEach(warning -> LOG.warn("{}", warning));
        Gateway gateway = Gateway.build(arguments.config(), configuration, world.get());
        try {
            gateway.start();
        } catch (IOException | RuntimeException e) {
            gateway.close();
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "stop"));
        console.line("Postern is ready: " + gateway.ports());
        try {
            // Only a signal ends this, and the signal runs the hook.
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return OK;
    }

    /// A stop by a signal is a good end: without the halt the exit code would tell of the signal.
    private void stop(Gateway gateway) {
        gateway.close();
        console.line("Postern has stopped.");
        Runtime.getRuntime().halt(OK);
    }
}

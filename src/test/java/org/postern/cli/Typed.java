package org.postern.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.postern.World;
import org.postern.explain.Explain;

/// A command line that was typed in a test, and what came of it.
record Typed(int exit, String out, String err) {
    static Typed in(String input, String... words) {
        return in(new World.View(World::real), input, words);
    }

    /// @param outside what explanations see of the world
    static Typed in(Explain.Outside outside, String input, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        List<Command> commands = new ArrayList<>();
        commands.add(new Check(console));
        commands.add(new Explain(console, Clock.systemUTC(), outside));
        commands.add(new TestPolicy(console));
        commands.add(new User(console, new SecureRandom(), _ -> Command.FAILED));
        commands.add(new Version(console));
        int exit = new CommandLineTool(console, commands).run(words);
        return new Typed(
                exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static Typed of(String... words) {
        return in("", words);
    }
}

package org.postern.story;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.postern.account.Choice;
import org.postern.cert.Cert;
import org.postern.cli.Command;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.cli.Reload;
import org.postern.doctor.Doctor;
import org.postern.operate.Held;
import org.postern.operate.Queue;

/// What a command of the operator says beside a running gateway.
record Answer(int code, String out, String err) {
    /// Types a command.
    ///
    /// @param name of the command, `queue`, `held`, `choice`, `reload`, `cert` or `doctor`
    static Answer to(Path config, String name, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        InputStream.nullInputStream());
        List<String> all = new ArrayList<>(List.of(name));
        all.addAll(List.of(words));
        all.addAll(List.of("--config", config.toString()));
        List<Command> commands =
                List.of(
                        new Held(console),
                        new Queue(console),
                        new Choice(console),
                        new Reload(console),
                        new Cert(console, _ -> List.of()),
                        new Doctor(
                                console,
                                _ -> {
                                    throw new IOException("nobody else is asked");
                                }));
        int code = new CommandLineTool(console, commands).run(all.toArray(String[]::new));
        return new Answer(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    /// Of the message that a list names first.
    String id() {
        return out.substring(0, 16);
    }
}

package org.postern.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Content;

/// What a command talks to: two streams of text, one of input, and perhaps a person at a terminal.
/// Colours are used only there.
public final class Console {
    private static final int MESSAGE_OCTETS_MAX = 100 << 20;

    private final PrintStream out;
    private final PrintStream err;
    private final InputStream in;
    private final java.io.@Nullable Console terminal;
    private final boolean colours;

    /// A console without a person: files, pipes, tests.
    public Console(PrintStream out, PrintStream err, InputStream in) {
        this(out, err, in, null, false);
    }

    private Console(
            PrintStream out,
            PrintStream err,
            InputStream in,
            java.io.@Nullable Console terminal,
            boolean colours) {
        this.out = out;
        this.err = err;
        this.in = in;
        this.terminal = terminal;
        this.colours = colours;
    }

    /// The process's own streams, UTF-8 whatever the locale says. `NO_COLOR` in the environment
    /// switches the colours off (no-color.org).
    @SuppressWarnings("SystemConsoleNull") // it is null on JDK 25 where there is no terminal
    public static Console system() {
        java.io.Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return new Console(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                System.in,
                terminal ? console : null,
                terminal && System.getenv("NO_COLOR") == null);
    }

    /// A message that a person names: a file, or the input if its name is `-`.
    ///
    /// @throws IOException if it cannot be read, or is longer than 100 MiB: what is cut off is
    ///   another message
    public Content message(String file) throws IOException {
        try (InputStream message = file.equals("-") ? in : Files.newInputStream(Path.of(file))) {
            byte[] octets = message.readNBytes(MESSAGE_OCTETS_MAX + 1);
            if (octets.length > MESSAGE_OCTETS_MAX) {
                throw new IOException(
                        "%s is longer than %,d octets".formatted(file, MESSAGE_OCTETS_MAX));
            }
            return Content.of(octets);
        }
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /// Writes one line of the command's answer.
    public void line(String text) {
        out.println(text);
    }

    /// Writes one line about what went wrong.
    public void error(String text) {
        err.println(text);
    }

    /// What is piped into the command.
    public InputStream in() {
        return in;
    }

    /// Asks a person for a secret, without showing it.
    ///
    /// @return empty if nobody sits at a terminal, or the input ended
    public Optional<char[]> askSecret(String prompt) {
        return terminal == null
                ? Optional.empty()
                : Optional.ofNullable(terminal.readPassword("%s", prompt));
    }

    /// Asks a person for a word.
    ///
    /// @return empty if nobody sits at a terminal, or the input ended
    public Optional<String> ask(String prompt) {
        return terminal == null
                ? Optional.empty()
                : Optional.ofNullable(terminal.readLine("%s", prompt));
    }

    /// Whether a person can be asked.
    public boolean hasPerson() {
        return terminal != null;
    }

    /// For what went as it should.
    public String good(String text) {
        return coloured("32", text);
    }

    /// For what did not.
    public String bad(String text) {
        return coloured("31", text);
    }

    /// For what matters most.
    public String strong(String text) {
        return coloured("1", text);
    }

    /// For what matters least.
    public String faint(String text) {
        return coloured("2", text);
    }

    private String coloured(String code, String text) {
        return !colours ? text : "\u001B[" + code + "m" + text + "\u001B[0m";
    }
}

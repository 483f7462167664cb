package org.postern.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.postern.mail.Address;
import org.postern.yaml.Suggestion;

/// Finds the command that was asked for, explains all of them, and turns what went wrong into a
/// text and an exit code.
public final class CommandLineTool {
    private static final String PROGRAM = "./gateway";
    private static final String CONFIG = "config";
    private static final Path CONFIG_FOLDER = Path.of("policy-config");

    private final Console console;
    private final List<Command> commands;

    /// @param commands in the order in which the help shows them
    public CommandLineTool(Console console, List<Command> commands) {
        this.console = console;
        this.commands = List.copyOf(commands);
    }

    /// Runs one command line.
    ///
    /// @return the exit code
    public int run(String... words) {
        List<String> rest = new ArrayList<>(List.of(words));
        // The folder may be named before the command too, as many programs have it.
        List<String> before = new ArrayList<>();
        while (!rest.isEmpty() && rest.getFirst().startsWith("-")) {
            String option = rest.removeFirst();
            if (option.equals("--" + CONFIG) && !rest.isEmpty()) {
                before.add(option);
                before.add(rest.removeFirst());
            } else if (option.startsWith("--" + CONFIG + "=")) {
                before.add(option);
            } else if (option.equals("--help") || option.equals("-h")) {
                showCommands();
                return Command.OK;
            } else if (option.equals("--version")) {
                rest.addFirst("version");
            } else {
                return misused("unknown option " + option, "");
            }
        }
        if (rest.isEmpty()) {
            showCommands();
            return Command.MISUSED;
        }
        String name = rest.removeFirst();
        before.addAll(rest);
        return run(name, before);
    }

    private int run(String name, List<String> words) {
        if (name.equals("help")) {
            return words.isEmpty() ? run("--help") : run(words.getFirst(), List.of("--help"));
        }
        Optional<Command> found = find(name);
        if (found.isEmpty()) {
            List<String> names = commands.stream().map(Command::name).toList();
            String meant = Suggestion.didYouMean(name, names).map(s -> "; " + s).orElse("");
            return misused("there is no command \"" + name + "\"" + meant, "");
        }
        return run(found.get(), words);
    }

    private int run(Command command, List<String> words) {
        Options options = withCommonOptions(command.usage().options());
        try {
            CommandLine line =
                    DefaultParser.builder()
                            .setAllowPartialMatching(false)
                            .setStripLeadingAndTrailingQuotes(false)
                            .get()
                            .parse(options, words.toArray(String[]::new));
            if (line.hasOption("help")) {
                show(command);
                return Command.OK;
            }
            Path config =
                    Optional.ofNullable(line.getOptionValue(CONFIG))
                            .map(Path::of)
                            .orElse(CONFIG_FOLDER);
            return command.run(new Arguments(config, line));
        } catch (ParseException e) {
            return misused(reason(e, options), " " + command.name());
        } catch (UsageException e) {
            return misused(String.valueOf(e.getMessage()), " " + command.name());
        } catch (IOException e) {
            console.error(console.bad("gateway: ") + reason(e));
            return Command.FAILED;
        }
    }

    private Optional<Command> find(String name) {
        return commands.stream().filter(command -> command.name().equals(name)).findFirst();
    }

    private int misused(String text, String command) {
        console.error(console.bad("gateway: ") + text);
        console.error("Try: " + PROGRAM + command + " --help");
        return Command.MISUSED;
    }

    private static String reason(ParseException e, Options options) {
        String message = String.valueOf(e.getMessage());
        return switch (e) {
            case UnrecognizedOptionException unknown -> {
                List<String> known =
                        options.getOptions().stream().map(o -> "--" + o.getLongOpt()).toList();
                String word = unknown.getOption();
                String meant =
                        Address.parse(word).isPresent()
                                ? "; if it is an address, write -- before it, behind all options"
                                : Suggestion.didYouMean(word, known).map(s -> "; " + s).orElse("");
                yield "unknown option " + word + meant;
            }
            case MissingArgumentException missing ->
                    missing.getOption() == null
                            ? message
                            : "--"
                                    + missing.getOption().getLongOpt()
                                    + " needs a value: "
                                    + missing.getOption().getArgName();
            default -> message;
        };
    }

    /// The system's own exceptions often carry nothing but a file's name.
    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException missing ->
                    missing.getFile() + ": there is no such file";
            case java.nio.file.AccessDeniedException denied ->
                    denied.getFile() + ": access denied; run it as the gateway's user";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static Options withCommonOptions(Options own) {
        Options all = new Options();
        own.getOptions().forEach(all::addOption);
        all.addOption(
                Option.builder()
                        .longOpt(CONFIG)
                        .hasArg()
                        .argName("DIR")
                        .desc("the configuration folder (default: " + CONFIG_FOLDER + ")")
                        .get());
        all.addOption(Option.builder("h").longOpt("help").desc("shows this text").get());
        return all;
    }

    private void showCommands() {
        console.line(console.strong("Postern") + ", a secure e-mail gateway for clinics.");
        console.line("");
        console.line("Usage: " + PROGRAM + " [--config DIR] COMMAND …");
        console.line("");
        int width = commands.stream().mapToInt(c -> c.name().length()).max().orElse(0);
        for (Command command : commands) {
            String name = command.name() + " ".repeat(width - command.name().length());
            console.line("  " + console.strong(name) + "   " + command.summary());
        }
        console.line("");
        console.line(PROGRAM + " COMMAND --help tells more about each.");
    }

    private void show(Command command) {
        Command.Usage usage = command.usage();
        console.line("Usage: " + PROGRAM + " " + (command.name() + " " + usage.synopsis()).strip());
        console.line("");
        usage.explanation().lines().forEach(console::line);
        console.line("");
        List<Option> options = List.copyOf(withCommonOptions(usage.options()).getOptions());
        int width = options.stream().mapToInt(o -> shown(o).length()).max().orElse(0);
        for (Option option : options) {
            String name = shown(option) + " ".repeat(width - shown(option).length());
            console.line("  " + console.strong(name) + "   " + option.getDescription());
        }
        // The parser does it for every command (POSIX, Base Definitions, §12.2, guideline 10).
        String end = "--" + " ".repeat(width - 2);
        console.line(
                "  " + console.strong(end) + "   ends the options, before a word such as -x@y");
    }

    private static String shown(Option option) {
        String value = option.hasArg() ? " " + option.getArgName() : "";
        return "--" + option.getLongOpt() + value;
    }
}

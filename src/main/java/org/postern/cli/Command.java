package org.postern.cli;

import java.io.IOException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/// One thing that the operator can ask for on the command line.
public interface Command {
    /// Exit code: all is well.
    int OK = 0;

    /// Exit code: the answer is no, or it could not be done.
    int FAILED = 1;

    /// Exit code: the command was not understood.
    int MISUSED = 2;

    /// The word that calls it.
    String name();

    /// One line without a dot, for the list of commands.
    String summary();

    /// How it is called.
    Usage usage();

    /// Does it.
    ///
    /// @return the exit code
    /// @throws UsageException if words or options are missing or make no sense together
    /// @throws IOException if the world failed; the message is shown as it is
    int run(Arguments arguments) throws UsageException, IOException;

    /// @param synopsis what stands behind the name, such as `FILE [--json]`
    /// @param explanation for `--help`: what it does, in a few lines
    record Usage(String synopsis, String explanation, Options options) {
        /// A command without options of its own.
        public static Usage of(String synopsis, String explanation) {
            return new Usage(synopsis, explanation, new Options());
        }

        /// With an option that takes a value.
        ///
        /// @param value what the value is, such as `ADDRESS`
        public Usage withValue(String name, String value, String description) {
            options.addOption(
                    Option.builder().longOpt(name).hasArg().argName(value).desc(description).get());
            return this;
        }

        /// With an option that stands or does not.
        public Usage withSwitch(String name, String description) {
            options.addOption(Option.builder().longOpt(name).desc(description).get());
            return this;
        }
    }
}

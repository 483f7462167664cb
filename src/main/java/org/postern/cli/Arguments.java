package org.postern.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.postern.mail.Address;

/// What was written behind a command's name, parsed.
public final class Arguments {
    private final Path config;
    private final CommandLine line;

    /// @param config the configuration folder
    Arguments(Path config, CommandLine line) {
        this.config = config;
        this.line = line;
    }

    /// The configuration folder.
    public Path config() {
        return config;
    }

    /// The words that are no options.
    public List<String> words() {
        return line.getArgList();
    }

    /// The word at a position.
    ///
    /// @param what names it for the message, such as `FILE`
    public String word(int index, String what) throws UsageException {
        if (index >= words().size()) {
            throw new UsageException(what + " is missing");
        }
        return words().get(index);
    }

    /// Refuses words behind the ones that were expected.
    public void atMostWords(int count) throws UsageException {
        if (words().size() > count) {
            throw new UsageException("\"" + words().get(count) + "\" is too much");
        }
    }

    /// Whether an option is there.
    public boolean has(String option) {
        return line.hasOption(option);
    }

    /// An option's value.
    public Optional<String> value(String option) {
        return Optional.ofNullable(line.getOptionValue(option));
    }

    /// An option's values: it may be repeated, and hold several with commas between them.
    public List<Address> addresses(String option) throws UsageException {
        List<Address> addresses = new ArrayList<>();
        String[] values = line.getOptionValues(option);
        for (String value : values == null ? new String[0] : values) {
            for (String text : Arrays.asList(value.split(",", -1))) {
                addresses.add(address(text.strip()));
            }
        }
        return addresses;
    }

    /// Reads an address that was typed.
    public static Address address(String text) throws UsageException {
        return Address.parse(text)
                .orElseThrow(() ->
                        new UsageException(
                                "\"" + text + "\" is not an address like anna@clinic.example"));
    }
}

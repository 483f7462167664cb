package org.postern.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.cli.CommandLine;
import org.postern.mail.Address;

/// What was written behind a command's name, parsed.
public final class Arguments {
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,6})([mhd])");

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

    /// An option's value as a time, such as 4h.
    public Optional<Duration> duration(String option) throws UsageException {
        Optional<String> text = value(option);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher span = SPAN.matcher(text.get());
        if (!span.matches()) {
            throw new UsageException("--" + option + " is a number with m, h or d, such as 4h");
        }
        long number = Long.parseLong(span.group(1));
        return Optional.of(
                switch (span.group(2)) {
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
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

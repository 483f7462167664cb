package org.postern.mtasts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postern.mail.Domain;

/// A policy as a domain publishes it: RFC 8461 §3.2.
///
/// @param hosts names of hosts that may take the domain's mail, canonical; one that begins with
///   `*.` stands for exactly one label in place of the star
/// @param maxAge how long it may be kept; never longer than a year
public record Policy(Mode mode, List<String> hosts, Duration maxAge) {
    /// RFC 8461 §3.2: the most that `max_age` may say, 31557600 seconds. More is taken for this.
    static final Duration AGE_MAX = Duration.ofHours(8_766);

    /// More hosts than anybody has; §3.2 sets no limit.
    private static final int HOSTS_MAX = 200;

    private static final String VERSION = "STSv1";

    public Policy {
        hosts = List.copyOf(hosts);
    }

    /// RFC 8461 §5.
    public enum Mode {
        /// Only hosts that the policy names and that prove who they are.
        ENFORCE,
        /// The domain still tries it out; nothing is demanded.
        TESTING,
        /// The domain has given it up.
        NONE
    }

    /// What came of reading one.
    public sealed interface Parsed {
        record Good(Policy policy) implements Parsed {}

        record Bad(String reason) implements Parsed {}
    }

    /// Reads the body of a policy file. Unknown keys are left out; of a key that stands twice the
    /// first counts, except `mx`.
    public static Parsed parse(String text) {
        Map<String, String> values = new HashMap<>();
        List<String> hosts = new ArrayList<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (line.isBlank()) {
                continue;
            }
            if (colon <= 0) {
                return new Parsed.Bad("a line is no key and value");
            }
            String key = line.substring(0, colon).strip();
            String value = line.substring(colon + 1).strip();
            if (key.equals("mx")) {
                Optional<String> host = pattern(value);
                if (host.isEmpty()) {
                    return new Parsed.Bad("an mx of it is no host");
                }
                hosts.add(host.get());
            } else {
                values.putIfAbsent(key, value);
            }
        }
        return parse(values, hosts);
    }

    private static Parsed parse(Map<String, String> values, List<String> hosts) {
        if (!VERSION.equals(values.get("version"))) {
            return new Parsed.Bad("it is not of version STSv1");
        }
        Optional<Duration> age = age(values.getOrDefault("max_age", ""));
        if (age.isEmpty()) {
            return new Parsed.Bad("its max_age is no number");
        }
        Optional<Mode> mode =
                switch (values.getOrDefault("mode", "")) {
                    case "enforce" -> Optional.of(Mode.ENFORCE);
                    case "testing" -> Optional.of(Mode.TESTING);
                    case "none" -> Optional.of(Mode.NONE);
                    default -> Optional.empty();
                };
        if (mode.isEmpty()) {
            return new Parsed.Bad("its mode is unknown");
        }
        if (hosts.size() > HOSTS_MAX || (hosts.isEmpty() && mode.get() != Mode.NONE)) {
            return new Parsed.Bad("it names " + hosts.size() + " hosts");
        }
        return new Parsed.Good(new Policy(mode.get(), hosts, age.get()));
    }

    private static Optional<String> pattern(String text) {
        boolean star = text.startsWith("*.");
        return Domain.parse(star ? text.substring(2) : text)
                .map(name -> (star ? "*." : "") + name.name());
    }

    private static Optional<Duration> age(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        Duration age = Duration.ofSeconds(Long.parseLong(text));
        return Optional.of(age.compareTo(AGE_MAX) > 0 ? AGE_MAX : age);
    }

    /// Whether it names this host: RFC 8461 §4.1.
    ///
    /// @param host canonical
    public boolean names(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        int dot = lower.indexOf('.');
        String parent = dot < 0 ? "" : "*" + lower.substring(dot);
        return hosts.contains(lower) || hosts.contains(parent);
    }
}

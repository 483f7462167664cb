package org.postern.naming;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.net.KeyPin;
import org.postern.net.Networks;
import org.postern.yaml.Parsed;
import org.postern.yaml.YamlNode;

/// The kinds of values that configuration files hold. No parser here asks the network or the disk;
/// none throws.
public final class Values {
    /// The highest port.
    public static final int PORT_MAX = 65_535;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9}) ?([A-Za-z]+)");
    private static final Pattern COLOUR = Pattern.compile("#[0-9a-fA-F]{6}");
    private static final Pattern PHONE = Pattern.compile("\\+?[0-9][0-9 ().-]{4,30}");
    private static final Map<String, Integer> UNIT_BITS =
            Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30);

    private Values() {}

    /// One line of text for people.
    public static Parsed.Parser<String> line(int charactersMax) {
        return text -> {
            String value = text.value().strip();
            if (value.isEmpty()) {
                return Parsed.bad("the text is empty");
            }
            if (value.length() > charactersMax) {
                return Parsed.bad("the text has more than " + charactersMax + " characters");
            }
            if (value.chars().anyMatch(it -> Character.isISOControl(it) || isSeparator(it))) {
                return Parsed.bad("the text must be one line, without control characters");
            }
            return Parsed.good(value);
        };
    }

    /// U+2028 and U+2029 end a line as well.
    private static boolean isSeparator(int character) {
        return character == 0x2028 || character == 0x2029;
    }

    /// A whole number, written without quotes.
    public static Parsed.Parser<Integer> number(int min, int max) {
        return text -> {
            String range = "a number from " + min + " to " + max;
            if (!text.plain()) {
                return Parsed.bad(
                        quoted(text) + " is text, and here belongs " + range, "remove the quotes");
            }
            if (!NUMBER.matcher(text.value()).matches()) {
                return Parsed.bad(quoted(text) + " is not " + range);
            }
            long value = Long.parseLong(text.value());
            return value < min || value > max
                    ? Parsed.bad(quoted(text) + " is not " + range)
                    : Parsed.good((int) value);
        };
    }

    /// A port that somebody can listen on.
    public static Parsed<Integer> port(YamlNode.Text text) {
        return number(1, PORT_MAX).apply(text);
    }

    /// Whole days.
    public static Parsed.Parser<Duration> days(int min, int max) {
        return text -> number(min, max).apply(text).then(n -> Parsed.good(Duration.ofDays(n)));
    }

    /// Whole hours.
    public static Parsed.Parser<Duration> hours(int min, int max) {
        return text -> number(min, max).apply(text).then(n -> Parsed.good(Duration.ofHours(n)));
    }

    /// A day of the calendar, such as `2026-12-24`.
    public static Parsed<LocalDate> day(YamlNode.Text text) {
        try {
            return Parsed.good(LocalDate.parse(text.value()));
        } catch (DateTimeParseException e) {
            return Parsed.bad(quoted(text) + " is not a day", "write it like 2026-12-24");
        }
    }

    /// A place's time, such as `America/Chicago`.
    public static Parsed<ZoneId> zone(YamlNode.Text text) {
        String id = text.value();
        if (id.contains("/") && ZoneId.getAvailableZoneIds().contains(id)) {
            return Parsed.good(ZoneId.of(id));
        }
        return Parsed.bad(
                quoted(text) + " is no time zone",
                "write it like America/New_York or Europe/Madrid");
    }

    /// A size such as `25 MiB`, in octets.
    public static Parsed.Parser<Long> size(long min, long max) {
        return text -> {
            Matcher matcher = SIZE.matcher(text.value());
            String example = "write it like 25 MiB (units: B, KiB, MiB, GiB)";
            if (!matcher.matches()) {
                return Parsed.bad(quoted(text) + " is not a size", example);
            }
            Integer bits = UNIT_BITS.get(matcher.group(2));
            if (bits == null) {
                String binary = matcher.group(2).toUpperCase(Locale.ROOT).charAt(0) + "iB";
                boolean known = UNIT_BITS.containsKey(binary);
                return Parsed.bad(
                        "unknown unit \"" + matcher.group(2) + "\"",
                        known ? "did you mean " + matcher.group(1) + " " + binary + "?" : example);
            }
            long octets = Long.parseLong(matcher.group(1)) << bits;
            return octets < min || octets > max
                    ? Parsed.bad(
                            quoted(text) + " is out of range",
                            "from " + shown(min) + " to " + shown(max))
                    : Parsed.good(octets);
        };
    }

    /// A mail domain.
    public static Parsed<Domain> domain(YamlNode.Text text) {
        return Domain.parse(text.value())
                .map(Parsed::good)
                .orElseGet(() ->
                        Parsed.bad(
                                quoted(text) + " is not a domain name",
                                text.value().contains("@")
                                        ? "write only what stands behind the @"
                                        : "write it like clinic.example"));
    }

    /// The gateway's own name: at least two labels, as other servers expect (RFC 5321 §4.1.1.1).
    public static Parsed<Domain> hostname(YamlNode.Text text) {
        return domain(text)
                .then(name ->
                        name.name().contains(".")
                                ? Parsed.good(name)
                                : Parsed.bad(
                                        quoted(text) + " is not a full host name",
                                        "write it like gateway.clinic.example"));
    }

    /// A mail address.
    public static Parsed<Address> address(YamlNode.Text text) {
        return Address.parse(text.value())
                .map(Parsed::good)
                .orElseGet(() ->
                        Parsed.bad(
                                quoted(text) + " is not an address",
                                "write it like anna@clinic.example, without name or <>"));
    }

    /// A host to connect to: a name or an IP address literal. It is not looked up.
    public static Parsed<String> host(YamlNode.Text text) {
        String value = text.value();
        if (isIpAddress(value)) {
            return Parsed.good(value);
        }
        if (value.contains(":")) {
            return Parsed.bad(
                    quoted(text) + " is not a host name", "the port has a key of its own: port");
        }
        return Domain.parse(value)
                .map(name -> Parsed.good(name.name()))
                .orElseGet(() -> Parsed.bad(quoted(text) + " is not a host name or IP address"));
    }

    /// An IP address of this machine to listen on.
    public static Parsed<String> listenAddress(YamlNode.Text text) {
        return isIpAddress(text.value())
                ? Parsed.good(text.value())
                : Parsed.bad(
                        quoted(text) + " is not an IP address",
                        "0.0.0.0 listens on all of them, 127.0.0.1 on this machine alone");
    }

    /// The literal of an address of either kind.
    public static Parsed<String> ipAddress(YamlNode.Text text) {
        return isIpAddress(text.value())
                ? Parsed.good(text.value())
                : Parsed.bad(quoted(text) + " is not an IP address", "write it like 127.0.0.1");
    }

    /// Whether an IP address is one of this machine alone.
    public static boolean isLoopback(String address) {
        return InetAddress.ofLiteral(address).isLoopbackAddress();
    }

    /// A network of one, without a prefix.
    private static boolean isIpAddress(String text) {
        return !text.contains("/") && Networks.parse(List.of(text)) instanceof Networks.Parsed.Good;
    }

    /// A network such as `192.0.2.0/24`, or a single address.
    public static Parsed<String> network(YamlNode.Text text) {
        if (text.value().endsWith("/0")) {
            return Parsed.bad(
                    quoted(text)
                            + " is the whole world, which could send mail through this gateway",
                    "name the clinic's own mail servers");
        }
        return switch (Networks.parse(List.of(text.value()))) {
            case Networks.Parsed.Good _ -> Parsed.good(text.value());
            case Networks.Parsed.Bad(List<String> problems) -> Parsed.bad(problems.getFirst());
        };
    }

    /// The SHA-256 of a server's public key, in hexadecimal.
    public static Parsed<KeyPin> keyPin(YamlNode.Text text) {
        return KeyPin.parse(text.value())
                .map(Parsed::good)
                .orElseGet(() ->
                        Parsed.bad(
                                quoted(text) + " is not the SHA-256 of a key",
                                "write the 64 hexadecimal digits, in quotes; gateway.yaml shows"
                                        + " how to get them"));
    }

    /// A socket of this machine: a path from the root, or a loopback address with its port.
    public static Parsed<SocketAddress> localSocket(YamlNode.Text text) {
        String value = text.value();
        try {
            if (value.startsWith("/")) {
                return Parsed.good(UnixDomainSocketAddress.of(value));
            }
            URI uri = URI.create("tcp://" + value);
            if (uri.getHost() != null && uri.getPort() > 0 && uri.getPort() <= PORT_MAX) {
                InetAddress address = InetAddress.ofLiteral(uri.getHost());
                if (address.isLoopbackAddress()) {
                    return Parsed.good(new InetSocketAddress(address, uri.getPort()));
                }
            }
        } catch (IllegalArgumentException _) {
            // It is neither.
        }
        return Parsed.bad(
                quoted(text) + " is no socket of this machine",
                "write a path like /run/clamav/clamd.ctl, or 127.0.0.1:3310");
    }

    /// A path against a folder; an absolute one stays what it is. Nothing is looked up.
    public static Parsed.Parser<Path> path(Path folder) {
        return text -> {
            try {
                return Parsed.good(folder.resolve(text.value()).normalize());
            } catch (InvalidPathException e) {
                return Parsed.bad(quoted(text) + " is not a file name");
            }
        };
    }

    /// The address of a service: https, or http on this machine; `unprotected` is said of others.
    public static Parsed.Parser<URI> service(String unprotected) {
        return text -> webAddress(text, unprotected);
    }

    private static Parsed<URI> webAddress(YamlNode.Text text, String unprotected) {
        URI uri;
        try {
            uri = new URI(text.value());
        } catch (URISyntaxException e) {
            return Parsed.bad(
                    quoted(text) + " is not a web address", "write https://mail.clinic.example");
        }
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null) {
            return Parsed.bad(
                    quoted(text) + " is not a web address", "write https://mail.clinic.example");
        }
        boolean here = List.of("localhost", "127.0.0.1", "[::1]").contains(host);
        if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && here)) {
            return Parsed.bad(quoted(text) + " is not protected", unprotected);
        }
        return Parsed.good(uri);
    }

    /// The address of a folder in the web, in clear or not: what lies there is signed.
    public static Parsed<URI> folderUrl(YamlNode.Text text) {
        String example = "write it like http://mail.clinic.example/crl/";
        try {
            URI uri = new URI(text.value());
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare = uri.getRawUserInfo() == null && uri.getRawQuery() == null;
            if (web && bare && uri.getHost() != null && uri.getRawFragment() == null) {
                return uri.getRawPath().endsWith("/")
                        ? Parsed.good(uri)
                        : Parsed.bad(quoted(text) + " does not end with a slash", example);
            }
        } catch (URISyntaxException _) {
            // It is none.
        }
        return Parsed.bad(quoted(text) + " is not a web address", example);
    }

    /// The address of the patient's pages: https, or http on this machine alone, without a path.
    public static Parsed<String> url(YamlNode.Text text) {
        return webAddress(text, "patients' pages need https://").then(uri -> site(text, uri));
    }

    /// A host, and nothing behind it.
    private static Parsed<String> site(YamlNode.Text text, URI uri) {
        String path = uri.getRawPath();
        boolean more = path != null && !path.isEmpty() && !path.equals("/");
        if (more || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            return Parsed.bad(quoted(text) + " must end behind the host name or port");
        }
        String value = text.value();
        return Parsed.good(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
    }

    /// A telephone number as people write it.
    public static Parsed<String> phone(YamlNode.Text text) {
        String value = text.value().strip();
        return PHONE.matcher(value).matches()
                ? Parsed.good(value)
                : Parsed.bad(
                        quoted(text) + " is not a phone number", "write it like +1 555 010 0199");
    }

    /// A colour on which white text can be read.
    public static Parsed<String> colour(YamlNode.Text text) {
        if (!COLOUR.matcher(text.value()).matches()) {
            return Parsed.bad(
                    quoted(text) + " is not a colour", "write it in quotes, like \"#1a5f7a\"");
        }
        return Contrast.withWhite(text.value()) < Contrast.MIN
                ? Parsed.bad(
                        quoted(text) + " is too light: white text on it cannot be read by all",
                        "choose a darker one")
                : Parsed.good(text.value().toLowerCase(Locale.ROOT));
    }

    /// One word of a list.
    public static <T> Parsed.Parser<T> word(Map<String, T> words) {
        return new OneOf<>(words);
    }

    /// A text that must stand in a single line of a protocol: printable ASCII.
    public static Parsed.Parser<String> spoken(int charactersMax) {
        Function<String, Parsed<String>> ascii =
                value ->
                        value.chars().allMatch(c -> c >= 0x20 && c <= 0x7E)
                                ? Parsed.good(value)
                                : Parsed.bad(
                                        "the text is spoken in SMTP, which knows only ASCII",
                                        "write it without accents and typographic quotes");
        return text -> line(charactersMax).apply(text).then(ascii);
    }

    /// The text as messages show it.
    public static String quoted(YamlNode.Text text) {
        String value = text.value();
        return '"' + (value.length() > 60 ? value.substring(0, 60) + "…" : value) + '"';
    }

    private static String shown(long octets) {
        if (octets >= 1 << 20) {
            return (octets >> 20) + " MiB";
        }
        return (octets >> 10) + " KiB";
    }
}

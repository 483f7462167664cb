package org.postern.config;

import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.allowance.Limits;
import org.postern.allowance.LimitsReader;
import org.postern.bearer.BearerReader;
import org.postern.bearer.BearerSettings;
import org.postern.calendar.Quiet;
import org.postern.calendar.WorkingDays;
import org.postern.config.GatewayConfig.Acme;
import org.postern.config.GatewayConfig.Authentication;
import org.postern.config.GatewayConfig.Clinic;
import org.postern.config.GatewayConfig.Dkim;
import org.postern.config.GatewayConfig.Endpoint;
import org.postern.config.GatewayConfig.Imap;
import org.postern.config.GatewayConfig.InboundEndpoint;
import org.postern.config.GatewayConfig.Listeners;
import org.postern.config.GatewayConfig.OwnCertificate;
import org.postern.config.GatewayConfig.PickupEndpoint;
import org.postern.config.GatewayConfig.PickupTerms;
import org.postern.config.GatewayConfig.PickupTls;
import org.postern.config.GatewayConfig.Receipts;
import org.postern.config.GatewayConfig.RelayEndpoint;
import org.postern.config.GatewayConfig.Signing;
import org.postern.config.GatewayConfig.Site;
import org.postern.config.GatewayConfig.Storage;
import org.postern.ldap.GroupServer;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.naming.Values;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Turns `gateway.yaml` into a [GatewayConfig]. Every key, its default and its meaning stand in the
/// shipped file too; a test compares the two.
final class GatewayReader {
    static final String FILE = "gateway.yaml";

    private static final Map<String, Locale> LANGUAGES =
            Map.of("en", Locale.ENGLISH, "es", Locale.of("es"));
    private static final Map<String, PickupTls> PICKUP_TLS =
            Map.of("here", PickupTls.HERE, "acme", PickupTls.ACME, "proxy", PickupTls.PROXY);

    private static final Map<String, Receipts> RECEIPTS =
            Map.of("each", Receipts.EACH, "daily", Receipts.DAILY, "none", Receipts.NONE);
    private static final Map<String, Boolean> DMARC =
            Map.of("record", Boolean.FALSE, "refuse", Boolean.TRUE);

    private final Path folder;
    private final ConfigErrors errors;

    /// @param folder the configuration folder, against which its paths are resolved
    GatewayReader(Path folder, ConfigErrors errors) {
        this.folder = folder.toAbsolutePath().normalize();
        this.errors = errors;
    }

    /// @return empty with errors noted
    Optional<GatewayConfig> read(YamlNode root) {
        return Section.of("", root, errors).flatMap(this::gateway);
    }

    private Optional<GatewayConfig> gateway(Section top) {
        Optional<Domain> hostname = top.required("hostname", Values::hostname);
        List<Domain> domains = top.requiredList("domains", Values::domain);
        Optional<Address> postmaster = top.optional("postmaster", Values::address);
        if (postmaster.isPresent() && !domains.contains(postmaster.get().domain())) {
            top.wrong(
                    "postmaster",
                    "what is told to the postmaster names patients, so it stays in the house",
                    "name a mailbox in one of your own domains");
        }
        Path data = top.or("data", Values.path(folder), folder.resolve("../data").normalize());
        Optional<Storage> storage = storage(top, data);
        OutgoingReader servers = new OutgoingReader(folder, data);
        Optional<Authentication> authentication =
                top.section("authentication").flatMap(s -> servers.authentication(s, domains));
        Optional<BearerSettings> tokens = top.section("oauth").flatMap(tokens(data)::read);
        Optional<SocketAddress> clamd =
                top.section("virus-scanner").flatMap(GatewayReader::scanner);
        Optional<Listeners> listeners =
                top.requiredSection("listeners")
                        .flatMap(s ->
                                listeners(s, new Helpers(authentication, tokens, clamd), data));
        Optional<OwnCertificate> tls = top.section("tls").flatMap(s -> certificate(s, data));
        Limits limits = new LimitsReader(top).read();
        Optional<Clinic> clinic = top.requiredSection("clinic").flatMap(GatewayReader::clinic);
        Optional<GatewayConfig.Outgoing> outgoing = servers.read(top);
        PickupTerms pickup = top.section("pickup").flatMap(GatewayReader::pickup).orElse(TERMS);
        Optional<Dkim> dkim = top.section("dkim").flatMap(s -> dkim(s, domains));
        Optional<GroupServer> groups = servers.groups(top, domains);
        Optional<Signing> signing = top.section("signing").flatMap(OutgoingReader::signing);
        if (tls.isEmpty() && listeners.isPresent() && needsCertificate(listeners.get())) {
            top.wrong(
                    "tls",
                    "the listeners submission, submissions, imap, imaps and pickup (with tls:"
                            + " here) need a certificate",
                    "name it: tls: { certificate: FILE, key: FILE }");
        }
        return top.build(() ->
                new GatewayConfig(
                        new Site(
                                hostname.orElseThrow(),
                                Set.copyOf(domains),
                                dkim.orElse(null),
                                signing.orElse(null),
                                postmaster.orElse(null),
                                groups.orElse(null)),
                        storage.orElseThrow(),
                        listeners.orElseThrow(),
                        tls.orElse(null),
                        limits,
                        clinic.orElseThrow(),
                        outgoing.orElseThrow(),
                        pickup));
    }

    private static Optional<Dkim> dkim(Section section, List<Domain> usual) {
        Optional<Domain> selector = section.required("selector", Values::domain);
        List<Domain> named = section.list("domains", Values::domain);
        List<Domain> domains = named.isEmpty() ? usual : named;
        return section.build(() -> new Dkim(selector.orElseThrow(), Set.copyOf(domains)));
    }

    private static Optional<Storage> storage(Section top, Path data) {
        Parsed.Parser<Path> inData = Values.path(data);
        Path users = top.or("users", inData, data.resolve("users"));
        Path patients = top.or("patients", inData, data.resolve("patients.csv"));
        Path keystore = data.resolve("keys/postern.p12");
        Path password = data.resolve("keys/password");
        Optional<Section> keys = top.section("keys");
        if (keys.isEmpty()) {
            return Optional.of(new Storage(data, keystore, password, users, patients));
        }
        Section section = keys.get();
        Path namedKeystore = section.or("keystore", inData, keystore);
        Path namedPassword = section.or("password-file", inData, password);
        return section.build(
                () -> new Storage(data, namedKeystore, namedPassword, users, patients));
    }

    private static BearerReader tokens(Path data) {
        return new BearerReader(
                Values.service("who logs in is told by https://"),
                Values.path(data),
                Values.line(300));
    }

    private static Optional<SocketAddress> scanner(Section section) {
        Optional<SocketAddress> clamd = section.required("clamd", Values::localSocket);
        return section.build(clamd::orElseThrow);
    }

    /// Who helps those at the doors.
    private record Helpers(
            Optional<Authentication> authentication,
            Optional<BearerSettings> tokens,
            Optional<SocketAddress> clamd) {}

    private Optional<Listeners> listeners(Section section, Helpers helpers, Path data) {
        Optional<Endpoint> submission = endpoint(section, "submission", 587);
        Optional<Endpoint> submissions = endpoint(section, "submissions", 465);
        Imap imap =
                new Imap(
                        endpoint(section, "imap", 143).orElse(null),
                        endpoint(section, "imaps", 993).orElse(null),
                        OutgoingReader.isOn(section, "imap-app-passwords-only"));
        boolean scram = OutgoingReader.isOn(section, "scram");
        Optional<RelayEndpoint> relay = section.section("relay").flatMap(GatewayReader::relay);
        Optional<InboundEndpoint> inbound =
                section.section("inbound").flatMap(s -> inbound(s, data));
        Optional<PickupEndpoint> pickup = section.section("pickup").flatMap(this::web);
        boolean none =
                List.of("submission", "submissions", "relay", "inbound", "pickup").stream()
                        .noneMatch(section::has);
        if (none) {
            errors.add(
                    section.place(),
                    "no listener is named, so no mail could come in",
                    "name at least one: submission, submissions, relay, inbound, pickup");
        }
        return section.build(() ->
                new Listeners(
                        submission.orElse(null),
                        submissions.orElse(null),
                        relay.orElse(null),
                        inbound.orElse(null),
                        pickup.orElse(null),
                        imap,
                        helpers.authentication().orElse(null),
                        helpers.tokens().orElse(null),
                        scram,
                        helpers.clamd().orElse(null)));
    }

    private static Optional<Endpoint> endpoint(Section listeners, String name, int usualPort) {
        return listeners
                .section(name)
                .flatMap(section -> {
                    Endpoint endpoint = address(section, usualPort);
                    return section.build(() -> endpoint);
                });
    }

    /// All addresses of the machine, unless the file says otherwise.
    private static Endpoint address(Section section, int usualPort) {
        String address = section.or("address", Values::listenAddress, "0.0.0.0");
        return new Endpoint(address, section.or("port", Values::port, usualPort));
    }

    private static Optional<RelayEndpoint> relay(Section section) {
        Endpoint endpoint = address(section, 2525);
        List<String> networks = section.requiredList("networks", Values::network);
        return section.build(() -> new RelayEndpoint(endpoint, networks));
    }

    private static Optional<InboundEndpoint> inbound(Section section, Path data) {
        Endpoint endpoint = address(section, 25);
        Optional<Path> recipients = section.optional("recipients", Values.path(data));
        boolean obeys = section.or("dmarc", Values.word(DMARC), Boolean.FALSE);
        return section.build(() -> new InboundEndpoint(endpoint, recipients.orElse(null), obeys));
    }

    private Optional<PickupEndpoint> web(Section section) {
        Endpoint endpoint = address(section, 443);
        Optional<String> url = section.required("url", Values::url);
        PickupTls tls = section.or("tls", Values.word(PICKUP_TLS), PickupTls.HERE);
        List<String> proxies = section.list("proxies", Values::network);
        List<String> trusted = proxies.isEmpty() ? THIS_MACHINE : proxies;
        Optional<Acme> acme = section.section("acme").flatMap(this::acme);
        if (tls == PickupTls.ACME && url.filter(GatewayReader::isNamed).isEmpty()) {
            section.wrong(
                    "url",
                    "with tls: acme the address must be https:// and a host name of the Internet",
                    "write https://mail.clinic.example");
        }
        if (tls == PickupTls.ACME && !section.has("acme")) {
            section.wrong(
                    "tls",
                    "nobody is named who issues the certificate",
                    "add acme: { contact: ADDRESS, agree-to-terms: true }");
        }
        @Nullable Acme issuer = tls == PickupTls.ACME ? acme.orElse(null) : null;
        return section.build(
                () -> new PickupEndpoint(endpoint, url.orElseThrow(), tls, trusted, issuer));
    }

    /// Nobody issues for a name without a dot, and for addresses other terms hold.
    private static boolean isNamed(String url) {
        URI uri = URI.create(url);
        String host = uri.getHost();
        return "https".equals(uri.getScheme())
                && host.contains(".")
                && !host.matches("[0-9.]+|\\[.*");
    }

    private Optional<Acme> acme(Section section) {
        URI directory =
                section.or(
                        "directory",
                        Values.service("an authority is asked by https://"),
                        LETS_ENCRYPT);
        Optional<Address> contact = section.required("contact", Values::address);
        boolean agreed = section.or("agree-to-terms", Values.word(OutgoingReader.YES_OR_NO), false);
        if (!agreed) {
            section.wrong(
                    section.has("agree-to-terms") ? "agree-to-terms" : "contact",
                    "the authority issues only to those who have agreed to its terms",
                    "read them (its directory names them), then write agree-to-terms: true");
        }
        Optional<Path> trust = section.optional("trust", Values.path(folder));
        return section.build(() -> new Acme(directory, contact.orElseThrow(), trust.orElse(null)));
    }

    private static final URI LETS_ENCRYPT =
            URI.create("https://acme-v02.api.letsencrypt.org/directory");

    private static Optional<OwnCertificate> certificate(Section section, Path data) {
        Optional<Path> certificate = section.required("certificate", Values.path(data));
        Optional<Path> key = section.required("key", Values.path(data));
        return section.build(
                () -> new OwnCertificate(certificate.orElseThrow(), key.orElseThrow()));
    }

    private static boolean needsCertificate(Listeners listeners) {
        @Nullable PickupEndpoint pickup = listeners.pickup();
        return listeners.submission() != null
                || listeners.submissions() != null
                || listeners.imap().starttls() != null
                || listeners.imap().implicit() != null
                || (pickup != null && pickup.tls() == PickupTls.HERE);
    }

    private static final List<String> THIS_MACHINE = List.of("127.0.0.0/8", "::1");

    private static Optional<Clinic> clinic(Section section) {
        section.hints(Map.of("color", "did you mean \"colour\"?"));
        Optional<String> name = section.required("name", Values.line(100));
        Optional<String> phone = section.required("phone", Values::phone);
        Locale language = section.or("language", Values.word(LANGUAGES), Locale.ENGLISH);
        String colour = section.or("colour", Values::colour, "#1a5f7a");
        String emergency = section.or("emergency", Values.line(300), "In an emergency call 911.");
        Optional<ZoneId> zone = section.optional("time-zone", Values::zone);
        List<LocalDate> holidays = section.list("holidays", Values::day);
        if (holidays.size() > WorkingDays.HOLIDAYS_MAX) {
            section.wrong("holidays", "more than " + WorkingDays.HOLIDAYS_MAX + " days", null);
        }
        int closes = section.or("closes", Values.number(1, 24), WorkingDays.USUAL.closes());
        return section.build(() ->
                new Clinic(
                        name.orElseThrow(),
                        phone.orElseThrow(),
                        language,
                        colour,
                        emergency,
                        zone.orElse(null),
                        new WorkingDays(Set.copyOf(holidays), closes)));
    }

    private static final PickupTerms TERMS =
            new PickupTerms(
                    Duration.ofDays(30),
                    Duration.ofDays(90),
                    Receipts.EACH,
                    true,
                    Duration.ofHours(24),
                    Duration.ofHours(72),
                    new Quiet(20, 8),
                    false);

    private static Optional<PickupTerms> pickup(Section section) {
        Duration link = section.or("link-days", Values.days(1, 90), TERMS.link());
        Duration keep = section.or("keep-days", Values.days(1, 3_650), TERMS.keep());
        if (keep.compareTo(link) < 0) {
            section.wrong(
                    "keep-days",
                    "a message would go before its link does: keep-days is less than link-days",
                    "make keep-days at least " + link.toDays());
        }
        Receipts receipts = section.or("receipts", Values.word(RECEIPTS), TERMS.receipts());
        boolean reminds =
                section.or("reminders", Values.word(OutgoingReader.YES_OR_NO), TERMS.reminds());
        Duration first = section.or("remind-hours", Values.hours(1, 720), TERMS.firstReminder());
        Duration second =
                section.or("remind-again-hours", Values.hours(2, 1_440), TERMS.secondReminder());
        if (second.compareTo(first) <= 0) {
            section.wrong(
                    "remind-again-hours",
                    "the second reminder would not come after the first one",
                    "make remind-again-hours more than " + first.toHours());
        }
        int from = section.or("quiet-from", Values.number(0, 23), TERMS.quiet().from());
        int until = section.or("quiet-until", Values.number(0, 23), TERMS.quiet().until());
        boolean may = OutgoingReader.isOn(section, "patients-may-choose-ordinary-mail");
        return section.build(() ->
                new PickupTerms(
                        link, keep, receipts, reminds, first, second, new Quiet(from, until), may));
    }
}

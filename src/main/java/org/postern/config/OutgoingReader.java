package org.postern.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.config.GatewayConfig.Authentication;
import org.postern.config.GatewayConfig.Fetch;
import org.postern.config.GatewayConfig.Login;
import org.postern.config.GatewayConfig.LoginProtocol;
import org.postern.config.GatewayConfig.NewKeys;
import org.postern.config.GatewayConfig.NextServer;
import org.postern.config.GatewayConfig.NextTls;
import org.postern.config.GatewayConfig.Outgoing;
import org.postern.config.GatewayConfig.Pki;
import org.postern.config.GatewayConfig.RevocationCheck;
import org.postern.config.GatewayConfig.Route;
import org.postern.config.GatewayConfig.RsaSignature;
import org.postern.config.GatewayConfig.SignatureForm;
import org.postern.config.GatewayConfig.SignedBy;
import org.postern.config.GatewayConfig.SignersCertificates;
import org.postern.config.GatewayConfig.Signing;
import org.postern.config.GatewayConfig.SmartHost;
import org.postern.config.GatewayConfig.TextService;
import org.postern.ldap.GroupServer;
import org.postern.ldap.LdapServer;
import org.postern.mail.Domain;
import org.postern.naming.Values;
import org.postern.net.KeyPin;
import org.postern.policy.AskPace;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Reads which mail servers the gateway talks to: the keys `internal`, `smart-host` and `routes`,
/// `authentication`, and what mail is signed with.
final class OutgoingReader {
    /// Names that the secure mailbox has for its own.
    private static final Set<String> SECURE_FOLDERS =
            Set.of("INBOX", "Sent", "Drafts", "Archive", "Trash", "Held", "Release", "Recovered");

    private static final int FOLDERS_CHARS_MAX = 40;

    private static final Map<String, NextTls> TLS = new LinkedHashMap<>();

    static {
        TLS.put("none", NextTls.NONE);
        TLS.put("opportunistic", NextTls.OPPORTUNISTIC);
        TLS.put("verified", NextTls.VERIFIED);
        TLS.put("verified-implicit", NextTls.VERIFIED_IMPLICIT);
    }

    private static final Map<String, LoginProtocol> PROTOCOLS =
            Map.of("imap", LoginProtocol.IMAP, "smtp", LoginProtocol.SMTP);

    /// How mail leaves for domains that have no route.
    private enum Exit {
        SMART_HOST,
        MX
    }

    private static final Map<String, Exit> EXITS =
            Map.of("smart-host", Exit.SMART_HOST, "mx", Exit.MX);

    /// Whether something is switched on that is off as long as nothing is said of it.
    static boolean isOn(Section section, String key) {
        return section.or(key, Values.word(YES_OR_NO), false);
    }

    static final Map<String, Boolean> YES_OR_NO =
            Map.of("true", Boolean.TRUE, "false", Boolean.FALSE);
    private static final GatewayConfig.Dns SYSTEM_DNS = new GatewayConfig.Dns(List.of(), 53, false);
    private static final Map<String, RevocationCheck> REVOCATION =
            Map.of(
                    "off", RevocationCheck.OFF,
                    "when-available", RevocationCheck.WHEN_AVAILABLE,
                    "require", RevocationCheck.REQUIRE);
    private static final Map<String, SignersCertificates> SIGNERS =
            Map.of(
                    "anchored", SignersCertificates.ANCHORED,
                    "reviewed", SignersCertificates.REVIEWED);
    private static final Pki PKI =
            new Pki(
                    RevocationCheck.WHEN_AVAILABLE,
                    Duration.ofHours(24),
                    Duration.ofHours(4),
                    new Fetch(List.of(), Set.of(80, 443)),
                    null,
                    Set.of(),
                    List.of(),
                    SignersCertificates.REVIEWED,
                    false,
                    false);
    private static final Map<String, SignedBy> SIGNED_BY =
            Map.of(
                    "clinician", SignedBy.CLINICIAN,
                    "organisation", SignedBy.ORGANISATION,
                    "nobody", SignedBy.NOBODY);
    private static final Map<String, SignatureForm> FORMS =
            Map.of("clear", SignatureForm.CLEAR, "opaque", SignatureForm.OPAQUE);
    private static final Map<String, RsaSignature> RSA =
            Map.of("pkcs1", RsaSignature.PKCS1, "pss", RsaSignature.PSS);
    private static final Map<String, NewKeys> NEW_KEYS =
            Map.of("automatic", NewKeys.AUTOMATIC, "by-hand", NewKeys.BY_HAND);

    private final Path folder;
    private final Path data;
    private final DirectoryReader directories;

    OutgoingReader(Path folder, Path data) {
        this.folder = folder;
        this.data = data;
        this.directories = new DirectoryReader(data, this::trust);
    }

    /// The clinic's own directory; empty where none is named, or with errors noted.
    Optional<GroupServer> groups(Section top, List<Domain> own) {
        return top.section("directory").flatMap(it -> directories.groups(it, own));
    }

    Optional<Outgoing> read(Section top) {
        Optional<NextServer> internal = top.requiredSection("internal").flatMap(this::internal);
        Exit exit = top.or("outgoing", Values.word(EXITS), Exit.SMART_HOST);
        Optional<SmartHost> smartHost =
                (exit == Exit.MX ? top.section("smart-host") : top.requiredSection("smart-host"))
                        .flatMap(this::smartHost);
        if (exit == Exit.MX && top.has("smart-host")) {
            top.wrong(
                    "smart-host",
                    "nothing goes by it, because mail leaves by MX",
                    "remove it, or write outgoing: smart-host");
        }
        GatewayConfig.Dns dns = top.section("dns").flatMap(OutgoingReader::dns).orElse(SYSTEM_DNS);
        List<String> privateNetworks =
                top.section("mx")
                        .map(it -> it.list("private-networks", Values::network))
                        .orElse(List.of());
        List<Route> routes = new ArrayList<>();
        Set<Domain> routed = new HashSet<>();
        for (Section section : top.sections("routes")) {
            route(section, routed).ifPresent(routes::addAll);
        }
        Optional<TextService> texts = top.section("sms").flatMap(this::texts);
        AskPace asking = top.section("held").flatMap(OutgoingReader::asking).orElse(AskPace.USUAL);
        if (internal.isEmpty() || (exit == Exit.SMART_HOST && smartHost.isEmpty())) {
            return Optional.empty();
        }
        Pki pki = top.section("pki").flatMap(this::pki).orElse(PKI);
        if (pki.patientsAsk() && !top.has("postmaster")) {
            top.wrong(
                    "pki",
                    "patients may ask for keys, and nobody would hear of it",
                    "name a mailbox of IT: postmaster: it@clinic.example");
        }
        return Optional.of(
                new Outgoing(
                        internal.get(),
                        smartHost.orElse(null),
                        routes,
                        new GatewayConfig.Mx(dns, privateNetworks),
                        texts.orElse(null),
                        pki,
                        asking));
    }

    private static Optional<AskPace> asking(Section section) {
        int minutes =
                section.or(
                        "digest-minutes",
                        Values.number(1, 1_440),
                        Math.toIntExact(AskPace.USUAL.together().toMinutes()));
        int daily = section.or("mails-a-day", Values.number(1, 1_000), AskPace.USUAL.daily());
        boolean reminds = section.or("reminders", Values.word(YES_OR_NO), AskPace.USUAL.reminds());
        return section.build(() -> new AskPace(Duration.ofMinutes(minutes), daily, reminds));
    }

    /// What mail is signed with on its way out.
    static Optional<Signing> signing(Section section) {
        Signing signing =
                new Signing(
                        section.or("submission", Values.word(SIGNED_BY), SignedBy.CLINICIAN),
                        section.or("relay", Values.word(SIGNED_BY), SignedBy.CLINICIAN),
                        section.or("form", Values.word(FORMS), SignatureForm.CLEAR),
                        section.or("rsa", Values.word(RSA), RsaSignature.PKCS1),
                        section.or("relayed", Values.word(YES_OR_NO), false),
                        section.or("new-keys", Values.word(NEW_KEYS), NewKeys.AUTOMATIC));
        return section.build(() -> signing);
    }

    private Optional<Pki> pki(Section section) {
        RevocationCheck revocation =
                section.or("revocation", Values.word(REVOCATION), PKI.revocation());
        Duration grace = section.or("grace-hours", Values.hours(0, 240), PKI.grace());
        Duration patience = section.or("wait-hours", Values.hours(0, 96), PKI.patience());
        Fetch fetch = section.section("fetch").flatMap(OutgoingReader::fetch).orElse(PKI.fetch());
        Optional<URI> lists = section.section("crl").flatMap(OutgoingReader::lists);
        List<Domain> smimea =
                section.section("smimea")
                        .map(it -> it.requiredList("domains", Values::domain))
                        .orElse(List.of());
        List<LdapServer> ldap =
                section.sections("ldap").stream()
                        .flatMap(it -> directories.server(it).stream())
                        .toList();
        SignersCertificates signers = section.or("signers", Values.word(SIGNERS), PKI.signers());
        boolean postQuantum = section.or("post-quantum", Values.word(YES_OR_NO), false);
        boolean patientsAsk =
                section.or("patients-may-ask-for-keys", Values.word(YES_OR_NO), false);
        return section.build(() ->
                new Pki(
                        revocation,
                        grace,
                        patience,
                        fetch,
                        lists.orElse(null),
                        Set.copyOf(smimea),
                        ldap,
                        signers,
                        postQuantum,
                        patientsAsk));
    }

    static void together(Section section, String one, String other) {
        if (section.has(one) != section.has(other)) {
            section.wrong(
                    section.has(one) ? one : other,
                    one + " and " + other + " belong together",
                    "name both, or neither");
        }
    }

    private static Optional<URI> lists(Section section) {
        Optional<URI> url = section.required("url", Values::folderUrl);
        return section.build(url::orElseThrow);
    }

    private static Optional<Fetch> fetch(Section section) {
        List<String> allow = section.list("allow", Values::network);
        List<Integer> ports = section.list("ports", Values::port);
        return section.build(
                () -> new Fetch(allow, ports.isEmpty() ? PKI.fetch().ports() : Set.copyOf(ports)));
    }

    private Optional<TextService> texts(Section section) {
        Optional<URI> url =
                section.required("url", Values.service("codes and numbers need https://"));
        Optional<Path> token = section.optional("token-file", Values.path(data));
        int seconds = section.or("deadline-seconds", Values.number(1, 30), 10);
        return section.build(() ->
                new TextService(
                        url.orElseThrow(), token.orElse(null), Duration.ofSeconds(seconds)));
    }

    private static Optional<GatewayConfig.Dns> dns(Section section) {
        List<String> servers = section.list("servers", Values::ipAddress);
        int port = section.or("port", Values::port, SYSTEM_DNS.port());
        boolean validates = section.or("validates", Values.word(YES_OR_NO), false);
        if (validates && (servers.isEmpty() || !servers.stream().allMatch(Values::isLoopback))) {
            section.wrong(
                    "validates",
                    "a resolver elsewhere would be believed, and its answers come in clear",
                    "run a validating resolver on this machine: servers: [127.0.0.1]");
        }
        return section.build(() -> new GatewayConfig.Dns(servers, port, validates));
    }

    private Optional<NextServer> internal(Section section) {
        Optional<NextServer> server = server(section);
        return section.build(server::orElseThrow);
    }

    private Optional<SmartHost> smartHost(Section section) {
        Optional<NextServer> server = server(section);
        Optional<String> user = section.optional("user", Values.line(200));
        Optional<Path> password = section.optional("password-file", Values.path(data));
        together(section, "user", "password-file");
        if (section.has("user") && server.isPresent() && !server.get().tls().proves()) {
            section.wrong(
                    "tls",
                    "the password would go to a server whose certificate is not verified",
                    "write tls: verified");
        }
        return section.build(() -> new SmartHost(server.orElseThrow(), login(user, password)));
    }

    /// @param domains of the clinic, the first of which a name without domain belongs to
    Optional<Authentication> authentication(Section section, List<Domain> domains) {
        LoginProtocol protocol = section.or("protocol", Values.word(PROTOCOLS), LoginProtocol.IMAP);
        Optional<String> host = section.required("host", Values::host);
        NextTls tls =
                section.or(
                        "tls",
                        Values.word(TLS),
                        switch (protocol) {
                            case IMAP -> NextTls.VERIFIED_IMPLICIT;
                            case SMTP -> NextTls.VERIFIED;
                        });
        int port = section.or("port", Values::port, port(protocol, tls));
        Optional<Path> trust = section.optional("trust", this::trust);
        Optional<Domain> domain = section.optional("domain", Values::domain);
        Optional<String> folders = section.optional("folders", Values.line(FOLDERS_CHARS_MAX));
        if (folders.isPresent() && (protocol == LoginProtocol.SMTP || !isFolder(folders.get()))) {
            section.wrong(
                    "folders",
                    "folders of an IMAP server are shown below one name that no other folder has",
                    "write a word such as Clinic, and protocol: imap");
        }
        if (!tls.proves()) {
            section.wrong(
                    "tls",
                    "passwords would go to a server whose certificate is not verified",
                    "write tls: verified or tls: verified-implicit");
        }
        if (domain.isPresent() && !domains.contains(domain.get())) {
            section.wrong(
                    "domain",
                    domain.get() + " is not one of the clinic's domains",
                    "name one that stands under domains");
        }
        return section.build(() ->
                new Authentication(
                        protocol,
                        new NextServer(host.orElseThrow(), port, tls, trust.orElse(null), Set.of()),
                        domain.orElseGet(domains::getFirst),
                        folders.orElse(null)));
    }

    /// Letters and digits with nothing that IMAP reads otherwise, and no name of a secure folder.
    private static boolean isFolder(String name) {
        return name.chars().allMatch(c -> Character.isLetterOrDigit(c) || " ._-'".indexOf(c) >= 0)
                && SECURE_FOLDERS.stream().noneMatch(name::equalsIgnoreCase);
    }

    private static int port(LoginProtocol protocol, NextTls tls) {
        boolean implicit = tls == NextTls.VERIFIED_IMPLICIT;
        return switch (protocol) {
            case IMAP -> implicit ? 993 : 143;
            case SMTP -> implicit ? 465 : 587;
        };
    }

    private static @Nullable Login login(Optional<String> user, Optional<Path> password) {
        return user.flatMap(name -> password.map(file -> new Login(name, file))).orElse(null);
    }

    private Optional<List<Route>> route(Section section, Set<Domain> routed) {
        List<Domain> domains = section.requiredList("domain", Values::domain);
        List<KeyPin> pins = section.list("pins", Values::keyPin);
        Optional<NextServer> server = server(section).map(it -> pinned(it, pins));
        for (Domain domain : domains) {
            if (!routed.add(domain)) {
                section.wrong(
                        "domain", "a route for " + domain + " stands above already", "keep one");
            }
        }
        if (server.isPresent() && !server.get().tls().proves()) {
            section.wrong(
                    "tls",
                    "a route is used only over TLS that proves whose server it is",
                    "write tls: verified or tls: verified-implicit");
        }
        return section.build(
                () -> domains.stream().map(d -> new Route(d, server.orElseThrow())).toList());
    }

    /// The same server, of which one of these keys is demanded.
    private static NextServer pinned(NextServer it, List<KeyPin> pins) {
        return new NextServer(it.host(), it.port(), it.tls(), it.trust(), Set.copyOf(pins));
    }

    /// The keys that every mail server has. A port that is not named is the usual one of its TLS.
    private Optional<NextServer> server(Section section) {
        Optional<String> host = section.required("host", Values::host);
        NextTls tls = section.or("tls", Values.word(TLS), NextTls.VERIFIED);
        int port = section.or("port", Values::port, tls == NextTls.VERIFIED_IMPLICIT ? 465 : 25);
        Optional<Path> trust = section.optional("trust", this::trust);
        return host.map(name -> new NextServer(name, port, tls, trust.orElse(null), Set.of()));
    }

    private Parsed<Path> trust(YamlNode.Text text) {
        return Values.path(folder)
                .apply(text)
                .then(file ->
                        Files.isRegularFile(file)
                                ? Parsed.good(file)
                                : Parsed.bad(
                                        "there is no file " + file,
                                        "the path is taken from the folder of this file;"
                                                + " leave the key out to trust the"
                                                + " system's authorities"));
    }
}

package org.postern;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postern.allowance.Limits;
import org.postern.bridge.Bridge;
import org.postern.cabinet.Cabinet;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Endpoint;
import org.postern.config.GatewayConfig.Imap;
import org.postern.config.GatewayConfig.InboundEndpoint;
import org.postern.config.GatewayConfig.Listeners;
import org.postern.config.GatewayConfig.OwnCertificate;
import org.postern.config.GatewayConfig.PickupEndpoint;
import org.postern.config.GatewayConfig.RelayEndpoint;
import org.postern.follow.ReturnAddresses;
import org.postern.held.HeldDesk;
import org.postern.holding.HeldMessages;
import org.postern.http.WebSettings;
import org.postern.imap.ImapLimits;
import org.postern.imap.ImapListener;
import org.postern.imap.ImapServer;
import org.postern.mail.Domain;
import org.postern.mail.Reception;
import org.postern.net.Networks;
import org.postern.net.TlsMaterial;
import org.postern.operate.Rounds;
import org.postern.pickup.PickupParts;
import org.postern.pickup.PickupServer;
import org.postern.pki.PartnerDirectory;
import org.postern.returns.ReturnDesk;
import org.postern.smtp.Receiving;
import org.postern.smtp.RecipientList;
import org.postern.smtp.SmtpListener;
import org.postern.smtp.SmtpListener.Kind;
import org.postern.smtp.SmtpServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateway's doors as `gateway.yaml` opens them: SMTP and IMAP listeners, and the patient's
/// pages.
public final class Edges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Edges.class);

    /// How often the folders work for a moment at what nobody waits for.
    private static final Duration WORKS_EVERY = Duration.ofSeconds(2);

    private final Map<Kind, SmtpServer> smtp = new EnumMap<>(Kind.class);
    private final Map<ImapListener.Kind, ImapServer> imap = new EnumMap<>(ImapListener.Kind.class);
    private @Nullable PickupServer pickup;
    private final List<Rounds> rounds = new ArrayList<>();

    /// What the doors lead to.
    ///
    /// @param front where SMTP listeners hand mail to
    /// @param receiving the memory that all SMTP listeners share
    /// @param logins who is let in at which door
    record Inside(
            Ground ground,
            Reception front,
            ReturnAddresses addresses,
            Receiving receiving,
            SubmissionLogins.Doors logins,
            Optional<Pages> pickup,
            Rooms rooms) {}

    /// What mail programs reach beside their folders, and what is held.
    ///
    /// @param partners whose signatures are looked at
    record Rooms(Bridge bridge, HeldMessages held, PartnerDirectory partners) {}

    /// @param more pages of the same site
    /// @param tls what an authority issues for them; empty if they have another certificate
    record Pages(PickupParts parts, PickupServer.More more, Optional<WebSettings.Tls> tls) {
        static Pages of(PickupParts parts, PickupServer.More more) {
            return new Pages(parts, more, Optional.empty());
        }

        Pages and(PickupServer.More others) {
            return new Pages(parts, more.and(others), tls);
        }

        Pages with(Optional<WebSettings.Tls> issued) {
            return new Pages(parts, more, issued);
        }
    }

    /// The ports that were bound.
    public record Ports(
            Map<Kind, Integer> smtp, Map<ImapListener.Kind, Integer> imap, OptionalInt pickup) {
        /// `submission 587, relay 2525, pickup 443`.
        @Override
        public String toString() {
            List<String> open = new ArrayList<>();
            smtp.forEach(
                    (kind, port) -> open.add(kind.name().toLowerCase(Locale.ROOT) + " " + port));
            imap.forEach(
                    (kind, port) -> open.add(kind.name().toLowerCase(Locale.ROOT) + " " + port));
            pickup.ifPresent(port -> open.add("pickup " + port));
            return String.join(", ", open);
        }
    }

    private Edges() {}

    /// Binds every port, so that one that is taken shows before anything starts.
    static Edges bind(GatewayConfig config, ClinicFaces faces, Inside inside, World world)
            throws IOException {
        Edges edges = new Edges();
        try {
            Asked asked = Asked.of(config, inside);
            for (SmtpListener listener : listeners(config, world)) {
                edges.smtp.put(listener.kind(), server(listener, asked, inside, world));
            }
            edges.bindImap(config, asked, inside, world);
            PickupEndpoint endpoint = config.listeners().pickup();
            if (endpoint != null && inside.pickup().isPresent()) {
                edges.pickup =
                        new PickupServer(
                                web(config, endpoint, inside.pickup().get().tls(), world),
                                faces.clinic(world.clock()),
                                inside.pickup().get().parts(),
                                inside.pickup().get().more());
            }
            return edges;
        } catch (IOException | RuntimeException e) {
            edges.close();
            throw e;
        }
    }

    /// Whether mail programs can read the secure mailbox.
    static boolean opensImap(GatewayConfig config) {
        Imap open = config.listeners().imap();
        return (open.starttls() != null || open.implicit() != null) && config.tls() != null;
    }

    private void bindImap(GatewayConfig config, Asked asked, Inside within, World world)
            throws IOException {
        Ground ground = within.ground();
        Imap open = config.listeners().imap();
        OwnCertificate own = config.tls();
        if (!opensImap(config) || own == null) {
            return;
        }
        Supplier<TlsMaterial> tls = OwnTls.load(own, world);
        Limits.Shares shares = config.limits().imap();
        ImapLimits limits =
                ImapLimits.usual()
                        .withConnections(shares.source(), shares.user())
                        .withLetter(config.limits().message());
        Cabinet cabinet =
                Cabinet.open(
                        new Cabinet.Ground(
                                ground.mailbox(),
                                ground.database(),
                                ground.vault(),
                                world.clock(),
                                world.disk(),
                                config.storage().keys().resolve(Cabinet.MARK)));
        cabinet.show(within.rooms().held());
        rounds.add(new Rounds("rows of held mail", HeldDesk.EVERY, cabinet::sweepHeld));
        rounds.add(new Rounds("outlines of before", WORKS_EVERY, cabinet::work));
        ImapServer.Inside inside =
                new ImapServer.Inside(
                        new ImapServer.Rooms(
                                cabinet,
                                within.rooms().bridge(),
                                SubmissionLogins.clinic(
                                        config, world, ground, within.rooms().partners())),
                        asked.logins().reading(),
                        limits);
        // Whoever idles with a password that was taken back finds out.
        asked.logins().appPasswords().whenRevoked(cabinet::changed);
        Map<ImapListener.Kind, Endpoint> endpoints = new EnumMap<>(ImapListener.Kind.class);
        if (open.starttls() != null) {
            endpoints.put(ImapListener.Kind.IMAP, open.starttls());
        }
        if (open.implicit() != null) {
            endpoints.put(ImapListener.Kind.IMAPS, open.implicit());
        }
        for (Map.Entry<ImapListener.Kind, Endpoint> each : endpoints.entrySet()) {
            ImapListener listener =
                    new ImapListener(
                            each.getKey(),
                            socket(each.getValue()),
                            config.site().hostname(),
                            limits,
                            tls);
            imap.put(each.getKey(), new ImapServer(listener, inside));
        }
    }

    private static List<SmtpListener> listeners(GatewayConfig config, World world)
            throws IOException {
        Listeners open = config.listeners();
        Limits limits = config.limits();
        Domain hostname = config.site().hostname();
        Supplier<TlsMaterial> tls = config.tls() == null ? null : OwnTls.load(config.tls(), world);
        List<SmtpListener> listeners = new ArrayList<>();
        if (open.submission() != null && tls != null) {
            listeners.add(
                    SmtpListener.submission(
                            Kind.SUBMISSION, socket(open.submission()), hostname, tls));
        }
        if (open.submissions() != null && tls != null) {
            listeners.add(
                    SmtpListener.submission(
                            Kind.SUBMISSIONS, socket(open.submissions()), hostname, tls));
        }
        RelayEndpoint relay = open.relay();
        Networks networks = relay == null ? Networks.NONE : networks(relay.networks());
        if (relay != null) {
            listeners.add(SmtpListener.relay(socket(relay.at()), hostname, networks));
        }
        if (open.inbound() != null) {
            listeners.add(
                    SmtpListener.inbound(
                            socket(open.inbound().at()), hostname, inboundDomains(config)));
        }
        return listeners.stream()
                .map(listener -> listener.withNetworks(networks))
                .map(listener -> tls == null ? listener : listener.withTls(tls))
                .map(listener -> listener.withLimits(limits.of(listener.kind().listener())))
                .toList();
    }

    /// Who is asked about those who write, and about those who are written to.
    private record Asked(SubmissionLogins.Doors logins, RecipientList recipients) {
        static Asked of(GatewayConfig config, Inside inside) throws IOException {
            InboundEndpoint inbound = config.listeners().inbound();
            Path list = inbound == null ? null : inbound.recipients();
            return new Asked(
                    inside.logins(),
                    (list == null ? RecipientList.everybody() : RecipientList.of(list))
                            .and(own(config, inside.addresses())));
        }
    }

    /// Mail to our own name is for our own addresses alone, unless the clinic has mailboxes there.
    private static RecipientList.Own own(GatewayConfig config, ReturnAddresses addresses) {
        return new RecipientList.Own(
                addresses.host(),
                config.site().domains().contains(addresses.host()),
                address -> ReturnDesk.isOpen(addresses, address));
    }

    /// What the inbound listener takes mail for.
    private static Set<Domain> inboundDomains(GatewayConfig config) {
        Set<Domain> domains = new HashSet<>(config.site().domains());
        if (config.listeners().pickup() != null) {
            domains.add(config.site().hostname());
        }
        return domains;
    }

    private static SmtpServer server(SmtpListener listener, Asked asked, Inside inside, World world)
            throws IOException {
        return new SmtpServer(
                listener,
                inside.front(),
                inside.ground().spool(),
                inside.receiving(),
                asked.logins().submitting(),
                asked.recipients(),
                inside.ground().refusals()::refused,
                world.clock());
    }

    private static WebSettings web(
            GatewayConfig config,
            PickupEndpoint endpoint,
            Optional<WebSettings.Tls> issued,
            World world)
            throws IOException, StartException {
        InetSocketAddress at = socket(endpoint.at());
        URI url = URI.create(endpoint.url());
        return switch (endpoint.tls()) {
            case ACME -> new WebSettings(at, url, issued.orElseThrow());
            case HERE -> {
                OwnCertificate own = Objects.requireNonNull(config.tls(), "checked by the reader");
                yield new WebSettings(at, url, WebSettings.Tls.of(OwnTls.load(own, world)));
            }
            case PROXY -> new WebSettings(at, url, null, networks(endpoint.proxies()));
        };
    }

    private static Networks networks(List<String> entries) throws StartException {
        return switch (Networks.parse(entries)) {
            case Networks.Parsed.Good(Networks networks) -> networks;
            case Networks.Parsed.Bad(List<String> problems) ->
                    throw new StartException(
                            "the networks of a listener: " + String.join("; ", problems));
        };
    }

    private static InetSocketAddress socket(Endpoint endpoint) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(endpoint.address()), endpoint.port());
    }

    void start() throws IOException {
        for (SmtpServer server : smtp.values()) {
            server.start();
        }
        imap.values().forEach(ImapServer::start);
        rounds.forEach(Rounds::start);
        if (pickup != null) {
            pickup.start();
        }
    }

    Ports ports() {
        Map<Kind, Integer> bound = new EnumMap<>(Kind.class);
        smtp.forEach((kind, server) -> bound.put(kind, server.port()));
        Map<ImapListener.Kind, Integer> reading = new EnumMap<>(ImapListener.Kind.class);
        imap.forEach((kind, server) -> reading.put(kind, server.port()));
        OptionalInt pages = pickup == null ? OptionalInt.empty() : OptionalInt.of(pickup.port());
        return new Ports(bound, reading, pages);
    }

    /// The doors take nothing new; what is under way may end. All at once, each in a thread of its
    /// own: one whose sessions need all of their time keeps no other open, and adds nothing to it.
    @Override
    public void close() {
        List<Closeable> doors = new ArrayList<>();
        PickupServer pages = pickup;
        if (pages != null) {
            doors.add(pages::close);
        }
        smtp.values().forEach(server -> doors.add(server::close));
        imap.values().forEach(server -> doors.add(server::close));
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            doors.forEach(door -> each.execute(() -> close(door)));
        }
        rounds.forEach(Rounds::close);
    }

    private static void close(Closeable door) {
        try {
            door.close();
        } catch (IOException | RuntimeException e) {
            LOG.error("a listener did not close: {}", e.getMessage());
        }
    }
}

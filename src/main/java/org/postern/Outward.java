package org.postern;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.cert.Authorities;
import org.postern.choice.ChoiceLook;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Endpoint;
import org.postern.config.GatewayConfig.Listeners;
import org.postern.config.GatewayConfig.Outgoing;
import org.postern.dns.CachedResolver;
import org.postern.dns.DnsSettings;
import org.postern.dns.NetworkResolver;
import org.postern.dns.Resolver;
import org.postern.fetch.Fetcher;
import org.postern.ldap.GroupServer;
import org.postern.ldap.GroupServers;
import org.postern.ldap.KeptAnswers;
import org.postern.ldap.LdapDirectory;
import org.postern.ldap.LdapFinder;
import org.postern.ldap.LdapServer;
import org.postern.ldap.ServerDirectory;
import org.postern.membership.Memberships;
import org.postern.mtasts.HttpsPolicyFetch;
import org.postern.mtasts.Policies;
import org.postern.mtasts.PolicyFolder;
import org.postern.net.HostLookup;
import org.postern.net.Networks;
import org.postern.net.TlsTrust;
import org.postern.origin.OriginCheck;
import org.postern.origin.PublicSuffixes;
import org.postern.origin.ResolvedNames;
import org.postern.pki.Finder;
import org.postern.pki.PartnerDirectory;
import org.postern.reach.Inquiry;
import org.postern.reach.Possibilities;
import org.postern.reach.ReachAsking;
import org.postern.relay.Relay;
import org.postern.relay.RelaySettings;
import org.postern.route.AddressGuard;
import org.postern.route.Dispatch;
import org.postern.route.MxRoutes;
import org.postern.route.MxSettings;
import org.postern.route.Prospects;
import org.postern.smimea.SmimeaFinder;
import org.postern.smtp.RecipientList;
import org.postern.transit.Delivery;
import org.postern.transit.Inspection;
import org.postern.transit.Routes;
import org.postern.vault.Secrets;

/// The part of the parts list by which mail leaves: the routes of `gateway.yaml`, the choice by MX
/// where there is no smart host, the client.
record Outward(Routes routes, Prospects prospects, Dispatch dispatch) {
    /// RFC 8461 §3.3 suggests a minute; messages wait for it.
    private static final Duration POLICY_FETCH_MAX = Duration.ofSeconds(30);

    static Outward of(Story.Setting setting) throws IOException {
        GatewayConfig config = setting.config();
        World world = setting.world();
        NextHops hops = new NextHops(world.clock());
        Routes routes = hops.routes(config.outgoing());
        RelaySettings settings = RelaySettings.of(config.site().hostname());
        if (config.outgoing().smartHost() != null) {
            Relay relay = new Relay(settings, world.lookup(), world.clock());
            setting.closing().later("relay", relay::close);
            Prospects named = new Prospects(Optional.empty());
            return new Outward(routes, named, new Dispatch(relay, named));
        }
        Names names = Names.of(config, world);
        PolicyFolder kept = PolicyFolder.open(world.disk(), policies(config));
        Relay relay =
                new Relay(
                        settings,
                        new NamedHosts(named(config.outgoing()), world.lookup(), names.guard()),
                        world.clock());
        setting.closing().later("relay", relay::close);
        Prospects prospects = new Prospects(Optional.of(byMx(setting, names, hops, kept)));
        return new Outward(routes, prospects, new Dispatch(relay, prospects));
    }

    /// Looks along the ways that mail of a gateway would take, for whoever is none: it keeps
    /// nothing and reads no password.
    static Possibilities asSeen(Story.Setting setting) throws IOException {
        GatewayConfig config = setting.config();
        World world = setting.world();
        NextHops hops = new NextHops(world.clock());
        PolicyFolder kept = PolicyFolder.ofAnother(world.disk(), policies(config));
        Prospects prospects =
                config.outgoing().smartHost() == null
                        ? new Prospects(
                                Optional.of(byMx(setting, Names.of(config, world), hops, kept)))
                        : new Prospects(Optional.empty());
        return possibilities(
                setting,
                Story.partners(setting, Authorities.OFF),
                hops.withoutLogins(config.outgoing()),
                prospects);
    }

    Delivery.Ways ways(Story.Setting setting, PartnerDirectory partners) {
        return new Delivery.Ways(
                routes, dispatch, possibilities(setting, partners, routes, prospects));
    }

    private static Possibilities possibilities(
            Story.Setting setting, PartnerDirectory partners, Routes routes, Prospects prospects) {
        return new Possibilities(
                partners,
                routes::provable,
                prospects,
                setting.config().listeners().pickup() == null
                        ? Possibilities.Pickup.NOT_OFFERED
                        : Possibilities.Pickup.OFFERED,
                setting.world().clock());
    }

    private static MxRoutes byMx(
            Story.Setting setting, Names names, NextHops hops, PolicyFolder kept)
            throws IOException {
        GatewayConfig config = setting.config();
        World world = setting.world();
        HttpsPolicyFetch fetch =
                new HttpsPolicyFetch(
                        names.guard(),
                        hops.systemTrust(),
                        POLICY_FETCH_MAX,
                        world.internet().httpsPort());
        return new MxRoutes(
                new MxSettings(
                        config.site().hostname(),
                        Set.of(config.outgoing().internal().host()),
                        world.internet().smtpPort()),
                names.resolver(),
                names.guard(),
                new Policies(names.resolver(), fetch, kept, world.clock()),
                hops.systemTrust(),
                world.random(),
                world.clock());
    }

    /// How names of strangers are found, and where they may lead.
    private record Names(Resolver resolver, AddressGuard guard) {
        static Names of(GatewayConfig config, World world) throws IOException {
            Resolver resolver = Outward.resolver(config, world);
            return new Names(
                    resolver,
                    new AddressGuard(
                            resolver,
                            networks(config.outgoing().mx().privateNetworks()),
                            ownAddresses(config.listeners(), world.internet().smtpPort())));
        }
    }

    private static Path policies(GatewayConfig config) {
        return config.storage().data().resolve("mta-sts");
    }

    /// Hosts that IT named are found as the system finds them, wherever they stand; all others were
    /// named by strangers.
    private record NamedHosts(Set<String> named, HostLookup system, AddressGuard guard)
            implements HostLookup {
        @Override
        public List<InetAddress> addresses(String host) throws IOException {
            return named.contains(host) ? system.addresses(host) : guard.addresses(host);
        }
    }

    private static Set<String> named(Outgoing outgoing) {
        Set<String> named = new HashSet<>();
        named.add(outgoing.internal().host());
        outgoing.routes().forEach(route -> named.add(route.server().host()));
        return named;
    }

    /// Asks the web servers that certificates of others name.
    static Fetcher fetcher(GatewayConfig config, World world) {
        GatewayConfig.Fetch terms = config.outgoing().pki().fetch();
        NextHops hops = new NextHops(world.clock());
        return new Fetcher(
                new AddressGuard(resolver(config, world), networks(terms.allow()), Set.of()),
                () -> systemTrust(hops),
                terms.ports());
    }

    private static TlsTrust systemTrust(NextHops hops) {
        try {
            return hops.systemTrust();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Those who may know certificates of people outside, besides the files.
    ///
    /// @throws IOException if the anchors of a directory cannot be read
    static List<Finder> finders(GatewayConfig config, World world) throws IOException {
        GatewayConfig.Pki pki = config.outgoing().pki();
        List<Finder> finders = new ArrayList<>();
        NextHops hops = new NextHops(world.clock());
        for (LdapServer server : pki.ldap()) {
            LdapDirectory directory =
                    new KeptAnswers(
                            new ServerDirectory(server, means(server, hops, world)), world.clock());
            finders.add(new LdapFinder(directory, server, pki.patience()));
        }
        if (!pki.smimea().isEmpty()) {
            finders.add(new SmimeaFinder(resolver(config, world), pki.smimea(), pki.patience()));
        }
        return List.copyOf(finders);
    }

    /// Who is asked about the groups that rules name, and about what people chose, until the
    /// gateway stops.
    ///
    /// @throws IOException if the anchors of the directory cannot be read
    private static Memberships groups(Story.Setting setting, Ground ground) throws IOException {
        return groups(setting.config(), setting.world(), setting.closing())
                .with(ground.choices()::of);
    }

    private static Memberships groups(GatewayConfig config, World world, Closing closing)
            throws IOException {
        GroupServer groups = config.site().groups();
        if (groups == null) {
            return Memberships.none();
        }
        ServerDirectory.Means means = means(groups.server(), new NextHops(world.clock()), world);
        GroupServers servers = new GroupServers(groups, means, world.clock());
        closing.later("directory", servers::close);
        return new Memberships(groups, servers, world.clock());
    }

    /// Who is asked what rules need to know before they decide, until the gateway stops.
    static Inquiry others(Story.Setting setting, Ground ground, Possibilities possible)
            throws IOException {
        ReachAsking reach = new ReachAsking(possible);
        setting.closing().later("ways to recipients", reach::close);
        return new Inquiry(groups(setting, ground), reach);
    }

    /// Who is asked about people for a command, which looks up what they chose on the disk.
    ///
    /// @throws IOException as above
    static Memberships forCommand(GatewayConfig config, World world) throws IOException {
        ChoiceLook look = new ChoiceLook(world.disk(), config.storage());
        return groups(config, world, new Closing()).with(look::of);
    }

    private static ServerDirectory.Means means(LdapServer server, NextHops hops, World world)
            throws IOException {
        LdapServer.Login login = server.login();
        return new ServerDirectory.Means(
                world.lookup(),
                server.security() == LdapServer.Security.PLAIN ? null : hops.trust(server.trust()),
                login == null ? null : () -> Secrets.firstLine(login.passwordFile()));
    }

    /// Where no mail from outside comes in, nobody asks where it comes from.
    static Optional<Inspection.Origins> origins(GatewayConfig config, World world)
            throws IOException {
        GatewayConfig.InboundEndpoint inbound = config.listeners().inbound();
        if (inbound == null) {
            return Optional.empty();
        }
        Path list = inbound.recipients();
        RecipientList people = list == null ? RecipientList.everybody() : RecipientList.of(list);
        return Optional.of(
                new Inspection.Origins(
                        new OriginCheck(
                                new ResolvedNames(resolver(config, world)),
                                PublicSuffixes.load(),
                                world.clock()),
                        inbound.obeysDmarc(),
                        people::names));
    }

    /// Asks the domain name system as `gateway.yaml` says, and remembers the answers.
    static Resolver resolver(GatewayConfig config, World world) {
        DnsSettings settings = dns(config.outgoing().mx().dns());
        return new CachedResolver(world.internet().resolver().apply(settings), world.clock());
    }

    private static DnsSettings dns(GatewayConfig.Dns dns) {
        List<InetSocketAddress> servers =
                dns.servers().isEmpty()
                        ? NetworkResolver.systemServers()
                        : dns.servers().stream()
                                .map(InetAddress::ofLiteral)
                                .map(address -> new InetSocketAddress(address, dns.port()))
                                .toList();
        return new DnsSettings(servers, DnsSettings.PATIENCE, dns.validates());
    }

    private static Networks networks(List<String> entries) {
        return switch (Networks.parse(entries)) {
            case Networks.Parsed.Good(Networks networks) -> networks;
            case Networks.Parsed.Bad(List<String> problems) ->
                    throw new IllegalArgumentException(problems.toString());
        };
    }

    /// Where somebody who connects to this port reaches this gateway, and not another server of the
    /// same machine.
    private static Set<InetAddress> ownAddresses(Listeners listeners, int port) throws IOException {
        Set<InetAddress> own = new HashSet<>();
        for (Endpoint door : doors(listeners)) {
            if (door.port() != port) {
                continue;
            }
            InetAddress address = InetAddress.ofLiteral(door.address());
            if (!address.isAnyLocalAddress()) {
                own.add(address);
                continue;
            }
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(it -> it instanceof Inet4Address || !(address instanceof Inet4Address))
                    .forEach(own::add);
        }
        return own;
    }

    private static List<Endpoint> doors(Listeners listeners) {
        Set<Endpoint> doors = new HashSet<>();
        Optional.ofNullable(listeners.submission()).ifPresent(doors::add);
        Optional.ofNullable(listeners.submissions()).ifPresent(doors::add);
        Optional.ofNullable(listeners.inbound()).ifPresent(inbound -> doors.add(inbound.at()));
        Optional.ofNullable(listeners.relay()).ifPresent(relay -> doors.add(relay.at()));
        return List.copyOf(doors);
    }
}

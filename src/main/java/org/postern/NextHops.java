package org.postern;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.NextServer;
import org.postern.config.GatewayConfig.Outgoing;
import org.postern.config.GatewayConfig.SmartHost;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.mail.Domain;
import org.postern.net.PeerProof;
import org.postern.net.TlsTrust;
import org.postern.relay.NextHop;
import org.postern.relay.TlsMode;
import org.postern.transit.Routes;
import org.postern.vault.Secrets;

/// Makes next hops of what `gateway.yaml` says: reads trust anchors and passwords.
final class NextHops {
    private final InstantSource clock;
    private final Map<Path, TlsTrust> anchors = new HashMap<>();
    private @Nullable TlsTrust system;

    NextHops(InstantSource clock) {
        this.clock = clock;
    }

    Routes routes(Outgoing outgoing) throws IOException {
        SmartHost smartHost = outgoing.smartHost();
        return new Routes(
                hop(outgoing.internal(), null),
                partners(outgoing),
                smartHost == null
                        ? Optional.empty()
                        : Optional.of(hop(smartHost.server(), credentials(smartHost))));
    }

    /// The same for whoever only looks: no password is read.
    Routes withoutLogins(Outgoing outgoing) throws IOException {
        SmartHost smartHost = outgoing.smartHost();
        return new Routes(
                hop(outgoing.internal(), null),
                partners(outgoing),
                smartHost == null ? Optional.empty() : Optional.of(hop(smartHost.server(), null)));
    }

    private Map<Domain, NextHop> partners(Outgoing outgoing) throws IOException {
        Map<Domain, NextHop> partners = new HashMap<>();
        for (GatewayConfig.Route route : outgoing.routes()) {
            partners.put(route.domain(), hop(route.server(), null));
        }
        return partners;
    }

    private NextHop hop(NextServer server, NextHop.@Nullable Credentials credentials)
            throws IOException {
        TlsMode mode =
                switch (server.tls()) {
                    case NONE -> TlsMode.NONE;
                    case OPPORTUNISTIC -> TlsMode.OPPORTUNISTIC;
                    case VERIFIED -> TlsMode.VERIFIED;
                    case VERIFIED_IMPLICIT -> TlsMode.VERIFIED_IMPLICIT;
                };
        PeerProof proof = server.tls().proves() ? proof(server) : null;
        return new NextHop(server.host(), server.port(), mode, proof, credentials);
    }

    /// A pinned key proves by itself, unless a file of anchors is named besides.
    PeerProof proof(NextServer server) throws IOException {
        if (server.pins().isEmpty()) {
            return new PeerProof.Path(trust(server.trust()), Proof.CA);
        }
        Path file = server.trust();
        return new PeerProof.Pinned(server.pins(), file == null ? null : trust(file));
    }

    /// The authorities of a file, read once; null for those of the system.
    TlsTrust trust(@Nullable Path file) throws IOException {
        if (file == null) {
            return systemTrust();
        }
        TlsTrust known = anchors.get(file);
        if (known != null) {
            return known;
        }
        TlsTrust loaded =
                switch (TlsTrust.anchors(file, clock)) {
                    case TlsTrust.Loaded.Ready(TlsTrust trust) -> trust;
                    case TlsTrust.Loaded.Unusable(String problem) ->
                            throw new StartException(problem);
                };
        anchors.put(file, loaded);
        return loaded;
    }

    /// The authorities that the system trusts, read once.
    TlsTrust systemTrust() throws IOException {
        try {
            TlsTrust trust = system == null ? TlsTrust.system(clock) : system;
            system = trust;
            return trust;
        } catch (GeneralSecurityException e) {
            throw new StartException("no trust anchors of the system: " + e.getMessage());
        }
    }

    private static NextHop.@Nullable Credentials credentials(SmartHost smartHost)
            throws IOException {
        GatewayConfig.Login login = smartHost.login();
        return login == null
                ? null
                : new NextHop.Credentials(login.user(), Secrets.firstLine(login.passwordFile()));
    }
}

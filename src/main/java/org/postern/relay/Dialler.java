package org.postern.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.net.HostLookup;
import org.postern.net.TlsClient;
import org.postern.relay.Wire.WireException;

/// Opens connections: TCP, greeting, TLS as the hop's mode demands it, EHLO, log-in. What was not
/// proved is not handed out.
final class Dialler {
    /// How many addresses of one host are tried.
    private static final int ADDRESSES_MAX = 8;

    /// Opening has up to seven steps; together they may take as long as this many.
    private static final int STEPS_IN_ALL = 2;

    private final RelaySettings settings;
    private final HostLookup lookup;
    private final Watchdog watchdog;

    Dialler(RelaySettings settings, HostLookup lookup, Watchdog watchdog) {
        this.settings = settings;
        this.lookup = lookup;
        this.watchdog = watchdog;
    }

    /// What came of opening a connection.
    sealed interface Opening {
        record Ready(Connection connection) implements Opening {}

        /// TLS was not proved; nothing but EHLO was said.
        ///
        /// @param seen what was negotiated all the same; null where it did not come that far
        record Unproved(String reason, @Nullable Tls seen) implements Opening {}

        /// @param tls what was negotiated before it ended; null in clear
        record Unreachable(String reason, @Nullable Tls tls) implements Opening {}
    }

    Opening open(NextHop hop) {
        Opening first = attempt(hop, hop.tls());
        if (hop.tls() == TlsMode.OPPORTUNISTIC && first instanceof Opening.Unproved) {
            // The only place in the program from which a failed handshake leads to clear text.
            return attempt(hop, TlsMode.NONE);
        }
        return first;
    }

    private Opening attempt(NextHop hop, TlsMode mode) {
        Wire wire = null;
        boolean ready = false;
        try {
            wire = connect(hop);
            wire.begin(settings.deadlines().command().multipliedBy(STEPS_IN_ALL));
            Opening opening =
                    switch (mode) {
                        case NONE -> inClear(hop, wire);
                        case OPPORTUNISTIC, VERIFIED -> byStartTls(hop, wire);
                        case VERIFIED_IMPLICIT -> fromTheFirstOctet(hop, wire);
                    };
            ready = opening instanceof Opening.Ready;
            return opening;
        } catch (WireException e) {
            return new Opening.Unreachable(hop.name() + ": " + e.sentence(), null);
        } finally {
            if (wire != null && !ready) {
                wire.close();
            }
        }
    }

    private Wire connect(NextHop hop) throws WireException {
        List<InetAddress> addresses;
        try {
            addresses = lookup.addresses(hop.host());
        } catch (IOException e) {
            throw new WireException(String.valueOf(e.getMessage()), e);
        }
        IOException last = null;
        for (InetAddress address :
                addresses.subList(0, Math.min(ADDRESSES_MAX, addresses.size()))) {
            try {
                return connect(new InetSocketAddress(address, hop.port()));
            } catch (IOException e) {
                last = e;
            }
        }
        String why = last == null ? "it has no address" : String.valueOf(last.getMessage());
        throw new WireException("no connection: " + why, last);
    }

    private Wire connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, Math.toIntExact(settings.deadlines().connect().toMillis()));
            // What we send in one piece is to leave at once.
            socket.setTcpNoDelay(true);
            return new Wire(socket, watchdog);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Opening inClear(NextHop hop, Wire wire) throws WireException {
        greet(wire);
        return ready(hop, wire, hello(wire), null);
    }

    private Opening fromTheFirstOctet(NextHop hop, Wire wire) throws WireException {
        return switch (handshake(hop, wire)) {
            case TlsClient.Handshake.Broken(String reason, Tls seen) ->
                    unproved(hop, wire, reason, seen);
            case TlsClient.Handshake.Established(var socket, Tls evidence) -> {
                wire.secure(socket);
                yield secured(hop, wire, evidence);
            }
        };
    }

    /// What goes wrong from here on goes wrong under TLS, and is told so.
    private Opening secured(NextHop hop, Wire wire, Tls evidence) {
        try {
            if (hop.tls() == TlsMode.VERIFIED_IMPLICIT) {
                greet(wire);
            }
            // RFC 3207 §4.2: what was learned in clear no longer counts.
            return ready(hop, wire, hello(wire), evidence);
        } catch (WireException e) {
            return new Opening.Unreachable(hop.name() + ": " + e.sentence(), evidence);
        }
    }

    /// RFC 3207.
    private Opening byStartTls(NextHop hop, Wire wire) throws WireException {
        greet(wire);
        Extensions inClear = hello(wire);
        boolean opportunistic = hop.tls() == TlsMode.OPPORTUNISTIC;
        if (!inClear.startTls()) {
            return opportunistic
                    ? ready(hop, wire, inClear, null)
                    : unproved(hop, wire, "it offers no STARTTLS", null);
        }
        PeerReply answer = ask(wire, "STARTTLS");
        if (answer.code() != 220) {
            return opportunistic && answer.code() != 421
                    ? ready(hop, wire, inClear, null)
                    : unproved(hop, wire, "it refused STARTTLS: " + answer.status(), null);
        }
        if (wire.hasSurplus()) {
            // Octets that somebody put behind the 220 would later count as answers given under TLS.
            String reason = "octets in clear came behind its answer to STARTTLS";
            return opportunistic
                    ? new Opening.Unreachable(hop.name() + ": " + reason, null)
                    : unproved(hop, wire, reason, null);
        }
        return switch (handshake(hop, wire)) {
            case TlsClient.Handshake.Broken(String reason, Tls seen) ->
                    unproved(hop, wire, reason, seen);
            case TlsClient.Handshake.Established(var socket, Tls evidence) -> {
                wire.secure(socket);
                yield secured(hop, wire, evidence);
            }
        };
    }

    private TlsClient.Handshake handshake(NextHop hop, Wire wire) {
        wire.step("the TLS handshake", settings.deadlines().command());
        return switch (hop.tls()) {
            case NONE -> new TlsClient.Handshake.Broken("no TLS is wanted");
            case OPPORTUNISTIC -> TlsClient.unverified(wire.plain(), hop.host());
            case VERIFIED, VERIFIED_IMPLICIT ->
                    TlsClient.verified(wire.plain(), hop.host(), hop.requiredProof());
        };
    }

    private static Opening unproved(NextHop hop, Wire wire, String reason, @Nullable Tls seen) {
        String why = wire.hasExpired() ? "the TLS handshake took too long" : reason;
        return new Opening.Unproved(hop.name() + " did not prove itself: " + why, seen);
    }

    private Opening ready(NextHop hop, Wire wire, Extensions extensions, @Nullable Tls tls)
            throws WireException {
        NextHop.Credentials credentials = hop.credentials();
        if (credentials != null) {
            logIn(wire, extensions, credentials);
        }
        if (extensions.smtpUtf8()) {
            wire.allowUtf8();
        }
        wire.rest();
        return new Opening.Ready(new Connection(hop, wire, extensions, tls));
    }

    private void greet(Wire wire) throws WireException {
        wire.step("the greeting", settings.deadlines().command());
        PeerReply greeting = wire.reply();
        if (greeting.code() != 220) {
            throw wire.fault("it greeted with " + greeting.status());
        }
    }

    private Extensions hello(Wire wire) throws WireException {
        PeerReply answer = ask(wire, "EHLO " + settings.ownName());
        if (answer.code() == 250) {
            return Extensions.of(answer.lines());
        }
        // RFC 5321 §3.2: servers that do not know EHLO know HELO.
        if (answer.code() >= 500 && ask(wire, "HELO " + settings.ownName()).code() == 250) {
            return Extensions.NONE;
        }
        throw wire.fault("it refused EHLO: " + answer.status());
    }

    /// RFC 4954, RFC 4616. `NextHop` lets credentials stand only where proof is demanded, and this
    /// is reached only when it was given.
    private void logIn(Wire wire, Extensions extensions, NextHop.Credentials credentials)
            throws WireException {
        if (!extensions.authPlain()) {
            throw wire.fault("it offers no AUTH PLAIN, and we are to log in");
        }
        String secret = "\0" + credentials.user() + "\0" + credentials.password();
        String encoded =
                Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
        wire.step("AUTH", settings.deadlines().command());
        wire.command("AUTH PLAIN " + encoded);
        wire.flush();
        PeerReply answer = wire.reply();
        if (answer.code() != 235) {
            // Only the code: some servers echo what they were sent.
            throw wire.fault(
                    "it refused the log-in of " + credentials.user() + ": " + answer.code());
        }
    }

    private PeerReply ask(Wire wire, String command) throws WireException {
        wire.step(command, settings.deadlines().command());
        wire.command(command);
        wire.flush();
        return wire.reply();
    }
}

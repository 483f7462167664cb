package org.postern.smtp;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postern.testkit.HalfOpenTls;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.SmtpPeer;

/// S24: whoever may begin with TLS and does not, or lets it drip, loses the connection in the time
/// of one handshake, and the place is free again.
@Timeout(120)
class SmtpHandshakeTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    /// Enough for a real handshake on a busy machine.
    private static final Duration ENOUGH = Duration.ofSeconds(4);

    /// How long a client comes again for the place.
    private static final Duration FREE_MAX = Duration.ofSeconds(30);

    private static final List<SmtpListener.Kind> DOORS =
            List.of(
                    SmtpListener.Kind.SUBMISSIONS,
                    SmtpListener.Kind.SUBMISSION,
                    SmtpListener.Kind.INBOUND);

    /// One that has a single place, and little patience with handshakes alone.
    private static World world(SmtpListener.Kind kind, Duration handshake) throws IOException {
        return new World(
                kind,
                usual -> usual.withPlaces(1, 1).with(usual.deadlines().withHandshake(handshake)),
                MemoryReception.accepting());
    }

    /// A client in the single place, at the point where TLS begins. It comes again while the server
    /// is busy with the one before it.
    private static SmtpPeer begun(World world, SmtpListener.Kind kind) throws IOException {
        long end = System.nanoTime() + FREE_MAX.toNanos();
        while (System.nanoTime() < end) {
            SmtpPeer peer = world.connect();
            if (kind == SmtpListener.Kind.SUBMISSIONS) {
                return peer;
            }
            if (peer.line().startsWith("220 ")) {
                peer.ask("STARTTLS", "220 2.0.0 *");
                return peer;
            }
            peer.close();
        }
        throw new AssertionError("the place is not free at " + kind);
    }

    /// Comes until it is under TLS and greeted: a server without a place says no word of TLS where
    /// TLS comes first.
    private static void comeIn(World world, SmtpListener.Kind kind) throws IOException {
        long end = System.nanoTime() + FREE_MAX.toNanos();
        while (System.nanoTime() < end) {
            try (SmtpPeer peer = begun(world, kind)) {
                if (isSecured(peer)) {
                    if (kind == SmtpListener.Kind.SUBMISSIONS) {
                        peer.expect("220 *");
                    }
                    peer.ask("EHLO ward.example", "250 *");
                    return;
                }
            }
        }
        throw new AssertionError("nobody comes in at " + kind);
    }

    private static boolean isSecured(SmtpPeer peer) {
        try {
            World.secure(peer);
            return true;
        } catch (IOException turnedAway) {
            return false;
        }
    }

    @Test
    void whoeverBeginsTlsAndSaysNothingIsSentAway() throws IOException {
        for (SmtpListener.Kind kind : DOORS) {
            try (World world = world(kind, ENOUGH)) {
                try (SmtpPeer peer = begun(world, kind)) {
                    HalfOpenTls.sayNothing(peer);
                }
                comeIn(world, kind);
            }
        }
    }

    @Test
    void whoeverLetsTheHandshakeDripIsSentAway() throws Exception {
        for (SmtpListener.Kind kind : DOORS) {
            try (World world = world(kind, SHORT);
                    SmtpPeer peer = begun(world, kind)) {
                HalfOpenTls.drip(peer, World.clientTls());
            }
        }
    }

    /// The other waits are as long as ever.
    @Test
    void aHandshakeInTimeIsNoneOfIt() throws IOException {
        try (World world =
                        new World(
                                SmtpListener.Kind.SUBMISSION,
                                usual -> usual,
                                MemoryReception.accepting());
                SmtpPeer peer = begun(world, SmtpListener.Kind.SUBMISSION)) {
            World.secure(peer);
            peer.ask("EHLO ward.example", "250 *");
        }
    }
}

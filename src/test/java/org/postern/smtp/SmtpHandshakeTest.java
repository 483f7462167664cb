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

    private static final List<SmtpListener.Kind> DOORS =
            List.of(
                    SmtpListener.Kind.SUBMISSIONS,
                    SmtpListener.Kind.SUBMISSION,
                    SmtpListener.Kind.INBOUND);

    /// One that has a single place, and little patience with handshakes alone.
    private static World world(SmtpListener.Kind kind) throws IOException {
        return new World(
                kind,
                usual ->
                        new SmtpLimits(
                                usual.messageOctets(),
                                usual.recipients(),
                                1,
                                1,
                                usual.errors(),
                                usual.authFailures(),
                                usual.deadlines().withHandshake(SHORT)),
                MemoryReception.accepting());
    }

    /// A client in the single place, at the point where TLS begins. It comes again while the server
    /// is busy with the one before it.
    private static SmtpPeer begun(World world, SmtpListener.Kind kind) throws IOException {
        while (true) {
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
    }

    @Test
    void whoeverBeginsTlsAndSaysNothingIsSentAway() throws IOException {
        for (SmtpListener.Kind kind : DOORS) {
            try (World world = world(kind)) {
                for (int i = 0; i < 2; i++) {
                    try (SmtpPeer peer = begun(world, kind)) {
                        HalfOpenTls.sayNothing(peer);
                    }
                }
            }
        }
    }

    @Test
    void whoeverLetsTheHandshakeDripIsSentAway() throws Exception {
        for (SmtpListener.Kind kind : DOORS) {
            try (World world = world(kind);
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

package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.HalfOpenTls;
import org.postern.testkit.SmtpPeer;

/// S24, at the doors of the mailboxes: whoever may begin with TLS and does not, or lets it drip,
/// loses the connection in the time of one handshake.
@Timeout(120)
class ImapHandshakeTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir Path home;

    private ImapWorld world(ImapListener.Kind kind) throws IOException {
        return new ImapWorld(
                home,
                usual -> usual.withDeadlines(usual.deadlines().withHandshake(SHORT)),
                (_, _) -> Optional.empty(),
                kind);
    }

    /// A client at the point where TLS begins.
    private static SmtpPeer begun(ImapWorld world, ImapListener.Kind kind) throws IOException {
        SmtpPeer peer = world.connect();
        if (kind == ImapListener.Kind.IMAP) {
            peer.line();
            peer.say("a STARTTLS");
            assertTrue(peer.line().startsWith("a OK "));
        }
        return peer;
    }

    @Test
    void whoeverHasToBeginTlsAndDoesNotIsSentAway() throws Exception {
        try (ImapWorld world = world(ImapListener.Kind.IMAPS)) {
            sendsAway(world, ImapListener.Kind.IMAPS);
        }
    }

    @Test
    void whoeverAskedForTlsAndDoesNotBeginIsSentAway() throws Exception {
        try (ImapWorld world = world(ImapListener.Kind.IMAP)) {
            sendsAway(world, ImapListener.Kind.IMAP);
        }
    }

    private static void sendsAway(ImapWorld world, ImapListener.Kind kind) throws Exception {
        try (SmtpPeer silent = begun(world, kind)) {
            HalfOpenTls.sayNothing(silent);
        }
        try (SmtpPeer dripping = begun(world, kind)) {
            HalfOpenTls.drip(dripping, ImapWorld.clientTls());
        }
    }
}

package org.postern.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.relay.Wire.WireException;

/// A connection that is greeted, proved as its hop demands and logged in: ready for mail
/// transactions.
final class Connection {
    private static final Duration FAREWELL_MAX = Duration.ofSeconds(2);

    private final NextHop hop;
    private final Wire wire;
    private final Extensions extensions;
    private final @Nullable Tls tls;
    private final long opened = System.nanoTime();
    private long rested = opened;
    private int messages;

    /// @param tls what was negotiated and proved; null in clear
    Connection(NextHop hop, Wire wire, Extensions extensions, @Nullable Tls tls) {
        // Held here once more, beside the place that decides: whoever forgets it there finds no way
        // to send.
        if (hop.tls().demandsProof() && tls == null) {
            throw new IllegalArgumentException(hop.name() + " demands proof and has none");
        }
        this.hop = hop;
        this.wire = wire;
        this.extensions = extensions;
        this.tls = tls;
    }

    NextHop hop() {
        return hop;
    }

    Wire wire() {
        return wire;
    }

    Extensions extensions() {
        return extensions;
    }

    @Nullable Tls tls() {
        return tls;
    }

    /// Whether the hop proved who it is.
    boolean isProved() {
        return hop.tls().demandsProof();
    }

    /// Whether it has carried a message before.
    boolean isKept() {
        return messages > 0;
    }

    /// Called after each mail transaction.
    void rest() {
        wire.rest();
        messages++;
        rested = System.nanoTime();
    }

    boolean mayCarryMore(RelaySettings settings) {
        return !wire.isBroken()
                && messages < settings.messagesPerConnection()
                && System.nanoTime() - opened < settings.lifetime().toNanos();
    }

    boolean isStale(RelaySettings settings) {
        return !mayCarryMore(settings) || System.nanoTime() - rested > settings.idle().toNanos();
    }

    /// Says QUIT (RFC 5321 §4.1.1.10) and closes, on a thread of its own, which is returned.
    Thread quit() {
        return Thread.ofVirtual()
                .start(() -> {
                    try (wire) {
                        wire.step("QUIT", FAREWELL_MAX);
                        wire.command("QUIT");
                        wire.flush();
                        var _ = wire.reply();
                    } catch (WireException e) {
                        // It was to be closed anyway.
                    }
                });
    }
}

package org.postern.relay;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Tls;

/// What became of one attempt to relay a message.
public sealed interface RelayResult {
    /// There was a mail transaction, or several. Each recipient has exactly one outcome: `Relayed`,
    /// `Delayed` or `Failed`.
    record Sent(Map<Address, DeliveryOutcome> outcomes) implements RelayResult {
        public Sent {
            // Not Map.copyOf: the order of the recipients stays.
            outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
        }
    }

    /// The hop did not prove what its mode demands: no STARTTLS, a handshake that broke, another's
    /// certificate. Nothing of envelope or content left. A later attempt may find it otherwise: a
    /// server that restarts and a stranger in between can bring about each of these for a moment.
    ///
    /// @param reason a sentence for people and the audit
    /// @param tls what was negotiated all the same, with the certificate that did not prove it;
    ///   null where it did not come that far, and without a connection
    record Unproved(String reason, @Nullable Tls tls) implements RelayResult {
        public Unproved(String reason) {
            this(reason, null);
        }
    }

    /// It is certain that no hop of the way promises to prove itself, so none was asked. Only
    /// another configuration, or another word of the domain, changes that.
    ///
    /// @param reason a sentence for people and the audit
    record Unprovable(String reason) implements RelayResult {}

    /// No mail transaction began, and nothing of envelope or content counts as sent; try later.
    ///
    /// @param reason a sentence for people and the audit
    /// @param tls of the connection on which it ended; null in clear, and without one
    record Unreachable(String reason, @Nullable Tls tls) implements RelayResult {
        public Unreachable(String reason) {
            this(reason, null);
        }
    }

    /// The same for a message for which no connection was made.
    default RelayResult heard() {
        return switch (this) {
            case Unreachable(String reason, _) -> new Unreachable(reason);
            case Unproved(String reason, _) -> new Unproved(reason);
            case Sent _, Unprovable _ -> this;
        };
    }
}

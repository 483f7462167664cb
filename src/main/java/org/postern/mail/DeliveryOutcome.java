package org.postern.mail;

import org.jspecify.annotations.Nullable;

/// What became of one recipient in one attempt. Doubt is `Delayed` or `Held`, never a delivery.
///
/// Reasons are for people and go to audit and reports: they hold no content and no subject.
public sealed interface DeliveryOutcome {
    /// The next MTA took the responsibility over (RFC 3464 §2.3.3, "relayed").
    ///
    /// @param hop `host:port`
    /// @param tls protocol, cipher suite and whether the certificate was verified; null in clear
    record Relayed(Reply reply, String hop, @Nullable String tls) implements DeliveryOutcome {}

    /// It lies in our Mailbox and waits there to be read.
    record Delivered() implements DeliveryOutcome {}

    /// Not now; the queue tries again.
    record Delayed(String reason) implements DeliveryOutcome {}

    /// Kept until a person decides.
    record Held(String reason) implements DeliveryOutcome {}

    /// Never; the return handler is told.
    record Failed(Reply reply) implements DeliveryOutcome {}
}

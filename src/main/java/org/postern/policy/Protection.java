package org.postern.policy;

/// A way to keep a message from everybody but its recipient. Sealed: a new one does not compile
/// until every place that protects has thought about it.
public sealed interface Protection {
    /// Encrypted to a valid, trusted certificate of the recipient (RFC 8551).
    record Smime() implements Protection {}

    /// Relayed over TLS to a next hop whose certificate is verified, never opportunistic.
    record Tls() implements Protection {}

    /// Kept in the secure mailbox; the recipient gets a notice and fetches it.
    record Pickup() implements Protection {}

    /// The word for it in a policy file.
    default String word() {
        return switch (this) {
            case Smime() -> "smime";
            case Tls() -> "tls";
            case Pickup() -> "pickup";
        };
    }
}

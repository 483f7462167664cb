package org.postern.mail;

import org.jspecify.annotations.Nullable;

/// How a message reached the gateway: which door, which peer, under whose name.
///
/// @param peer the peer's IP address, or the name of the part of the gateway that wrote the message
/// @param helo what the peer called itself, made harmless; null where it did not
/// @param authenticated who logged in; null where nobody has to
/// @param tls what was negotiated; null if the hop was in clear
public record Arrival(
        Listener listener,
        String peer,
        @Nullable String helo,
        @Nullable Address authenticated,
        @Nullable Tls tls) {
    /// TLS as the peer and the gateway negotiated it.
    ///
    /// @param version such as `TLSv1.3`
    /// @param suite the cipher suite, as IANA names it; null of what was queued before it was kept
    public record Tls(String version, @Nullable String suite) {
        /// On one line, such as `TLSv1.3 TLS_AES_256_GCM_SHA384`.
        @Override
        public String toString() {
            return suite == null ? version : version + " " + suite;
        }
    }

    /// Of a peer that did not say its name.
    public Arrival(
            Listener listener, String peer, @Nullable Address authenticated, @Nullable Tls tls) {
        this(listener, peer, null, authenticated, tls);
    }

    /// A message that the gateway wrote itself.
    public static Arrival own(String part) {
        return new Arrival(Listener.GATEWAY, part, null, null);
    }
}

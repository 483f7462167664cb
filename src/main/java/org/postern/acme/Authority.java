package org.postern.acme;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.net.TlsMaterial;

/// Who issues certificates to whoever holds a host name. Calls may take minutes, and none overlaps
/// another.
public interface Authority {
    /// Issues a certificate for the host.
    ///
    /// @param replaced the one before it, if there is one
    /// @param door where the authority looks for the proof
    /// @return its chain, the certificate itself first; nothing is checked of it but its form
    /// @throws AuthorityException if there is none: refused, not reached, not proved
    List<X509Certificate> issue(KeyPair key, Optional<X509Certificate> replaced, Door door)
            throws AuthorityException;

    /// When the authority wants a certificate of its own to be replaced; empty if it says nothing
    /// of that.
    ///
    /// @throws AuthorityException if it was not reached or says nonsense
    Optional<Window> window(X509Certificate certificate) throws AuthorityException;

    /// Between two times, the first one before the other.
    record Window(Instant start, Instant end) {
        public Window {
            if (end.isBefore(start)) {
                throw new IllegalArgumentException("the window ends before it begins");
            }
        }
    }

    /// A listener of ours that shows the authority what it asked for.
    interface Door {
        /// From the next handshake on.
        void show(TlsMaterial proof);

        /// What was shown is not shown any more.
        void hide();
    }
}

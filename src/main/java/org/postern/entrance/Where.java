package org.postern.entrance;

import java.io.IOException;
import org.postern.net.HostLookup;
import org.postern.net.PeerProof;

/// Where a server of the clinic is.
///
/// @param host the name that it is asked for
/// @param proof by what it proves to be that
public record Where(String host, int port, Tls tls, PeerProof proof) {
    /// When TLS begins. There is no way without.
    public enum Tls {
        IMPLICIT,
        STARTTLS
    }

    /// Connects; nothing is said, and no TLS begun.
    ///
    /// @throws UpstreamException if it is not found, or not reached
    public Wire connect(HostLookup lookup) throws UpstreamException {
        try {
            return Wire.connect(lookup.addresses(host), port);
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException("the clinic's server is not found", e);
        }
    }
}

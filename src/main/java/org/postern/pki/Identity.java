package org.postern.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// A private key with its certificate and the certificates up to its authority.
///
/// @param chain the own certificate first; the trust anchor need not be in it
public record Identity(PrivateKey key, List<X509Certificate> chain) {
    public Identity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity has a certificate");
        }
    }

    /// The certificate that belongs to the key.
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /// Whose it is; never the key.
    @Override
    public String toString() {
        return "identity of " + certificate().getSubjectX500Principal();
    }
}

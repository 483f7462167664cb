package org.postern.opening;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One signer of a layer.
///
/// @param chain the signer's certificate first, then those of the message that issued it and one
///   another; empty if the first did not come along
/// @param addresses that the certificate names, in the form of `Address.key`
/// @param digest what the content was hashed with
/// @param algorithm of the signature
/// @param claimed when the signer says that it was signed; nothing is decided by it (C10)
/// @param verdict whether the signature fits and the certificate can be believed, whoever the
///   author is
public record Signer(
        List<X509Certificate> chain,
        Set<String> addresses,
        String digest,
        String algorithm,
        Optional<Instant> claimed,
        LayerVerdict verdict) {
    public Signer {
        chain = List.copyOf(chain);
        addresses = Set.copyOf(addresses);
    }

    /// Whose signature it is, never the content.
    @Override
    public String toString() {
        return "a signer: " + verdict.code() + List.copyOf(addresses);
    }
}

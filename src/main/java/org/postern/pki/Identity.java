package org.postern.pki;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
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

    /// Whether the key makes a signature that the certificate's key verifies.
    public boolean belongsTogether() {
        try {
            String algorithm =
                    KeyKind.of(certificate().getPublicKey())
                            .map(KeyKind::signature)
                            .orElse("SHA256withRSA");
            Signature signature = Signature.getInstance(algorithm, Providers.BOUNCY_CASTLE);
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(certificate().getPublicKey());
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /// Whose it is; never the key.
    @Override
    public String toString() {
        return "identity of " + certificate().getSubjectX500Principal();
    }
}

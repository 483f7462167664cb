package org.postern.revocation;

import java.io.IOException;
import java.io.OutputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.postern.pki.CertificateCheck;
import org.postern.pki.Providers;

/// Checks what an authority has signed with the key of its certificate.
final class AuthoritySignature {
    private AuthoritySignature() {}

    static X509CertificateHolder holder(X509Certificate certificate) throws SpoiltException {
        try {
            return new X509CertificateHolder(certificate.getEncoded());
        } catch (CertificateEncodingException | IOException e) {
            throw new SpoiltException("comes from an authority whose certificate is damaged");
        }
    }

    static ContentVerifierProvider verifier(X509CertificateHolder signer) throws SpoiltException {
        try {
            return new JcaContentVerifierProviderBuilder()
                    .setProvider(Providers.BOUNCY_CASTLE)
                    .build(signer);
        } catch (OperatorCreationException | java.security.cert.CertificateException e) {
            throw new SpoiltException("is signed by a key that is not supported");
        }
    }

    /// Whether what is signed by an algorithm counts.
    @FunctionalInterface
    interface Strength {
        /// @throws SpoiltException if it is too weak
        void require(AlgorithmIdentifier algorithm) throws SpoiltException;
    }

    static void requireGood(AlgorithmIdentifier algorithm) throws SpoiltException {
        if (!CertificateCheck.isGoodSignature(algorithm)) {
            throw new SpoiltException("is signed by an algorithm that is too weak");
        }
    }

    /// By an algorithm that the caller has found good.
    static boolean fits(X509Certificate signer, AlgorithmIdentifier algorithm, Signed signed)
            throws SpoiltException {
        try {
            ContentVerifier verifier = verifier(holder(signer)).get(algorithm);
            try (OutputStream out = verifier.getOutputStream()) {
                out.write(signed.octets(), signed.begin(), signed.end() - signed.begin());
            }
            return verifier.verify(signed.signature());
        } catch (OperatorCreationException | IOException | RuntimeException e) {
            // The library throws all of these for a signature that cannot be one of this key.
            return false;
        }
    }

    /// What is signed: the octets from `begin` to `end`, and by what.
    @SuppressWarnings("ArrayRecordComponent") // It is never compared.
    record Signed(byte[] octets, int begin, int end, byte[] signature) {
        @Override
        public String toString() {
            return "signed octets "
                    + begin
                    + " to "
                    + end
                    + " of "
                    + octets.length
                    + ", by "
                    + Arrays.hashCode(signature);
        }
    }
}

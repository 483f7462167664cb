package org.postern.cms;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/// The key of a content that is derived from the one that recipients get, and from the name of the
/// content's own algorithm: RFC 9709. Whoever changes the name, as from GCM to CBC, so that a
/// recipient's program would decrypt other octets by the same key, changes the key.
public final class KeyDerivation {
    /// id-alg-cek-hkdf-sha256; its parameter is the algorithm of the content.
    public static final ASN1ObjectIdentifier ALGORITHM =
            new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.31");

    private static final byte[] SALT = "The Cryptographic Message Syntax".getBytes(US_ASCII);

    private KeyDerivation() {}

    /// The algorithm of the content itself.
    ///
    /// @throws IOException if the derivation does not name one, or another derivation
    static AlgorithmIdentifier inner(AlgorithmIdentifier written) throws IOException {
        try {
            AlgorithmIdentifier inner = AlgorithmIdentifier.getInstance(written.getParameters());
            if (inner == null || inner.getAlgorithm().equals(ALGORITHM)) {
                throw new IOException("a derivation of no content key");
            }
            return inner;
        } catch (IllegalArgumentException e) {
            throw new IOException("a derivation of no content key", e);
        }
    }

    /// The key of the content.
    ///
    /// @param given what recipients get
    /// @param inner the algorithm of the content
    static SecretKeySpec derive(SecretKeySpec given, AlgorithmIdentifier inner) throws IOException {
        byte[] octets = given.getEncoded();
        try {
            SecretKey derived =
                    KDF.getInstance("HKDF-SHA256")
                            .deriveKey(
                                    given.getAlgorithm(),
                                    HKDFParameterSpec.ofExtract()
                                            .addIKM(octets)
                                            .addSalt(SALT)
                                            .thenExpand(
                                                    inner.getEncoded(ASN1Encoding.DER),
                                                    octets.length));
            return new SecretKeySpec(derived.getEncoded(), given.getAlgorithm());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF does not work here", e);
        }
    }
}

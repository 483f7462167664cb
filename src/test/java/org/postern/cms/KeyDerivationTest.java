package org.postern.cms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.junit.jupiter.api.Test;

/// RFC 9709.
class KeyDerivationTest {
    private static final HexFormat HEX = HexFormat.of();

    /// Appendix A: AES-128-GCM.
    @Test
    void thePublishedExample() throws IOException {
        AlgorithmIdentifier gcm =
                AlgorithmIdentifier.getInstance(
                        HEX.parseHex("301b0609608648016503040106300e040c5c79058ba2f43447639d29e2"));
        assertEquals(
                "2124ffb29fac4e0fbbc7d5d87492bff3",
                derived("c702e7d0a9e064b09ba55245fb733cf3", gcm));
    }

    @Test
    void anotherAlgorithmHasAnotherKey() throws IOException {
        String given = "c702e7d0a9e064b09ba55245fb733cf3";
        AlgorithmIdentifier gcm = new AlgorithmIdentifier(CMSAlgorithm.AES128_GCM);
        AlgorithmIdentifier cbc = new AlgorithmIdentifier(CMSAlgorithm.AES128_CBC);
        assertNotEquals(derived(given, gcm), derived(given, cbc));
        assertNotEquals(given, derived(given, gcm));
    }

    @Test
    void whatNamesNoContentIsNone() {
        AlgorithmIdentifier empty = new AlgorithmIdentifier(KeyDerivation.ALGORITHM);
        AlgorithmIdentifier twice = new AlgorithmIdentifier(KeyDerivation.ALGORITHM, empty);
        AlgorithmIdentifier octets =
                new AlgorithmIdentifier(KeyDerivation.ALGORITHM, new DEROctetString(new byte[3]));
        assertThrows(IOException.class, () -> KeyDerivation.inner(empty));
        assertThrows(IOException.class, () -> KeyDerivation.inner(twice));
        assertThrows(IOException.class, () -> KeyDerivation.inner(octets));
    }

    private static String derived(String given, AlgorithmIdentifier inner) throws IOException {
        SecretKeySpec key = new SecretKeySpec(HEX.parseHex(given), "AES");
        return HEX.formatHex(KeyDerivation.derive(key, inner).getEncoded());
    }
}

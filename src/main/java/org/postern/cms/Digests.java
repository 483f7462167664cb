package org.postern.cms;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;

/// The hashes of a content, all that its signers want, in one pass.
final class Digests {
    private static final int PIECE_OCTETS = 32 * 1_024;

    /// Those that are known. Whether they are good enough is not said here.
    private static final Map<String, String> NAMES =
            Map.of(
                    CMSAlgorithm.MD5.getId(), "MD5",
                    CMSAlgorithm.SHA1.getId(), "SHA-1",
                    CMSAlgorithm.SHA224.getId(), "SHA-224",
                    CMSAlgorithm.SHA256.getId(), "SHA-256",
                    CMSAlgorithm.SHA384.getId(), "SHA-384",
                    CMSAlgorithm.SHA512.getId(), "SHA-512");

    private final Map<String, MessageDigest> running = new LinkedHashMap<>();

    private Digests() {}

    /// @param algorithms as a SignedData lists them; those that are not known are left out
    static Digests of(ASN1Set algorithms) {
        Digests digests = new Digests();
        for (ASN1Encodable algorithm : algorithms) {
            String id = AlgorithmIdentifier.getInstance(algorithm).getAlgorithm().getId();
            String name = NAMES.get(id);
            if (name != null) {
                digests.running.put(id, digest(name));
            }
        }
        return digests;
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + name, e);
        }
    }

    /// @return octets read
    long readAll(InputStream content) throws IOException {
        byte[] piece = new byte[PIECE_OCTETS];
        long octets = 0;
        for (int count = content.read(piece); count >= 0; count = content.read(piece)) {
            for (MessageDigest digest : running.values()) {
                digest.update(piece, 0, count);
            }
            octets += count;
        }
        return octets;
    }

    Map<String, byte[]> finish() {
        Map<String, byte[]> hashes = new HashMap<>();
        running.forEach((id, digest) -> hashes.put(id, digest.digest()));
        return hashes;
    }
}

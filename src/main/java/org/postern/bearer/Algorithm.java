package org.postern.bearer;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Optional;

/// How a token may be signed: RFC 7518 §3.1, RFC 8037 §3.1. There is no `none`, and nothing with a
/// shared secret. A key is for one of them only, so that no token chooses how a key is used.
enum Algorithm {
    RS256("RSA", "SHA256withRSA"),
    ES256("EC", "SHA256withECDSAinP1363Format"),
    EDDSA("OKP", "Ed25519");

    private final String keyType;
    private final String signature;

    Algorithm(String keyType, String signature) {
        this.keyType = keyType;
        this.signature = signature;
    }

    /// @param name `alg` of a token, letter for letter
    static Optional<Algorithm> of(String name) {
        return switch (name) {
            case "RS256" -> Optional.of(RS256);
            case "ES256" -> Optional.of(ES256);
            case "EdDSA" -> Optional.of(EDDSA);
            default -> Optional.empty();
        };
    }

    /// @param type `kty` of a key
    static Optional<Algorithm> ofKeyType(String type) {
        for (Algorithm each : values()) {
            if (each.keyType.equals(type)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    boolean verifies(PublicKey key, byte[] signed, byte[] mark) {
        try {
            Signature verifier = Signature.getInstance(signature);
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(mark);
        } catch (GeneralSecurityException e) {
            // A signature that is none.
            return false;
        }
    }
}

package org.postern.scram;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;

/// `client-final-message` of RFC 5802 §7.
///
/// @param binding the header of the first message, in base64
/// @param nonce of both sides
/// @param proof 32 octets in base64
/// @param withoutProof what stands before the proof
record ClientFinal(String binding, String nonce, String proof, String withoutProof) {
    private static final String PROOF = ",p=";

    /// @return empty if it is none
    static Optional<ClientFinal> read(String text) {
        int end = text.lastIndexOf(PROOF);
        if (end < 0) {
            return Optional.empty();
        }
        String without = text.substring(0, end);
        String proof = text.substring(end + PROOF.length());
        String[] parts = without.split(",", -1);
        boolean whole =
                parts.length >= 2
                        && parts[0].startsWith("c=")
                        && parts[1].startsWith("r=")
                        && isProof(proof);
        for (int i = 2; whole && i < parts.length; i++) {
            whole = ClientFirst.isExtension(parts[i]);
        }
        return whole
                ? Optional.of(
                        new ClientFinal(
                                parts[0].substring(2), parts[1].substring(2), proof, without))
                : Optional.empty();
    }

    private static boolean isProof(String text) {
        try {
            byte[] octets = Base64.getDecoder().decode(text);
            return octets.length == Keys.OCTETS
                    && Base64.getEncoder().encodeToString(octets).equals(text);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// Whether it belongs to the exchange that began with this header and has this nonce.
    boolean isOf(String header, String nonce) {
        String repeated = Base64.getEncoder().encodeToString(header.getBytes(UTF_8));
        return binding.equals(repeated) && this.nonce.equals(nonce);
    }
}

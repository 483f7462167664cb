package org.postern.scram;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/// `client-first-message` of RFC 5802 §7.
///
/// @param header `gs2-header`, which the last message repeats
/// @param user prepared by SASLprep
/// @param nonce the client's part
/// @param bare the message without the header
record ClientFirst(String header, String user, String nonce, String bare) {
    static final int OCTETS_MAX = 2048;

    /// A nonce of more characters is no better.
    static final int NONCE_CHARACTERS_MAX = 512;

    /// What follows the flag: an identity to act for, the name, the nonce.
    private static final int PARTS_MIN = 4;

    /// @return empty if it is none, if it asks for a channel binding (which is not offered, so that
    ///   a client which could do it and says so is right), for an extension, or for somebody else's
    ///   rights
    static Optional<ClientFirst> read(byte[] octets) {
        return octets.length > OCTETS_MAX
                ? Optional.empty()
                : text(octets).flatMap(ClientFirst::read);
    }

    static Optional<String> text(byte[] octets) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static Optional<ClientFirst> read(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length < PARTS_MIN
                || !(parts[0].equals("n") || parts[0].equals("y"))
                || !parts[2].startsWith("n=")
                || !parts[3].startsWith("r=")) {
            return Optional.empty();
        }
        String header = parts[0] + "," + parts[1] + ",";
        String nonce = parts[3].substring(2);
        Optional<String> user = name(parts[2].substring(2));
        boolean himself =
                parts[1].isEmpty()
                        || (parts[1].startsWith("a=")
                                && user.isPresent()
                                && name(parts[1].substring(2)).equals(user));
        return himself && isNonce(nonce) && areExtensions(parts)
                ? user.map(
                        who -> new ClientFirst(header, who, nonce, text.substring(header.length())))
                : Optional.empty();
    }

    /// One that a server must understand begins with `m`, and stands where the name does. Others
    /// are let pass: RFC 5802 §5.1.
    private static boolean areExtensions(String[] parts) {
        for (int i = PARTS_MIN; i < parts.length; i++) {
            if (!isExtension(parts[i])) {
                return false;
            }
        }
        return true;
    }

    /// `attr-val` of RFC 5802 §7.
    static boolean isExtension(String part) {
        return part.length() > 2
                && Character.toString(part.charAt(0)).matches("[A-Za-z&&[^amnrcpsive]]")
                && part.charAt(1) == '='
                && part.indexOf('\0') < 0;
    }

    private static boolean isNonce(String nonce) {
        return !nonce.isEmpty()
                && nonce.length() <= NONCE_CHARACTERS_MAX
                && nonce.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    }

    /// `saslname` of RFC 5802 §7.
    private static Optional<String> name(String written) {
        if (written.replace("=2C", "").replace("=3D", "").indexOf('=') >= 0) {
            return Optional.empty();
        }
        return SaslPrep.prepared(written.replace("=2C", ",").replace("=3D", "="));
    }
}

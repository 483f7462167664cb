package org.postern.beside;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/// Where something lies at the clinic's server, as a name that says nothing of it.
///
/// @param owner who sees it
/// @param server host and port
/// @param folder as it is called there
record Place(String owner, String server, String folder) {
    private static final int OCTETS = 16;

    /// 22 characters of base64url.
    ///
    /// @param uid 0 for the folder itself
    String name(long validity, int uid) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String each : new String[] {owner, server, folder}) {
                byte[] octets = each.getBytes(UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(octets.length).array());
                digest.update(octets);
            }
            byte[] hash =
                    digest.digest(
                            ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                                    .putLong(validity)
                                    .putInt(uid)
                                    .array());
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Arrays.copyOf(hash, OCTETS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no SHA-256 here", e);
        }
    }
}

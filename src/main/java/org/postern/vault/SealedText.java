package org.postern.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalInt;

/// A few words sealed under a data key of their own, whose wrapped form stands before them: one
/// octet with its length, the wrapped key, the sealed words.
public final class SealedText {
    /// Octets up to the end of the wrapped key.
    public static final int HEAD_OCTETS = 1 + Vault.WRAPPED_OCTETS;

    private SealedText() {}

    /// @param context what the words are and whose; the same is needed to open them
    public static byte[] seal(Vault vault, String words, String context) {
        try (DataKey key = vault.newDataKey()) {
            byte[] wrapped = vault.wrap(key);
            byte[] sealed =
                    Sealing.seal(
                            words.getBytes(StandardCharsets.UTF_8),
                            key,
                            context.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(1 + wrapped.length + sealed.length)
                    .put((byte) wrapped.length)
                    .put(wrapped)
                    .put(sealed)
                    .array();
        }
    }

    /// The same as a line of ASCII, for a column of text.
    public static String sealLine(Vault vault, String words, String context) {
        return Base64.getEncoder().encodeToString(seal(vault, words, context));
    }

    /// @throws SealBrokenException if it is not exactly what was sealed, or not under a key of this
    ///   vault
    public static String openLine(Vault vault, String line, String context)
            throws SealBrokenException {
        try {
            return open(vault, Base64.getDecoder().decode(line), context);
        } catch (IllegalArgumentException e) {
            throw new SealBrokenException("sealed words are no base64");
        }
    }

    /// @throws SealBrokenException if it is not exactly what was sealed, or not under a key of this
    ///   vault
    public static String open(Vault vault, byte[] octets, String context)
            throws SealBrokenException {
        int wrapped = octets.length == 0 ? 0 : Byte.toUnsignedInt(octets[0]);
        if (octets.length < 1 + wrapped) {
            throw new SealBrokenException("sealed words are cut short");
        }
        try (DataKey key = vault.unwrap(Arrays.copyOfRange(octets, 1, 1 + wrapped))) {
            byte[] sealed = Arrays.copyOfRange(octets, 1 + wrapped, octets.length);
            byte[] words = Sealing.open(sealed, key, context.getBytes(StandardCharsets.UTF_8));
            return new String(words, StandardCharsets.UTF_8);
        }
    }

    /// A data key alone, in the form in which it stands before words, as a line of ASCII.
    public static String keyLine(Vault vault, DataKey key) {
        byte[] wrapped = vault.wrap(key);
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(HEAD_OCTETS)
                                .put((byte) wrapped.length)
                                .put(wrapped)
                                .array());
    }

    /// The data key of such a line.
    ///
    /// @throws SealBrokenException if it is damaged, or not wrapped by a key of this vault
    public static DataKey keyOf(Vault vault, String line) throws SealBrokenException {
        try {
            byte[] octets = Base64.getDecoder().decode(line);
            return vault.unwrap(
                    Arrays.copyOfRange(octets, Math.min(1, octets.length), octets.length));
        } catch (IllegalArgumentException e) {
            throw new SealBrokenException("a wrapped data key is no base64");
        }
    }

    /// Which KEK a sealed text needs; empty if these octets are none.
    ///
    /// @param octets at least `HEAD_OCTETS` of it
    public static OptionalInt kekOf(byte[] octets) {
        return octets.length < HEAD_OCTETS || octets[0] != Vault.WRAPPED_OCTETS
                ? OptionalInt.empty()
                : Vault.kekOf(Arrays.copyOfRange(octets, 1, HEAD_OCTETS));
    }

    /// The same text under the active KEK of the vault.
    ///
    /// @param octets all of it, or at least `HEAD_OCTETS`
    /// @throws SealBrokenException if the wrapped key does not open
    public static byte[] rewrap(Vault vault, byte[] octets) throws SealBrokenException {
        if (kekOf(octets).isEmpty()) {
            throw new SealBrokenException("sealed words are cut short or of an unknown format");
        }
        byte[] fresh = octets.clone();
        byte[] wrapped = vault.rewrap(Arrays.copyOfRange(octets, 1, HEAD_OCTETS));
        System.arraycopy(wrapped, 0, fresh, 1, wrapped.length);
        return fresh;
    }
}

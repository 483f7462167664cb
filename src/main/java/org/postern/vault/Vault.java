package org.postern.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.postern.random.Randomness;

/// The keys under which everything else is sealed: key-encryption keys (KEK), of which the newest
/// wraps new data keys and the older ones still unwrap, and the root of all MAC keys. They come
/// from a keystore and never leave this object.
///
/// All methods may be called by many threads at once.
public final class Vault {
    static final byte VERSION = 1;
    private static final int WRAP_HEAD_OCTETS = 1 + Integer.BYTES;

    /// RFC 5649 §4.1: 32 octets of key and 8 of integrity check.
    private static final int WRAPPED_KEY_OCTETS = DataKey.OCTETS + 8;

    private static final String MAC = "HmacSHA256";

    private final int activeKek;
    private final Map<Integer, SecretKey> keks;
    private final SecretKey macRoot;

    Vault(int activeKek, Map<Integer, SecretKey> keks, SecretKey macRoot) {
        this.activeKek = activeKek;
        this.keks = Map.copyOf(keks);
        this.macRoot = macRoot;
    }

    /// Makes a keystore (PKCS#12, RFC 7292) with new keys, readable by its owner alone, and durable
    /// on return. Whoever loses it loses all that was sealed under it, so it is never overwritten.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is a file of that name
    public static void create(Path keystore, char[] password) throws IOException {
        VaultKeystore.create(keystore, password);
    }

    /// @throws IOException if the keystore is missing, damaged or locked by another password; it is
    ///   never replaced by a new one
    public static Vault open(Path keystore, char[] password) throws IOException {
        return VaultKeystore.open(keystore, password);
    }

    public DataKey newDataKey() {
        byte[] octets = new byte[DataKey.OCTETS];
        Randomness.shared().nextBytes(octets);
        return new DataKey(octets);
    }

    /// The form in which a data key lies beside what it seals: format version | KEK id | AES key
    /// wrap with padding (RFC 5649).
    public byte[] wrap(DataKey key) {
        SecretKey kek = keks.get(activeKek);
        if (kek == null) {
            throw new IllegalStateException("the active key-encryption key is missing");
        }
        byte[] octets = key.forCipher().getEncoded();
        try {
            Cipher cipher = keyWrap();
            cipher.init(Cipher.ENCRYPT_MODE, kek);
            return ByteBuffer.allocate(WRAP_HEAD_OCTETS + WRAPPED_KEY_OCTETS)
                    .put(VERSION)
                    .putInt(activeKek)
                    .put(cipher.doFinal(octets))
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES key wrap does not work here", e);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /// @throws UnknownKeyException if the keystore does not hold the KEK
    /// @throws SealBrokenException if the wrapped key is damaged or of an unknown format
    public DataKey unwrap(byte[] wrapped) throws SealBrokenException {
        if (wrapped.length != WRAP_HEAD_OCTETS + WRAPPED_KEY_OCTETS || wrapped[0] != VERSION) {
            throw new SealBrokenException("a wrapped data key is damaged or of an unknown format");
        }
        int id = ByteBuffer.wrap(wrapped).getInt(1);
        SecretKey kek = keks.get(id);
        if (kek == null) {
            throw new UnknownKeyException(
                    "a data key was wrapped by the key-encryption key %08x, which this keystore"
                                    .formatted(id)
                            + " does not hold; open the keystore that belongs to this data");
        }
        try {
            Cipher cipher = keyWrap();
            cipher.init(Cipher.DECRYPT_MODE, kek);
            byte[] octets = cipher.doFinal(wrapped, WRAP_HEAD_OCTETS, WRAPPED_KEY_OCTETS);
            if (octets.length != DataKey.OCTETS) {
                Arrays.fill(octets, (byte) 0);
                throw new SealBrokenException("a wrapped data key has the wrong length");
            }
            return new DataKey(octets);
        } catch (GeneralSecurityException _) {
            throw new SealBrokenException("a wrapped data key is not authentic");
        }
    }

    /// HMAC-SHA-256 under a key that is derived for this purpose alone.
    ///
    /// @param purpose a constant of the caller, such as `"pickup token"`
    /// @param parts each is preceded by its length, so that `ab, c` and `a, bc` differ
    /// @return 32 octets
    public byte[] mac(String purpose, byte[]... parts) {
        byte[] derived = null;
        try {
            Mac derivation = Mac.getInstance(MAC);
            derivation.init(macRoot);
            derivation.update("postern mac key 1:".getBytes(StandardCharsets.UTF_8));
            derived = derivation.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(derived, MAC));
            for (byte[] part : parts) {
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 does not work here", e);
        } finally {
            if (derived != null) {
                Arrays.fill(derived, (byte) 0);
            }
        }
    }

    @Override
    public String toString() {
        return "Vault[%d key-encryption keys, active %08x]".formatted(keks.size(), activeKek);
    }

    private static Cipher keyWrap() throws GeneralSecurityException {
        return Cipher.getInstance("AES/KWP/NoPadding", "SunJCE");
    }
}

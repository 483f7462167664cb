package org.postern.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
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

    /// Octets of a wrapped data key.
    public static final int WRAPPED_OCTETS = WRAP_HEAD_OCTETS + WRAPPED_KEY_OCTETS;

    private static final String MAC = "HmacSHA256";

    private final SecretKey macRoot;
    private final Map<String, Mac> macs = new ConcurrentHashMap<>();
    private volatile Keks keks;

    /// A key-encryption key, without its secret.
    ///
    /// @param number in the order in which they were made
    /// @param made when, to the second
    /// @param retired when nothing was found under it any more; empty while it is in use or what it
    ///   wraps is being brought under another
    public record Kek(int id, int number, Instant made, Optional<Instant> retired) {
        /// The id as it is shown: eight hexadecimal digits.
        public String name() {
            return name(id);
        }

        /// Any id as it is shown.
        public static String name(int id) {
            return "%08x".formatted(id);
        }
    }

    /// All KEKs of a keystore.
    ///
    /// @param known in the order of their numbers
    record Keks(int active, Map<Integer, SecretKey> keys, List<Kek> known) {
        Keks {
            keys = Map.copyOf(keys);
            known = List.copyOf(known);
            if (!keys.containsKey(active)) {
                throw new IllegalArgumentException("the active key-encryption key is missing");
            }
        }
    }

    Vault(Keks keks, SecretKey macRoot) {
        this.keks = keks;
        this.macRoot = macRoot;
    }

    Vault(int activeKek, Map<Integer, SecretKey> keks, SecretKey macRoot) {
        this(new Keks(activeKek, keks, List.of()), macRoot);
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

    /// The same for the octets of a keystore file.
    ///
    /// @param named where they come from, for messages
    public static Vault open(Path named, byte[] octets, char[] password) throws IOException {
        return VaultKeystore.open(named, octets, password);
    }

    // -- rotation --

    /// The KEKs of the keystore in the order in which they were made.
    public List<Kek> keks() {
        return keks.known();
    }

    /// The id of the KEK that wraps new data keys.
    public int active() {
        return keks.active();
    }

    /// Makes a new KEK, durable in the keystore, under which all is sealed from then on; the others
    /// still unwrap. Not to be called for one keystore by two processes at once.
    ///
    /// @throws IOException if the keystore is not the one that was opened, or cannot be written;
    ///   then nothing is different
    public synchronized void renew(Path keystore, char[] password) throws IOException {
        keks = VaultKeystore.add(keystore, password, keks);
    }

    /// Notes in the keystore that nothing is left under a KEK. It still unwraps: backups from
    /// before need it.
    ///
    /// @throws IllegalArgumentException if it is active or not known
    public synchronized void retire(int id, Path keystore, char[] password) throws IOException {
        requireOther(id);
        keks = VaultKeystore.retire(keystore, password, keks, id);
    }

    /// Destroys a KEK that was retired, in the keystore and here. What it wraps, in whatever
    /// backup, is opened by nobody any more who has no copy of the keystore from before.
    ///
    /// @throws IllegalArgumentException if it was not retired
    public synchronized void destroy(int id, Path keystore, char[] password) throws IOException {
        requireOther(id);
        keks = VaultKeystore.destroy(keystore, password, keks, id);
    }

    private void requireOther(int id) {
        if (id == keks.active() || !keks.keys().containsKey(id)) {
            throw new IllegalArgumentException("not a former key-encryption key of this keystore");
        }
    }

    /// Whether a wrapped data key is one under the active KEK, as far as it says so itself.
    public boolean isCurrent(byte[] wrapped) {
        OptionalInt id = kekOf(wrapped);
        return id.isPresent() && id.getAsInt() == keks.active();
    }

    /// The same data key, wrapped by the active KEK.
    ///
    /// @throws UnknownKeyException if the keystore does not hold the KEK that wraps it
    /// @throws SealBrokenException if it is damaged or of an unknown format
    public byte[] rewrap(byte[] wrapped) throws SealBrokenException {
        try (DataKey key = unwrap(wrapped)) {
            return wrap(key);
        }
    }

    /// The id of the KEK that a wrapped data key names; empty if it is none.
    public static OptionalInt kekOf(byte[] wrapped) {
        return isWrapped(wrapped)
                ? OptionalInt.of(ByteBuffer.wrap(wrapped).getInt(1))
                : OptionalInt.empty();
    }

    private static boolean isWrapped(byte[] wrapped) {
        return wrapped.length == WRAPPED_OCTETS && wrapped[0] == VERSION;
    }

    // -- sealing --

    public DataKey newDataKey() {
        byte[] octets = new byte[DataKey.OCTETS];
        Randomness.shared().nextBytes(octets);
        return new DataKey(octets);
    }

    /// The form in which a data key lies beside what it seals: format version | KEK id | AES key
    /// wrap with padding (RFC 5649).
    public byte[] wrap(DataKey key) {
        Keks now = keks;
        SecretKey kek = Objects.requireNonNull(now.keys().get(now.active()));
        byte[] octets = key.forCipher().getEncoded();
        try {
            Cipher cipher = keyWrap();
            cipher.init(Cipher.ENCRYPT_MODE, kek);
            return ByteBuffer.allocate(WRAPPED_OCTETS)
                    .put(VERSION)
                    .putInt(now.active())
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
        if (!isWrapped(wrapped)) {
            throw new SealBrokenException("a wrapped data key is damaged or of an unknown format");
        }
        int id = ByteBuffer.wrap(wrapped).getInt(1);
        SecretKey kek = keks.keys().get(id);
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
    /// @param purpose a constant of the caller, such as `"pickup token"`: one is kept for each
    /// @param parts each is preceded by its length, so that `ab, c` and `a, bc` differ
    /// @return 32 octets
    public byte[] mac(String purpose, byte[]... parts) {
        try {
            // A start checks each line of the audit by one of these: what does not depend on the
            // line is done once. A clone is begun anew, and the one it is made of is never used.
            Mac mac = (Mac) macs.computeIfAbsent(purpose, this::begin).clone();
            for (byte[] part : parts) {
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
                mac.update(part);
            }
            return mac.doFinal();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("HMAC-SHA-256 does not work here", e);
        }
    }

    private Mac begin(String purpose) {
        byte[] derived = null;
        try {
            Mac derivation = Mac.getInstance(MAC);
            derivation.init(macRoot);
            derivation.update("postern mac key 1:".getBytes(StandardCharsets.UTF_8));
            derived = derivation.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(derived, MAC));
            return mac;
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
        return "Vault[%d key-encryption keys, active %08x]"
                .formatted(keks.keys().size(), keks.active());
    }

    private static Cipher keyWrap() throws GeneralSecurityException {
        return Cipher.getInstance("AES/KWP/NoPadding", "SunJCE");
    }
}

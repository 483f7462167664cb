package org.postern.vault;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The key of one sealed thing: 256 random bits. It is zeroed on close and cannot be used after.
///
/// Several threads may use it; whoever closes it waits until they are done.
public final class DataKey implements AutoCloseable {
    static final int OCTETS = 32;

    private final Octets octets;

    /// @param octets taken over, not copied
    DataKey(byte[] octets) {
        if (octets.length != OCTETS) {
            throw new IllegalArgumentException("not a data key");
        }
        this.octets = new Octets(octets);
    }

    /// The view that a `Cipher` takes.
    SecretKey forCipher() {
        return octets;
    }

    /// A key that is derived from this one, for one thing among many that lie under it: HKDF-Expand
    /// (RFC 5869 §2.3) with SHA-256.
    ///
    /// @param purpose what it is for, and for which thing
    public DataKey derived(String purpose) {
        byte[] root = octets.getEncoded();
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(root, "HmacSHA256"));
            hmac.update(purpose.getBytes(StandardCharsets.UTF_8));
            // The number of the block; one is as long as a key.
            return new DataKey(hmac.doFinal(new byte[] {1}));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF does not work here", e);
        } finally {
            Arrays.fill(root, (byte) 0);
        }
    }

    @Override
    public void close() {
        octets.destroy();
    }

    @Override
    public String toString() {
        return "DataKey[secret]";
    }

    /// `SecretKeySpec` cannot be zeroed (JDK-6263419), so this stands in its place.
    private static final class Octets implements SecretKey {
        private static final long serialVersionUID = 1;

        private final transient byte[] value;
        private transient boolean destroyed;

        Octets(byte[] value) {
            this.value = value;
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public synchronized byte[] getEncoded() {
            if (destroyed) {
                throw new IllegalStateException("this data key is closed");
            }
            return value.clone();
        }

        @Override
        public synchronized void destroy() {
            Arrays.fill(value, (byte) 0);
            destroyed = true;
        }

        @Override
        public synchronized boolean isDestroyed() {
            return destroyed;
        }
    }
}

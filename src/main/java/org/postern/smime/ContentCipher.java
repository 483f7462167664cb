package org.postern.smime;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.postern.cms.EnvelopedObject;

/// Key and parameters of one content encryption, and how its first pass finds out whether the
/// plaintext may be given out. Never shown.
sealed interface ContentCipher {
    int PIECE_OCTETS = 32 * 1_024;

    String PROVIDER = "SunJCE";

    /// What the first pass finds.
    final class Checked {
        static final Checked UNSOUND = new Checked(false, 0, new byte[0]);

        final boolean sound;

        /// Of the plaintext.
        final long octets;

        /// What stands behind the ciphertext.
        final byte[] attributes;

        Checked(boolean sound, long octets, byte[] attributes) {
            this.sound = sound;
            this.octets = octets;
            this.attributes = attributes;
        }
    }

    static ContentCipher of(EnvelopedObject object, SecretKeySpec key) {
        AlgorithmIdentifier algorithm = object.algorithm();
        if (object.isAuthenticated()) {
            if (algorithm.getAlgorithm().equals(CMSAlgorithm.ChaCha20Poly1305)) {
                byte[] nonce = ASN1OctetString.getInstance(algorithm.getParameters()).getOctets();
                return new Authenticated(
                        Suite.CHACHA20_POLY1305, key, nonce, Authenticated.TAG_OCTETS);
            }
            GCMParameters parameters = GCMParameters.getInstance(algorithm.getParameters());
            return new Authenticated(
                    Suite.AES_GCM, key, parameters.getNonce(), parameters.getIcvLen());
        }
        return new Cbc(key, ASN1OctetString.getInstance(algorithm.getParameters()).getOctets());
    }

    /// Reads the whole ciphertext and keeps nothing.
    ///
    /// @param attributes as an earlier pass found them
    Checked check(EnvelopedObject object, byte[] attributes) throws IOException;

    /// Decrypts in the second pass what the first found sound.
    Cipher stream() throws GeneralSecurityException;

    /// A stream cipher, and the same with a tag behind it.
    enum Suite {
        /// RFC 5084 §3.2.
        AES_GCM,
        /// RFC 8103 §3.
        CHACHA20_POLY1305;

        /// NIST SP 800-38D §6.5: GCM encrypts as counter mode that begins at two. RFC 8439 §2.8:
        /// ChaCha20 begins at one.
        private Cipher stream(SecretKeySpec key, byte[] nonce) throws GeneralSecurityException {
            return switch (this) {
                case AES_GCM -> {
                    byte[] counter = Arrays.copyOf(nonce, 16);
                    counter[15] = 2;
                    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding", PROVIDER);
                    cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter));
                    yield cipher;
                }
                case CHACHA20_POLY1305 -> {
                    Cipher cipher = Cipher.getInstance("ChaCha20", PROVIDER);
                    cipher.init(Cipher.DECRYPT_MODE, key, new ChaCha20ParameterSpec(nonce, 1));
                    yield cipher;
                }
            };
        }

        private Cipher authenticated(SecretKeySpec key, byte[] nonce)
                throws GeneralSecurityException {
            return switch (this) {
                case AES_GCM -> {
                    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", PROVIDER);
                    int bits = Authenticated.TAG_OCTETS * Byte.SIZE;
                    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(bits, nonce));
                    yield cipher;
                }
                case CHACHA20_POLY1305 -> {
                    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305", PROVIDER);
                    cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
                    yield cipher;
                }
            };
        }
    }

    /// AES-GCM or ChaCha20-Poly1305.
    final class Authenticated implements ContentCipher {
        /// RFC 5084 §3.2 recommends this nonce, RFC 8103 §3 demands it; another length means that
        /// we stop, not that we adapt.
        private static final int NONCE_OCTETS = 12;

        private static final int TAG_OCTETS = 16;

        /// RFC 5084 §3.2 names 12 to 16.
        private static final int TAG_OCTETS_MIN = 12;

        private final Suite suite;
        private final SecretKeySpec key;
        private final byte[] nonce;
        private final int tag;

        Authenticated(Suite suite, SecretKeySpec key, byte[] nonce, int tag) {
            this.suite = suite;
            this.key = key;
            this.nonce = nonce;
            this.tag = tag;
        }

        /// Encrypts again what decrypts, and compares the tags: unlike the provider's own
        /// decryption, which holds all plaintext until it has checked, this keeps nothing.
        @Override
        public Checked check(EnvelopedObject object, byte[] attributes) throws IOException {
            if (!isSound()) {
                return Checked.UNSOUND;
            }
            try {
                Cipher decryption = stream();
                Cipher encryption = suite.authenticated(key, nonce);
                encryption.updateAAD(attributes);
                byte[] piece = new byte[PIECE_OCTETS];
                byte[] plain = new byte[PIECE_OCTETS];
                byte[] again = new byte[PIECE_OCTETS + 2 * TAG_OCTETS];
                long octets = 0;
                InputStream in = object.ciphertext();
                // Whole pieces: GCM is much slower where a piece does not end with a block.
                for (int count = in.readNBytes(piece, 0, PIECE_OCTETS);
                        count > 0;
                        count = in.readNBytes(piece, 0, PIECE_OCTETS)) {
                    decryption.update(piece, 0, count, plain);
                    encryption.update(plain, 0, count, again);
                    octets += count;
                }
                int rest = encryption.doFinal(again, 0);
                byte[] right =
                        Arrays.copyOfRange(again, rest - TAG_OCTETS, rest - TAG_OCTETS + tag);
                byte[] present = object.attributes();
                boolean authentic = MessageDigest.isEqual(right, object.mac());
                boolean allRead = Arrays.equals(present, attributes);
                return new Checked(authentic && allRead, octets, present);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the provider cannot do " + suite, e);
            }
        }

        /// A short tag is guessed, a strange nonce is derived another way.
        private boolean isSound() {
            return nonce.length == NONCE_OCTETS && tag >= TAG_OCTETS_MIN && tag <= TAG_OCTETS;
        }

        @Override
        public Cipher stream() throws GeneralSecurityException {
            return suite.stream(key, nonce);
        }
    }

    /// AES-CBC and Triple DES: RFC 3565, RFC 3370 §5.1. Nothing authenticates the plaintext, and
    /// whoever holds the ciphertext can put blocks of it together anew. Each seam leaves a block of
    /// random octets, and mail never holds such: what is not text as a whole is not given out.
    final class Cbc implements ContentCipher {
        private final SecretKeySpec key;
        private final byte[] vector;

        Cbc(SecretKeySpec key, byte[] vector) {
            this.key = key;
            this.vector = vector;
        }

        @Override
        public Checked check(EnvelopedObject object, byte[] attributes) throws IOException {
            try {
                Cipher decryption = stream();
                PlainText text = new PlainText();
                boolean empty = true;
                byte[] piece = new byte[PIECE_OCTETS];
                InputStream in = object.ciphertext();
                for (int count = in.readNBytes(piece, 0, PIECE_OCTETS);
                        count > 0;
                        count = in.readNBytes(piece, 0, PIECE_OCTETS)) {
                    text.take(decryption.update(piece, 0, count));
                    empty = false;
                }
                text.take(decryption.doFinal());
                // Even nothing is padded to a block.
                return !empty && text.isText()
                        ? new Checked(true, text.octets(), new byte[0])
                        : Checked.UNSOUND;
            } catch (GeneralSecurityException e) {
                // A vector or a padding that is none looks like any other damage.
                return Checked.UNSOUND;
            }
        }

        @Override
        public Cipher stream() throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance(key.getAlgorithm() + "/CBC/PKCS5Padding", PROVIDER);
            cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(vector));
            return cipher;
        }
    }
}

package org.postern.smime;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.pki.Identity;
import org.postern.smime.AuthEnveloped.DamagedException;

/// Opens messages that are encrypted to us: AuthEnvelopedData with AES-GCM, by RSA or ECDH (RFC
/// 8551, RFC 5084). Only the root entity is looked at; EnvelopedData, which nothing authenticates,
/// is not opened.
///
/// The whole ciphertext is checked in a first pass that keeps nothing. What is handed out then
/// decrypts in a second pass, so a message of any size is authentic before its first octet is seen
/// and still needs no memory of its size.
public final class SmimeDecryptor {
    private static final int PIECE_OCTETS = 32 * 1_024;

    /// RFC 5084 §3.2 recommends this nonce; another length means that we stop, not that we adapt.
    private static final int NONCE_OCTETS = 12;

    private static final int TAG_OCTETS = 16;

    /// RFC 5084 §3.2 names 12 to 16.
    private static final int TAG_OCTETS_MIN = 12;

    private static final String PROVIDER = "SunJCE";

    private final List<ContentKey> keys;

    /// @param identities whose messages are opened
    public SmimeDecryptor(List<Identity> identities) {
        this.keys = identities.stream().map(ContentKey::new).toList();
    }

    /// Opens the root entity of a message.
    ///
    /// @param message stays readable, and the same, as long as the result is used
    /// @throws IOException if the message itself cannot be read
    public Opened open(Content message) throws IOException {
        try {
            HeaderSection header = HeaderSection.read(message);
            return switch (SmimeType.of(header)) {
                case SmimeType.Enveloped _, SmimeType.Unnamed _ -> open(message, header);
                case SmimeType.Plain _,
                        SmimeType.OpaqueSigned _,
                        SmimeType.ClearSigned _,
                        SmimeType.CertificatesOnly _,
                        SmimeType.Compressed _ ->
                        new Opened.NotEnveloped();
            };
        } catch (MimeException | DamagedException e) {
            return new Opened.Damaged();
        }
    }

    private Opened open(Content message, HeaderSection header)
            throws IOException, MimeException, DamagedException {
        if (CmsHead.read(message, header) instanceof SmimeType.Enveloped(boolean authenticated)) {
            return authenticated
                    ? openAuthenticated(message, header)
                    : new Opened.Unsupported(
                            "It is encrypted without authentication (EnvelopedData).");
        }
        return new Opened.NotEnveloped();
    }

    private Opened openAuthenticated(Content message, HeaderSection header)
            throws IOException, MimeException, DamagedException {
        Optional<Gcm> gcm;
        try (InputStream body = CmsHead.body(message, header)) {
            Found found = AuthEnveloped.with(body, message.size(), this::find);
            if (!found.supported) {
                return new Opened.Unsupported("Its content encryption is not AES-GCM.");
            }
            gcm = found.gcm;
        }
        if (gcm.isEmpty()) {
            return new Opened.NoKey();
        }
        Verified verified = verify(message, header, gcm.get(), new byte[0]);
        if (verified.attributes.length > 0) {
            // They stand behind the ciphertext and are authenticated before it: one more pass.
            verified = verify(message, header, gcm.get(), verified.attributes);
        }
        return verified.authentic
                ? new Opened.Plain(new Decrypted(message, header, gcm.get(), verified.octets))
                : new Opened.Damaged();
    }

    private record Found(boolean supported, Optional<Gcm> gcm) {}

    private Found find(AuthEnveloped object) {
        AlgorithmIdentifier algorithm = object.algorithm();
        if (ContentKey.octets(algorithm).isEmpty()) {
            return new Found(false, Optional.empty());
        }
        GCMParameters parameters = GCMParameters.getInstance(algorithm.getParameters());
        for (ContentKey contentKey : keys) {
            for (RecipientInfo recipient : object.recipients()) {
                Optional<SecretKeySpec> key = contentKey.unwrap(recipient, algorithm);
                if (key.isPresent()) {
                    Gcm gcm = new Gcm(key.get(), parameters.getNonce(), parameters.getIcvLen());
                    return new Found(true, Optional.of(gcm));
                }
            }
        }
        return new Found(true, Optional.empty());
    }

    /// What the first pass finds.
    private static final class Verified {
        final boolean authentic;

        /// Octets of the plaintext.
        final long octets;

        final byte[] attributes;

        Verified(boolean authentic, long octets, byte[] attributes) {
            this.authentic = authentic;
            this.octets = octets;
            this.attributes = attributes;
        }
    }

    /// Encrypts again what decrypts, and compares the tags: unlike the provider's own decryption,
    /// which holds all plaintext until it has checked, this keeps nothing.
    private static Verified verify(
            Content message, HeaderSection header, Gcm gcm, byte[] attributes)
            throws IOException, MimeException, DamagedException {
        if (!gcm.isSound()) {
            return new Verified(false, 0, new byte[0]);
        }
        try (InputStream body = CmsHead.body(message, header)) {
            return AuthEnveloped.with(
                    body, message.size(), object -> verify(object, gcm, attributes));
        }
    }

    private static Verified verify(AuthEnveloped object, Gcm gcm, byte[] attributes)
            throws IOException {
        try {
            Cipher decryption = gcm.stream();
            Cipher encryption = gcm.authenticated();
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
            byte[] tag = Arrays.copyOfRange(again, rest - TAG_OCTETS, rest - TAG_OCTETS + gcm.tag);
            byte[] present = object.attributes();
            boolean authentic = MessageDigest.isEqual(tag, object.mac());
            boolean allRead = Arrays.equals(present, attributes);
            return new Verified(authentic && allRead, octets, present);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the provider cannot do AES-GCM", e);
        }
    }

    /// Key and parameters of one content encryption. Never shown.
    private static final class Gcm {
        private final SecretKeySpec key;
        private final byte[] nonce;
        private final int tag;

        Gcm(SecretKeySpec key, byte[] nonce, int tag) {
            this.key = key;
            this.nonce = nonce;
            this.tag = tag;
        }

        /// A short tag is guessed, a strange nonce is derived another way.
        boolean isSound() {
            return nonce.length == NONCE_OCTETS && tag >= TAG_OCTETS_MIN && tag <= TAG_OCTETS;
        }

        /// NIST SP 800-38D §6.5: GCM encrypts as counter mode that begins at two.
        Cipher stream() throws GeneralSecurityException {
            byte[] counter = Arrays.copyOf(nonce, 16);
            counter[15] = 2;
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding", PROVIDER);
            cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter));
            return cipher;
        }

        Cipher authenticated() throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", PROVIDER);
            cipher.init(
                    Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_OCTETS * Byte.SIZE, nonce));
            return cipher;
        }
    }

    /// The plaintext of a message whose tag was right.
    private record Decrypted(Content message, HeaderSection header, Gcm gcm, long size)
            implements Content {
        @Override
        public InputStream open() throws IOException {
            InputStream body = body();
            try {
                InputStream ciphertext =
                        AuthEnveloped.with(body, message.size(), AuthEnveloped::ciphertext);
                return new CipherInputStream(ciphertext, gcm.stream()) {
                    @Override
                    public void close() throws IOException {
                        super.close();
                        body.close();
                    }
                };
            } catch (DamagedException e) {
                body.close();
                throw new IOException("an encrypted message changed while it was read", e);
            } catch (GeneralSecurityException e) {
                body.close();
                throw new IllegalStateException("the provider cannot do AES-CTR", e);
            }
        }

        private InputStream body() throws IOException {
            try {
                return CmsHead.body(message, header);
            } catch (MimeException e) {
                throw new IOException("an encrypted message changed while it was read", e);
            }
        }

        @Override
        public String toString() {
            return "a decrypted message of " + size + " octets";
        }
    }
}

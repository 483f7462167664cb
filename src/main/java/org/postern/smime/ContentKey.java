package org.postern.smime;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.postern.cms.EnvelopedObject;
import org.postern.cms.NamedRecipient;
import org.postern.kem.MlKem;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Providers;
import org.postern.random.Randomness;

/// Finds and unwraps the content key for one identity: RFC 5652 §6.2.
///
/// Where a key that is meant for us cannot be unwrapped, a random one takes its place, so that the
/// failure shows only as a wrong tag, like any other damage (RFC 3218 §2.3.2).
final class ContentKey {
    /// Of an AuthEnvelopedData.
    private static final Map<ASN1ObjectIdentifier, Kind> AUTHENTICATED =
            Map.of(
                    CMSAlgorithm.AES128_GCM, new Kind("AES", 16),
                    CMSAlgorithm.AES192_GCM, new Kind("AES", 24),
                    CMSAlgorithm.AES256_GCM, new Kind("AES", 32),
                    CMSAlgorithm.ChaCha20Poly1305, new Kind("ChaCha20", 32));

    /// Of an EnvelopedData. The two lists are apart, so that a ciphertext of one kind is not read
    /// as one of the other.
    private static final Map<ASN1ObjectIdentifier, Kind> UNAUTHENTICATED =
            Map.of(
                    CMSAlgorithm.AES128_CBC, new Kind("AES", 16),
                    CMSAlgorithm.AES192_CBC, new Kind("AES", 24),
                    CMSAlgorithm.AES256_CBC, new Kind("AES", 32),
                    CMSAlgorithm.DES_EDE3_CBC, new Kind("DESede", 24));

    /// The key that a content encryption needs.
    private record Kind(String algorithm, int octets) {}

    private static final Set<ASN1ObjectIdentifier> TRANSPORTS =
            Set.of(PKCSObjectIdentifiers.rsaEncryption, PKCSObjectIdentifiers.id_RSAES_OAEP);

    /// SHA-1 here only spreads the agreed secret, and OpenSSL's default is that one.
    private static final Set<ASN1ObjectIdentifier> AGREEMENTS =
            Set.of(
                    CMSAlgorithm.ECDH_SHA1KDF,
                    CMSAlgorithm.ECDH_SHA224KDF,
                    CMSAlgorithm.ECDH_SHA256KDF,
                    CMSAlgorithm.ECDH_SHA384KDF,
                    CMSAlgorithm.ECDH_SHA512KDF);

    /// With X25519 besides: RFC 8418 §2.2.
    private static final Set<ASN1ObjectIdentifier> MONTGOMERY_AGREEMENTS =
            Set.of(
                    CMSAlgorithm.ECDH_HKDF_SHA256,
                    CMSAlgorithm.ECDH_HKDF_SHA384,
                    CMSAlgorithm.ECDH_HKDF_SHA512);

    /// The block type of what is encrypted: RFC 8017 §7.2.1.
    private static final int PKCS1_KEY = 2;

    private static final Optional<KeyKind> X25519 = Optional.of(KeyKind.X25519);

    private static final SecureRandom RANDOM = Randomness.shared();

    private final Identity identity;
    private final NamedRecipient own;

    /// @param identity whose keys are unwrapped
    ContentKey(Identity identity) {
        this.identity = identity;
        this.own = NamedRecipient.of(identity.certificate());
    }

    /// Whether there is a key for the content encryption of an object.
    static boolean isFor(EnvelopedObject object) {
        return (object.isAuthenticated() ? AUTHENTICATED : UNAUTHENTICATED)
                .containsKey(object.algorithm().getAlgorithm());
    }

    private static Kind kind(AlgorithmIdentifier content) {
        Kind authenticated = AUTHENTICATED.get(content.getAlgorithm());
        return authenticated == null
                ? Objects.requireNonNull(UNAUTHENTICATED.get(content.getAlgorithm()))
                : authenticated;
    }

    /// @return empty if the recipient is not this identity
    Optional<SecretKeySpec> unwrap(RecipientInfo recipient, AlgorithmIdentifier content) {
        if (recipient.getInfo() instanceof KeyTransRecipientInfo transport) {
            return own.isNamedIn(transport)
                    ? Optional.of(key(content, random -> transported(transport, content, random)))
                    : Optional.empty();
        }
        if (recipient.getInfo() instanceof KeyAgreeRecipientInfo agreement) {
            return own.keyIn(agreement)
                    .map(wrapped ->
                            key(content, _ -> agreed(agreement, wrapped, content).getEncoded()));
        }
        return own.encapsulatedIn(recipient)
                .map(encapsulation ->
                        key(
                                content,
                                _ ->
                                        MlKem.unwrap(
                                                encapsulation,
                                                identity.certificate().getPublicKey(),
                                                identity.key())));
    }

    private interface Unwrapping {
        /// @param random takes the place of what cannot be unwrapped
        byte[] unwrap(byte[] random) throws CMSException, GeneralSecurityException;
    }

    private static SecretKeySpec key(AlgorithmIdentifier content, Unwrapping unwrapping) {
        Kind kind = kind(content);
        byte[] random = new byte[kind.octets()];
        RANDOM.nextBytes(random);
        byte[] key = random;
        try {
            byte[] unwrapped = unwrapping.unwrap(random);
            key = unwrapped != null && unwrapped.length == kind.octets() ? unwrapped : random;
        } catch (CMSException | GeneralSecurityException | RuntimeException e) {
            // Bouncy Castle throws all kinds for hostile keys; the random key stays.
            key = random;
        }
        return new SecretKeySpec(key, kind.algorithm());
    }

    private byte[] transported(
            KeyTransRecipientInfo recipient, AlgorithmIdentifier content, byte[] random)
            throws CMSException, GeneralSecurityException {
        ASN1ObjectIdentifier algorithm = recipient.getKeyEncryptionAlgorithm().getAlgorithm();
        if (!TRANSPORTS.contains(algorithm)) {
            throw new CMSException("unknown key transport");
        }
        return algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)
                ? decrypted(recipient.getEncryptedKey().getOctets(), random)
                : new Transport(identity).unwrap(recipient, content).getEncoded();
    }

    /// The key inside PKCS#1 v1.5 padding, or the random one, by the same work in either case: RFC
    /// 8017 §7.2.2, RFC 3218 §2.3.2. The library decrypts a second time what it cannot read, and so
    /// takes twice as long.
    private byte[] decrypted(byte[] wrapped, byte[] random) throws GeneralSecurityException {
        Cipher rsa = Cipher.getInstance("RSA/ECB/NoPadding", Providers.BOUNCY_CASTLE);
        rsa.init(Cipher.DECRYPT_MODE, identity.key());
        byte[] found = rsa.doFinal(wrapped);
        byte[] block = new byte[rsa.getBlockSize()];
        System.arraycopy(found, 0, block, block.length - found.length, found.length);
        int separator = block.length - random.length - 1;
        int wrong = block[0] | (block[1] ^ PKCS1_KEY) | block[separator];
        for (int i = 2; i < separator; i++) {
            // Its sign is set for a zero alone, which must not stand in the padding.
            wrong |= ((block[i] & 0xFF) - 1) & Integer.MIN_VALUE;
        }
        // All bits set if nothing is wrong, else none.
        int right = ~((wrong | -wrong) >> 31);
        byte[] key = new byte[random.length];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) ((block[separator + 1 + i] & right) | (random[i] & ~right));
        }
        return key;
    }

    private Key agreed(
            KeyAgreeRecipientInfo recipient, ASN1OctetString wrapped, AlgorithmIdentifier content)
            throws CMSException {
        ASN1ObjectIdentifier algorithm = recipient.getKeyEncryptionAlgorithm().getAlgorithm();
        boolean montgomery = KeyKind.of(identity.certificate().getPublicKey()).equals(X25519);
        if (!AGREEMENTS.contains(algorithm)
                && !(montgomery && MONTGOMERY_AGREEMENTS.contains(algorithm))) {
            throw new CMSException("unknown key agreement");
        }
        return new Agreement(identity).unwrap(recipient, wrapped, content);
    }

    /// Opens the library's unwrapping, which it keeps for its own decryption.
    private static final class Transport extends JceKeyTransEnvelopedRecipient {
        Transport(Identity identity) {
            super(identity.key());
            setProvider(Providers.BOUNCY_CASTLE);
        }

        Key unwrap(KeyTransRecipientInfo recipient, AlgorithmIdentifier content)
                throws CMSException {
            return extractSecretKey(
                    recipient.getKeyEncryptionAlgorithm(),
                    content,
                    recipient.getEncryptedKey().getOctets());
        }
    }

    /// The same for key agreement.
    private static final class Agreement extends JceKeyAgreeEnvelopedRecipient {
        Agreement(Identity identity) {
            super(identity.key());
            setProvider(Providers.BOUNCY_CASTLE);
        }

        Key unwrap(
                KeyAgreeRecipientInfo recipient,
                ASN1OctetString wrapped,
                AlgorithmIdentifier content)
                throws CMSException {
            OriginatorPublicKey originator = recipient.getOriginator().getOriginatorKey();
            if (originator == null) {
                throw new CMSException("no ephemeral key");
            }
            // RFC 5753 §3.1.1: the curve is that of the recipient's own key.
            SubjectPublicKeyInfo ephemeral =
                    new SubjectPublicKeyInfo(
                            getPrivateKeyAlgorithmIdentifier(),
                            originator.getPublicKeyData().getOctets());
            return extractSecretKey(
                    recipient.getKeyEncryptionAlgorithm(),
                    content,
                    ephemeral,
                    recipient.getUserKeyingMaterial(),
                    wrapped.getOctets());
        }
    }
}

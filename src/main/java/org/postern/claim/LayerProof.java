package org.postern.claim;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.SignerInformation;
import org.postern.claim.AuthorsLayer.Encrypted;
import org.postern.claim.AuthorsLayer.None;
import org.postern.claim.AuthorsLayer.Signed;
import org.postern.cms.CanonicalLines;
import org.postern.cms.CmsBody;
import org.postern.cms.CmsException;
import org.postern.cms.CmsSource;
import org.postern.cms.EnvelopedObject;
import org.postern.cms.PartContent;
import org.postern.cms.SignedObject;
import org.postern.mail.Content;
import org.postern.mime.ContentField;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.smime.SmimeType;

/// Proves what a message claims. Whoever wants clear text to leave as if it were protected has to
/// put it somewhere: beside the base64, behind the object, into a field of it that a reader's
/// program passes over, or in the place of the ciphertext. None of them is let pass.
///
/// What cannot be proved without the key is that a ciphertext is one: octets that look as random (a
/// compressed file) pass, if they are named as encrypted to the recipient's certificate.
final class LayerProof {
    /// For each key that the content key is wrapped for, and for the rest: names, algorithms, and
    /// RSA keys of 8,192 bits.
    private static final int HEAD_OCTETS_EACH = 2_048;

    /// RFC 5083 §2.1: a content type and little more.
    private static final int ATTRIBUTES_OCTETS_MAX = 1_024;

    /// RFC 5084 §3.2 allows 12 to 16; shorter tags can be guessed.
    private static final int TAG_OCTETS_MIN = 12;

    /// RFC 8551 §2.7: what still keeps a secret.
    private static final Set<ASN1ObjectIdentifier> BLOCK_CIPHERS =
            Set.of(CMSAlgorithm.AES128_CBC, CMSAlgorithm.AES192_CBC, CMSAlgorithm.AES256_CBC);

    private static final Set<ASN1ObjectIdentifier> AUTHENTICATED_CIPHERS =
            Set.of(
                    CMSAlgorithm.AES128_GCM,
                    CMSAlgorithm.AES192_GCM,
                    CMSAlgorithm.AES256_GCM,
                    CMSAlgorithm.AES128_CCM,
                    CMSAlgorithm.AES192_CCM,
                    CMSAlgorithm.AES256_CCM,
                    CMSAlgorithm.ChaCha20Poly1305);

    private LayerProof() {}

    static AuthorsLayer of(Content message) throws IOException {
        try {
            HeaderSection header = HeaderSection.read(message);
            return switch (SmimeType.of(header)) {
                case SmimeType.Enveloped _, SmimeType.OpaqueSigned _, SmimeType.Unnamed _ ->
                        object(message, header);
                case SmimeType.ClearSigned _ -> clearSigned(message);
                case SmimeType.Plain _, SmimeType.CertificatesOnly _, SmimeType.Compressed _ ->
                        new None();
            };
        } catch (MimeException | CmsException e) {
            return new None();
        }
    }

    private static AuthorsLayer object(Content entity, HeaderSection header)
            throws IOException, MimeException, CmsException {
        if (!isBase64(entity, header)) {
            return new None();
        }
        return switch (CmsBody.kind(entity, header)) {
            case ENVELOPED, AUTH_ENVELOPED -> read(entity, header, LayerProof::encrypted);
            case SIGNED -> opaqueSigned(read(entity, header, SignedObject::readAlone));
            case DATA, DIGESTED, ENCRYPTED, COMPRESSED, OTHER -> new None();
        };
    }

    private static <T> T read(Content entity, HeaderSection header, CmsSource.Reading<T> reading)
            throws IOException, MimeException, CmsException {
        try (InputStream body = CmsBody.open(entity, header)) {
            return CmsSource.with(body, entity.size(), reading);
        }
    }

    /// The lenient reading of base64 skips what is none, and so do the programs of readers.
    private static boolean isBase64(Content entity, HeaderSection header)
            throws IOException, MimeException {
        List<HeaderField> fields = header.all("Content-Transfer-Encoding");
        if (fields.size() != 1
                || !ContentField.parse(fields.getFirst().body())
                        .value()
                        .toLowerCase(Locale.ROOT)
                        .equals("base64")) {
            return false;
        }
        try (InputStream raw = entity.open()) {
            raw.skipNBytes(header.octets());
            return StrictBase64.isWhole(raw);
        }
    }

    private static AuthorsLayer encrypted(CmsSource source) throws IOException {
        EnvelopedObject object = EnvelopedObject.in(source);
        boolean authenticated = object.isAuthenticated();
        CipherLook look = CipherLook.at(object.ciphertext());
        boolean sound =
                !object.isOriginated()
                        && object.headOctets() <= HEAD_OCTETS_EACH * (1L + keys(object))
                        && (authenticated ? AUTHENTICATED_CIPHERS : BLOCK_CIPHERS)
                                .contains(object.algorithm().getAlgorithm())
                        && (authenticated || look.isOfBlocks())
                        && look.isRandom();
        if (authenticated) {
            sound &= object.attributes().length <= ATTRIBUTES_OCTETS_MAX;
            sound &= object.mac().length >= TAG_OCTETS_MIN;
        }
        object.requireEnd();
        List<RecipientInfo> recipients = object.recipients();
        sound &= !recipients.isEmpty();
        return sound && recipients.stream().allMatch(LayerProof::isByCertificate)
                ? new Encrypted(recipients)
                : new None();
    }

    private static int keys(EnvelopedObject object) {
        int keys = 0;
        for (RecipientInfo recipient : object.recipients()) {
            keys +=
                    recipient.getInfo() instanceof KeyAgreeRecipientInfo agreement
                            ? agreement.getRecipientEncryptedKeys().size()
                            : 1;
        }
        return keys;
    }

    /// Others know a password or a key that nobody can look up (RFC 5652 §6.2.3 to §6.2.5).
    private static boolean isByCertificate(RecipientInfo recipient) {
        return recipient.getInfo() instanceof KeyTransRecipientInfo
                || recipient.getInfo() instanceof KeyAgreeRecipientInfo;
    }

    private static AuthorsLayer opaqueSigned(SignedObject object) throws CmsException {
        return object.contentOctets().isPresent() ? signed(object) : new None();
    }

    /// RFC 8551 §3.5.3: two parts, of which the second holds the signature of the first.
    private static AuthorsLayer clearSigned(Content message)
            throws IOException, MimeException, CmsException {
        MimePart root = MimeIndex.of(message).root();
        List<MimePart> parts = root.children();
        if (root.ambiguous() || parts.size() != 2) {
            return new None();
        }
        Content signature = new PartContent(message, parts.getLast());
        HeaderSection header = HeaderSection.read(signature);
        if (!isBase64(signature, header)) {
            return new None();
        }
        SignedObject object = read(signature, header, SignedObject::readAlone);
        if (object.contentOctets().isPresent()) {
            return new None();
        }
        try (InputStream in =
                new CanonicalLines(new PartContent(message, parts.getFirst()).open())) {
            object.hash(in);
        }
        return signed(object);
    }

    /// At least one signer signed this content. One that comes from another message, or that
    /// something changed behind the author's back, is none.
    private static AuthorsLayer signed(SignedObject object) throws CmsException {
        SignedObject.Signers signers = object.signers();
        return signers.each().stream().anyMatch(signer -> fits(signer, signers))
                ? new Signed()
                : new None();
    }

    /// RFC 5652 §11.2.
    private static boolean fits(SignerInformation signer, SignedObject.Signers all) {
        try {
            byte[] hash = all.hashes().get(signer.getDigestAlgOID());
            Attribute digest =
                    signer.getSignedAttributes() == null
                            ? null
                            : signer.getSignedAttributes().get(CMSAttributes.messageDigest);
            return hash != null
                    && digest != null
                    && digest.getAttrValues().size() == 1
                    && Arrays.equals(
                            hash,
                            ASN1OctetString.getInstance(digest.getAttrValues().getObjectAt(0))
                                    .getOctets());
        } catch (RuntimeException e) {
            // The library reads attributes when they are asked for, and answers hostile octets with
            // unchecked exceptions of many kinds.
            return false;
        }
    }
}

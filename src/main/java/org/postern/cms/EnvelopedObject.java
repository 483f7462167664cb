package org.postern.cms;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1SetParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.AuthEnvelopedDataParser;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfoParser;
import org.bouncycastle.asn1.cms.EncryptedContentInfoParser;
import org.bouncycastle.asn1.cms.EnvelopedDataParser;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/// An EnvelopedData (RFC 5652 §6.1) or AuthEnvelopedData (RFC 5083 §2.1), read as a stream:
/// recipients and algorithm first, then the ciphertext piece by piece, then attributes and tag.
/// Must be asked in this order.
public final class EnvelopedObject {
    /// Octets before the ciphertext.
    static final int HEAD_OCTETS_MAX = 1_024 * 1_024;

    /// Octets behind the ciphertext.
    static final int TAIL_OCTETS_MAX = 64 * 1_024;

    /// Recipients of one message.
    static final int RECIPIENTS_MAX = 1_000;

    private final CmsSource source;
    private final Optional<AuthEnvelopedDataParser> authenticated;
    private final List<RecipientInfo> recipients = new ArrayList<>();
    private final AlgorithmIdentifier algorithm;
    private final boolean derived;
    private final InputStream ciphertext;
    private final boolean originated;
    private final long headOctets;

    private EnvelopedObject(CmsSource source) throws IOException {
        this.source = source;
        source.allow(HEAD_OCTETS_MAX);
        ContentInfoParser info = source.contentInfo();
        EncryptedContentInfoParser content;
        if (CMSObjectIdentifiers.authEnvelopedData.equals(info.getContentType())) {
            AuthEnvelopedDataParser data =
                    new AuthEnvelopedDataParser(
                            CmsSource.sequence(info.getContent(BERTags.SEQUENCE)));
            authenticated = Optional.of(data);
            originated = data.getOriginatorInfo() != null;
            take(data.getRecipientInfos());
            content = data.getAuthEncryptedContentInfo();
        } else if (CMSObjectIdentifiers.envelopedData.equals(info.getContentType())) {
            EnvelopedDataParser data =
                    new EnvelopedDataParser(CmsSource.sequence(info.getContent(BERTags.SEQUENCE)));
            authenticated = Optional.empty();
            originated = data.getOriginatorInfo() != null;
            take(data.getRecipientInfos());
            content = data.getEncryptedContentInfo();
        } else {
            throw new IOException("another content type");
        }
        CmsSource.requireData(content.getContentType());
        AlgorithmIdentifier written = content.getContentEncryptionAlgorithm();
        derived = written.getAlgorithm().equals(KeyDerivation.ALGORITHM);
        algorithm = derived ? KeyDerivation.inner(written) : written;
        ciphertext = CmsSource.octetString(content.getEncryptedContent(BERTags.OCTET_STRING));
        headOctets = source.taken();
        source.allowAll();
    }

    /// To be called with what [CmsSource#with] gives.
    public static EnvelopedObject in(CmsSource source) throws IOException {
        return new EnvelopedObject(source);
    }

    private void take(ASN1SetParser parser) throws IOException {
        ASN1Set infos = ASN1Set.getInstance(parser.toASN1Primitive());
        if (infos.size() > RECIPIENTS_MAX) {
            throw new IOException("too many recipients");
        }
        for (ASN1Encodable recipient : infos) {
            recipients.add(RecipientInfo.getInstance(recipient));
        }
    }

    /// Whether a tag stands behind the ciphertext.
    public boolean isAuthenticated() {
        return authenticated.isPresent();
    }

    /// Whether its originator put certificates of her own before the ciphertext.
    public boolean isOriginated() {
        return originated;
    }

    /// Octets before the ciphertext.
    public long headOctets() {
        return headOctets;
    }

    /// Who can open it.
    public List<RecipientInfo> recipients() {
        return Collections.unmodifiableList(recipients);
    }

    /// What the content is encrypted with.
    public AlgorithmIdentifier algorithm() {
        return algorithm;
    }

    /// Whether the key of the content is derived from the one that recipients get: RFC 9709.
    public boolean isKeyDerived() {
        return derived;
    }

    /// The key of the content.
    ///
    /// @param given what a recipient got
    public SecretKeySpec contentKey(SecretKeySpec given) throws IOException {
        return derived ? KeyDerivation.derive(given, algorithm) : given;
    }

    /// The encrypted content, once.
    public InputStream ciphertext() {
        return ciphertext;
    }

    /// The authenticated attributes as the tag covers them (RFC 5083 §2.2); empty if there are
    /// none. The ciphertext must have been read to its end.
    public byte[] attributes() throws IOException {
        source.allow(TAIL_OCTETS_MAX);
        ASN1SetParser attributes = authenticated.orElseThrow().getAuthAttrs();
        return attributes == null
                ? new byte[0]
                : ASN1Set.getInstance(attributes.toASN1Primitive()).getEncoded(ASN1Encoding.DER);
    }

    /// The tag. The attributes must have been read.
    public byte[] mac() throws IOException {
        return authenticated.orElseThrow().getMac().getOctets();
    }

    /// Reads to the end. The ciphertext, and then attributes and tag if it has any, must have been
    /// read.
    ///
    /// @throws IOException if anything stands behind them, unprotected attributes or more
    public void requireEnd() throws IOException {
        source.requireEnd();
    }
}

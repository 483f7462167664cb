package org.postern.cms;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1SetParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.ContentInfoParser;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignedDataParser;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.jspecify.annotations.Nullable;

/// A SignedData (RFC 5652 §5.1), read as a stream: its content is hashed and not kept, what stands
/// behind it is held in memory.
public final class SignedObject {
    /// Octets before the content: digest algorithms.
    static final int HEAD_OCTETS_MAX = 64 * 1_024;

    /// Octets behind the content: certificates, revocation lists, signers.
    static final int TAIL_OCTETS_MAX = 1_024 * 1_024;

    /// Signers of one object.
    public static final int SIGNERS_MAX = 10;

    /// Certificates in one object.
    public static final int CERTIFICATES_MAX = 100;

    private final SignedData data;
    private final OptionalLong contentOctets;
    private final Digests digests;

    private SignedObject(SignedData data, OptionalLong contentOctets, Digests digests) {
        this.data = data;
        this.contentOctets = contentOctets;
        this.digests = digests;
    }

    /// Reads a whole object; to be called with what [CmsSource#with] gives.
    public static SignedObject read(CmsSource source) throws IOException {
        SignedDataParser parser = parser(source);
        ASN1Set algorithms = set(parser.getDigestAlgorithms());
        Digests digests = Digests.of(algorithms);
        ContentInfoParser info = parser.getEncapContentInfo();
        ASN1ObjectIdentifier type = info.getContentType();
        CmsSource.requireData(type);
        var content = info.getContent(BERTags.OCTET_STRING);
        source.allowAll();
        OptionalLong octets =
                content == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(digests.readAll(CmsSource.octetString(content)));
        source.allow(TAIL_OCTETS_MAX);
        ASN1Set certificates = optional(parser.getCertificates());
        ASN1Set lists = optional(parser.getCrls());
        ASN1Set signers = set(parser.getSignerInfos());
        if (signers.size() > SIGNERS_MAX
                || (certificates != null && certificates.size() > CERTIFICATES_MAX)) {
            throw new IOException("too many signers or certificates");
        }
        return new SignedObject(
                new SignedData(
                        algorithms, new ContentInfo(type, null), certificates, lists, signers),
                octets,
                digests);
    }

    /// Reads an object behind which nothing stands; to be called with what [CmsSource#with] gives.
    public static SignedObject readAlone(CmsSource source) throws IOException {
        SignedObject object = read(source);
        source.requireEnd();
        return object;
    }

    /// The content; to be called with what [CmsSource#with] gives.
    public static InputStream content(CmsSource source) throws IOException {
        SignedDataParser parser = parser(source);
        parser.getDigestAlgorithms().toASN1Primitive();
        InputStream content =
                CmsSource.octetString(
                        parser.getEncapContentInfo().getContent(BERTags.OCTET_STRING));
        source.allowAll();
        return content;
    }

    private static SignedDataParser parser(CmsSource source) throws IOException {
        source.allow(HEAD_OCTETS_MAX);
        ContentInfoParser info = source.contentInfo();
        if (!CMSObjectIdentifiers.signedData.equals(info.getContentType())) {
            throw new IOException("another content type");
        }
        return SignedDataParser.getInstance(info.getContent(BERTags.SEQUENCE));
    }

    private static ASN1Set set(ASN1SetParser parser) throws IOException {
        return ASN1Set.getInstance(parser.toASN1Primitive());
    }

    private static @Nullable ASN1Set optional(ASN1SetParser parser) throws IOException {
        return parser == null ? null : set(parser);
    }

    /// Octets of the content inside; empty if the signature stands apart from what it signs.
    public OptionalLong contentOctets() {
        return contentOctets;
    }

    /// Takes what a signature that stands apart signs.
    public void hash(InputStream signed) throws IOException {
        digests.readAll(signed);
    }

    /// The signers and the certificates that came with them. All of the content must have been
    /// hashed; what is hashed later does not count.
    public Signers signers() throws CmsException {
        Map<String, byte[]> hashes = digests.finish();
        try {
            // The library takes the kind of its keys from the first, so there must be one.
            CMSSignedData signed =
                    new CMSSignedData(
                            hashes.isEmpty() ? Map.of("", new byte[0]) : hashes,
                            new ContentInfo(CMSObjectIdentifiers.signedData, data));
            return new Signers(
                    List.copyOf(signed.getSignerInfos().getSigners()),
                    List.copyOf(signed.getCertificates().getMatches(null)),
                    hashes);
        } catch (CMSException | RuntimeException e) {
            throw new CmsException(e);
        }
    }

    /// @param each in their order
    /// @param certificates that came along
    /// @param hashes of the content, by the identifier of their digest
    public record Signers(
            List<SignerInformation> each,
            List<X509CertificateHolder> certificates,
            Map<String, byte[]> hashes) {
        /// Whether the content was hashed with the digest of that signer.
        public boolean isHashed(SignerInformation signer) {
            return hashes.containsKey(signer.getDigestAlgOID());
        }
    }
}

package org.postern.cms;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.CompressedDataParser;
import org.bouncycastle.asn1.cms.ContentInfoParser;

/// A CompressedData: RFC 3274.
public final class CompressedObject {
    /// A content may be so many times as long as its message. Text is compressed to a tenth at
    /// best; a bomb to a thousandth.
    public static final int RATIO_MAX = 100;

    /// Octets of a content.
    public static final long CONTENT_OCTETS_MAX = 100L << 20;

    private static final int HEAD_OCTETS_MAX = 1_024;
    private static final int PIECE_OCTETS = 32 * 1_024;

    private static final ASN1ObjectIdentifier ZLIB =
            new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.8");

    private CompressedObject() {}

    /// The content, decompressed; to be called with what [CmsSource#with] gives.
    public static InputStream content(CmsSource source) throws IOException {
        source.allow(HEAD_OCTETS_MAX);
        ContentInfoParser info = source.contentInfo();
        if (!CMSObjectIdentifiers.compressedData.equals(info.getContentType())) {
            throw new IOException("another content type");
        }
        CompressedDataParser data =
                new CompressedDataParser(CmsSource.sequence(info.getContent(BERTags.SEQUENCE)));
        if (!ZLIB.equals(data.getCompressionAlgorithmIdentifier().getAlgorithm())) {
            throw new IOException("another compression");
        }
        ContentInfoParser inside = data.getEncapContentInfo();
        CmsSource.requireData(inside.getContentType());
        InputStream compressed = CmsSource.octetString(inside.getContent(BERTags.OCTET_STRING));
        source.allowAll();
        return new InflaterInputStream(compressed);
    }

    /// Octets of all contents together that lie inside one another in a message.
    ///
    /// @param message octets of the message
    public static long octetsMax(long message) {
        return Math.min(CONTENT_OCTETS_MAX, message * RATIO_MAX);
    }

    /// Octets of the content, counted.
    ///
    /// @param most that are allowed
    /// @throws IOException if there are more, or it cannot be decompressed
    public static long count(InputStream content, long most) throws IOException {
        byte[] piece = new byte[PIECE_OCTETS];
        long octets = 0;
        for (int count = content.read(piece); count >= 0; count = content.read(piece)) {
            octets += count;
            if (octets > most) {
                throw new IOException("a compressed content is too large");
            }
        }
        return octets;
    }
}

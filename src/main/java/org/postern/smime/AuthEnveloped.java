package org.postern.smime;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1SequenceParser;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1SetParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.cms.AuthEnvelopedDataParser;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfoParser;
import org.bouncycastle.asn1.cms.EncryptedContentInfoParser;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/// Reads an AuthEnvelopedData as a stream (RFC 5083 §2.1): recipients and algorithm first, then the
/// ciphertext piece by piece, then attributes and tag. Must be asked in this order.
final class AuthEnveloped {
    /// Octets before the ciphertext.
    static final int HEAD_OCTETS_MAX = 1_024 * 1_024;

    /// Octets behind the ciphertext.
    static final int TAIL_OCTETS_MAX = 64 * 1_024;

    /// Recipients of one message.
    static final int RECIPIENTS_MAX = 1_000;

    private final Source source;
    private final AuthEnvelopedDataParser data;
    private final List<RecipientInfo> recipients = new ArrayList<>();
    private final AlgorithmIdentifier algorithm;
    private final InputStream ciphertext;

    /// A CMS object that is not one, or breaks a limit.
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(Throwable cause) {
            super("the CMS object cannot be read", cause);
        }
    }

    private AuthEnveloped(Source source, int octets) throws IOException {
        this.source = source;
        source.allow(HEAD_OCTETS_MAX);
        ContentInfoParser info =
                new ContentInfoParser(sequence(new ASN1StreamParser(source, octets).readObject()));
        if (!CMSObjectIdentifiers.authEnvelopedData.equals(info.getContentType())) {
            throw new IOException("another content type");
        }
        data = new AuthEnvelopedDataParser(sequence(info.getContent(BERTags.SEQUENCE)));
        data.getOriginatorInfo();
        ASN1Set infos = ASN1Set.getInstance(data.getRecipientInfos().toASN1Primitive());
        if (infos.size() > RECIPIENTS_MAX) {
            throw new IOException("too many recipients");
        }
        for (ASN1Encodable recipient : infos) {
            recipients.add(RecipientInfo.getInstance(recipient));
        }
        EncryptedContentInfoParser content = data.getAuthEncryptedContentInfo();
        algorithm = content.getContentEncryptionAlgorithm();
        if (content.getEncryptedContent(BERTags.OCTET_STRING)
                instanceof ASN1OctetStringParser encrypted) {
            ciphertext = encrypted.getOctetStream();
        } else {
            throw new IOException("no encrypted content");
        }
        source.allow(Long.MAX_VALUE);
    }

    private static ASN1SequenceParser sequence(ASN1Encodable object) throws IOException {
        if (object instanceof ASN1SequenceParser sequence) {
            return sequence;
        }
        throw new IOException("no sequence");
    }

    /// Something that is done with hostile octets.
    interface Reading<T> {
        T read(AuthEnveloped object) throws IOException;
    }

    /// Reads a CMS object and does something with it.
    ///
    /// @param octets of the whole message: no structure inside can be larger
    /// @throws IOException if `in` itself fails
    /// @throws DamagedException if the octets are no such object
    static <T> T with(InputStream in, long octets, Reading<T> reading)
            throws IOException, DamagedException {
        Source source = new Source(in);
        try {
            return reading.read(
                    new AuthEnveloped(source, (int) Math.min(octets, Integer.MAX_VALUE)));
        } catch (IOException e) {
            source.rethrow();
            throw new DamagedException(e);
        } catch (RuntimeException e) {
            // Bouncy Castle's readers answer hostile octets with unchecked exceptions of many
            // kinds.
            throw new DamagedException(e);
        }
    }

    List<RecipientInfo> recipients() {
        return recipients;
    }

    AlgorithmIdentifier algorithm() {
        return algorithm;
    }

    InputStream ciphertext() {
        return ciphertext;
    }

    /// The authenticated attributes as the tag covers them (RFC 5083 §2.2); empty if there are
    /// none. The ciphertext must have been read to its end.
    byte[] attributes() throws IOException {
        source.allow(TAIL_OCTETS_MAX);
        ASN1SetParser attributes = data.getAuthAttrs();
        return attributes == null
                ? new byte[0]
                : ASN1Set.getInstance(attributes.toASN1Primitive()).getEncoded(ASN1Encoding.DER);
    }

    /// The tag. The attributes must have been read.
    byte[] mac() throws IOException {
        return data.getMac().getOctets();
    }

    /// Tells failures of the stream below from those of its content, and limits what is read for
    /// structures that are held in memory.
    private static final class Source extends FilterInputStream {
        private long allowed;
        private Optional<IOException> failure = Optional.empty();

        Source(InputStream in) {
            super(in);
        }

        void allow(long octets) {
            allowed = octets;
        }

        void rethrow() throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int count = read(one, 0, 1);
            return count < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (allowed <= 0) {
                throw new IOException("a structure is too large");
            }
            try {
                int count = super.in.read(target, offset, (int) Math.min(length, allowed));
                allowed -= Math.max(0, count);
                return count;
            } catch (IOException e) {
                failure = Optional.of(e);
                throw e;
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}

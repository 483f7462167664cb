package org.postern.cms;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1SequenceParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfoParser;

/// The octets of a CMS object. It tells failures of the stream below from those of its content, and
/// limits what is read for structures that are held in memory.
public final class CmsSource extends FilterInputStream {
    /// The ends of five structures inside one another have ten.
    private static final int ENDS_OCTETS_MAX = 32;

    private final int octets;
    private long taken;
    private long allowed;
    private Optional<IOException> failure = Optional.empty();

    private CmsSource(InputStream in, long octets) {
        super(in);
        this.octets = (int) Math.min(octets, Integer.MAX_VALUE);
    }

    /// Something that is done with hostile octets.
    @FunctionalInterface
    public interface Reading<T> {
        T read(CmsSource source) throws IOException;
    }

    /// Reads a CMS object and does something with it.
    ///
    /// @param octets of the whole message: no structure inside can be larger
    /// @throws IOException if `in` itself fails
    /// @throws CmsException if the octets are no such object
    public static <T> T with(InputStream in, long octets, Reading<T> reading)
            throws IOException, CmsException {
        CmsSource source = new CmsSource(in, octets);
        try {
            return reading.read(source);
        } catch (IOException e) {
            if (source.failure.isPresent()) {
                throw source.failure.get();
            }
            throw new CmsException(e);
        } catch (RuntimeException e) {
            // Bouncy Castle's readers answer hostile octets with unchecked exceptions of many
            // kinds.
            throw new CmsException(e);
        }
    }

    /// The outer structure: RFC 5652 §3.
    ContentInfoParser contentInfo() throws IOException {
        return new ContentInfoParser(sequence(new ASN1StreamParser(this, octets).readObject()));
    }

    static ASN1SequenceParser sequence(ASN1Encodable object) throws IOException {
        if (object instanceof ASN1SequenceParser sequence) {
            return sequence;
        }
        throw new IOException("no sequence");
    }

    /// RFC 8551 §2.4: what S/MIME signs, encrypts or compresses is MIME, and is called data. An
    /// object that calls it something else was made to say something else.
    static void requireData(ASN1ObjectIdentifier type) throws IOException {
        if (!CMSObjectIdentifiers.data.equals(type)) {
            throw new IOException("the content is no data");
        }
    }

    static InputStream octetString(ASN1Encodable object) throws IOException {
        if (object instanceof ASN1OctetStringParser string) {
            return string.getOctetStream();
        }
        throw new IOException("no octet string");
    }

    /// Limits what is read from here on for a structure that is held in memory.
    void allow(long octets) {
        allowed = octets;
    }

    /// Octets read so far.
    long taken() {
        return taken;
    }

    /// Reads to the end, where only the ends of structures of unknown length may follow (X.690
    /// §8.1.5). To be called when an object was read.
    ///
    /// @throws IOException if something stands behind the object
    void requireEnd() throws IOException {
        allow(ENDS_OCTETS_MAX + 1L);
        for (byte octet : readNBytes(ENDS_OCTETS_MAX + 1)) {
            if (octet != 0) {
                throw new IOException("something stands behind the object");
            }
        }
    }

    /// What is read from here on is a stream.
    void allowAll() {
        allowed = Long.MAX_VALUE;
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
            taken += Math.max(0, count);
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

package org.postern.cms;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetStringParser;
import org.bouncycastle.asn1.ASN1SequenceParser;
import org.bouncycastle.asn1.ASN1StreamParser;
import org.bouncycastle.asn1.cms.ContentInfoParser;

/// The octets of a CMS object. It tells failures of the stream below from those of its content, and
/// limits what is read for structures that are held in memory.
public final class CmsSource extends FilterInputStream {
    private final int octets;
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

package org.postern.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/// Header section and body of one message: RFC 5322, the octets as they came, CRLF line ends.
///
/// It can be read any number of times, by several threads at once.
public interface Content extends ContentWriter {
    /// Octets, header section included.
    long size();

    /// A new stream over all octets. A stream over sealed content fails with an IOException at the
    /// first octet that is not authentic, and never hands it out.
    InputStream open() throws IOException;

    /// A new stream over the octets from one on. Content that lies in pieces does not go through
    /// those before.
    ///
    /// @param from at most the size
    default InputStream open(long from) throws IOException {
        InputStream in = open();
        try {
            in.skipNBytes(from);
            return in;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    @Override
    default OptionalLong octets() {
        return OptionalLong.of(size());
    }

    @Override
    default void writeTo(OutputStream out) throws IOException {
        try (InputStream in = open()) {
            in.transferTo(out);
        }
    }

    /// The same message below further header fields.
    ///
    /// @param fields whole fields in ASCII, each with its line end; the message itself for none
    default Content below(String fields) {
        if (fields.isEmpty()) {
            return this;
        }
        byte[] above = fields.getBytes(StandardCharsets.US_ASCII);
        Content below = this;
        return new Content() {
            @Override
            public long size() {
                return above.length + below.size();
            }

            @Override
            public InputStream open() throws IOException {
                return new SequenceInputStream(new ByteArrayInputStream(above), below.open());
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(above);
                below.writeTo(out);
            }
        };
    }

    /// Content that lies in memory. The array is not copied and must not change any more.
    static Content of(byte[] octets) {
        return new Content() {
            @Override
            public long size() {
                return octets.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(octets);
            }
        };
    }
}

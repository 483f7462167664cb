package org.postern.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Header section and body of one message: RFC 5322, the octets as they came, CRLF line ends.
///
/// It can be read any number of times, by several threads at once.
public interface Content extends ContentWriter {
    /// Octets, header section included.
    long size();

    /// A new stream over all octets. A stream over sealed content fails with an IOException at the
    /// first octet that is not authentic, and never hands it out.
    InputStream open() throws IOException;

    @Override
    default void writeTo(OutputStream out) throws IOException {
        try (InputStream in = open()) {
            in.transferTo(out);
        }
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

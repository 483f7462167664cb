package org.postern.incoming;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.SequenceInputStream;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.origin.OwnFieldFilter;
import org.postern.origin.OwnFields;

/// Mail that did not come through the gateway, without fields that nobody else may write: a reader
/// would take them for our word. All else stays as it lies, also where it is no good header
/// section, but for a CR in it that ends no line: some readers would take it for the end of one,
/// and what follows for a field.
final class Cleaned {
    /// As far as a message is looked through.
    private static final int HEAD_OCTETS_MAX = HeaderSection.OCTETS_MAX;

    private Cleaned() {}

    /// @return the same object if there is no such field
    /// @throws IOException if it cannot be read, or nobody can say where its header section ends
    static Content of(Content content, OwnFields own) throws IOException {
        Head read = head(content);
        byte[] before = read.octets();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        OwnFieldFilter filter = new OwnFieldFilter(head, own);
        filter.write(before, 0, before.length);
        filter.finish();
        return filter.removed() == 0 && !read.differs()
                ? content
                : new Reheaded(head.toByteArray(), content, before.length);
    }

    /// All in front of the empty line, with a space for each CR that ends no line.
    ///
    /// @param differs whether there is one
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Head(byte[] octets, boolean differs) {}

    private static Head head(Content content) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try (PushbackInputStream in =
                new PushbackInputStream(new BufferedInputStream(content.open()))) {
            boolean begins = true;
            boolean differs = false;
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                boolean lone = octet == '\r' && !isBeforeLf(in);
                if (begins && !lone && (octet == '\r' || octet == '\n')) {
                    return new Head(head.toByteArray(), differs);
                }
                if (head.size() == HEAD_OCTETS_MAX) {
                    throw new IOException("a header section is longer than any that is shown");
                }
                head.write(lone ? ' ' : octet);
                differs |= lone;
                begins = octet == '\n';
            }
            return new Head(head.toByteArray(), differs);
        }
    }

    private static boolean isBeforeLf(PushbackInputStream in) throws IOException {
        int next = in.read();
        if (next >= 0) {
            in.unread(next);
        }
        return next == '\n';
    }

    /// Another header section above the same body.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Reheaded(byte[] head, Content whole, int bodyBegin) implements Content {
        @Override
        public long size() {
            return head.length + whole.size() - bodyBegin;
        }

        @Override
        public InputStream open() throws IOException {
            return new SequenceInputStream(new ByteArrayInputStream(head), whole.open(bodyBegin));
        }
    }
}

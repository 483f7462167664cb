package org.postern.gathering;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.postern.mail.Content;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.octets.FirstOctets;

/// The leaves of a message in one pass over its octets, each decoded.
final class PartWalk {
    private PartWalk() {}

    /// Takes one part.
    @FunctionalInterface
    interface Visitor {
        /// @param decoded the part's octets; what is left unread is skipped
        void see(MimePart part, InputStream decoded) throws IOException;
    }

    /// The leaves that pass the test, in their order.
    static List<MimePart> leaves(MimeIndex index, Predicate<MimePart> test) {
        return index.parts().stream()
                .filter(part -> part.children().isEmpty() && test.test(part))
                .sorted(Comparator.comparingLong(part -> part.span().bodyBegin()))
                .toList();
    }

    /// @param parts leaves of the message, in their order
    static void over(List<MimePart> parts, Content content, Visitor visitor) throws IOException {
        if (parts.isEmpty()) {
            return;
        }
        try (InputStream in = content.open()) {
            long at = 0;
            for (MimePart part : parts) {
                in.skipNBytes(part.span().bodyBegin() - at);
                // Not closed: the next part follows in the same stream.
                FirstOctets body = new FirstOctets(in, part.bodyOctets());
                visitor.see(part, part.encoding().decode(body));
                body.transferTo(OutputStream.nullOutputStream());
                at = part.span().end();
            }
        }
    }
}

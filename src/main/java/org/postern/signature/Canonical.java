package org.postern.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.mime.TransferEncoding;
import org.postern.octets.FirstOctets;
import org.postern.smime.Base64Lines;
import org.postern.smime.SmimeException;

/// The form in which an entity is signed: CRLF line ends, seven bits, no long lines, and no label
/// that says otherwise (RFC 8551 §3.1.1, §3.1.3), so that no hop has a reason to change it.
///
/// Most mail has this form and is signed octet for octet. In other mail each body that has not is
/// written in base64, and all else stays. Header sections stay in any case: UTF-8 in them (RFC
/// 6532) has no other form.
///
/// @param sevenBit whether it is so; if not, only the opaque form passes every hop
record Canonical(ContentWriter entity, boolean sevenBit) {
    /// @throws SmimeException if programs see different parts in it, or it breaks a limit
    static Canonical of(Content entity) throws IOException, SmimeException {
        try {
            OctetCheck check = new OctetCheck();
            MimeIndex index = MimeIndex.of(new Watched(entity, check));
            if (check.passed() && index.parts().stream().noneMatch(Canonical::isLabelled)) {
                return new Canonical(entity, true);
            }
            if (index.ambiguous()) {
                throw new SmimeException(
                        "The message is not written in seven bits, and its parts can be read in"
                                + " more than one way.");
            }
            return rewritten(entity, index);
        } catch (MimeException e) {
            throw new SmimeException("The message cannot be read: " + e.reason() + ".");
        }
    }

    private static boolean isLabelled(MimePart part) {
        return part.encoding() == TransferEncoding.EIGHT_BIT
                || part.encoding() == TransferEncoding.BINARY;
    }

    private static Canonical rewritten(Content entity, MimeIndex index)
            throws IOException, MimeException {
        List<Change> changes = new ArrayList<>();
        boolean sevenBit = true;
        try (InputStream in = entity.open()) {
            long at = 0;
            for (MimePart part : index.parts()) {
                MimePart.Span span = part.span();
                sevenBit &= OctetCheck.passes(in, span.begin() - at);
                byte[] header = in.readNBytes((int) (span.bodyBegin() - span.begin()));
                sevenBit &= OctetCheck.passes(new ByteArrayInputStream(header), header.length);
                at = span.bodyBegin();
                boolean bad = false;
                if (part.children().isEmpty()) {
                    bad = !OctetCheck.passes(in, part.bodyOctets());
                    at = span.end();
                }
                boolean encode = bad && isEncodable(part);
                sevenBit &= encode || !bad;
                if (encode || isLabelled(part)) {
                    changes.add(new Change(part, header(header, encode), encode));
                }
            }
            sevenBit &= OctetCheck.passes(in, entity.size() - at);
        }
        return new Canonical(new Rewritten(entity, List.copyOf(changes)), sevenBit);
    }

    /// RFC 2045 §6.4: a message or multipart is never encoded as a whole.
    private static boolean isEncodable(MimePart part) {
        return !part.isA("message") && !part.isA("multipart");
    }

    /// The same section with another label; seven bits need none (RFC 2045 §6.1).
    private static String header(byte[] section, boolean encode) throws IOException, MimeException {
        StringBuilder labelled = new StringBuilder();
        HeaderSection header = HeaderSection.read(new ByteArrayInputStream(section));
        for (HeaderField field : header.fields()) {
            if (!field.is("Content-Transfer-Encoding")) {
                labelled.append(field.raw());
            }
        }
        if (encode) {
            labelled.append("Content-Transfer-Encoding: base64\r\n");
        }
        return labelled.append("\r\n").toString();
    }

    /// A part that is written another way.
    ///
    /// @param header of the part, as it will be; octets as characters of ISO 8859-1
    /// @param encode whether its body is written in base64; else it stays
    private record Change(MimePart part, String header, boolean encode) {}

    /// The entity with its changes, made anew at each writing.
    private record Rewritten(Content entity, List<Change> changes) implements ContentWriter {
        @Override
        public void writeTo(OutputStream out) throws IOException {
            try (InputStream in = entity.open()) {
                long at = 0;
                for (Change change : changes) {
                    MimePart.Span span = change.part.span();
                    copy(in, span.begin() - at, out);
                    in.skipNBytes(span.bodyBegin() - span.begin());
                    out.write(change.header.getBytes(ISO_8859_1));
                    at = span.bodyBegin();
                    if (change.encode) {
                        encode(in, change.part, out);
                        at = span.end();
                    }
                }
                copy(in, entity.size() - at, out);
            }
        }

        private static void encode(InputStream in, MimePart part, OutputStream out)
                throws IOException {
            Base64Lines base64 = new Base64Lines(out, OptionalLong.of(part.bodyOctets()));
            InputStream body = part.encoding().decode(new FirstOctets(in, part.bodyOctets()));
            body.transferTo(base64);
            base64.finish();
        }

        private static void copy(InputStream in, long octets, OutputStream out) throws IOException {
            new FirstOctets(in, octets).transferTo(out);
        }
    }

    /// Checks the octets while the parts are found.
    private record Watched(Content content, OctetCheck check) implements Content {
        @Override
        public long size() {
            return content.size();
        }

        @Override
        public InputStream open() throws IOException {
            return new FilterInputStream(content.open()) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count = super.read(target, offset, length);
                    check.take(target, offset, Math.max(0, count));
                    return count;
                }
            };
        }
    }
}

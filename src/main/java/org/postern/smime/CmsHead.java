package org.postern.smime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.postern.mail.Content;
import org.postern.mime.ContentField;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.TransferEncoding;

/// The body of a message whose root entity is a CMS object, and what kind of object it is.
final class CmsHead {
    /// Enough for the outer SEQUENCE and an object identifier.
    private static final int OCTETS = 32;

    /// RFC 5652 §6.1, id-envelopedData, with tag and length.
    private static final byte[] ENVELOPED = HexFormat.of().parseHex("06092a864886f70d010703");

    /// RFC 5083 §2.1, id-ct-authEnvelopedData, with tag and length.
    private static final byte[] AUTH_ENVELOPED =
            HexFormat.of().parseHex("060b2a864886f70d0109100117");

    private static final int SEQUENCE = 0x30;
    private static final int LONG_LENGTH = 0x80;

    private CmsHead() {}

    /// The kind of object at the beginning of the body; `Plain` if it is not enveloped.
    static SmimeType read(Content message, HeaderSection header) throws IOException, MimeException {
        try (InputStream body = body(message, header)) {
            byte[] head = body.readNBytes(OCTETS);
            if (head.length < OCTETS || (head[0] & 0xFF) != SEQUENCE) {
                return new SmimeType.Plain();
            }
            int length = head[1] & 0xFF;
            // 0x80 is the indefinite length; 0x81 to 0x84 say how many octets of length follow.
            int begin = 2 + (length <= LONG_LENGTH ? 0 : Math.min(8, length - LONG_LENGTH));
            if (startsWith(head, begin, ENVELOPED)) {
                return new SmimeType.Enveloped(false);
            }
            return startsWith(head, begin, AUTH_ENVELOPED)
                    ? new SmimeType.Enveloped(true)
                    : new SmimeType.Plain();
        }
    }

    /// The decoded body; the caller closes it.
    static InputStream body(Content message, HeaderSection header)
            throws IOException, MimeException {
        TransferEncoding encoding = encoding(header);
        InputStream in = message.open();
        try {
            in.skipNBytes(header.octets());
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return encoding.decode(in);
    }

    private static TransferEncoding encoding(HeaderSection header) throws MimeException {
        List<HeaderField> fields = header.all("Content-Transfer-Encoding");
        if (fields.size() > 1) {
            throw new MimeException("there are two Content-Transfer-Encoding fields");
        }
        String name =
                fields.isEmpty() ? "7bit" : ContentField.parse(fields.getFirst().body()).value();
        return TransferEncoding.of(name)
                .orElseThrow(() -> new MimeException("the transfer encoding is not known"));
    }

    private static boolean startsWith(byte[] head, int begin, byte[] identifier) {
        int end = begin + identifier.length;
        return end <= head.length
                && Arrays.equals(head, begin, end, identifier, 0, identifier.length);
    }
}

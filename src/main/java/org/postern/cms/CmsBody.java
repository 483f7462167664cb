package org.postern.cms;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.postern.mail.Content;
import org.postern.mime.ContentField;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.TransferEncoding;

/// The body of an entity that is a CMS object.
public final class CmsBody {
    private CmsBody() {}

    /// The kind of object at the beginning of the body.
    public static CmsKind kind(Content entity, HeaderSection header)
            throws IOException, MimeException {
        try (InputStream body = open(entity, header)) {
            return CmsKind.of(body.readNBytes(CmsKind.OCTETS));
        }
    }

    /// The decoded body; the caller closes it.
    ///
    /// @throws MimeException if it is not clear how the body is written
    public static InputStream open(Content entity, HeaderSection header)
            throws IOException, MimeException {
        TransferEncoding encoding = encoding(header);
        InputStream in = entity.open();
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
}

package org.postern.cms;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;

/// The content inside the CMS object that is an entity's body. The object is read anew for each
/// reader, so that nothing of it is kept.
///
/// @param entity stays readable, and the same, as long as this is used
/// @param size octets of the content, as an earlier reading counted them
/// @param inside leads from the object to its content
public record CmsContent(
        Content entity, HeaderSection header, long size, CmsSource.Reading<InputStream> inside)
        implements Content {
    @Override
    public InputStream open() throws IOException {
        InputStream body = body();
        try {
            InputStream content = CmsSource.with(body, entity.size(), inside);
            return new FilterInputStream(content) {
                @Override
                public void close() throws IOException {
                    super.close();
                    body.close();
                }
            };
        } catch (CmsException e) {
            body.close();
            throw new IOException("a message changed while it was read", e);
        }
    }

    private InputStream body() throws IOException {
        try {
            return CmsBody.open(entity, header);
        } catch (MimeException e) {
            throw new IOException("a message changed while it was read", e);
        }
    }

    /// No content is shown.
    @Override
    public String toString() {
        return "a content of " + size + " octets";
    }
}

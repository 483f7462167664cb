package org.postern.cms;

import java.io.IOException;
import java.io.InputStream;
import org.postern.mail.Content;
import org.postern.mime.MimePart;
import org.postern.octets.FirstOctets;

/// One part of a message, as an entity of its own.
///
/// @param part of that message, as the index found it
public record PartContent(Content message, MimePart part) implements Content {
    @Override
    public long size() {
        return part.span().end() - part.span().begin();
    }

    @Override
    public InputStream open() throws IOException {
        InputStream in = message.open();
        try {
            in.skipNBytes(part.span().begin());
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return new FirstOctets(in, size());
    }

    /// No content is shown.
    @Override
    public String toString() {
        return "a part of " + size() + " octets";
    }
}

package org.postern.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.postern.mail.Content;
import org.postern.mime.DisplayAddress;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.Letter;
import org.postern.mime.MailDate;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;

/// Any octets are a message or are refused by a `MimeException`; every part lies inside the message
/// and decodes to no more than it holds.
public final class MimeFuzz {
    private MimeFuzz() {}

    /// Loads the classes before the first input, whose time is counted.
    public static void fuzzerInitialize() {
        fuzzerTestOneInput(new byte[0]);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Effort.bounded(() -> readOrRefuse(Content.of(input)));
    }

    private static void readOrRefuse(Content content) {
        try {
            read(content);
        } catch (MimeException refused) {
            // As it may be.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(Content content) throws IOException, MimeException {
        MimeIndex index = MimeIndex.of(content);
        for (HeaderField field : index.header().fields()) {
            EncodedWords.decode(field.body());
            DisplayAddress.list(field.body());
            MailDate.parse(field.body());
        }
        Letter letter = Letter.of(index, content);
        for (MimePart part : index.parts()) {
            Promise.hold(
                    part.span().bodyBegin() <= part.span().end(), "a part ends before it begins");
            Promise.hold(part.span().end() <= content.size(), "a part reaches beyond the message");
            letter.text(part);
            try (InputStream in = letter.decoded(part)) {
                Promise.hold(
                        in.transferTo(OutputStream.nullOutputStream()) <= part.bodyOctets(),
                        "a part grows by decoding");
            }
        }
    }
}

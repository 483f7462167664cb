package org.postern.gathering;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postern.facts.Attachment;
import org.postern.facts.Makeup;
import org.postern.facts.SmimeLabel;
import org.postern.mail.Content;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.octets.FirstOctets;

/// What a message is made of: its label, and its files, each looked at by its own octets. One pass
/// over the message, and a few KiB of memory whatever its size.
public final class Makeups {
    private static final Set<String> PROSE = Set.of("text/plain", "text/html");

    private static final Set<String> CMS =
            Set.of("application/pkcs7-mime", "application/x-pkcs7-mime");

    /// What programs put beside a message for themselves, and nobody opens as a file.
    private static final Set<String> SIGNATURES =
            Set.of(
                    "application/pkcs7-signature",
                    "application/x-pkcs7-signature",
                    "application/pgp-signature");

    /// Files inside one that is not opened here: Outlook's own wrapping.
    private static final String TNEF = "application/ms-tnef";

    private Makeups() {}

    /// Without a look at the files, which costs nothing: questions about them are in doubt, unless
    /// the message is nothing but prose.
    public static Makeup label(MimeIndex index, Content content) {
        SmimeLabel label = label(index.root());
        boolean complete = files(index).isEmpty() && isComplete(index, label);
        return new Makeup(content.size(), label, List.of(), complete);
    }

    /// With a look into every file.
    ///
    /// @param content what `index` was made of
    public static Makeup full(MimeIndex index, Content content) throws IOException {
        SmimeLabel label = label(index.root());
        List<Attachment> files = new ArrayList<>();
        List<MimePart> parts = files(index);
        if (!parts.isEmpty()) {
            try (InputStream in = content.open()) {
                long at = 0;
                for (MimePart part : parts) {
                    in.skipNBytes(part.span().bodyBegin() - at);
                    files.add(file(part, new FirstOctets(in, part.bodyOctets())));
                    at = part.span().end();
                }
            }
        }
        return new Makeup(content.size(), label, files, isComplete(index, label));
    }

    private static Attachment file(MimePart part, FirstOctets body) throws IOException {
        // Not closed: the next part follows in the same stream.
        FileLook.Seen seen = FileLook.of(part.encoding().decode(body));
        body.transferTo(java.io.OutputStream.nullOutputStream());
        return new Attachment(part.fileName().orElse(""), seen.kind(), seen.octets(), seen.lock());
    }

    /// The leaves that are not the letter's own prose, in their order.
    private static List<MimePart> files(MimeIndex index) {
        return index.parts().stream()
                .filter(part -> part.children().isEmpty() && isFile(part))
                .sorted(Comparator.comparingLong(part -> part.span().bodyBegin()))
                .toList();
    }

    private static boolean isFile(MimePart part) {
        boolean named = part.fileName().isPresent() || part.disposition().equals("attachment");
        return !SIGNATURES.contains(part.type()) && (named || !PROSE.contains(part.type()));
    }

    private static boolean isComplete(MimeIndex index, SmimeLabel label) {
        return label != SmimeLabel.ENCRYPTED
                && !index.ambiguous()
                && index.doubt().isEmpty()
                && index.parts().stream().noneMatch(part -> isClosed(part));
    }

    /// A part in which there may be files that are not seen.
    private static boolean isClosed(MimePart part) {
        return part.type().equals(TNEF)
                || CMS.contains(part.type())
                || part.type().equals("multipart/encrypted");
    }

    private static SmimeLabel label(MimePart root) {
        if (CMS.contains(root.type())) {
            String kind = root.parameter("smime-type").toLowerCase(Locale.ROOT);
            return kind.equals("signed-data") || kind.equals("certs-only")
                    ? SmimeLabel.SIGNED
                    : SmimeLabel.ENCRYPTED;
        }
        return switch (root.type()) {
            case "multipart/encrypted" -> SmimeLabel.ENCRYPTED;
            case "multipart/signed" -> SmimeLabel.SIGNED;
            default -> SmimeLabel.NONE;
        };
    }
}

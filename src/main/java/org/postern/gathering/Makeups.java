package org.postern.gathering;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postern.facts.Attachment;
import org.postern.facts.FileKind;
import org.postern.facts.Makeup;
import org.postern.facts.SmimeLabel;
import org.postern.mail.Content;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;

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

    /// More files than these are not looked at.
    private static final int FILES_MAX = 1_000;

    private static final int SIGNATURE_OCTETS_MAX = 64 * 1_024;

    private Makeups() {}

    /// Without a look at the files, which costs nothing: every question about them is in doubt.
    public static Makeup label(MimeIndex index, Content content) {
        return new Makeup(content.size(), label(index.root()), List.of(), false);
    }

    /// With a look into every file.
    ///
    /// @param content what `index` was made of
    public static Makeup full(MimeIndex index, Content content) throws IOException {
        SmimeLabel label = label(index.root());
        Set<MimePart> signatures = signatures(index);
        List<Attachment> files = new ArrayList<>();
        index.parts().stream()
                .filter(part -> part != index.root() && isWhole(part))
                .limit(FILES_MAX)
                .forEach(part -> files.add(whole(part)));
        List<MimePart> leaves = PartWalk.leaves(index, part -> !signatures.contains(part));
        boolean[] complete = {isComplete(index, label) && leaves.size() + files.size() < FILES_MAX};
        FileLook look = new FileLook();
        PartWalk.over(
                leaves.subList(0, Math.min(leaves.size(), FILES_MAX)),
                content,
                (part, decoded) -> {
                    if (isFile(part)) {
                        files.add(file(part, look.of(decoded)));
                    } else {
                        complete[0] &= !Uuencoded.isIn(decoded);
                    }
                });
        return new Makeup(content.size(), label, files, complete[0]);
    }

    private static Attachment file(MimePart part, FileLook.Seen seen) {
        return new Attachment(part.fileName().orElse(""), seen.kind(), seen.octets(), seen.lock());
    }

    /// A message or group of parts that a reader is shown as one file. Its own files count as well.
    private static boolean isWhole(MimePart part) {
        return !part.children().isEmpty()
                && (part.isA("message")
                        || part.fileName().isPresent()
                        || isAside(part.disposition()));
    }

    private static Attachment whole(MimePart part) {
        return new Attachment(
                part.fileName().orElse(""),
                FileKind.MESSAGE,
                part.bodyOctets(),
                Attachment.Lock.UNKNOWN);
    }

    /// RFC 2183 §2.8: a disposition that is not known counts as an attachment.
    private static boolean isAside(String disposition) {
        return !disposition.isEmpty() && !disposition.equals("inline");
    }

    private static boolean isFile(MimePart part) {
        return part.fileName().isPresent()
                || isAside(part.disposition())
                || !PROSE.contains(part.type());
    }

    /// RFC 1847 §2.1: the second of two parts, of the type that the first field names. A part that
    /// only says that it is a signature is a file like any other.
    static Set<MimePart> signatures(MimeIndex index) {
        Set<MimePart> signatures = Collections.newSetFromMap(new IdentityHashMap<>());
        for (MimePart part : index.parts()) {
            if (part.type().equals("multipart/signed") && part.children().size() == 2) {
                MimePart second = part.children().getLast();
                String protocol = part.parameter("protocol").toLowerCase(Locale.ROOT);
                if (SIGNATURES.contains(second.type())
                        && second.type().equals(protocol)
                        && second.bodyOctets() <= SIGNATURE_OCTETS_MAX) {
                    signatures.add(second);
                }
            }
        }
        return signatures;
    }

    private static boolean isComplete(MimeIndex index, SmimeLabel label) {
        return label != SmimeLabel.ENCRYPTED
                && !index.ambiguous()
                && index.doubt().isEmpty()
                && index.parts().stream().noneMatch(Makeups::isClosed);
    }

    /// A part in which there may be files that are not seen.
    private static boolean isClosed(MimePart part) {
        return part.type().equals(TNEF) || isCms(part) || part.type().equals("multipart/encrypted");
    }

    /// RFC 8551 §3.2.1: the ending tells where a gateway lost the type.
    private static boolean isCms(MimePart part) {
        return CMS.contains(part.type())
                || part.parameter("name").toLowerCase(Locale.ROOT).endsWith(".p7m");
    }

    private static SmimeLabel label(MimePart root) {
        if (isCms(root)) {
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

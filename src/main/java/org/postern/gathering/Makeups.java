package org.postern.gathering;

import java.io.IOException;
import java.io.InputStream;
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
import org.postern.files.FileLook;
import org.postern.mail.Content;
import org.postern.mime.FileName;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.smime.SmimeType;

/// What a message is made of: its label, and its files, each looked at by its own octets. One pass
/// over the message, and a few KiB of memory whatever its size.
public final class Makeups {
    private static final Set<String> PROSE = Set.of("text/plain", "text/html");

    /// RFC 3156 §5.
    private static final String PGP_SIGNATURE = "application/pgp-signature";

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
        Set<MimePart> signatures = signatures(index);
        Looking looking = new Looking(index, content);
        PartWalk.over(
                PartWalk.leaves(index, part -> !signatures.contains(part)), content, looking::part);
        return looking.makeup();
    }

    /// A look at the leaves of one message, one after the other. For one thread.
    static final class Looking {
        private final long size;
        private final SmimeLabel label;
        private final List<Attachment> files = new ArrayList<>();
        private final FileLook look = new FileLook();
        private int seen;
        private boolean complete;

        /// @param content what `index` was made of
        Looking(MimeIndex index, Content content) {
            this.size = content.size();
            this.label = label(index.root());
            this.complete = isComplete(index, label);
            index.parts().stream()
                    .filter(part -> part != index.root() && isWhole(part))
                    .limit(FILES_MAX)
                    .forEach(part -> files.add(whole(part)));
            this.seen = files.size();
        }

        /// @param decoded the part's octets; what is left unread is skipped
        void part(MimePart part, InputStream decoded) throws IOException {
            if (++seen > FILES_MAX) {
                complete = false;
            } else if (isFile(part)) {
                files.add(file(part, look.of(decoded)));
            } else {
                complete &= !Uuencoded.isIn(decoded);
            }
        }

        Makeup makeup() {
            return new Makeup(size, label, files, complete);
        }
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
                boolean known =
                        SmimeType.of(part) instanceof SmimeType.ClearSigned
                                || protocol.equals(PGP_SIGNATURE);
                if (known
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
        // A gateway may have lost the type, and put any other in its place.
        return part.type().equals(TNEF)
                || FileName.ending(part.fileName().orElse("")).equals("p7m")
                || switch (SmimeType.of(part)) {
                    case SmimeType.Plain _ -> labelBesideSmime(part) == SmimeLabel.ENCRYPTED;
                    case SmimeType.ClearSigned _ -> false;
                    case SmimeType.Enveloped _,
                            SmimeType.OpaqueSigned _,
                            SmimeType.CertificatesOnly _,
                            SmimeType.Compressed _,
                            SmimeType.Unnamed _ ->
                            true;
                };
    }

    private static SmimeLabel label(MimePart root) {
        return switch (SmimeType.of(root)) {
            case SmimeType.Plain _ -> labelBesideSmime(root);
            case SmimeType.OpaqueSigned _, SmimeType.ClearSigned _, SmimeType.CertificatesOnly _ ->
                    SmimeLabel.SIGNED;
            case SmimeType.Enveloped _, SmimeType.Compressed _, SmimeType.Unnamed _ ->
                    SmimeLabel.ENCRYPTED;
        };
    }

    /// What OpenPGP says, and signatures of any other kind.
    private static SmimeLabel labelBesideSmime(MimePart part) {
        return switch (part.type()) {
            case "multipart/encrypted" -> SmimeLabel.ENCRYPTED;
            case "multipart/signed" -> SmimeLabel.SIGNED;
            default -> SmimeLabel.NONE;
        };
    }
}

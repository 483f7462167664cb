package org.postern.conversation;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.http.Disposition;
import org.postern.language.Texts;
import org.postern.mailbox.MessageKey;
import org.postern.mime.MimePart;
import org.postern.page.Views;
import org.postern.reader.Thumbnail;

/// An attachment as the pages name and show it.
public final class FileCard {
    /// Types that a browser may show as well as save.
    private static final Set<String> SHOWN_TYPES = Set.of("image/png", "image/jpeg");

    /// Characters of an extension that stands in place of a picture.
    private static final int KIND_MAX = 4;

    private FileCard() {}

    /// Whether the browser may show it.
    public static boolean isShown(MimePart part) {
        return SHOWN_TYPES.contains(part.type());
    }

    /// A name that is safe in a header field and on any disk.
    ///
    /// @param index among the files of its message
    public static String name(MimePart part, int index) {
        String usual =
                part.isA("message") ? "message-" + (index + 1) + ".eml" : "file-" + (index + 1);
        return Disposition.clean(part.fileName().orElse(usual));
    }

    /// A file that is named and not given out.
    static Views.File named(Texts texts, MimePart part, int index) {
        return saved(texts, part, index, "");
    }

    /// A file that is only to be saved.
    ///
    /// @param path of its octets
    public static Views.File saved(Texts texts, MimePart part, int index, String path) {
        String name = name(part, index);
        return new Views.File(
                name, kind(name), size(texts, part), path, Optional.empty(), Optional.empty());
    }

    static Views.File of(Texts texts, MessageKey message, MimePart part, int index) {
        String path = "/a/" + message + "/" + index;
        String name = name(part, index);
        boolean picture = isShown(part) && octets(part) <= Thumbnail.SOURCE_OCTETS_MAX;
        return new Views.File(
                name,
                kind(name),
                size(texts, part),
                path,
                isShown(part) ? Optional.of(path + "?view=1") : Optional.empty(),
                picture ? Optional.of(path + "?small=1") : Optional.empty());
    }

    /// Such as `PDF`; empty if the name does not tell.
    private static String kind(String name) {
        String end = name.substring(name.lastIndexOf('.') + 1);
        boolean tells =
                end.length() < name.length()
                        && end.matches("[A-Za-z0-9]{1,%d}".formatted(KIND_MAX));
        return tells ? end.toUpperCase(Locale.ROOT) : "";
    }

    /// About so many: base64 is a third longer than what it holds.
    private static long octets(MimePart part) {
        return part.bodyOctets() * 3 / 4;
    }

    private static String size(Texts texts, MimePart part) {
        long octets = octets(part);
        Locale locale = texts.language().locale();
        return octets >= 1_000_000
                ? String.format(locale, "%.1f MB", octets / 1e6)
                : String.format(locale, "%d kB", Math.max(1, Math.round(octets / 1e3)));
    }
}

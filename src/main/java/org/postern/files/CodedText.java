package org.postern.files;

import java.util.List;
import java.util.regex.Pattern;

/// Text whose letters are not those that its reader is shown: RTF and PostScript, encrypted armour,
/// web archives and messages saved as text, files packed into text. Pure.
public final class CodedText {
    /// How a file of such a form begins.
    private static final List<String> BEGINNINGS = List.of("{\\rt", "%!PS");

    /// Lines that only such a text has. What is signed or a public key is not hidden.
    private static final Pattern LINES =
            Pattern.compile(
                    "(?m)^(?:[> ]*-----BEGIN (?!PGP S|PGP PUBLIC|CERTIFICATE|PUBLIC)[A-Z]"
                            + "|begin(?:-base64)? [0-7]{3,4} "
                            + "|=ybegin "
                            + "|\\(This file must be converted with BinHex)");

    private static final Pattern MIME = Pattern.compile("(?im)^MIME-Version:[ \\t]*1");

    private static final Pattern ENCODED =
            Pattern.compile("(?im)^Content-Transfer-Encoding:\\s*(?:base64|quoted-printable)");

    /// RFC 2397, of a kind that may hold words; and fields of vCards (RFC 2426 §2.6) but pictures.
    private static final Pattern PACKED =
            Pattern.compile(
                    "(?im)data:(?!image|audio|video|font)[a-z/+.-]{0,60}[^,\\s]{0,60};base64,"
                            + "|^(?!PHOTO|LOGO|SOUND|KEY)[A-Z-]{1,40};[^:\\r\\n]{0,200}"
                            + "ENCODING=(?:b|base64|quoted-printable)\\b");

    private CodedText() {}

    /// Whether a part of it may be coded so. A text that only shows such a line counts as well.
    public static boolean isIn(CharSequence text) {
        String beginning = text.subSequence(0, Math.min(text.length(), 100)).toString();
        String first = beginning.replace("\uFEFF", "").stripLeading();
        return BEGINNINGS.stream().anyMatch(first::startsWith)
                || LINES.matcher(text).find()
                || PACKED.matcher(text).find()
                || (MIME.matcher(text).find() && ENCODED.matcher(text).find());
    }
}

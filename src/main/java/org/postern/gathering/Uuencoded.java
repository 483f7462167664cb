package org.postern.gathering;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Files within the text itself, as programs wrote them before MIME, and as some still show them:
/// behind a line such as `begin 644 list.xlsx`.
final class Uuencoded {
    /// So much of a text is looked at; a longer one counts as holding such a file.
    private static final int TEXT_OCTETS_MAX = 2 << 20;

    private static final Pattern BEGIN = Pattern.compile("(?m)^begin(-base64)? [0-7]{3,4} ");

    private Uuencoded() {}

    static boolean isIn(InputStream text) throws IOException {
        byte[] octets = text.readNBytes(TEXT_OCTETS_MAX);
        return text.read() >= 0
                || BEGIN.matcher(new String(octets, StandardCharsets.ISO_8859_1)).find();
    }
}

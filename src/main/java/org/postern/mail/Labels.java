package org.postern.mail;

import com.ibm.icu.text.IDNA;
import java.util.Locale;
import java.util.Optional;

/// Labels of internationalised domain names: RFC 5890 §2.3.2.1, by UTS 46, non-transitional. Its
/// tables are ICU's; its mappings are not used, case alone excepted, so that what resembles an
/// ASCII letter, a dot or an at sign never becomes one.
final class Labels {
    /// RFC 5890 §2.3.1.
    private static final String A_LABEL = "xn--";

    private static final IDNA UTS_46 =
            IDNA.getUTS46Instance(
                    IDNA.USE_STD3_RULES
                            | IDNA.CHECK_BIDI
                            | IDNA.CHECK_CONTEXTJ
                            | IDNA.CHECK_CONTEXTO
                            | IDNA.NONTRANSITIONAL_TO_ASCII
                            | IDNA.NONTRANSITIONAL_TO_UNICODE);

    private Labels() {}

    /// Whether a label says that it is an A-label; `isValid` tells whether it is right.
    static boolean looksEncoded(String label) {
        return label.startsWith(A_LABEL);
    }

    /// The A-label of a U-label in any case.
    ///
    /// @return empty if it is not a U-label as it stands
    static Optional<String> toAscii(String label) {
        String lower = label.toLowerCase(Locale.ROOT);
        if (asciiCount(lower) != asciiCount(label)) {
            // The Kelvin sign lower-cases to k, and must not.
            return Optional.empty();
        }
        Optional<String> encoded = encode(lower);
        return encoded.filter(a -> looksEncoded(a) && decode(a).filter(lower::equals).isPresent());
    }

    /// Whether an A-label in lower case decodes to a U-label that encodes to it again.
    static boolean isValid(String label) {
        return decode(label).flatMap(Labels::encode).filter(label::equals).isPresent();
    }

    private static Optional<String> encode(String label) {
        IDNA.Info info = new IDNA.Info();
        StringBuilder encoded = UTS_46.labelToASCII(label, new StringBuilder(), info);
        return info.hasErrors() ? Optional.empty() : Optional.of(encoded.toString());
    }

    private static Optional<String> decode(String label) {
        IDNA.Info info = new IDNA.Info();
        StringBuilder decoded = UTS_46.labelToUnicode(label, new StringBuilder(), info);
        return info.hasErrors() ? Optional.empty() : Optional.of(decoded.toString());
    }

    private static long asciiCount(String text) {
        return text.chars().filter(c -> c < 0x80).count();
    }
}

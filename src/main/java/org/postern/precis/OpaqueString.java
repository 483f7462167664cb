package org.postern.precis;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.Optional;

/// One way to write a password: the OpaqueString profile of RFC 8265 §4.2. A keyboard that composes
/// its letters and one that does not, or that makes a no-break space, type the same secret.
///
/// Case and width stay as they are. Bent in three places: what no password may hold is looked for
/// once all is composed, so that the letters of a Korean syllable may come one by one; the joiners
/// of RFC 8264 §9.8, which nobody sees, are in no password; and characters that RFC 8264 §9.6 lists
/// or that are right in some places alone are let be, for nobody can take a secret for another.
public final class OpaqueString {
    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();

    /// A longer secret is not prepared: composing takes time that grows with the square of the
    /// marks, and a stranger chooses them. Nobody has such a password.
    public static final int UTF16_UNITS_MAX = 1_024;

    /// How much longer a text can become by NFC, in UTF-16 (Unicode Standard Annex 15).
    private static final int GROWTH_MAX = 3;

    private static final int ASCII_CHARACTERS = 0x80;

    private OpaqueString() {}

    /// What is between the two ends is not left behind in memory.
    ///
    /// @param secret stays as it is
    /// @return an array of its own, for the caller to overwrite; empty for a secret of no
    ///   character, or with one that cannot be seen: a control, a format, or one that is none; and
    ///   for one of more than `UTF16_UNITS_MAX`
    public static Optional<char[]> prepared(char[] secret) {
        if (secret.length > UTF16_UNITS_MAX) {
            return Optional.empty();
        }
        char[] spaced = secret.clone();
        for (int i = 0; i < spaced.length; i++) {
            // Spaces of more than one unit there are none.
            if (UCharacter.getType(spaced[i]) == UCharacterCategory.SPACE_SEPARATOR) {
                spaced[i] = ' ';
            }
        }
        try {
            return isAscii(spaced) ? allowed(spaced.clone()) : composed(spaced);
        } finally {
            Arrays.fill(spaced, '\0');
        }
    }

    private static Optional<char[]> composed(char[] spaced) {
        StringBuilder room = new StringBuilder(GROWTH_MAX * spaced.length);
        NFC.normalize(CharBuffer.wrap(spaced), room);
        char[] composed = new char[room.length()];
        room.getChars(0, composed.length, composed, 0);
        for (int i = 0; i < composed.length; i++) {
            room.setCharAt(i, '\0');
        }
        return allowed(composed);
    }

    private static Optional<char[]> allowed(char[] prepared) {
        for (int i = 0; i < prepared.length; ) {
            int c = Character.codePointAt(prepared, i);
            if (isRefused(c)) {
                Arrays.fill(prepared, '\0');
                return Optional.empty();
            }
            i += Character.charCount(c);
        }
        return Optional.of(prepared).filter(text -> text.length > 0);
    }

    private static boolean isAscii(char[] text) {
        for (char c : text) {
            if (c >= ASCII_CHARACTERS) {
                return false;
            }
        }
        return true;
    }

    /// What is not in the FreeformClass of RFC 8264 §4.3.
    private static boolean isRefused(int c) {
        return switch (UCharacter.getType(c)) {
            case UCharacterCategory.CONTROL,
                    UCharacterCategory.FORMAT,
                    UCharacterCategory.LINE_SEPARATOR,
                    UCharacterCategory.PARAGRAPH_SEPARATOR,
                    UCharacterCategory.PRIVATE_USE,
                    UCharacterCategory.SURROGATE,
                    UCharacterCategory.UNASSIGNED ->
                    true;
            default -> UCharacter.hasBinaryProperty(c, UProperty.DEFAULT_IGNORABLE_CODE_POINT);
        };
    }
}

package org.postern.phi;

/// Check digits and forms of identifiers. Texts are ASCII, without separators.
final class Checks {
    /// CMS: characters of an MBI by place; C is 1 to 9, A a letter without S, L, O, I, B, Z, N a
    /// digit, and X either letter or digit.
    private static final String MBI = "CAXNAXNAANN";

    private static final String NOT_IN_MBI = "SLOIBZ";

    /// ISO 7812 prefix of the health industry in the United States, 80840, as it counts in the sum.
    private static final int NPI_PREFIX_SUM = 24;

    private static final int MBI_CHARACTERS = 13;

    private Checks() {}

    /// ISO/IEC 7812-1, annex B.
    static boolean luhn(CharSequence digits) {
        return luhnSum(digits) % 10 == 0;
    }

    private static int luhnSum(CharSequence digits) {
        int sum = 0;
        boolean twice = false;
        for (int i = digits.length() - 1; i >= 0; i--) {
            int digit = digits.charAt(i) - '0';
            int counted = twice ? digit * 2 : digit;
            sum += counted > 9 ? counted - 9 : counted;
            twice = !twice;
        }
        return sum;
    }

    /// 45 CFR 162.406: ten digits whose sum takes the prefix in.
    static boolean npi(CharSequence digits) {
        return digits.length() == 10
                && (digits.charAt(0) == '1' || digits.charAt(0) == '2')
                && (luhnSum(digits) + NPI_PREFIX_SUM) % 10 == 0;
    }

    /// Two letters, seven digits: the last is the last digit of (1st + 3rd + 5th) + 2 × (2nd + 4th
    /// + 6th).
    static boolean dea(CharSequence text) {
        if (text.length() != 9 || !isLetter(text.charAt(0)) || !isLetterOr9(text.charAt(1))) {
            return false;
        }
        int sum = 0;
        for (int i = 2; i < 9; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            if (i < 8) {
                sum += i % 2 == 0 ? digit : 2 * digit;
            }
        }
        return sum % 10 == text.charAt(8) - '0';
    }

    /// The Social Security Administration never gave area 000, 666 or 900 and above, group 00,
    /// serial 0000.
    static boolean ssn(CharSequence digits) {
        String text = digits.toString();
        return text.length() == 9
                && !text.startsWith("000")
                && !text.startsWith("666")
                && text.charAt(0) != '9'
                && !text.startsWith("00", 3)
                && !text.endsWith("0000");
    }

    static boolean mbi(CharSequence text) {
        if (text.length() != MBI.length()) {
            return false;
        }
        for (int i = 0; i < MBI.length(); i++) {
            if (!fits(MBI.charAt(i), Character.toUpperCase(text.charAt(i)))) {
                return false;
            }
        }
        return true;
    }

    /// `1EG4 TE5 MK73`, as it is printed on the card.
    ///
    /// @return where it ends; 0 if it is none
    static int spacedMbi(char[] text, int begin, int end) {
        int behind = begin + MBI_CHARACTERS;
        boolean spaced =
                end - begin == 4
                        && behind <= text.length
                        && text[end] == ' '
                        && text[end + 4] == ' ';
        String bare = spaced ? new String(text, begin, MBI_CHARACTERS).replace(" ", "") : "";
        return mbi(bare) ? behind : 0;
    }

    private static boolean fits(char place, char c) {
        boolean digit = c >= '0' && c <= '9';
        boolean letter = isLetter(c) && NOT_IN_MBI.indexOf(c) < 0;
        return switch (place) {
            case 'C' -> digit && c != '0';
            case 'N' -> digit;
            case 'A' -> letter;
            default -> digit || letter;
        };
    }

    /// The form of ICD-10-CM: a letter, a digit, a digit or A or B, and behind a point one to four
    /// more.
    ///
    /// @param point whether the point must be there
    static boolean icd(CharSequence text, boolean point) {
        int length = text.length();
        if (length < 3 || !isLetter(text.charAt(0)) || text.charAt(0) == 'U') {
            return false;
        }
        char second = text.charAt(1);
        char third = Character.toUpperCase(text.charAt(2));
        if (second < '0' || second > '9' || !(isDigit(third) || third == 'A' || third == 'B')) {
            return false;
        }
        if (length == 3) {
            return !point;
        }
        int from = text.charAt(3) == '.' ? 4 : 3;
        if ((point && from == 3) || length == from || length - from > 4) {
            return false;
        }
        for (int i = from; i < length; i++) {
            if (!isDigit(text.charAt(i)) && !isLetter(Character.toUpperCase(text.charAt(i)))) {
                return false;
            }
        }
        return true;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isLetterOr9(char c) {
        return isLetter(c) || c == '9';
    }
}

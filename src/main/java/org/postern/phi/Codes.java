package org.postern.phi;

import org.postern.facts.PhiKind;
import org.postern.words.Hash;

/// What codes of letters and digits are: by form, check digit, and the words before them.
final class Codes {
    private static final int NEAR = 4;
    private static final int ICD_WORDS = 6;
    private static final int RECORD_CHARACTERS_MIN = 5;
    private static final int MEMBER_CHARACTERS_MIN = 5;
    private static final int DIGITS_MIN = 3;

    private final Nearby nearby;
    private final Tally tally;

    Codes(Nearby nearby, Tally tally) {
        this.nearby = nearby;
        this.tally = tally;
    }

    /// @param code letters, digits, and points or dashes between them
    void look(String code) {
        String bare = code.replace("-", "");
        if (Checks.mbi(bare)) {
            found(PhiKind.MBI, bare);
        } else if (nearby.names(Cue.DEA, NEAR) && Checks.dea(bare)) {
            found(PhiKind.DEA, bare);
        } else if (nearby.within(Cue.ICD, ICD_WORDS) && Checks.icd(code, false)) {
            // One code after the other.
            nearby.note(Cue.ICD);
            found(PhiKind.ICD, code);
        } else if (nearby.names(Cue.PROCEDURE, NEAR) && isProcedure(bare)) {
            nearby.note(Cue.PROCEDURE);
            found(PhiKind.PROCEDURE, bare);
        } else if (nearby.namesRecord(NEAR)
                && bare.length() >= RECORD_CHARACTERS_MIN
                && digits(bare) >= DIGITS_MIN) {
            found(PhiKind.MRN, bare);
        } else if (nearby.names(Cue.INSURANCE, NEAR)
                && bare.length() >= MEMBER_CHARACTERS_MIN
                && digits(bare) >= DIGITS_MIN) {
            found(PhiKind.INSURANCE, bare);
        } else if (!nearby.within(Cue.BUSINESS, NEAR) && Checks.icd(code, true)) {
            found(PhiKind.ICD_FORM, code);
        }
    }

    /// HCPCS level II, or a CPT code of category II or III.
    private static boolean isProcedure(String code) {
        return code.length() == 5 && digits(code) == 4 && Checks.isDigit(code.charAt(1));
    }

    private static long digits(String text) {
        return text.chars().filter(c -> c >= '0' && c <= '9').count();
    }

    private void found(PhiKind kind, String value) {
        tally.add(kind, Hash.of(value));
    }
}

package org.postern.phi;

import org.postern.facts.PhiKind;

/// What numbers are: by the lengths of their groups, their check digits, and the words before them.
final class Numbers {
    private static final int NEAR = 4;
    private static final int NEARER = 3;
    private static final int BIRTH_WORDS = 7;
    private static final int PERSONAL_WORDS = 7;
    private static final int CREDENTIAL_WORDS = 40;
    private static final int RECORD_DIGITS_MIN = 4;
    private static final int RECORD_DIGITS_MAX = 12;
    private static final int MEMBER_DIGITS_MIN = 6;
    private static final int DAYS_MAX = 31;
    private static final int MONTHS_MAX = 12;
    private static final int YEAR_FIRST = 1900;
    private static final int YEAR_LAST = 2100;

    private static final long CARD = NumberRun.shape(4, 4, 4, 4);
    private static final long SOCIAL = NumberRun.shape(3, 2, 4);
    private static final long EIGHT = NumberRun.shape(8);
    private static final long NINE = NumberRun.shape(9);
    private static final long TEN = NumberRun.shape(10);
    private static final long NDC_442 = NumberRun.shape(4, 4, 2);
    private static final long NDC_532 = NumberRun.shape(5, 3, 2);
    private static final long NDC_541 = NumberRun.shape(5, 4, 1);
    private static final long NDC_542 = NumberRun.shape(5, 4, 2);
    private static final long AMERICAN = NumberRun.shape(3, 3, 4);
    private static final long AMERICAN_1 = NumberRun.shape(1, 3, 3, 4);
    private static final long LOCAL = NumberRun.shape(3, 4);
    private static final long SPANISH = NumberRun.shape(3, 3, 3);
    private static final long SPANISH_2 = NumberRun.shape(3, 2, 2, 2);

    private final int year;
    private final Nearby nearby;
    private final Tally tally;
    private final People people;

    /// @param year of now: a date of it beside a name is mostly one of a visit
    Numbers(int year, Nearby nearby, Tally tally, People people) {
        this.year = year;
        this.nearby = nearby;
        this.tally = tally;
        this.people = people;
    }

    /// @return how many groups belong together; the scan goes on behind them
    int look(NumberRun run) {
        int groups = card(run);
        groups = groups > 0 ? groups : socialSecurity(run);
        groups = groups > 0 ? groups : date(run);
        groups = groups > 0 ? groups : drugCode(run);
        groups = groups > 0 ? groups : announced(run);
        groups = groups > 0 ? groups : phone(run);
        groups = groups > 0 ? groups : pressure(run);
        return groups > 0 ? groups : single(run);
    }

    private int card(NumberRun run) {
        if (run.isShaped(CARD) && run.isEven(4) && Checks.luhn(run.digits(4))) {
            return found(PhiKind.CARD, run, 4);
        }
        boolean one = run.length(0) >= 13 && run.length(0) <= 16;
        return one && nearby.within(Cue.CARD, NEAR) && Checks.luhn(run.digits(1))
                ? found(PhiKind.CARD, run, 1)
                : 0;
    }

    private int socialSecurity(NumberRun run) {
        boolean said = nearby.names(Cue.SSN, NEAR + 1);
        if (run.isShaped(SOCIAL) && run.isEven(3)) {
            boolean dashed = run.isDividedBy('-', 3) && !nearby.within(Cue.BUSINESS, NEAR + 1);
            return (said || dashed) && Checks.ssn(run.digits(3)) ? found(PhiKind.SSN, run, 3) : 0;
        }
        return said && run.isShaped(NINE) && Checks.ssn(run.digits(1))
                ? found(PhiKind.SSN, run, 1)
                : 0;
    }

    /// A date is a patient's where the words before it speak of birth.
    private int date(NumberRun run) {
        if (run.groups() >= 3
                && run.isEven(3)
                && isDateSeparator(run.separator(1))
                && (isDate(run, 0, 1, 2) || isDate(run, 2, 1, 0))) {
            boolean early = run.length(2) == 2 || run.length(0) == 4 || run.value(2) < year;
            boolean birth =
                    nearby.within(Cue.BIRTH, BIRTH_WORDS)
                            || nearby.within(Cue.BIRTH_LETTER, 1)
                            || (early && people.isBehindName());
            if (birth && !isProfessional()) {
                tally.add(PhiKind.BIRTH_DATE, run.hash(3));
            }
            return 3;
        }
        boolean eight = run.isShaped(EIGHT) && isYear(run);
        if (eight && nearby.within(Cue.BIRTH, NEAR)) {
            return found(PhiKind.BIRTH_DATE, run, 1);
        }
        boolean alone = run.length(0) == 4 && isYear(run);
        if (alone && run.value(0) < year && nearby.within(Cue.BIRTH_LETTER, 1)) {
            return found(PhiKind.BIRTH_DATE, run, 1);
        }
        if (alone
                && nearby.within(Cue.MONTH, NEARER)
                && nearby.within(Cue.BIRTH, BIRTH_WORDS + 2)) {
            return found(PhiKind.BIRTH_DATE, run, 1);
        }
        return 0;
    }

    /// Of day and month either may come first.
    private static boolean isDate(NumberRun run, int first, int second, int year) {
        boolean shaped =
                run.length(first) <= 2
                        && run.length(second) <= 2
                        && (run.length(year) == 4 || (run.length(year) == 2 && year == 2));
        return shaped
                && Math.max(run.value(first), run.value(second)) <= DAYS_MAX
                && Math.min(run.value(first), run.value(second)) <= MONTHS_MAX;
    }

    /// The first four digits.
    private static boolean isYear(NumberRun run) {
        int year = 0;
        for (int i = 0; i < 4; i++) {
            year = 10 * year + run.digit(i) - '0';
        }
        return year >= YEAR_FIRST && year <= YEAR_LAST;
    }

    private int drugCode(NumberRun run) {
        boolean shaped =
                run.isShaped(NDC_442)
                        || run.isShaped(NDC_532)
                        || run.isShaped(NDC_541)
                        || run.isShaped(NDC_542);
        return shaped && run.isDividedBy('-', 3) && nearby.names(Cue.NDC, NEAR)
                ? found(PhiKind.NDC, run, 3)
                : 0;
    }

    private static boolean isDateSeparator(char c) {
        return c == '/' || c == '-' || c == '.';
    }

    private static boolean isWithinNumber(char c) {
        return c == '-' || c == ' ' || c == '.';
    }

    /// A number of a record or member, by the word before it.
    private int announced(NumberRun run) {
        int groups = 1;
        while (groups < run.groups() && isWithinNumber(run.separator(groups))) {
            groups++;
        }
        int digits = run.count(groups);
        if (isProfessional()) {
            return 0;
        }
        if (nearby.namesRecord(NEAR)
                && digits >= RECORD_DIGITS_MIN
                && digits <= RECORD_DIGITS_MAX) {
            return found(PhiKind.MRN, run, groups);
        }
        if (nearby.names(Cue.INSURANCE, NEAR) && digits >= MEMBER_DIGITS_MIN) {
            return found(PhiKind.INSURANCE, run, groups);
        }
        return 0;
    }

    private int phone(NumberRun run) {
        int groups = phoneForm(run);
        if (groups > 0 && (isPersonal() || people.isBehindName())) {
            tally.personal();
        }
        return groups;
    }

    /// It is about somebody who works here.
    private boolean isProfessional() {
        return nearby.within(Cue.CREDENTIAL, CREDENTIAL_WORDS);
    }

    private boolean isPersonal() {
        return nearby.within(Cue.PERSONAL, PERSONAL_WORDS)
                || nearby.within(Cue.CASE, PERSONAL_WORDS)
                || nearby.within(Cue.SELF, PERSONAL_WORDS);
    }

    private int phoneForm(NumberRun run) {
        if (run.plus() && run.groups() > 1) {
            int groups = 1;
            while (groups < run.groups() && run.count(groups) < 9) {
                groups++;
            }
            return run.count(groups) >= 9 ? found(PhiKind.PHONE, run, groups) : 0;
        }
        if (run.isShaped(AMERICAN) && isAmerican(run, 0)) {
            return found(PhiKind.PHONE, run, 3);
        }
        if (run.isShaped(AMERICAN_1) && isAmerican(run, 1)) {
            return found(PhiKind.PHONE, run, 4);
        }
        boolean said = nearby.names(Cue.PHONE, NEAR);
        if (said && run.isShaped(TEN) && isAmerican(run, 0)) {
            return found(PhiKind.PHONE, run, 1);
        }
        if (said && run.isShaped(LOCAL)) {
            return found(PhiKind.PHONE, run, 2);
        }
        return spanishPhone(run, said);
    }

    /// The North American plan: neither area nor exchange begins with 0 or 1.
    private static boolean isAmerican(NumberRun run, int from) {
        return run.digit(from) >= '2' && run.digit(from + 3) >= '2';
    }

    /// Nine digits that begin with 6, 7, 8 or 9.
    private int spanishPhone(NumberRun run, boolean said) {
        int groups =
                run.isShaped(SPANISH)
                        ? 3
                        : run.isShaped(SPANISH_2) ? 4 : run.isShaped(NINE) && said ? 1 : 0;
        return groups > 0 && run.digit(0) >= '6' ? found(PhiKind.PHONE, run, groups) : 0;
    }

    private int pressure(NumberRun run) {
        boolean shaped =
                run.groups() >= 2
                        && run.separator(1) == '/'
                        && run.length(0) <= 3
                        && run.length(0) >= 2
                        && run.length(1) <= 3
                        && run.length(1) >= 2;
        return shaped && isResult(Cue.PRESSURE) ? found(PhiKind.LAB, run, 2) : 0;
    }

    private int single(NumberRun run) {
        int digits = run.length(0);
        if (digits == 10 && nearby.names(Cue.NPI, NEAR) && Checks.npi(run.digits(1))) {
            return found(PhiKind.NPI, run, 1);
        }
        if (digits == 5 && nearby.names(Cue.PROCEDURE, NEAR)) {
            nearby.note(Cue.PROCEDURE);
            return found(PhiKind.PROCEDURE, run, 1);
        }
        boolean decimal = run.groups() >= 2 && (run.separator(1) == '.' || run.separator(1) == ',');
        if (digits <= 4 && isResult(Cue.LAB)) {
            if (nearby.within(Cue.CASE, PERSONAL_WORDS)) {
                tally.add(PhiKind.CASE, 0);
            }
            nearby.note(Cue.FACT);
            people.health();
            return found(PhiKind.LAB, run, decimal ? 2 : 1);
        }
        return decimal ? 2 : 1;
    }

    /// A figure that was found, not one that was aimed at.
    private boolean isResult(Cue cue) {
        return nearby.within(cue, NEAR) && !nearby.within(Cue.GOAL, NEAR);
    }

    private int found(PhiKind kind, NumberRun run, int groups) {
        tally.add(kind, run.hash(groups));
        return groups;
    }
}

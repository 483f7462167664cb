package org.postern.phi;

import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.likeness.Features;
import org.postern.likeness.Opinion;
import org.postern.likeness.Reading;
import org.postern.words.Hash;
import org.postern.words.Letters;
import org.postern.words.Stems;

/// Reads texts of one message, character by character and once, and says what was found. Not for
/// use by several threads.
public final class Scan {
    private static final int AGE_DIGITS_MAX = 3;
    private static final int CODE_CHARACTERS_MAX = 40;
    private static final int LONG_AGO = -1_000;

    /// Words of a phrase are divided by so many characters at most.
    private static final int GAP_MAX = 3;

    /// A word about health stands so many words beside one that says whose it is at most.
    private static final int CASE_WORDS = 9;

    /// The same for "my" and "your".
    private static final int WHOSE_WORDS = 12;

    /// A dose stands so many words behind its drug at most.
    private static final int DOSE_WORDS = 6;

    private final Vocabulary vocabulary = Vocabulary.SHIPPED;
    private final Tally tally = new Tally();
    private final Nearby nearby = new Nearby();
    private final People people = new People(nearby, tally);
    private final Places places = new Places(nearby, tally);
    private final Rows rows = new Rows(nearby, tally);
    private final Numbers numbers;
    private final Codes codes = new Codes(nearby, tally);
    private final NumberRun run = new NumberRun();
    private final Opinion opinion = new Opinion();
    private final Tokens tokens;
    private final Phi.RecordForms forms;

    private static final long FIELDS = Cue.FROM.bit() | Cue.TO.bit() | Cue.ABOUT.bit();

    private static final long WHOSE =
            Cue.HEALTH.bit()
                    | Cue.DRUG.bit()
                    | Cue.CASE.bit()
                    | Cue.SELF.bit()
                    | Cue.YOU.bit()
                    | Cue.RESULT.bit();

    /// The same for a word that may name a service.
    private static final int TOPIC_WORDS = 6;

    private long before;
    private long beforeThat;
    private long cuesBefore;
    private long cuesBeforeThat;
    private int lastEnd;
    private boolean wasInitial;
    private int numberAt = LONG_AGO;
    private long drug;

    /// Whether the line at hand is quoted, or below a signature: a newsletter that is named there
    /// is another text.
    private boolean aside;

    private boolean signed;

    /// @param year of now, by which dates of birth are told from others
    public Scan(int year) {
        this(year, Phi.RecordForms.NONE);
    }

    /// @param forms of the clinic's own record numbers, which need no word before them
    public Scan(int year, Phi.RecordForms forms) {
        this.forms = forms;
        numbers = new Numbers(year, nearby, tally, people);
        tokens = new Tokens(new Reading(opinion));
    }

    /// For learning: it is told of the features, and there is no opinion on them.
    Scan(int year, Features features) {
        forms = Phi.RecordForms.NONE;
        numbers = new Numbers(year, nearby, tally, people);
        tokens = new Tokens(new Reading(features));
    }

    /// Reads the subject, decoded: a name that stands alone in it is nobody who writes.
    public void subject(CharSequence text) {
        records(text);
        scan(characters(text));
        people.end(false);
    }

    /// Reads one text.
    public void read(CharSequence text) {
        records(text);
        scan(characters(text));
        people.end(true);
    }

    private void records(CharSequence text) {
        forms.in(text, number -> tally.add(PhiKind.MRN, Hash.of(number)));
    }

    /// In an array, which costs less than a call for each.
    private static char[] characters(CharSequence text) {
        char[] characters = new char[text.length()];
        text.getChars(0, characters.length, characters, 0);
        return characters;
    }

    private void scan(char[] text) {
        forget();
        beforeThat = 0;
        lastEnd = 0;
        signed = false;
        begins(text, 0);
        int at = 0;
        while (at < text.length) {
            char c = text[at];
            if (Checks.isDigit(c)) {
                at = digits(text, at);
            } else if (isLetter(c)) {
                at = letters(text, at);
            } else {
                if (c == '\n') {
                    line();
                    begins(text, at + 1);
                } else if (c == '.' || c == '?' || c == '!') {
                    nearby.forget(Cue.CONDITION);
                }
                at++;
            }
        }
        line();
        tokens.text();
    }

    private void begins(char[] text, int at) {
        signed |= isSignature(text, at);
        aside = signed || (at < text.length && text[at] == '>');
    }

    /// Two dashes alone in a line (RFC 3676 section 4.3); many programs lose the blank behind them.
    private static boolean isSignature(char[] text, int at) {
        if (at + 1 >= text.length || text[at] != '-' || text[at + 1] != '-') {
            return false;
        }
        int end = at + 2 < text.length && text[at + 2] == ' ' ? at + 3 : at + 2;
        return end >= text.length || text[end] == '\n' || text[end] == '\r';
    }

    private void line() {
        nearby.line();
        rows.line();
        tokens.line();
    }

    /// What was found in all texts so far.
    ///
    /// @param inspected whether that is all of the message
    public Phi result(boolean inspected) {
        return opinion.on(tally.result(nearby.word(), inspected));
    }

    private int letters(char[] text, int begin) {
        long hash = Hash.SEED;
        int at = begin;
        while (at < text.length) {
            char letter = Letters.letter(text[at]);
            if (letter == 0) {
                break;
            }
            hash = Hash.more(hash, letter);
            at++;
        }
        if (at < text.length && Checks.isDigit(text[at])) {
            return code(text, begin);
        }
        nearby.next();
        word(text, begin, at, hash);
        return at;
    }

    private void word(char[] text, int begin, int end, long hash) {
        long cues = vocabulary.cues(hash);
        long own = cues;
        if ((cues & Vocabulary.PHRASE_END) != 0
                && isPart(cuesBefore)
                && begin - lastEnd <= GAP_MAX) {
            cues |= vocabulary.cues(Hash.joined(before, hash));
            if (isPart(cuesBeforeThat)) {
                long two = Hash.joined(beforeThat, before);
                cues |= vocabulary.cues(Hash.joined(two, hash));
            }
        }
        Gap gap = Gap.between(text, lastEnd, begin, wasInitial);
        wasInitial = end - begin == 1;
        if (begin - lastEnd > GAP_MAX) {
            forget();
        }
        beforeThat = before;
        cuesBeforeThat = cuesBefore;
        before = hash;
        cuesBefore = own;
        lastEnd = end;
        if ((cues & ~Vocabulary.PHRASE) == 0 && Stems.isMedical(text, begin, end)) {
            cues |= Stems.isDrug(text, begin, end) ? Cue.DRUG.bit() : Cue.HEALTH.bit();
        }
        Like like = Like.of(text, begin, end, cues);
        tokens.word(hash, own, cues, like);
        people.word(hash, cues, like, gap);
        places.word(hash, cues, isCapital(text, begin, end));
        rows.word(hash, cues, like);
        if ((cues & FIELDS) != 0 && end < text.length && text[end] == ':') {
            field(cues);
        }
        if ((cues & ~(Cue.COMMON.bit() | Vocabulary.PHRASE)) != 0) {
            cues(hash, cues);
        }
    }

    private static boolean isPart(long cues) {
        return (cues & Vocabulary.PHRASE_PART) != 0;
    }

    /// No phrase goes on over what stands here.
    private void forget() {
        before = 0;
        cuesBefore = 0;
    }

    /// A word with a colon behind it.
    private void field(long cues) {
        if ((cues & Cue.FROM.bit()) != 0) {
            nearby.note(Cue.SENDER);
        } else {
            nearby.note((cues & Cue.TO.bit()) != 0 ? Cue.GREETING : Cue.PATIENT);
        }
    }

    private void cues(long hash, long cues) {
        if ((cues & Cue.HEALTH.bit()) != 0) {
            tally.add(PhiKind.TERM, hash);
        }
        if ((cues & Cue.DRUG.bit()) != 0) {
            tally.add(PhiKind.DRUG, hash);
            drug = hash;
        }
        boolean notice = (cues & Cue.NOTICE.bit()) != 0;
        if ((cues & Cue.GENERAL.bit()) != 0 && !(notice && aside)) {
            tally.general(hash);
        }
        if (notice && !aside) {
            tally.notice();
        }
        if ((cues & Cue.UNIT.bit()) != 0
                && numberAt == nearby.word() - 1
                && nearby.within(Cue.DRUG, DOSE_WORDS)) {
            tally.add(PhiKind.DOSE, drug);
        }
        nearby.note(cues);
        boolean age = (cues & Cue.AGE.bit()) != 0 && numberAt == nearby.word() - 1;
        if (age) {
            nearby.note(Cue.CASE);
        }
        if (age || (cues & WHOSE) != 0) {
            whose(cues);
        }
    }

    /// Words about health, and words that say whose it is.
    private void whose(long cues) {
        if (nearby.isFact(cues)) {
            nearby.note(Cue.FACT);
            people.health();
            if ((cues & Cue.DRUG.bit()) == 0) {
                // Drugs are sent to houses of all kinds.
                places.health();
            }
        }
        if (nearby.within(Cue.CASE, CASE_WORDS)
                && (nearby.within(Cue.FACT, CASE_WORDS)
                        || nearby.within(Cue.HEALTH, TOPIC_WORDS))) {
            tally.add(PhiKind.CASE, 0);
        }
        if (nearby.within(Cue.FACT, CASE_WORDS)) {
            if (nearby.within(Cue.SELF, WHOSE_WORDS)) {
                tally.self();
            }
            if (nearby.within(Cue.YOU, WHOSE_WORDS)) {
                tally.you();
            }
        }
    }

    private int digits(char[] text, int begin) {
        nearby.number();
        int end = begin;
        while (end < text.length && Checks.isDigit(text[end])) {
            end++;
        }
        if (end < text.length && isLetter(text[end])) {
            return figureWithLetters(text, begin, end);
        }
        run.read(text, begin);
        tokens.number(run);
        nearby.next();
        numberAt = nearby.word();
        if (run.groups() == 0) {
            return end;
        }
        people.number();
        if (run.length(0) >= Rows.BED_DIGITS_MIN
                && (run.groups() == 1 || run.separator(1) != '.')) {
            rows.number();
        }
        int groups = numbers.look(run);
        places.number(run.length(0), run.hash(1));
        lastEnd = run.end(groups - 1);
        forget();
        return lastEnd;
    }

    /// `500mg` is a figure and its unit; `1EG4-TE5-MK73` is a code.
    private int figureWithLetters(char[] text, int begin, int end) {
        int last = end;
        while (last < text.length && isLetter(text[last])) {
            last++;
        }
        long hash = Hash.of(text, /* begin= */ end, Math.min(last, end + CODE_CHARACTERS_MAX));
        long cues = vocabulary.cues(hash);
        boolean age = (cues & Cue.AGE.bit()) != 0 && end - begin <= AGE_DIGITS_MAX;
        if (!age && (cues & Cue.UNIT.bit()) == 0) {
            return code(text, begin);
        }
        nearby.next();
        numberAt = nearby.word();
        nearby.next();
        word(text, end, last, hash);
        return last;
    }

    private int code(char[] text, int begin) {
        int at = begin;
        while (at < text.length && isCode(text, at)) {
            at++;
        }
        int behind = Checks.spacedMbi(text, begin, at);
        nearby.next();
        if (behind > 0) {
            tally.add(PhiKind.MBI, Hash.of(text, begin, behind));
            return behind;
        }
        if (at - begin <= CODE_CHARACTERS_MAX) {
            String code = new String(text, begin, at - begin);
            long hash = Hash.of(code);
            if (vocabulary.cues(hash) != 0) {
                word(text, begin, at, hash);
            } else {
                rows.number();
                tokens.code();
                codes.look(code);
                forget();
                lastEnd = at;
            }
        }
        return at;
    }

    /// A point or dash belongs to a code if something of it stands on both sides.
    private static boolean isCode(char[] text, int at) {
        char c = text[at];
        if (Checks.isDigit(c) || isLetter(c)) {
            return true;
        }
        return (c == '-' || c == '.')
                && at + 1 < text.length
                && (Checks.isDigit(text[at + 1]) || isLetter(text[at + 1]));
    }

    private static boolean isLetter(char c) {
        return Letters.letter(c) != 0;
    }

    /// Two letters at least, the first of them large.
    private static boolean isCapital(char[] text, int begin, int end) {
        return end - begin > 1 && Letters.isLarge(text[begin]);
    }
}

package org.postern.phi;

import org.postern.facts.PhiKind;
import org.postern.words.Hash;

/// Names of persons, and whose they are: by the words in them, the words around them, and where
/// they stand. Two or more words that are like a name, one beside the other, are a person; behind
/// "patient" or a relative that is a patient, behind a greeting the reader, at the end the author,
/// and behind a word such as "Dr" nobody of whom anything is told.
final class People {
    private static final int LONG_AGO = -1_000;
    private static final int OTHERS_WORDS = 3;
    private static final int GREETING_WORDS = 2;
    private static final int FAREWELL_WORDS = 8;

    /// Words between "patient" and the name: "patient in room 4 is".
    private static final int PATIENT_WORDS = 5;

    /// Words between "my son" and the name.
    private static final int FAMILY_WORDS = 2;

    private static final int TITLE_WORDS = 1;

    /// Behind the author's name stand so many words at most: a telephone number, a town.
    private static final int SIGNATURE_WORDS = 12;

    /// A date of birth without a word stands so close behind a name.
    private static final int DATE_WORDS = 3;

    /// What is said of a person stands so many words from the name at most.
    private static final int BESIDE_WORDS = 14;

    /// What somebody does in the house stands so many words behind his name at most.
    private static final int ROLE_WORDS = 3;

    private static final long GENITIVE = Hash.of("s");

    /// What somebody has stands so many words behind the "'s" of his name at most.
    private static final int OWNED_WORDS = 2;

    private static final long ROLES =
            Cue.ROLE.bit() | Cue.DEGREE.bit() | Cue.PROVIDER.bit() | Cue.CREDENTIAL.bit();

    private final Nearby nearby;
    private final Tally tally;

    private boolean open;
    private int words;
    private int score;
    private boolean initials;
    private boolean dotted;
    private boolean titled;
    private boolean small;
    private boolean lineBegins;
    private boolean sentenceBegins;
    private long hash;
    private Role role = Role.OTHER;

    private int personAt = LONG_AGO;
    private long pending;
    private int pendingWords;
    private int pendingAt = LONG_AGO;

    /// A person with a comma behind: what he does in the house may follow.
    private long candidate;

    private int candidateAt = LONG_AGO;

    /// The last first name that stood alone.
    private long given;

    private int givenAt = LONG_AGO;

    /// Whether a sentence began with it: then it tells of whoever bears it.
    private boolean givenBegins;

    /// The last name of one word with an "'s" behind it.
    private long owner;

    private int ownerAt = LONG_AGO;

    private enum Role {
        PATIENT,
        RELATIVE,
        TITLED,
        READER,
        AUTHOR,
        PROFESSIONAL,
        OTHER
    }

    People(Nearby nearby, Tally tally) {
        this.nearby = nearby;
        this.tally = tally;
    }

    /// One word of the text.
    ///
    /// @param gap what stands before it
    void word(long word, long cues, Like like, Gap gap) {
        if (candidate != 0) {
            candidate(cues, gap);
        }
        if (open && gap.isClose() && goesOn(cues, like, gap)) {
            if (like != Like.NONE) {
                add(word, like);
            }
        } else {
            boolean owns = open && gap == Gap.BLANK && word == GENITIVE;
            close(cues, gap);
            if (owns && words == 1 && (role == Role.OTHER || role == Role.PATIENT)) {
                owner = hash;
                ownerAt = nearby.word();
            }
            if (like.begins()
                    || (like == Like.INITIAL && gap.isLine())
                    || (like == Like.UNKNOWN && isAnnounced())) {
                open(word, like, gap);
            }
        }
        if (pending != 0 && nearby.word() - pendingAt > SIGNATURE_WORDS) {
            person();
        }
    }

    private void candidate(long cues, Gap gap) {
        if ((cues & ROLES) != 0 && !gap.isLine()) {
            candidate = 0;
        } else if (gap.isLine() || nearby.word() - candidateAt >= ROLE_WORDS) {
            settle();
        }
    }

    private void settle() {
        if (candidate != 0) {
            found(candidate);
        }
        candidate = 0;
    }

    private boolean goesOn(long cues, Like like, Gap gap) {
        if ((cues & Cue.LINK.bit()) != 0) {
            return !gap.isComma();
        }
        return like != Like.NONE && (small || like != Like.UNKNOWN);
    }

    /// Whether a word in small letters may begin a name.
    private boolean isAnnounced() {
        if (nearby.within(Cue.TITLE, TITLE_WORDS)) {
            return true;
        }
        boolean near =
                nearby.since(Cue.PATIENT) <= PATIENT_WORDS
                        || nearby.since(Cue.FAMILY) <= FAMILY_WORDS;
        // Few words stand there, and this is asked of most words of a text.
        Role role = near ? role() : Role.OTHER;
        return role == Role.PATIENT || role == Role.RELATIVE;
    }

    private void open(long word, Like like, Gap gap) {
        open = true;
        small = like.isSmall();
        words = 0;
        score = 0;
        hash = Hash.SEED;
        lineBegins = gap.isLine();
        sentenceBegins = !gap.isClose();
        titled = nearby.within(Cue.TITLE, TITLE_WORDS);
        role = role();
        dotted = gap == Gap.POINT;
        initials = dotted;
        add(word, like);
    }

    private void add(long word, Like like) {
        hash = Hash.joined(hash, word);
        words += like == Like.INITIAL ? 0 : 1;
        initials |= like == Like.INITIAL;
        score += like.degree();
    }

    private Role role() {
        int professional = nearby.since(Cue.PROVIDER);
        int patient = nearby.since(Cue.PATIENT);
        int relative = nearby.since(Cue.FAMILY);
        boolean titled = nearby.within(Cue.TITLE, TITLE_WORDS);
        if (professional <= (titled ? TITLE_WORDS + 1 : OTHERS_WORDS)
                && professional <= Math.min(patient, relative)) {
            return Role.PROFESSIONAL;
        }
        if (relative <= FAMILY_WORDS) {
            return Role.RELATIVE;
        }
        if (nearby.within(Cue.GREETING, titled ? GREETING_WORDS : 1)) {
            return Role.READER;
        }
        if (nearby.within(Cue.SENDER, GREETING_WORDS)) {
            return Role.AUTHOR;
        }
        if (patient <= PATIENT_WORDS) {
            return Role.PATIENT;
        }
        if (titled) {
            return Role.TITLED;
        }
        return nearby.within(Cue.FAREWELL, FAREWELL_WORDS) ? Role.AUTHOR : Role.OTHER;
    }

    /// A name has ended before the word at hand.
    private void close(long cues, Gap gap) {
        if (!open) {
            return;
        }
        open = false;
        boolean house = gap.isComma() && (cues & ROLES) != 0;
        if (house || ((cues & Cue.DEGREE.bit()) != 0 && gap.isClose())) {
            return;
        }
        switch (role) {
            case PROFESSIONAL -> {
                // Nothing is told of them.
            }
            case PATIENT -> patient(2);
            case RELATIVE -> patient(1);
            case READER -> {
                if (score > 0) {
                    tally.reader(hash);
                }
            }
            case AUTHOR -> {
                if (score > 0) {
                    tally.author(hash);
                }
            }
            case TITLED -> {
                tally.add(PhiKind.TITLED_NAME, hash);
                if (words >= 2) {
                    found(hash);
                }
                personAt = nearby.word() - 1;
            }
            case OTHER -> other(gap);
        }
    }

    private void patient(int least) {
        if (words >= least && score >= least) {
            tally.add(PhiKind.NAME, hash);
            personAt = nearby.word() - 1;
        } else if (words > 0 && (titled || score >= Like.KNOWN.degree())) {
            tally.add(PhiKind.TITLED_NAME, hash);
            personAt = nearby.word() - 1;
        }
    }

    private void other(Gap gap) {
        boolean alone = lineBegins && gap.isLine();
        boolean shortened = words == 1 && (dotted || (initials && score >= Like.KNOWN.degree()));
        if (words >= 2 || shortened) {
            if (alone) {
                await();
            } else if (gap.isComma()) {
                settle();
                candidate = hash;
                candidateAt = nearby.word();
            } else {
                found(hash);
            }
            personAt = nearby.word() - 1;
        } else if (words == 1) {
            if (alone) {
                await();
            }
            if (score >= Like.KNOWN.degree()) {
                given = hash;
                givenAt = nearby.word() - 1;
                givenBegins = sentenceBegins;
            }
        }
    }

    /// Whether it is the author's name is told by how much text follows.
    private void await() {
        person();
        pending = hash;
        pendingWords = words;
        pendingAt = nearby.word();
    }

    private void found(long person) {
        tally.add(PhiKind.PERSON, person);
        if (nearby.within(Cue.FACT, BESIDE_WORDS)) {
            tally.beside();
        }
    }

    /// What stood alone in a line was not the author: more text follows.
    private void person() {
        if (pending != 0 && pendingWords >= 2) {
            tally.add(PhiKind.PERSON, pending);
        }
        pending = 0;
    }

    /// The text ends.
    ///
    /// @param signed whether a name that stands alone in one of the last lines is its author's
    void end(boolean signed) {
        close(0, Gap.LINE);
        settle();
        if (pending != 0 && signed) {
            tally.author(pending);
            pending = 0;
        }
        person();
        personAt = LONG_AGO;
        givenAt = LONG_AGO;
    }

    /// A number ends a name.
    void number() {
        close(0, Gap.OTHER);
        settle();
    }

    /// Something was found that is so, of somebody.
    void health() {
        if (nearby.word() - ownerAt <= OWNED_WORDS) {
            tally.add(PhiKind.TITLED_NAME, owner);
            tally.beside();
            ownerAt = LONG_AGO;
        }
        int behind = nearby.word() - givenAt;
        if (behind <= BESIDE_WORDS && (givenBegins || nearby.since(Cue.CASE) <= behind)) {
            tally.add(PhiKind.TITLED_NAME, given);
            tally.beside();
            givenAt = LONG_AGO;
        }
        if (nearby.word() - personAt <= BESIDE_WORDS) {
            tally.beside();
        }
    }

    /// Whether a number at hand stands directly behind a name.
    boolean isBehindName() {
        return nearby.word() - personAt <= DATE_WORDS;
    }
}

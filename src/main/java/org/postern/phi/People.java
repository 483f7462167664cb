package org.postern.phi;

import org.postern.facts.PhiKind;

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

    private final Nearby nearby;
    private final Tally tally;

    private boolean open;
    private int words;
    private int score;
    private boolean initials;
    private boolean small;
    private boolean lineBegins;
    private long hash;
    private Role role = Role.OTHER;

    private int personAt = LONG_AGO;
    private long pending;
    private int pendingWords;
    private int pendingAt = LONG_AGO;

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
        if (open && gap.isClose() && goesOn(cues, like, gap)) {
            if (like != Like.NONE) {
                add(word, like);
            }
        } else {
            close(cues, gap);
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

    private boolean goesOn(long cues, Like like, Gap gap) {
        if ((cues & Cue.LINK.bit()) != 0) {
            return !gap.isComma();
        }
        return like != Like.NONE && (small || like != Like.UNKNOWN);
    }

    private boolean isAnnounced() {
        return role() == Role.PATIENT || role() == Role.RELATIVE;
    }

    private void open(long word, Like like, Gap gap) {
        open = true;
        small = like.isSmall();
        words = 0;
        score = 0;
        initials = false;
        hash = Vocabulary.seed();
        lineBegins = gap.isLine();
        role = role();
        add(word, like);
    }

    private void add(long word, Like like) {
        hash = Vocabulary.joined(hash, word);
        words += like == Like.INITIAL ? 0 : 1;
        initials |= like == Like.INITIAL;
        score += like.degree();
    }

    private Role role() {
        int professional = nearby.since(Cue.PROVIDER);
        int patient = nearby.since(Cue.PATIENT);
        int relative = nearby.since(Cue.FAMILY);
        if (professional <= OTHERS_WORDS && professional <= Math.min(patient, relative)) {
            return Role.PROFESSIONAL;
        }
        if (relative <= FAMILY_WORDS) {
            return Role.RELATIVE;
        }
        boolean titled = nearby.within(Cue.TITLE, TITLE_WORDS);
        if (nearby.within(Cue.GREETING, titled ? GREETING_WORDS : 1)) {
            return Role.READER;
        }
        if (nearby.within(Cue.SENDER, GREETING_WORDS)) {
            return Role.AUTHOR;
        }
        if (patient <= PATIENT_WORDS) {
            return Role.PATIENT;
        }
        if (nearby.within(Cue.FAREWELL, FAREWELL_WORDS)) {
            return Role.AUTHOR;
        }
        return titled ? Role.TITLED : Role.OTHER;
    }

    /// A name has ended before the word at hand.
    private void close(long cues, Gap gap) {
        if (!open) {
            return;
        }
        open = false;
        if ((cues & Cue.DEGREE.bit()) != 0 && gap.isClose()) {
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
        } else if (words > 0 && score >= Like.KNOWN.degree()) {
            tally.add(PhiKind.TITLED_NAME, hash);
        }
    }

    private void other(Gap gap) {
        boolean alone = lineBegins && gap.isLine();
        boolean shortened = words == 1 && initials && score >= Like.KNOWN.degree();
        if (words >= 2 || shortened) {
            if (alone) {
                await();
            } else {
                found(hash);
            }
            personAt = nearby.word() - 1;
        } else if (alone && words == 1) {
            await();
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
        if (nearby.within(Cue.HEALTH, BESIDE_WORDS) || nearby.within(Cue.DRUG, BESIDE_WORDS)) {
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
        if (pending != 0 && signed) {
            tally.author(pending);
            pending = 0;
        }
        person();
        personAt = LONG_AGO;
    }

    /// A number ends a name.
    void number() {
        close(0, Gap.OTHER);
    }

    /// A word about health.
    void health() {
        if (nearby.word() - personAt <= BESIDE_WORDS) {
            tally.beside();
        }
    }

    /// Whether a number at hand stands directly behind a name.
    boolean isBehindName() {
        return nearby.word() - personAt <= DATE_WORDS;
    }
}

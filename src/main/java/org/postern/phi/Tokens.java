package org.postern.phi;

import org.postern.likeness.Reading;
import org.postern.words.Hash;

/// The words of a text as they are learned from: names, numbers and codes only as such, and words
/// of medicine beside what kind they are of.
final class Tokens {
    private static final long NAME = Hash.of("a name");
    private static final long CAPITAL = Hash.of("a capital");
    private static final long INITIAL = Hash.of("an initial");
    private static final long NUMBER = Hash.of("a number");
    private static final long CODE = Hash.of("a code");
    private static final long DRUG = Hash.of("a drug");
    private static final long STATE = Hash.of("a state");
    private static final long TOPIC = Hash.of("a topic");
    private static final long LAB = Hash.of("a lab value");

    private static final long NAMES = Cue.GIVEN.bit() | Cue.SURNAME.bit();
    private static final long MEDICAL =
            Cue.DRUG.bit() | Cue.HEALTH.bit() | Cue.TOPIC.bit() | Cue.LAB.bit();

    private final Reading reading;

    Tokens(Reading reading) {
        this.reading = reading;
    }

    /// @param own what the word says by itself
    /// @param cues what it says together with those before it
    void word(long hash, long own, long cues, Like like) {
        long said = cues & ~Vocabulary.PHRASE;
        long name = name(own & ~Vocabulary.PHRASE, like);
        if (name != 0) {
            reading.word(name, name, said);
        } else {
            reading.word(hash, (said & MEDICAL) == 0 ? hash : kind(said), said);
        }
    }

    /// @return 0 for what is no name
    private static long name(long own, Like like) {
        return switch (like) {
            case KNOWN, KNOWN_SMALL -> NAME;
            case INITIAL -> INITIAL;
            case MAYBE -> (own & ~NAMES) != 0 ? 0 : own != 0 ? NAME : CAPITAL;
            case NONE, UNKNOWN -> 0;
        };
    }

    private static long kind(long cues) {
        if ((cues & Cue.DRUG.bit()) != 0) {
            return DRUG;
        }
        if ((cues & Cue.TOPIC.bit()) != 0) {
            return TOPIC;
        }
        return (cues & Cue.HEALTH.bit()) != 0 ? STATE : LAB;
    }

    void number(NumberRun run) {
        reading.word(run.form(), NUMBER, 0);
    }

    void code() {
        reading.word(CODE, CODE, 0);
    }

    void line() {
        reading.line();
    }

    void text() {
        reading.text();
    }
}

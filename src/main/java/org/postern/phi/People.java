package org.postern.phi;

import org.postern.facts.PhiKind;

/// Names behind words that announce one, and street addresses: what can be told by capitals and by
/// the words around them alone.
final class People {
    private static final int WORDS_BETWEEN_MAX = 1;
    private static final int ADDRESS_WORDS_MAX = 5;
    private static final int HOUSE_DIGITS_MAX = 5;
    private static final int LONG_AGO = -1_000;

    private static final int OTHERS_WORDS = 3;
    private static final int GREETING_WORDS = 2;
    private static final int FAREWELL_WORDS = 8;

    /// Words that are surnames as well.
    private static final long NAME_CUES = Cue.MONTH.bit() | Cue.STREET.bit();

    private final Nearby nearby;
    private final Tally tally;
    private long first;

    /// The kind of name that may follow; null for none.
    private @org.jspecify.annotations.Nullable PhiKind awaited;

    private int needed;
    private int capitals;
    private int between;
    private long name;

    private int houseAt = LONG_AGO;
    private int streetAt = LONG_AGO;
    private int addressCapitals;
    private long address;

    People(Nearby nearby, Tally tally) {
        this.nearby = nearby;
        this.tally = tally;
    }

    /// @param close whether nothing but a blank or comma stands before it
    void word(long hash, long cues, boolean capital, boolean close) {
        person(hash, cues, capital, close);
        name(hash, cues, capital);
        address(nearby.word(), hash, cues, capital);
    }

    /// Two words that may be the name of somebody.
    private void person(long hash, long cues, boolean capital, boolean close) {
        boolean maybe = capital && (cues & ~Vocabulary.PHRASE_END & ~NAME_CUES) == 0;
        boolean others =
                nearby.within(Cue.PROVIDER, OTHERS_WORDS)
                        || nearby.within(Cue.GREETING, GREETING_WORDS)
                        || nearby.within(Cue.FAREWELL, FAREWELL_WORDS);
        if (maybe && close && first != 0 && !others) {
            tally.add(PhiKind.PERSON, Vocabulary.joined(first, hash));
        }
        first = maybe ? hash : 0;
    }

    private void name(long hash, long cues, boolean capital) {
        if (awaited != null) {
            if (capital && (cues & Cue.NO_NAME.bit()) == 0) {
                capitals++;
                name = Vocabulary.joined(name, hash);
                if (capitals == needed) {
                    tally.add(awaited, name);
                    awaited = null;
                }
            } else if (capitals > 0 || capital || ++between > WORDS_BETWEEN_MAX) {
                awaited = null;
            }
        }
        if ((cues & Cue.PATIENT.bit()) != 0) {
            await(PhiKind.NAME, 2);
        } else if ((cues & Cue.FAMILY.bit()) != 0) {
            await(PhiKind.NAME, 1);
        } else if ((cues & Cue.TITLE.bit()) != 0 && awaited == null) {
            await(PhiKind.TITLED_NAME, 1);
        }
    }

    private void await(PhiKind kind, int words) {
        awaited = kind;
        needed = words;
        capitals = 0;
        between = 0;
        name = Vocabulary.seed();
    }

    private void address(int at, long hash, long cues, boolean capital) {
        if ((cues & Cue.STREET_BEFORE.bit()) != 0) {
            streetAt = at;
            addressCapitals = 0;
            address = hash;
        } else if ((cues & Cue.STREET.bit()) != 0
                && addressCapitals > 0
                && at - houseAt <= ADDRESS_WORDS_MAX) {
            tally.add(PhiKind.ADDRESS, address);
            houseAt = LONG_AGO;
        } else if (capital) {
            addressCapitals++;
            address = Vocabulary.joined(address, hash);
        } else if (at - houseAt <= ADDRESS_WORDS_MAX) {
            houseAt = LONG_AGO;
        }
    }

    /// A number that may be that of a house.
    void number(int at, int digits, long hash) {
        if (at - streetAt <= ADDRESS_WORDS_MAX && addressCapitals > 0) {
            tally.add(PhiKind.ADDRESS, Vocabulary.joined(address, hash));
            streetAt = LONG_AGO;
        }
        if (digits <= HOUSE_DIGITS_MAX) {
            houseAt = at;
            addressCapitals = 0;
            address = hash;
        }
        if (awaited != null && capitals > 0) {
            awaited = null;
        }
    }
}

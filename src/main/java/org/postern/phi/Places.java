package org.postern.phi;

import org.postern.facts.PhiKind;
import org.postern.words.Hash;

/// Street addresses, as English and Spanish write them: a number, words with a capital and a word
/// for a street, or such a word before them and the number behind.
final class Places {
    private static final int WORDS_MAX = 5;
    private static final int HOUSE_DIGITS_MAX = 5;
    private static final int LONG_AGO = -1_000;

    /// What is said of whoever lives at an address stands so many words from it at most.
    private static final int BESIDE_WORDS = 8;

    private final Nearby nearby;
    private final Tally tally;

    private int houseAt = LONG_AGO;
    private int streetAt = LONG_AGO;
    private int addressAt = LONG_AGO;
    private int capitals;
    private long address;

    Places(Nearby nearby, Tally tally) {
        this.nearby = nearby;
        this.tally = tally;
    }

    void word(long hash, long cues, boolean capital) {
        int at = nearby.word();
        if ((cues & Cue.STREET_BEFORE.bit()) != 0) {
            streetAt = at;
            capitals = 0;
            address = hash;
        } else if ((cues & Cue.STREET.bit()) != 0 && capitals > 0 && at - houseAt <= WORDS_MAX) {
            found(address);
            houseAt = LONG_AGO;
        } else if (capital) {
            capitals++;
            address = Hash.joined(address, hash);
        } else if (at - houseAt <= WORDS_MAX) {
            houseAt = LONG_AGO;
        }
    }

    private void found(long address) {
        tally.add(PhiKind.ADDRESS, address);
        addressAt = nearby.word();
    }

    /// Something was found that is so, of somebody: of whoever lives at an address shortly before.
    void health() {
        if (nearby.word() - addressAt <= BESIDE_WORDS) {
            tally.beside();
        }
    }

    /// A number that may be that of a house.
    ///
    /// @param digits how many it has
    void number(int digits, long hash) {
        int at = nearby.word();
        if (at - streetAt <= WORDS_MAX && capitals > 0) {
            found(Hash.joined(address, hash));
            streetAt = LONG_AGO;
        }
        if (digits <= HOUSE_DIGITS_MAX) {
            houseAt = at;
            capitals = 0;
            address = hash;
        }
    }
}

package org.postern.phi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.postern.words.Hash;
import org.postern.words.Ranks;

/// The words that say something, and phrases of up to three of them: `words.txt`. Looked up by
/// their hashes, without an object for each. What is looked at for a word lies close together: most
/// words of a text are in no list, which one bit says.
final class Vocabulary {
    /// Set for the last word of a phrase: only then the words before it are looked at.
    static final long PHRASE_END = 1L << 62;

    /// Set for the words of a phrase before its last: only behind them one may end.
    static final long PHRASE_PART = 1L << 61;

    /// What is no cue by itself.
    static final long PHRASE = PHRASE_END | PHRASE_PART;

    private static final int SLOTS = 1 << 16;

    /// What ships.
    static final Vocabulary SHIPPED = read();

    /// Which slots have a word.
    private final Ranks slots;

    /// The hashes of the words, in the order of their slots.
    private final long[] hashes;

    /// By the place of its hash, what a word says: a place among [#says], since many say the same.
    private final char[] kinds;

    private final long[] says;

    private Vocabulary(Open open) {
        BitSet taken = new BitSet();
        IntStream.range(0, SLOTS).filter(it -> open.hashes[it] != 0).forEach(taken::set);
        slots = new Ranks(taken, SLOTS);
        hashes = taken.stream().mapToLong(it -> open.hashes[it]).toArray();
        says = taken.stream().mapToLong(it -> open.cues[it]).distinct().sorted().toArray();
        kinds = new char[hashes.length];
        taken.stream()
                .forEach(it ->
                        kinds[slots.of(it)] = (char) Arrays.binarySearch(says, open.cues[it]));
    }

    /// The cues of a word or phrase, as bits; 0 for none.
    long cues(long hash) {
        int slot = slot(hash);
        if (!slots.isTaken(slot)) {
            return 0;
        }
        int place = slots.of(slot);
        while (hashes[place] != hash) {
            slot = behind(slot);
            if (!slots.isTaken(slot)) {
                return 0;
            }
            place = slot == 0 ? 0 : place + 1;
        }
        return says[kinds[place]];
    }

    private static int slot(long hash) {
        return (int) (hash >>> 40) & (SLOTS - 1);
    }

    private static int behind(int slot) {
        return (slot + 1) & (SLOTS - 1);
    }

    /// The table while it is filled: open addressing.
    private static final class Open {
        private final long[] hashes = new long[SLOTS];
        private final long[] cues = new long[SLOTS];

        void add(long hash, long bits) {
            int slot = slot(hash);
            while (hashes[slot] != 0 && hashes[slot] != hash) {
                slot = behind(slot);
            }
            hashes[slot] = hash;
            cues[slot] |= bits;
        }

        private void phrase(String phrase, long bits) {
            String[] words = phrase.split(" ", -1);
            long hash = Hash.of(words[0]);
            for (int i = 1; i < words.length; i++) {
                hash = Hash.joined(hash, Hash.of(words[i]));
            }
            add(hash, bits);
            if (words.length > 1) {
                add(Hash.of(words[words.length - 1]), PHRASE_END);
            }
            for (int i = 0; i < words.length - 1; i++) {
                add(Hash.of(words[i]), PHRASE_PART);
            }
        }

        private void sections(String file) throws IOException {
            long cue = 0;
            for (String line : lines(file)) {
                if (line.startsWith("[")) {
                    String name = line.substring(1, line.length() - 1);
                    cue = Cue.valueOf(name.toUpperCase(Locale.ROOT)).bit();
                } else {
                    for (String phrase : line.split(",", -1)) {
                        phrase(phrase.strip(), cue);
                    }
                }
            }
        }

        private void everyday(String file) throws IOException {
            for (String line : lines(file)) {
                for (String word : line.split(" ", -1)) {
                    phrase(word, Cue.COMMON.bit());
                }
            }
        }
    }

    private static Vocabulary read() {
        Open open = new Open();
        try {
            open.sections("/phi/words.txt");
            open.sections("/phi/names.txt");
            open.everyday("/phi/common.txt");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Vocabulary(open);
    }

    /// Without comments and empty lines.
    private static List<String> lines(String file) throws IOException {
        try (InputStream in = Vocabulary.class.getResourceAsStream(file);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines().filter(it -> !it.isBlank() && !it.startsWith("#")).toList();
        }
    }
}

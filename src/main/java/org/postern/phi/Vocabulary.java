package org.postern.phi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.postern.words.Hash;

/// The words that say something, and phrases of up to three of them: `words.txt`. A table of hashes
/// with open addressing, so that a word costs one look, without an object of its own.
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

    /// A key and its cues beside each other, so that both are in one line of the cache.
    private final long[] slots = new long[2 * SLOTS];

    /// The cues of a word or phrase, as bits; 0 for none.
    long cues(long hash) {
        int slot = slot(hash);
        return slots[slot] == hash ? slots[slot + 1] : 0;
    }

    private int slot(long hash) {
        int slot = 2 * ((int) (hash >>> 40) & (SLOTS - 1));
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = (slot + 2) & (2 * SLOTS - 1);
        }
        return slot;
    }

    private void add(long hash, long bits) {
        int slot = slot(hash);
        slots[slot] = hash;
        slots[slot + 1] |= bits;
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

    private static Vocabulary read() {
        Vocabulary vocabulary = new Vocabulary();
        try {
            vocabulary.sections("/phi/words.txt");
            vocabulary.sections("/phi/names.txt");
            vocabulary.everyday("/phi/common.txt");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return vocabulary;
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

    /// Without comments and empty lines.
    private static List<String> lines(String file) throws IOException {
        try (InputStream in = Vocabulary.class.getResourceAsStream(file);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines().filter(it -> !it.isBlank() && !it.startsWith("#")).toList();
        }
    }
}

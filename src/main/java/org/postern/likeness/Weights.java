package org.postern.likeness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postern.words.Ranks;

/// What was learned: a weight for each feature that occurred often enough, and how much this says
/// beside what the detectors found. The file is written by `scripts/learn`.
public final class Weights {
    /// Octets of a feature and its weight in the file.
    public static final int OCTETS = 4;

    /// By the first bits of a feature it has its slot; the others have to be equal.
    private static final int SLOT_BITS = 16;

    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int TAG_BITS = Reading.FEATURE_BITS - SLOT_BITS;

    /// What ships.
    static final Weights SHIPPED = read("/phi/weights.txt");

    /// The slots that have a feature. Of four features of a text one or two are known: the others
    /// are told by a bit, and what is kept of those is small enough to stay near.
    private final Ranks slots;

    /// By the number of a feature, the bits that its slot does not tell.
    private final byte[] tags;

    private final byte[] steps;
    private final Figures figures;

    /// A bit for each feature, none of them set, for whoever reads the next window: most texts are
    /// shorter than it takes to make one anew.
    private final AtomicReference<long @Nullable []> spare = new AtomicReference<>();

    /// @param scale of one step of a weight
    /// @param bias of a text without any feature
    /// @param likeness how much the text's likeness counts
    /// @param found how much it counts that the detectors found health information
    /// @param score how much their score counts
    /// @param all what is added to these, so that 0 is where rules are advised to begin
    public record Figures(
            double scale, double bias, double likeness, double found, double score, double all) {}

    /// @param packed features and weights, [#OCTETS] each: the weight in the lowest octet
    public Weights(Figures figures, byte[] packed) {
        this.figures = figures;
        BitSet taken = new BitSet();
        for (int at = 0; at < packed.length; at += OCTETS) {
            int slot = slot(feature(packed, at));
            if (taken.get(slot)) {
                throw new IllegalArgumentException("two features in slot " + slot);
            }
            taken.set(slot);
        }
        slots = new Ranks(taken, SLOTS);
        tags = new byte[slots.size()];
        steps = new byte[slots.size()];
        for (int at = 0; at < packed.length; at += OCTETS) {
            int feature = feature(packed, at);
            int number = slots.of(slot(feature));
            tags[number] = (byte) feature;
            steps[number] = packed[at + OCTETS - 1];
        }
    }

    private static int feature(byte[] packed, int at) {
        return ByteBuffer.wrap(packed).getInt(at) >>> Byte.SIZE;
    }

    Figures figures() {
        return figures;
    }

    /// The place of a feature, for whoever wants to know whether it was met before. No two features
    /// of one table have the same.
    public static int slot(int feature) {
        return feature >>> TAG_BITS;
    }

    /// How many there are: their numbers are below this.
    int features() {
        return slots.size();
    }

    /// A bit for each feature, none of them set.
    long[] borrow() {
        long[] bits = spare.getAndSet(null);
        return bits == null ? new long[features() / Long.SIZE + 1] : bits;
    }

    /// @param bits that were borrowed, and that nobody keeps; whatever is set in them is cleared
    void giveBack(long[] bits) {
        Arrays.fill(bits, 0);
        spare.set(bits);
    }

    /// The number of a feature, different for each; -1 if it is not in the table.
    int number(int feature) {
        int slot = slot(feature);
        if (!slots.isTaken(slot)) {
            return -1;
        }
        int number = slots.of(slot);
        return tags[number] == (byte) feature ? number : -1;
    }

    /// The weight of the feature with this number, in steps.
    int weight(int number) {
        return steps[number];
    }

    private static Weights read(String file) {
        try (InputStream in = Weights.class.getResourceAsStream(file);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            return of(lines.lines().filter(it -> !it.startsWith("#")).toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Weights of(String[] lines) {
        String[] of = lines[0].split(" ", -1);
        double[] figures = new double[of.length];
        for (int i = 0; i < of.length; i++) {
            figures[i] = Double.parseDouble(of[i]);
        }
        StringBuilder packed = new StringBuilder();
        for (int i = 1; i < lines.length; i++) {
            packed.append(lines[i]);
        }
        return new Weights(
                new Figures(figures[0], figures[1], figures[2], figures[3], figures[4], figures[5]),
                Base64.getDecoder().decode(packed.toString()));
    }
}

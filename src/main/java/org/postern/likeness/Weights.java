package org.postern.likeness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What was learned: a weight for each feature that occurred often enough, and how much this says
/// beside what the detectors found. The file is written by `scripts/learn`.
public final class Weights {
    /// Octets of a feature and its weight in the file.
    public static final int OCTETS = 4;

    /// By the first bits of a feature it has its slot; the others have to be equal.
    private static final int SLOT_BITS = 16;

    private static final int TAG_BITS = Reading.FEATURE_BITS - SLOT_BITS;
    private static final int TAG_MASK = (1 << TAG_BITS) - 1;

    /// In a slot stand the number of its feature, from 1 on, the other bits of it, and its weight;
    /// 0 where no feature has it.
    private static final int NUMBER_SHIFT = TAG_BITS + Byte.SIZE;

    private static final int FEATURES_MAX = (1 << (Integer.SIZE - NUMBER_SHIFT)) - 1;

    /// What ships.
    static final Weights SHIPPED = read("/phi/weights.txt");

    private final int[] slots = new int[1 << SLOT_BITS];
    private final int features;
    private final Figures figures;

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
        ByteBuffer buffer = ByteBuffer.wrap(packed);
        int number = 0;
        while (buffer.remaining() >= OCTETS) {
            int next = buffer.getInt();
            int feature = next >>> Byte.SIZE;
            if (number == FEATURES_MAX) {
                throw new IllegalArgumentException("more than " + FEATURES_MAX + " features");
            }
            number++;
            slots[slot(feature)] =
                    (number << NUMBER_SHIFT) | ((feature & TAG_MASK) << Byte.SIZE) | (next & 0xFF);
        }
        features = number;
    }

    Figures figures() {
        return figures;
    }

    /// The place of a feature, for whoever wants to know whether it was met before. No two features
    /// of one table have the same.
    public static int slot(int feature) {
        return feature >>> TAG_BITS;
    }

    /// How many there are: their numbers are 1 to this.
    int features() {
        return features;
    }

    /// The number and weight of a feature; 0 if it is not in the table.
    int entry(int feature) {
        int entry = slots[slot(feature)];
        return (((entry >>> Byte.SIZE) ^ feature) & TAG_MASK) == 0 ? entry : 0;
    }

    /// From 1 on, different for each feature.
    static int number(int entry) {
        return entry >>> NUMBER_SHIFT;
    }

    static int weight(int entry) {
        return (byte) entry;
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

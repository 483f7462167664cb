package org.postern.phi;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import org.postern.facts.Phi;
import org.postern.likeness.Opinion;
import org.postern.likeness.Weights;
import org.postern.likeness.Weights.Figures;
import org.postern.phi.LabelledTexts.Labelled;

/// What was learned of some of the messages.
final class Learned {
    private static final int STEPS = 127;
    private static final int LINE = 96;

    private static final String HEAD =
            """
            # Written by scripts/learn --write from src/test/resources/phi. First a line:
            # step of a weight, bias, and what likeness, a finding, its score and all count.
            # Then features (24 bits) and steps (8).
            """;

    private final Figures figures;
    private final byte[] packed;
    private final Weights weights;

    private Learned(Figures figures, byte[] packed) {
        this.figures = figures;
        this.packed = packed;
        this.weights = new Weights(figures, packed);
    }

    /// @param numbers of the features
    /// @param weights by these numbers
    /// @param joint how much likeness and the detectors' score say beside each other
    static Learned of(
            Map<Integer, Integer> numbers, double[] weights, double bias, Logistic joint) {
        double largest = 0;
        for (double weight : weights) {
            largest = Math.max(largest, Math.abs(weight));
        }
        double scale = largest / STEPS;
        ByteBuffer buffer = ByteBuffer.allocate(weights.length * Weights.OCTETS);
        numbers.forEach((feature, number) -> {
            int steps = (int) Math.rint(weights[number] / scale);
            buffer.putInt((feature << Byte.SIZE) | (steps & 0xFF));
        });
        Figures figures =
                new Figures(
                        scale,
                        bias,
                        joint.weight(0) / 2,
                        joint.weight(1),
                        joint.weight(2),
                        joint.bias());
        return new Learned(figures, buffer.array());
    }

    /// The same, with the usual score where the logarithm of the odds is this.
    Learned beginning(double odds) {
        return new Learned(
                new Figures(
                        figures.scale(),
                        figures.bias(),
                        figures.likeness(),
                        figures.found(),
                        figures.score(),
                        figures.all() - odds),
                packed);
    }

    int score(Labelled labelled) {
        Opinion opinion = new Opinion(weights);
        Phi detected = labelled.found(new Scan(LabelledTexts.YEAR, opinion));
        return opinion.on(detected).score();
    }

    /// As it ships.
    String file() {
        String base64 = Base64.getEncoder().encodeToString(packed);
        StringBuilder file = new StringBuilder(HEAD);
        file.append(figures.scale()).append(' ').append(figures.bias());
        file.append(' ').append(figures.likeness()).append(' ').append(figures.found());
        file.append(' ').append(figures.score()).append(' ').append(figures.all());
        for (int at = 0; at < base64.length(); at += LINE) {
            file.append('\n').append(base64, at, Math.min(at + LINE, base64.length()));
        }
        return file.append('\n').toString();
    }
}

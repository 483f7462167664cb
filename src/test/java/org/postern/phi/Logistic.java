package org.postern.phi;

import java.util.Arrays;
import java.util.List;

/// Logistic regression with L2: the same figures each time and on each machine.
///
/// The minimum is found by Newton's steps, each of them by conjugate gradients that are scaled by
/// the curvature along each weight (Nocedal and Wright, "Numerical Optimization", algorithm 7.1).
final class Logistic {
    /// The gradient's length at which a weight is right to 1e-8, the penalty being 0.7 or more.
    private static final double FLAT = 1e-8;

    private static final int STEPS_MAX = 100;
    private static final int TURNS_MAX = 1_000;
    private static final int HALVINGS_MAX = 40;

    /// How much of a step's slope it has to win at least (Armijo).
    private static final double WON_MIN = 1e-4;

    /// What a sum over all rows may be wrong by.
    private static final double NOISE = 1e-12;

    /// Squared, what stands for a text without features.
    private static final double CONSTANT = Math.sqrt(10);

    /// What is learned from: features with their values, and what is so.
    static final class Row {
        private final int[] features;
        private final double[] values;
        private final boolean is;

        Row(int[] features, double[] values, boolean is) {
            this.features = features;
            this.values = values;
            this.is = is;
        }

        private double dot(double[] weights) {
            double sum = CONSTANT * weights[weights.length - 1];
            for (int i = 0; i < features.length; i++) {
                sum += values[i] * weights[features[i]];
            }
            return sum;
        }

        private void add(double factor, double[] to) {
            to[to.length - 1] += factor * CONSTANT;
            for (int i = 0; i < features.length; i++) {
                to[features[i]] += factor * values[i];
            }
        }

        private void addSquares(double factor, double[] to) {
            to[to.length - 1] += factor * CONSTANT * CONSTANT;
            for (int i = 0; i < features.length; i++) {
                to[features[i]] += factor * values[i] * values[i];
            }
        }
    }

    private final List<Row> rows;
    private final double penalty;
    private final double[] weights;

    /// @param features how many there are
    /// @param penalty of a weight's square
    Logistic(List<Row> rows, int features, double penalty) {
        this.rows = rows;
        this.penalty = penalty;
        this.weights = new double[features + 1];
        learn();
    }

    private void learn() {
        double[] likely = new double[rows.size()];
        double loss = loss(weights, likely);
        for (int step = 0; step < STEPS_MAX; step++) {
            double[] gradient = gradient(likely);
            double length = Math.sqrt(product(gradient, gradient));
            if (length <= FLAT) {
                return;
            }
            double[] direction = direction(gradient, likely, Math.min(0.1, length) * length);
            double slope = product(gradient, direction);
            double[] from = weights.clone();
            double factor = 1;
            double next = moved(from, direction, factor, likely);
            for (int halving = 0;
                    next > loss + WON_MIN * factor * slope + NOISE * loss;
                    halving++) {
                if (halving == HALVINGS_MAX) {
                    throw new IllegalStateException("no step leads down from " + loss);
                }
                factor /= 2;
                next = moved(from, direction, factor, likely);
            }
            loss = next;
        }
        throw new IllegalStateException("no minimum after " + STEPS_MAX + " steps");
    }

    /// @param likely becomes how likely each row is so
    private double loss(double[] at, double[] likely) {
        double loss = penalty / 2 * product(at, at);
        for (int i = 0; i < likely.length; i++) {
            Row row = rows.get(i);
            double odds = row.dot(at);
            // Of the two forms the one that does not overflow.
            double rest = StrictMath.log1p(StrictMath.exp(-Math.abs(odds)));
            loss += rest + Math.max(0, row.is ? -odds : odds);
            likely[i] = 1 / (1 + StrictMath.exp(-odds));
        }
        return loss;
    }

    private double moved(double[] from, double[] direction, double factor, double[] likely) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = from[i] + factor * direction[i];
        }
        return loss(weights, likely);
    }

    private double[] gradient(double[] likely) {
        double[] gradient = scaled(weights);
        for (int i = 0; i < likely.length; i++) {
            Row row = rows.get(i);
            row.add(likely[i] - (row.is ? 1 : 0), gradient);
        }
        return gradient;
    }

    /// Where the gradient would be 0 if the curvature stayed, but for a rest of this length.
    private double[] direction(double[] gradient, double[] likely, double restMax) {
        double[] scale = curvatures(likely);
        double[] direction = new double[weights.length];
        double[] rest = new double[weights.length];
        double[] search = new double[weights.length];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = -gradient[i];
            search[i] = rest[i] / scale[i];
        }
        double before = product(rest, search);
        for (int turn = 0; turn < TURNS_MAX; turn++) {
            double[] bent = bent(search, likely);
            double length = before / product(search, bent);
            double after = 0;
            double squares = 0;
            for (int i = 0; i < rest.length; i++) {
                direction[i] += length * search[i];
                rest[i] -= length * bent[i];
                after += rest[i] * rest[i] / scale[i];
                squares += rest[i] * rest[i];
            }
            if (Math.sqrt(squares) <= restMax) {
                break;
            }
            for (int i = 0; i < rest.length; i++) {
                search[i] = rest[i] / scale[i] + after / before * search[i];
            }
            before = after;
        }
        return direction;
    }

    /// The Hessian's diagonal.
    private double[] curvatures(double[] likely) {
        double[] curvatures = new double[weights.length];
        Arrays.fill(curvatures, penalty);
        for (int i = 0; i < likely.length; i++) {
            rows.get(i).addSquares(likely[i] * (1 - likely[i]), curvatures);
        }
        return curvatures;
    }

    /// The Hessian times a vector.
    private double[] bent(double[] vector, double[] likely) {
        double[] bent = scaled(vector);
        for (int i = 0; i < likely.length; i++) {
            Row row = rows.get(i);
            row.add(likely[i] * (1 - likely[i]) * row.dot(vector), bent);
        }
        return bent;
    }

    private double[] scaled(double[] vector) {
        double[] scaled = new double[vector.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = penalty * vector[i];
        }
        return scaled;
    }

    private static double product(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    double weight(int feature) {
        return weights[feature];
    }

    double bias() {
        return CONSTANT * weights[weights.length - 1];
    }

    double of(Row row) {
        return row.dot(weights);
    }
}

package org.postern.phi;

import java.util.List;

/// Logistic regression with L2, by gradients with momentum (Nesterov): the same figures each time
/// and on each machine.
final class Logistic {
    private static final int ROUNDS = 1_500;
    private static final int POWER_ROUNDS = 60;
    private static final double MARGIN = 1.1;

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
    }

    private final double[] weights;

    /// @param features how many there are
    /// @param penalty of a weight's square
    Logistic(List<Row> rows, int features, double penalty) {
        weights = new double[features + 1];
        double steep = penalty + MARGIN * spread(rows, features + 1) / 4;
        double root = Math.sqrt(penalty / steep);
        double momentum = (1 - root) / (1 + root);
        double[] ahead = new double[features + 1];
        for (int round = 0; round < ROUNDS; round++) {
            double[] gradient = new double[features + 1];
            for (Row row : rows) {
                double likely = 1 / (1 + StrictMath.exp(-row.dot(ahead)));
                row.add(likely - (row.is ? 1 : 0), gradient);
            }
            for (int i = 0; i <= features; i++) {
                double next = ahead[i] - (gradient[i] + penalty * ahead[i]) / steep;
                ahead[i] = next + momentum * (next - weights[i]);
                weights[i] = next;
            }
        }
    }

    /// The largest square of what the rows make of a vector of length 1.
    private static double spread(List<Row> rows, int features) {
        double[] vector = new double[features];
        java.util.Arrays.fill(vector, 1 / Math.sqrt(features));
        double length = 1;
        for (int round = 0; round < POWER_ROUNDS; round++) {
            double[] next = new double[features];
            for (Row row : rows) {
                row.add(row.dot(vector), next);
            }
            double squares = 0;
            for (double each : next) {
                squares += each * each;
            }
            length = Math.sqrt(squares);
            for (int i = 0; i < features; i++) {
                vector[i] = next[i] / length;
            }
        }
        return length;
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

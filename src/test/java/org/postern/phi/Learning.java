package org.postern.phi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.postern.cli.Console;
import org.postern.facts.Phi;
import org.postern.likeness.Features;
import org.postern.likeness.Opinion;
import org.postern.likeness.Weights;
import org.postern.phi.LabelledTexts.Agreement;
import org.postern.phi.LabelledTexts.Labelled;
import org.postern.phi.LabelledTexts.Part;

/// Learns the weights of `phi/weights.txt` from the labelled messages, and says how well they do on
/// parts that they were not learned from.
public final class Learning {
    private static final double PENALTY = 0.7;
    private static final double JOINT_PENALTY = 2;

    /// How far a weight follows how much a feature tells by itself, from 0 to 1.
    private static final double TOLD = 0.75;

    /// As if each feature had been in one message more, with PHI and without.
    private static final double ONCE_MORE = 1;

    /// A feature occurs in so many messages, of so many authors' parts, at least.
    private static final int MESSAGES_MIN = 3;

    private static final int AUTHORS_MIN = 2;

    /// What the features of a text count together: as [Opinion] has it.
    private static final double LENGTH = 6;

    private static final double LENGTH_MIN = 20;
    private static final int STEPS = 127;
    private static final int LINE = 96;
    private static final int USUAL = 8;
    private static final Path FILE = Path.of("src/main/resources/phi/weights.txt");

    private static final String HEAD =
            """
            # Written by scripts/learn --write from src/test/resources/phi. First a line:
            # step of a weight, bias, and what likeness, a finding, its score and all count.
            # Then features (24 bits) and steps (8).
            """;

    /// Parts by one author are left out together.
    private static final List<Set<Part>> AUTHORS =
            List.of(
                    Set.of(Part.TUNED, Part.HELD_OUT),
                    Set.of(Part.SECOND),
                    Set.of(Part.TUNED_THIRD, Part.THIRD),
                    Set.of(Part.FOURTH),
                    Set.of(Part.FIFTH_A),
                    Set.of(Part.FIFTH_B),
                    Set.of(Part.SIXTH_D),
                    Set.of(Part.SIXTH_E),
                    Set.of(Part.SIXTH_F),
                    Set.of(Part.SIXTH_H));

    /// The detectors were chosen by these, so that what they find there says too much of them.
    private static final Set<Part> LOOKED_AT = Set.of(Part.TUNED, Part.TUNED_THIRD);

    private final List<Message> messages = new ArrayList<>();

    /// For each author what was learned without his parts, and at the end what all say.
    private final List<Model> models;

    /// A message with its features, and what the detectors alone find in it.
    private record Message(
            Labelled labelled, Part part, int author, Map<Integer, Integer> features, int score) {}

    /// Features that are learned.
    ///
    /// @param numbers of the features
    /// @param telling by these numbers, how much the messages with and without PHI differ in each
    private record Known(Map<Integer, Integer> numbers, List<Double> telling) {
        Logistic.Row row(Message message) {
            int[] features =
                    message.features.keySet().stream()
                            .filter(numbers::containsKey)
                            .mapToInt(numbers::get)
                            .toArray();
            double[] values =
                    message.features.entrySet().stream()
                            .filter(it -> numbers.containsKey(it.getKey()))
                            .mapToDouble(Map.Entry::getValue)
                            .toArray();
            double squares = 0;
            for (double value : values) {
                squares += value * value;
            }
            double length = Math.max(LENGTH_MIN, Math.sqrt(squares));
            for (int i = 0; i < values.length; i++) {
                values[i] *= telling.get(features[i]) * LENGTH / length;
            }
            return new Logistic.Row(features, values, message.labelled.isPhi());
        }
    }

    public Learning() throws IOException {
        for (int author = 0; author < AUTHORS.size(); author++) {
            for (Part part : Part.values()) {
                if (AUTHORS.get(author).contains(part)) {
                    for (Labelled each : LabelledTexts.read(part)) {
                        messages.add(message(each, part, author));
                    }
                }
            }
        }
        models = models();
    }

    private static Message message(Labelled labelled, Part part, int author) {
        Map<Integer, Integer> found = new TreeMap<>();
        Phi phi =
                labelled.found(
                        new Scan(
                                LabelledTexts.YEAR,
                                new Features() {
                                    @Override
                                    public void found(int feature, int tenths) {
                                        found.put(feature, tenths);
                                    }

                                    @Override
                                    public void line(int text, int line) {
                                        // Where it stands is not learned.
                                    }

                                    @Override
                                    public void window() {
                                        // Messages are short.
                                    }

                                    @Override
                                    public void more() {
                                        // The same.
                                    }
                                }));
        return new Message(labelled, part, author, found, phi.score());
    }

    /// The features of these messages that occur often enough; of two with one slot the more
    /// frequent.
    private Known known(Predicate<Message> from) {
        Map<Integer, Integer> counts = new TreeMap<>();
        Map<Integer, Set<Integer>> authors = new TreeMap<>();
        messages.stream()
                .filter(from)
                .forEach(message ->
                        message.features
                                .keySet()
                                .forEach(it -> {
                                    counts.merge(it, 1, Integer::sum);
                                    authors.computeIfAbsent(it, _ -> new HashSet<>())
                                            .add(message.author);
                                }));
        List<Integer> often =
                counts.entrySet().stream()
                        .filter(it ->
                                it.getValue() >= MESSAGES_MIN
                                        && authors.getOrDefault(it.getKey(), Set.of()).size()
                                                >= AUTHORS_MIN)
                        .sorted(
                                Map.Entry.<Integer, Integer>comparingByValue(
                                                Comparator.reverseOrder())
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .map(Map.Entry::getKey)
                        .toList();
        Set<Integer> slots = new HashSet<>();
        Map<Integer, Integer> numbers = new TreeMap<>();
        for (int feature : often) {
            if (slots.add(Weights.slot(feature))) {
                numbers.put(feature, numbers.size());
            }
        }
        return new Known(numbers, telling(from, numbers));
    }

    /// How much messages with and without PHI differ in each feature: the logarithm of the ratio of
    /// how often it is in them (Wang and Manning, "Baselines and Bigrams", 2012). The penalty
    /// weighs less on what tells them apart by itself.
    private List<Double> telling(Predicate<Message> from, Map<Integer, Integer> numbers) {
        double[] with = new double[numbers.size()];
        double[] without = new double[numbers.size()];
        Arrays.fill(with, ONCE_MORE);
        Arrays.fill(without, ONCE_MORE);
        messages.stream()
                .filter(from)
                .forEach(message -> {
                    double[] counts = message.labelled.isPhi() ? with : without;
                    for (int feature : message.features.keySet()) {
                        Integer number = numbers.get(feature);
                        if (number != null) {
                            counts[number]++;
                        }
                    }
                });
        double allWith = Arrays.stream(with).sum();
        double allWithout = Arrays.stream(without).sum();
        double[] ratios = new double[numbers.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] =
                    Math.abs(
                            StrictMath.log(with[i] / allWith)
                                    - StrictMath.log(without[i] / allWithout));
        }
        double mean = Arrays.stream(ratios).sum() / Math.max(1, ratios.length);
        return Arrays.stream(ratios).mapToObj(it -> TOLD * it / mean + 1 - TOLD).toList();
    }

    private static Logistic learn(Known known, List<Message> from) {
        return new Logistic(from.stream().map(known::row).toList(), known.numbers.size(), PENALTY);
    }

    /// What each message is like by weights that were learned without its author's parts.
    private IdentityHashMap<Message, Double> unseen(List<Known> knowns, List<Logistic> learned) {
        IdentityHashMap<Message, Double> likeness = new IdentityHashMap<>();
        for (Message message : messages) {
            Logistic.Row row = knowns.get(message.author).row(message);
            likeness.put(message, learned.get(message.author).of(row));
        }
        return likeness;
    }

    /// How much likeness and the detectors' score say beside each other.
    private Logistic joint(IdentityHashMap<Message, Double> likeness, int without) {
        List<Logistic.Row> rows =
                messages.stream()
                        .filter(it -> it.author != without && !LOOKED_AT.contains(it.part))
                        .map(it ->
                                new Logistic.Row(
                                        new int[] {0, 1, 2},
                                        new double[] {
                                            Objects.requireNonNull(likeness.get(it)) / 2,
                                            it.score >= USUAL ? 1 : 0,
                                            Math.min(it.score, 30) / 15.0
                                        },
                                        it.labelled.isPhi()))
                        .toList();
        return new Logistic(rows, 3, JOINT_PENALTY);
    }

    /// What was learned of some of the messages.
    private static final class Model {
        private final Weights.Figures figures;
        private final byte[] packed;

        Model(Known known, Logistic learned, Logistic joint) {
            double[] weights = new double[known.numbers.size()];
            double largest = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = known.telling.get(i) * learned.weight(i);
                largest = Math.max(largest, Math.abs(weights[i]));
            }
            double scale = largest / STEPS;
            ByteBuffer buffer = ByteBuffer.allocate(known.numbers.size() * Weights.OCTETS);
            known.numbers.forEach((feature, number) -> {
                int steps = (int) Math.rint(weights[number] / scale);
                buffer.putInt((feature << Byte.SIZE) | (steps & 0xFF));
            });
            packed = buffer.array();
            figures =
                    new Weights.Figures(
                            scale,
                            learned.bias(),
                            joint.weight(0) / 2,
                            joint.weight(1),
                            joint.weight(2),
                            joint.bias());
        }

        boolean says(Message message) {
            Opinion opinion = new Opinion(new Weights(figures, packed));
            Phi detected = message.labelled.found(new Scan(LabelledTexts.YEAR, opinion));
            return opinion.on(detected).score() >= USUAL;
        }

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

    private List<Model> models() {
        List<Known> knowns = new ArrayList<>();
        List<Logistic> learned = new ArrayList<>();
        for (int i = 0; i <= AUTHORS.size(); i++) {
            int without = i;
            knowns.add(known(it -> it.author != without));
            learned.add(
                    learn(
                            knowns.get(i),
                            messages.stream().filter(it -> it.author != without).toList()));
        }
        IdentityHashMap<Message, Double> likeness = unseen(knowns, learned);
        List<Model> models = new ArrayList<>();
        for (int i = 0; i <= AUTHORS.size(); i++) {
            models.add(new Model(knowns.get(i), learned.get(i), joint(likeness, i)));
        }
        return models;
    }

    /// What stands in `phi/weights.txt`.
    String file() {
        return models.getLast().file();
    }

    /// How well the detectors do alone, and with weights that were learned without their author's
    /// parts: rows of a table.
    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        rows.add("| part | messages | detectors: precision, recall, F1 | with weights of others |");
        for (Part part : Part.values()) {
            List<Message> all = messages.stream().filter(it -> it.part == part).toList();
            if (!all.isEmpty()) {
                rows.add(
                        "| %s | %d | %s | %s |"
                                .formatted(
                                        part,
                                        all.size(),
                                        figures(agreement(all, it -> it.score >= USUAL)),
                                        figures(agreement(all, this::says))));
            }
        }
        return rows;
    }

    private boolean says(Message message) {
        return models.get(message.author).says(message);
    }

    /// How well weights do on these parts together that were learned without their authors'.
    Agreement unseen(Set<Part> parts) {
        return agreement(
                messages.stream().filter(it -> parts.contains(it.part)).toList(), this::says);
    }

    private static Agreement agreement(List<Message> all, Predicate<Message> says) {
        int right = 0;
        int wrong = 0;
        int missed = 0;
        for (Message each : all) {
            boolean said = says.test(each);
            right += said && each.labelled.isPhi() ? 1 : 0;
            wrong += said && !each.labelled.isPhi() ? 1 : 0;
            missed += !said && each.labelled.isPhi() ? 1 : 0;
        }
        return new Agreement(right, wrong, missed);
    }

    private static String figures(Agreement found) {
        double precision = found.precision();
        double recall = found.recall();
        double both = 2 * precision * recall / Math.max(Double.MIN_NORMAL, precision + recall);
        return String.format(Locale.ROOT, "%.3f, %.3f, %.3f", precision, recall, both);
    }

    /// `scripts/learn`: prints how well it does; `--write` writes the weights of all parts.
    public static void main(String... words) throws IOException {
        Learning learning = new Learning();
        Console console = Console.system();
        learning.rows().forEach(console::line);
        if (List.of(words).contains("--write")) {
            Files.writeString(FILE, learning.file());
            console.line("written: " + FILE);
        }
    }
}

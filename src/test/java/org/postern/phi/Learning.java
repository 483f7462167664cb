package org.postern.phi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.postern.cli.Console;
import org.postern.facts.Phi;
import org.postern.likeness.Weights;
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
    static final int USUAL = 8;

    /// Of the messages of others with PHI so many have the usual score at least.
    private static final double RECALL = 0.97;

    /// The logarithm of the odds where the usual score is looked for.
    private static final double BEGIN_MAX = 1;

    private static final double BEGIN_MIN = -3;
    private static final double BEGIN_STEP = 1.0 / 16;

    private static final Path FILE = Path.of("src/main/resources/phi/weights.txt");

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
                    Set.of(Part.SIXTH_H),
                    Set.of(Part.SEVENTH_I),
                    Set.of(Part.SEVENTH_J),
                    Set.of(Part.SEVENTH_K),
                    Set.of(Part.SEVENTH_L),
                    Set.of(Part.SEVENTH_M),
                    Set.of(Part.EIGHTH_N),
                    Set.of(Part.EIGHTH_O));

    /// The detectors were chosen by these, so that what they find there says too much of them.
    private static final Set<Part> LOOKED_AT = Set.of(Part.TUNED, Part.TUNED_THIRD);

    /// By those who knew no detectors, and were not asked for what is hard to tell apart: where the
    /// usual score begins is chosen by these.
    static final Set<Part> USUAL_PARTS =
            EnumSet.of(
                    Part.FOURTH,
                    Part.FIFTH_A,
                    Part.FIFTH_B,
                    Part.SIXTH_D,
                    Part.SIXTH_E,
                    Part.SIXTH_F);

    /// The same, and those that were written to be hard.
    static final Set<Part> OTHERS =
            EnumSet.of(
                    Part.FOURTH,
                    Part.FIFTH_A,
                    Part.FIFTH_B,
                    Part.SIXTH_D,
                    Part.SIXTH_E,
                    Part.SIXTH_F,
                    Part.SIXTH_H,
                    Part.SEVENTH_I,
                    Part.SEVENTH_J,
                    Part.SEVENTH_K,
                    Part.SEVENTH_L,
                    Part.SEVENTH_M,
                    Part.EIGHTH_N,
                    Part.EIGHTH_O);

    private final List<Message> messages = new ArrayList<>();

    /// For each author what was learned without his parts, and at the end what all say.
    private final List<Learned> models;

    /// A message with its features, and what the detectors alone find in it.
    record Message(
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
        Unjudged found = new Unjudged();
        Phi phi = labelled.found(new Scan(LabelledTexts.YEAR, found));
        return new Message(labelled, part, author, found.features(), phi.score());
    }

    /// For each feature in how many messages of each author it is.
    private Map<Integer, int[]> counts() {
        Map<Integer, int[]> counts = new TreeMap<>();
        for (Message message : messages) {
            for (int feature : message.features.keySet()) {
                counts.computeIfAbsent(feature, _ -> new int[AUTHORS.size()])[message.author]++;
            }
        }
        return counts;
    }

    /// The features of the messages of all other authors that occur often enough; of two with one
    /// slot the more frequent.
    private Known known(Map<Integer, int[]> counts, int without) {
        Map<Integer, Integer> sums = new TreeMap<>();
        counts.forEach((feature, byAuthor) -> {
            IntStream others =
                    IntStream.range(0, byAuthor.length)
                            .filter(it -> it != without && byAuthor[it] > 0);
            IntSummaryStatistics found = others.map(it -> byAuthor[it]).summaryStatistics();
            if (found.getSum() >= MESSAGES_MIN && found.getCount() >= AUTHORS_MIN) {
                sums.put(feature, (int) found.getSum());
            }
        });
        List<Integer> often =
                sums.entrySet().stream()
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
        return new Known(numbers, telling(isBySomebodyElse(without), numbers));
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

    /// For each author, and at the end for none; several at a time, since none asks another.
    private static <T> List<T> forEachAuthor(IntFunction<T> made) {
        return IntStream.rangeClosed(0, AUTHORS.size()).parallel().mapToObj(made).toList();
    }

    private static Predicate<Message> isBySomebodyElse(int author) {
        return message -> message.author != author;
    }

    private List<Learned> models() {
        Map<Integer, int[]> counts = counts();
        List<Known> knowns = forEachAuthor(it -> known(counts, it));
        List<Logistic> learned =
                forEachAuthor(it ->
                        learn(
                                knowns.get(it),
                                messages.stream().filter(isBySomebodyElse(it)).toList()));
        IdentityHashMap<Message, Double> likeness = unseen(knowns, learned);
        List<Learned> models =
                forEachAuthor(it -> learned(knowns.get(it), learned.get(it), joint(likeness, it)));
        return begun(
                models,
                messages.stream()
                        .filter(it -> USUAL_PARTS.contains(it.part) && it.labelled.isPhi())
                        .toList());
    }

    private static Learned learned(Known known, Logistic learned, Logistic joint) {
        double[] weights = new double[known.numbers.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = known.telling.get(i) * learned.weight(i);
        }
        return Learned.of(known.numbers, weights, learned.bias(), joint);
    }

    /// The same, with the usual score where so many messages of others are found.
    private static List<Learned> begun(List<Learned> models, List<Message> usual) {
        double begin = BEGIN_MAX;
        while (true) {
            double now = begin;
            List<Learned> begun = models.stream().map(it -> it.beginning(now)).toList();
            long found =
                    usual.stream()
                            .filter(it -> begun.get(it.author).score(it.labelled) >= USUAL)
                            .count();
            if (found >= RECALL * usual.size() || begin < BEGIN_MIN) {
                return begun;
            }
            begin -= BEGIN_STEP;
        }
    }

    /// What stands in `phi/weights.txt`.
    String file() {
        return models.getLast().file();
    }

    List<Message> messages() {
        return messages;
    }

    /// The score of a message by weights that were learned without its author's parts.
    int score(Message message) {
        return models.get(message.author).score(message.labelled);
    }

    /// `scripts/learn`: prints how well it does; `--write` writes the weights of all parts.
    public static void main(String... words) throws IOException {
        Learning learning = new Learning();
        Console console = Console.system();
        new LearningReport(learning).lines().forEach(console::line);
        if (List.of(words).contains("--write")) {
            Files.writeString(FILE, learning.file());
            console.line("written: " + FILE);
        }
    }
}

package org.postern.likeness;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.facts.Lines;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;

/// A second opinion on what the detectors found: the window that reads most like one person's
/// health decides. It adds a finding of its own, and takes from the score what rests on weak
/// findings in a text that reads otherwise. A number or date of a patient beside a clear fact stays
/// what it is.
public final class Opinion implements Features {
    /// Fewer known features tell too little.
    private static final int FEATURES_MIN = 40;

    /// What the features of a window count together, whatever its length.
    private static final double LENGTH = 6;

    private static final double LENGTH_MIN = 2;
    private static final double TENTH = 0.1;

    /// A score from which on more of it says no more.
    private static final double SCORE_MAX = 30;

    private static final double SCORE_UNIT = 15;

    /// What is left of a score that this doubts: less than one identifier and one fact.
    private static final int DOUBTED_MAX = 4;

    private static final Set<PhiKind> NUMBERS =
            Set.of(PhiKind.SSN, PhiKind.MRN, PhiKind.MBI, PhiKind.INSURANCE, PhiKind.BIRTH_DATE);

    private static final Set<PhiKind> FACTS =
            Set.of(
                    PhiKind.ICD,
                    PhiKind.PROCEDURE,
                    PhiKind.NDC,
                    PhiKind.LAB,
                    PhiKind.DOSE,
                    PhiKind.CASE);

    private final Weights weights;
    private final long[] met = new long[Weights.slots() / Long.SIZE];
    private int known;
    private long sum;
    private long squares;

    private long lineSum;
    private Run run = Run.NONE;
    private Run best = Run.NONE;

    private int windows;
    private boolean more;
    private double most = Double.NEGATIVE_INFINITY;
    private Optional<Lines> place = Optional.empty();

    /// Lines that stand together, and what their features weigh.
    private record Run(long sum, Lines lines) {
        static final Run NONE = new Run(0, new Lines(0, 1, 1));

        Run with(long more, int text, int line) {
            boolean goesOn = sum > 0 && lines.text() == text;
            return new Run(
                    goesOn ? sum + more : more,
                    new Lines(text, goesOn ? lines.first() : line, line));
        }
    }

    public Opinion() {
        this(Weights.SHIPPED);
    }

    public Opinion(Weights weights) {
        this.weights = weights;
    }

    @Override
    public void found(int feature, int tenths) {
        if (!weights.has(feature)) {
            return;
        }
        int slot = Weights.slot(feature);
        long bit = 1L << slot;
        if ((met[slot >>> 6] & bit) != 0) {
            return;
        }
        met[slot >>> 6] |= bit;
        known++;
        long weight = (long) tenths * weights.of(feature);
        sum += weight;
        lineSum += weight;
        squares += (long) tenths * tenths;
    }

    @Override
    public void line(int text, int line) {
        if (lineSum != 0) {
            run = run.with(lineSum, text, line);
            if (run.sum() > best.sum()) {
                best = run;
            }
            lineSum = 0;
        } else if (run.lines().text() != text) {
            run = Run.NONE;
        }
    }

    @Override
    public void window() {
        if (known >= FEATURES_MIN) {
            windows++;
            double likeness = likeness();
            if (likeness > most) {
                most = likeness;
                place = Optional.of(best.lines());
            }
        }
        Arrays.fill(met, 0);
        known = 0;
        sum = 0;
        squares = 0;
        lineSum = 0;
        run = Run.NONE;
        best = Run.NONE;
    }

    @Override
    public void more() {
        more = true;
    }

    private double likeness() {
        double length = Math.max(LENGTH_MIN, TENTH * Math.sqrt((double) squares));
        return weights.figures().bias() + weights.figures().scale() * TENTH * sum * LENGTH / length;
    }

    /// @param detected what the detectors found in the same texts, all of which were read
    public Phi on(Phi detected) {
        window();
        if (windows == 0) {
            return detected;
        }
        // Of many windows one is the most alike by chance.
        if (sure(detected, most - Math.log(windows)) > 0) {
            return alike(detected);
        }
        // Only of what was read to its end.
        boolean doubted = !more && sure(detected, most) < 0 && !isClear(detected);
        return doubted
                ? new Phi(
                        Math.min(detected.score(), DOUBTED_MAX),
                        detected.patients(),
                        detected.counts(),
                        detected.inspected())
                : detected;
    }

    private Phi alike(Phi detected) {
        Map<PhiKind, Integer> counts = new EnumMap<>(PhiKind.class);
        counts.putAll(detected.counts());
        counts.put(PhiKind.LIKENESS, 1);
        return new Phi(
                Math.max(detected.score(), PhiKind.LIKENESS.weight()),
                detected.patients(),
                counts,
                detected.inspected(),
                place);
    }

    /// Positive if it is rather health information of one person.
    private double sure(Phi detected, double likeness) {
        Weights.Figures figures = weights.figures();
        boolean found = detected.score() >= PhiKind.LIKENESS.weight();
        return figures.all()
                + figures.likeness() * likeness
                + (found ? figures.found() : 0)
                + figures.score() * Math.min(detected.score(), SCORE_MAX) / SCORE_UNIT;
    }

    private static boolean isClear(Phi detected) {
        return NUMBERS.stream().anyMatch(detected::has) && FACTS.stream().anyMatch(detected::has);
    }
}

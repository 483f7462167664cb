package org.postern.likeness;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.facts.Lines;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;

/// How certain it is, by what the detectors found and by how the text reads together: the window
/// that reads most like one person's health decides. The score grows with it, and it may be a
/// finding of its own. A number or date of a patient beside a clear fact counts for no less than
/// the detectors say.
public final class Opinion implements Features {
    /// Fewer known features tell nothing.
    private static final int FEATURES_MIN = 16;

    /// Fewer tell too little to lower what the detectors say.
    private static final int FEATURES_TO_DOUBT_MIN = 40;

    /// What the features of a window count together, whatever its length.
    private static final double LENGTH = 6;

    private static final double LENGTH_MIN = 2;
    private static final double TENTH = 0.1;

    /// A score from which on more of it says no more.
    private static final double SCORE_MAX = 30;

    private static final double SCORE_UNIT = 15;

    /// The score of what is as certain as where rules are advised to begin.
    private static final int USUAL = PhiKind.LIKENESS.weight();

    /// So many points of the score for each unit of the logarithm of the odds.
    private static final int POINTS = 4;

    /// Beyond it nobody knows how certain it is: too few messages are so.
    private static final int CERTAIN_MAX = 30;

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

    private static final long[] NONE_MET = {};

    /// Which features were met in this window, as bits by their numbers. Borrowed from the weights
    /// for as long as there are any.
    private long[] met = NONE_MET;

    private int known;
    private long sum;
    private long squares;

    private long lineSum;
    private Run run = Run.NONE;
    private Run best = Run.NONE;

    /// Windows that tell enough to lower what the detectors say.
    private int windows;

    private boolean judged;
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
        int number = weights.number(feature);
        if (number < 0) {
            return;
        }
        if (met.length == 0) {
            met = weights.borrow();
        }
        long bit = 1L << number;
        if ((met[number >>> 6] & bit) != 0) {
            return;
        }
        met[number >>> 6] |= bit;
        known++;
        long weight = (long) tenths * weights.weight(number);
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
            judged = true;
            windows += known >= FEATURES_TO_DOUBT_MIN ? 1 : 0;
            double likeness = likeness();
            if (likeness > most) {
                most = likeness;
                place = Optional.of(best.lines());
            }
        }
        if (met.length > 0) {
            weights.giveBack(met);
            met = NONE_MET;
        }
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
        if (!judged) {
            return detected;
        }
        // Of many windows one is the most alike by chance; a footer of a few words is none of them.
        int least = points(detected, most - Math.log(Math.max(1, windows)));
        // Nothing is lowered by less than all of a text, or by a few words of it.
        boolean kept = more || windows == 0 || isClear(detected);
        int said = detected.score();
        int score = Math.max(least, kept ? said : lowered(said, points(detected, most)));
        boolean alike = least >= USUAL;
        Map<PhiKind, Integer> counts = detected.counts();
        if (alike) {
            counts = new EnumMap<>(PhiKind.class);
            counts.putAll(detected.counts());
            counts.put(PhiKind.LIKENESS, 1);
        }
        return new Phi(
                score,
                detected.patients(),
                counts,
                detected.inspected(),
                alike ? place : Optional.empty());
    }

    /// Whatever the text reads like, what was found stays more than nothing.
    private static int lowered(int said, int points) {
        return Math.min(said, Math.max(1, points));
    }

    /// How certain it is that it is health information of one person, as points of the score.
    private int points(Phi detected, double likeness) {
        double certain = Math.floor(POINTS * sure(detected, likeness));
        return (int) Math.clamp(USUAL + certain, 0, CERTAIN_MAX);
    }

    /// The logarithm of the odds that it is, as far as it is above where rules are advised to
    /// begin.
    private double sure(Phi detected, double likeness) {
        Weights.Figures figures = weights.figures();
        boolean found = detected.score() >= USUAL;
        return figures.all()
                + figures.likeness() * likeness
                + (found ? figures.found() : 0)
                + figures.score() * Math.min(detected.score(), SCORE_MAX) / SCORE_UNIT;
    }

    /// The most that the score of a text becomes by how it reads.
    public static int most() {
        return CERTAIN_MAX;
    }

    /// Whether the score of a text with a finding of this kind may be more, by all that was found:
    /// beside a clear fact it is kept.
    public static boolean mayKeepMore(PhiKind kind) {
        return NUMBERS.contains(kind);
    }

    private static boolean isClear(Phi detected) {
        return has(detected, NUMBERS) && has(detected, FACTS);
    }

    private static boolean has(Phi detected, Set<PhiKind> kinds) {
        for (PhiKind kind : detected.counts().keySet()) {
            if (kinds.contains(kind)) {
                return true;
            }
        }
        return false;
    }
}

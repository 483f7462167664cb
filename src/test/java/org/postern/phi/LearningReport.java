package org.postern.phi;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.postern.phi.LabelledTexts.Agreement;
import org.postern.phi.LabelledTexts.Part;
import org.postern.phi.Learning.Message;

/// How well weights do on messages of authors from whom they were not learned: tables.
final class LearningReport {
    private static final int[] SCORES = {1, 4, 6, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 24, 30};

    /// Where intervals of the score begin of which is told how many are right.
    private static final int[] BOUNDS = {0, 1, 4, 8, 10, 12, 14, 18, 24, Integer.MAX_VALUE};

    private final Learning learning;

    LearningReport(Learning learning) {
        this.learning = learning;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        parts(lines);
        curve("the parts by which the usual score is chosen", Learning.USUAL_PARTS, lines);
        curve("all by those who knew no detectors", Learning.OTHERS, lines);
        certainty(lines);
        return lines;
    }

    private void parts(List<String> lines) {
        lines.add(
                "| part | messages | detectors: precision, recall, F1 | with weights of others |");
        for (Part part : Part.values()) {
            List<Message> all = of(EnumSet.of(part));
            if (!all.isEmpty()) {
                lines.add(
                        "| %s | %d | %s | %s |"
                                .formatted(
                                        part,
                                        all.size(),
                                        figures(agreement(all, it -> it.score() >= Learning.USUAL)),
                                        figures(at(Learning.USUAL, all))));
            }
        }
    }

    private void curve(String name, Set<Part> parts, List<String> lines) {
        List<Message> all = of(parts);
        lines.add("| %s: score at least | precision, recall, F1 |".formatted(name));
        for (int score : SCORES) {
            lines.add("| %d | %s |".formatted(score, figures(at(score, all))));
        }
    }

    private void certainty(List<String> lines) {
        List<Message> all = of(Learning.OTHERS);
        lines.add("| score | messages of others | of them with PHI |");
        for (int i = 0; i + 1 < BOUNDS.length; i++) {
            int least = BOUNDS[i];
            int most = BOUNDS[i + 1] - 1;
            List<Message> these =
                    all.stream()
                            .filter(it -> {
                                int score = learning.score(it);
                                return score >= least && score <= most;
                            })
                            .toList();
            long right = these.stream().filter(it -> it.labelled().isPhi()).count();
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "| %d to %s | %d | %.3f |",
                            least,
                            i + 2 == BOUNDS.length ? "more" : most,
                            these.size(),
                            (double) right / Math.max(1, these.size())));
        }
    }

    /// How well weights do on these parts together that were learned without their authors'.
    Agreement at(int score, Set<Part> parts) {
        return at(score, of(parts));
    }

    private Agreement at(int score, List<Message> all) {
        return agreement(all, it -> learning.score(it) >= score);
    }

    private List<Message> of(Set<Part> parts) {
        return learning.messages().stream().filter(it -> parts.contains(it.part())).toList();
    }

    private static Agreement agreement(List<Message> all, Predicate<Message> says) {
        int right = 0;
        int wrong = 0;
        int missed = 0;
        for (Message each : all) {
            boolean said = says.test(each);
            right += said && each.labelled().isPhi() ? 1 : 0;
            wrong += said && !each.labelled().isPhi() ? 1 : 0;
            missed += !said && each.labelled().isPhi() ? 1 : 0;
        }
        return new Agreement(right, wrong, missed);
    }

    private static String figures(Agreement found) {
        double precision = found.precision();
        double recall = found.recall();
        double both = 2 * precision * recall / Math.max(Double.MIN_NORMAL, precision + recall);
        return String.format(Locale.ROOT, "%.3f, %.3f, %.3f", precision, recall, both);
    }
}

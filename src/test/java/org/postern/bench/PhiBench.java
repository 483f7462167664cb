package org.postern.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.postern.cli.Console;
import org.postern.phi.LabelledTexts;
import org.postern.phi.LabelledTexts.Agreement;
import org.postern.phi.LabelledTexts.Labelled;
import org.postern.phi.LabelledTexts.Part;
import org.postern.phi.Scan;

/// How well health information is found in the labelled texts, and how fast: on one core.
final class PhiBench {
    private static final int[] THRESHOLDS = {1, 5, 8, 10, 12, 14, 16, 20};
    private static final int ROUNDS = 9;
    private static final int COPIES = 200;

    private static final Map<Part, String> NAMES =
            Map.ofEntries(
                    Map.entry(Part.TUNED, "learned from: first, looked at"),
                    Map.entry(Part.HELD_OUT, "learned from: first, not looked at"),
                    Map.entry(Part.SECOND, "learned from: second"),
                    Map.entry(Part.TUNED_THIRD, "learned from: third, looked at"),
                    Map.entry(Part.THIRD, "learned from: third, not looked at"),
                    Map.entry(Part.FOURTH, "learned from: fourth"),
                    Map.entry(Part.FIFTH_A, "learned from: fifth, a"),
                    Map.entry(Part.FIFTH_B, "learned from: fifth, b"),
                    Map.entry(Part.SIXTH_D, "learned from: sixth, d"),
                    Map.entry(Part.SIXTH_E, "learned from: sixth, e"),
                    Map.entry(Part.SIXTH_F, "learned from: sixth, f"),
                    Map.entry(Part.SIXTH_H, "learned from: sixth, h"),
                    Map.entry(Part.SEVENTH_I, "learned from: seventh, i"),
                    Map.entry(Part.SEVENTH_J, "learned from: seventh, j"),
                    Map.entry(Part.SEVENTH_K, "learned from: seventh, k"),
                    Map.entry(Part.SEVENTH_L, "learned from: seventh, l"),
                    Map.entry(Part.SEVENTH_M, "learned from: seventh, m"),
                    Map.entry(Part.EIGHTH_N, "learned from: eighth, n"),
                    Map.entry(Part.EIGHTH_O, "learned from: eighth, o"),
                    Map.entry(Part.UNTOUCHED_FIFTH, "untouched: fifth"),
                    Map.entry(Part.UNTOUCHED_SIXTH, "untouched: sixth"),
                    Map.entry(Part.UNTOUCHED_SEVENTH, "untouched: seventh"),
                    Map.entry(Part.UNTOUCHED_EIGHTH, "untouched: eighth"),
                    Map.entry(Part.UNTOUCHED_NINTH, "untouched: ninth"));

    private final Console out;

    PhiBench(Console out) {
        this.out = out;
    }

    void run() throws IOException {
        List<Labelled> tuned = LabelledTexts.read(Part.TUNED);
        for (Part part : Part.values()) {
            List<Labelled> texts = LabelledTexts.read(part);
            if (!texts.isEmpty()) {
                agreement(Objects.requireNonNull(NAMES.get(part)), texts);
            }
        }
        speed(tuned);
    }

    private void agreement(String name, List<Labelled> texts) {
        out.line(
                "| %d texts, %s: score at least | precision | recall |"
                        .formatted(texts.size(), name));
        for (int threshold : THRESHOLDS) {
            Agreement found = LabelledTexts.at(threshold, texts);
            out.line(
                    String.format(
                            Locale.ROOT,
                            "| %d | %.3f (%d of %d) | %.3f (of %d) |",
                            threshold,
                            found.precision(),
                            found.truePositives(),
                            found.truePositives() + found.falsePositives(),
                            found.recall(),
                            found.truePositives() + found.falseNegatives()));
        }
    }

    /// One long text, of which the model reads the beginning only, and message by message, where it
    /// reads all.
    private void speed(List<Labelled> texts) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < COPIES; i++) {
            texts.forEach(each -> all.append(each.text()).append("\n\n"));
        }
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < COPIES; i++) {
            texts.forEach(each -> messages.add(each.text()));
        }
        speed("as one text", List.of(all.toString()));
        speed("message by message", messages);
    }

    /// The median of rounds; the first ones warm up.
    private void speed(String how, List<String> texts) {
        long characters = texts.stream().mapToLong(String::length).sum();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] rates = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long begin = threads.getCurrentThreadCpuTime();
            for (String text : texts) {
                Scan scan = new Scan(2026);
                scan.read(text);
                scan.result(true);
            }
            rates[i] = characters * 1_000.0 / (threads.getCurrentThreadCpuTime() - begin);
        }
        Arrays.sort(rates);
        out.line(
                String.format(
                        Locale.ROOT,
                        "%.1f million characters %s: %.0f MB/s of CPU time (median of %d rounds)",
                        characters / 1e6,
                        how,
                        rates[ROUNDS / 2],
                        ROUNDS));
    }
}

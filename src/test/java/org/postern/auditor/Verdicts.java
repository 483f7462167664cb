package org.postern.auditor;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What the auditor found against each invariant, and how much it looked at.
public final class Verdicts {
    private static final int SHOWN_MAX = 20;

    private final Map<Invariant, List<String>> findings = new EnumMap<>(Invariant.class);
    private final Map<Invariant, Long> examined = new EnumMap<>(Invariant.class);
    private final List<String> figures = new ArrayList<>();

    void found(Invariant against, String what) {
        findings.computeIfAbsent(against, _ -> new ArrayList<>()).add(what);
    }

    /// Counts what was looked at, so that a check that saw nothing shows.
    void examined(Invariant by, long more) {
        examined.merge(by, more, Long::sum);
    }

    void figure(String line) {
        figures.add(line);
    }

    /// What was found against an invariant; empty if it held.
    public List<String> against(Invariant invariant) {
        return List.copyOf(findings.getOrDefault(invariant, List.of()));
    }

    /// How many invariants were broken.
    public long failed() {
        return findings.size();
    }

    /// A line for each invariant, with what was found against it below.
    public List<String> lines() {
        List<String> lines = new ArrayList<>(figures);
        for (Invariant each : Invariant.values()) {
            List<String> against = against(each);
            lines.add(
                    "%s %s  %s (%d examined)"
                            .formatted(
                                    each,
                                    against.isEmpty() ? "passed" : "FAILED",
                                    each.sentence(),
                                    examined.getOrDefault(each, 0L)));
            against.stream().limit(SHOWN_MAX).forEach(what -> lines.add("     " + what));
            if (against.size() > SHOWN_MAX) {
                lines.add("     and %d more".formatted(against.size() - SHOWN_MAX));
            }
        }
        return lines;
    }
}

package org.postern.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;

/// What is asked of the health information that was found: all that stands here. It is answered by
/// what was found. Where not all of the text could be read, an answer that more of it might change
/// is in doubt: nothing that rests on it is sent without protection.
///
/// @param score compared with the message's; empty for any
/// @param patients compared with how many different patients are named at least; empty for any
/// @param has one of these kinds was found; empty for any
/// @param uninspected whether something must have been left unread
public record PhiTest(
        Optional<Comparison> score,
        Optional<Comparison> patients,
        Set<PhiKind> has,
        boolean uninspected) {
    public PhiTest {
        has = Set.copyOf(has);
    }

    Match of(Phi phi) {
        boolean found = has.isEmpty() || has.stream().anyMatch(phi::has);
        return figure(score, phi.score(), phi.inspected())
                .and(figure(patients, phi.patients(), phi.inspected()))
                .and(found || phi.inspected() ? Match.of(found) : Match.DOUBTFUL_NO)
                .and(Match.of(!uninspected || !phi.inspected()));
    }

    /// More text may raise a figure and lower it: words that tell of many people take a finding
    /// back. So it is certain only where all was read.
    private static Match figure(Optional<Comparison> asked, long found, boolean inspected) {
        if (asked.isEmpty()) {
            return Match.YES;
        }
        boolean now = asked.get().holds(found);
        if (inspected) {
            return Match.of(now);
        }
        return now ? Match.DOUBTFUL_YES : Match.DOUBTFUL_NO;
    }

    String words() {
        List<String> words = new ArrayList<>();
        score.ifPresent(it -> words.add("score " + it.words()));
        patients.ifPresent(it -> words.add("patients " + it.words()));
        if (!has.isEmpty()) {
            words.add("has " + Words.or(has.stream().map(PhiKind::word).sorted()));
        }
        if (uninspected) {
            words.add("not all could be read");
        }
        return String.join(", ", words);
    }

    /// What was found, by kind and number, such as `score 14, 2 patients: 2 mrn, 1 icd`.
    static String found(Phi phi) {
        String kinds =
                phi.counts().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(each -> each.getValue() + " " + each.getKey().word())
                        .collect(Collectors.joining(", "));
        return "score %d, %d %s%s%s%s"
                .formatted(
                        phi.score(),
                        phi.patients(),
                        phi.patients() == 1 ? "patient" : "patients",
                        kinds.isEmpty() ? "" : ": " + kinds,
                        phi.likeness()
                                .map(it -> "; like one person's health reads: " + it.words())
                                .orElse(""),
                        phi.inspected() ? "" : "; not all could be read, so there may be more");
    }
}

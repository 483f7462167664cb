package org.postern.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.facts.Origin;
import org.postern.facts.Origin.Verdict;

/// What is asked of the findings about where a message comes from: all that stand here must hold.
///
/// @param spf one of these; empty for any
/// @param dkim one signature at least has one of these; a message without any has [Verdict#NONE];
///   empty for any
/// @param dmarc one of these; empty for any
public record OriginTest(Set<Verdict> spf, Set<Verdict> dkim, Set<Verdict> dmarc) {
    public OriginTest {
        spf = Set.copyOf(spf);
        dkim = Set.copyOf(dkim);
        dmarc = Set.copyOf(dmarc);
    }

    /// Where nothing was looked for, nothing was found: every verdict is none.
    boolean passes(Optional<Origin> origin) {
        return isOneOf(spf, origin.map(it -> it.spf().verdict()).orElse(Verdict.NONE))
                && isOneOf(dmarc, origin.map(it -> it.dmarc().verdict()).orElse(Verdict.NONE))
                && signatures(origin).stream().anyMatch(each -> isOneOf(dkim, each));
    }

    private static List<Verdict> signatures(Optional<Origin> origin) {
        List<Verdict> each = new ArrayList<>();
        origin.ifPresent(it -> it.dkim().forEach(signature -> each.add(signature.verdict())));
        return each.isEmpty() ? List.of(Verdict.NONE) : each;
    }

    private static boolean isOneOf(Set<Verdict> wanted, Verdict found) {
        return wanted.isEmpty() || wanted.contains(found);
    }

    String words() {
        List<String> words = new ArrayList<>();
        add(words, "spf", spf);
        add(words, "dkim", dkim);
        add(words, "dmarc", dmarc);
        return String.join(", ", words);
    }

    private static void add(List<String> words, String method, Set<Verdict> verdicts) {
        if (!verdicts.isEmpty()) {
            words.add(method + " " + Words.or(verdicts.stream().map(Verdict::word).sorted()));
        }
    }

    /// The findings in words, such as `spf none, dkim pass, dmarc pass`.
    static String found(Optional<Origin> origin) {
        if (origin.isEmpty()) {
            return "nothing was looked for";
        }
        String dkim =
                Words.or(
                        signatures(origin).stream()
                                .map(each -> each.name().toLowerCase(Locale.ROOT)));
        return "spf %s, dkim %s, dmarc %s"
                .formatted(
                        origin.get().spf().verdict().word(),
                        dkim,
                        origin.get().dmarc().verdict().word());
    }
}

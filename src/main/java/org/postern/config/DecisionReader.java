package org.postern.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.policy.Decision;
import org.postern.policy.Decision.LastResort;
import org.postern.policy.Decision.Route;
import org.postern.policy.Protection;
import org.postern.policy.Protection.Level;
import org.postern.yaml.Section;

/// Reads what a rule decides, the key `then`.
final class DecisionReader {
    private static final int TEXT_CHARACTERS_MAX = 200;

    private static final List<String> WORDS = List.of("deliver", "protect", "hold", "refuse");

    private static final Map<String, Route> ROUTES =
            Map.of("internal", Route.INTERNAL, "unprotected", Route.UNPROTECTED);

    private static final Map<String, LastResort> LAST_RESORTS =
            Map.of("hold", LastResort.HOLD, "fail", LastResort.FAIL);

    private static final Map<String, Protection> PROTECTIONS = protections();

    private static final Map<String, Level> LEVELS =
            Arrays.stream(Level.values()).collect(Collectors.toMap(Level::word, level -> level));

    /// What people may write out of habit from other systems.
    private static final Map<String, String> HINTS =
            Map.of(
                    "encrypt", "write protect: [smime, tls, pickup]",
                    "secure", "write protect: [smime, tls, pickup]",
                    "quarantine", "write hold: \"the reason\"",
                    "reject", "write refuse: \"the text for the author\"",
                    "block", "write refuse: \"the text for the author\"",
                    "allow", "write deliver: internal, or deliver: unprotected",
                    "send", "write deliver: internal, or deliver: unprotected",
                    "fallback", "did you mean \"otherwise\"?");

    private DecisionReader() {}

    /// @return empty with errors noted
    static Optional<Decision> read(Section section) {
        section.hints(HINTS);
        Optional<Route> deliver = section.optional("deliver", Values.word(ROUTES));
        List<Protection> protect = section.list("protect", Values.word(PROTECTIONS));
        Optional<String> hold = section.optional("hold", Values.line(TEXT_CHARACTERS_MAX));
        Optional<String> refuse = section.optional("refuse", Values.spoken(TEXT_CHARACTERS_MAX));
        LastResort otherwise = section.or("otherwise", Values.word(LAST_RESORTS), LastResort.HOLD);
        Level level = section.or("level", Values.word(LEVELS), Level.NORMAL);
        List<String> said = WORDS.stream().filter(section::has).toList();
        checkWords(section, said);
        checkOrder(section, protect);
        return section.build(() -> said)
                .flatMap(words -> {
                    if (words.isEmpty()) {
                        String all = String.join(", ", WORDS);
                        section.errors()
                                .add(
                                        section.place(),
                                        "nothing is decided here",
                                        "write one of: " + all);
                        return Optional.empty();
                    }
                    Optional<Decision> delivered = deliver.map(Decision.Deliver::new);
                    return delivered
                            .or(() -> hold.map(Decision.Hold::new))
                            .or(() -> refuse.map(Decision.Refuse::new))
                            .or(() ->
                                    Optional.of(
                                            new Decision.Protect(at(level, protect), otherwise)));
                });
    }

    /// As [#read], where a decision may also be left out: in a test.
    static Optional<Decision> readExpected(Section section) {
        // All are asked for, so that all are known, whether they stand there or not.
        long said = WORDS.stream().filter(section::has).count();
        return said == 0 && !section.has("otherwise") ? Optional.empty() : read(section);
    }

    private static List<Protection> at(Level level, List<Protection> protect) {
        return protect.stream()
                .map(each ->
                        each instanceof Protection.Pickup ? new Protection.Pickup(level) : each)
                .toList();
    }

    private static void checkWords(Section section, List<String> said) {
        if (said.size() > 1) {
            section.wrong(
                    said.get(1),
                    "two decisions in one rule: " + String.join(" and ", said),
                    "keep one of them");
        }
        if (section.has("otherwise") && !section.has("protect")) {
            section.wrong("otherwise", "\"otherwise\" belongs to \"protect\"", "remove it");
        }
    }

    private static void checkOrder(Section section, List<Protection> protect) {
        if (protect.stream().distinct().count() < protect.size()) {
            section.wrong("protect", "a protection is named twice", "name each once");
        }
        int pickup = protect.indexOf(new Protection.Pickup());
        if (section.has("level") && pickup < 0) {
            section.wrong("level", "\"level\" belongs to \"pickup\"", "remove it");
        }
        if (pickup >= 0 && pickup < protect.size() - 1) {
            section.wrong(
                    "protect",
                    "pickup is possible for every recipient, so what follows it is never used",
                    "put pickup last");
        }
    }

    private static Map<String, Protection> protections() {
        Map<String, Protection> words = new LinkedHashMap<>();
        Stream.of(new Protection.Smime(), new Protection.Tls(), new Protection.Pickup())
                .forEach(protection -> words.put(protection.word(), protection));
        return words;
    }
}

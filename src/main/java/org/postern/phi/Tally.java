package org.postern.phi;

import java.util.EnumMap;
import java.util.Map;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.facts.PhiKind.Role;
import org.postern.words.Distinct;

/// Counts different values of each kind. A value is kept as a hash, and no longer than the scan.
final class Tally {
    /// More of the same kind do not make it more certain that it is about somebody's health.
    private static final int HEALTH_VALUES_MAX = 5;

    /// A text of so few words speaks of one matter: whoever is named in it is named because of it.
    private static final int NOTE_WORDS_MAX = 90;

    /// What is counted of one kind.
    private static final int VALUES_MAX = 10_000;

    /// So many words that say that a text is for many people, or about things.
    private static final int GENERAL_MIN = 2;

    /// Made for the first value of each.
    private final Map<PhiKind, Distinct> values = new EnumMap<>(PhiKind.class);

    private final Distinct authors = new Distinct(VALUES_MAX);
    private final Distinct readers = new Distinct(VALUES_MAX);
    private final Distinct general = new Distinct(VALUES_MAX);
    private boolean self;
    private boolean you;
    private boolean beside;
    private boolean personal;
    private boolean notice;

    void add(PhiKind kind, long value) {
        values.computeIfAbsent(kind, _ -> new Distinct(VALUES_MAX)).add(value);
    }

    /// The name of an author: a patient's if he speaks of his own health.
    void author(long name) {
        authors.add(name);
    }

    /// The name of a reader: a patient's if he is told about his health.
    void reader(long name) {
        readers.add(name);
    }

    /// The author speaks of his own health.
    void self() {
        self = true;
    }

    /// The reader is told about his health.
    void you() {
        you = true;
    }

    /// A person and a word about health stand near each other.
    void beside() {
        beside = true;
    }

    /// A telephone number is that of a person.
    void personal() {
        personal = true;
    }

    /// A word that says that the text is for many people, or about things.
    void general(long word) {
        general.add(word);
    }

    /// A word that says so by itself.
    void notice() {
        notice = true;
    }

    /// @param words of all texts
    /// @param inspected whether the whole text was seen
    Phi result(int words, boolean inspected) {
        Map<PhiKind, Integer> counts = new EnumMap<>(PhiKind.class);
        values.forEach((kind, seen) -> counts.put(kind, seen.size()));
        boolean many = general.size() >= GENERAL_MIN;
        boolean manifold = notice || many;
        if (!many) {
            // Who writes of himself or to somebody does so under a footer of a newsletter as well.
            speakers(counts);
        }
        if (!manifold && beside) {
            counts.merge(PhiKind.CASE, 1, Math::max);
        }
        boolean clear = has(counts, Role.IDENTIFIER);
        boolean health = has(counts, Role.HEALTH);
        boolean weakHealth = has(counts, Role.WEAK_HEALTH);
        boolean person =
                counts.containsKey(PhiKind.PERSON)
                        || counts.containsKey(PhiKind.TITLED_NAME)
                        || counts.containsKey(PhiKind.CARD);
        boolean place =
                counts.containsKey(PhiKind.ADDRESS)
                        || (personal && counts.containsKey(PhiKind.PHONE));
        boolean measured = counts.containsKey(PhiKind.LAB) || counts.containsKey(PhiKind.ICD);
        boolean weak =
                (person && (health || (words <= NOTE_WORDS_MAX && weakHealth)))
                        || (place && (counts.containsKey(PhiKind.CASE) || measured));
        // A value or a dose beside a person is his, whatever else the text is about.
        boolean certain = beside && (measured || counts.containsKey(PhiKind.DOSE));
        boolean together = (clear && (health || weakHealth)) || (weak && (!manifold || certain));
        return new Phi(together ? score(counts) : 0, patients(counts), counts, inspected);
    }

    /// Whose health it is that is spoken of.
    private void speakers(Map<PhiKind, Integer> counts) {
        if (self) {
            counts.merge(PhiKind.CASE, 1, Math::max);
            names(counts, authors.size());
        }
        if (you && readers.size() > 0) {
            counts.merge(PhiKind.CASE, 1, Math::max);
            names(counts, readers.size());
        }
    }

    private static void names(Map<PhiKind, Integer> counts, int more) {
        if (more > 0) {
            counts.merge(PhiKind.NAME, more, Integer::sum);
        }
    }

    private static boolean has(Map<PhiKind, Integer> counts, Role role) {
        // A loop, since this is asked of each message several times.
        for (PhiKind kind : counts.keySet()) {
            if (kind.role() == role) {
                return true;
            }
        }
        return false;
    }

    /// Without a clear identifier or a clear fact the name, number and address of one person say no
    /// more than one of them.
    private static int score(Map<PhiKind, Integer> counts) {
        boolean clear = has(counts, Role.IDENTIFIER) || has(counts, Role.HEALTH);
        int score = 0;
        int weak = 0;
        for (Map.Entry<PhiKind, Integer> each : counts.entrySet()) {
            PhiKind kind = each.getKey();
            boolean health = kind.role() == Role.HEALTH || kind.role() == Role.WEAK_HEALTH;
            int counted = health ? Math.min(each.getValue(), HEALTH_VALUES_MAX) : each.getValue();
            if (kind.role() == Role.WEAK_IDENTIFIER && !clear) {
                weak = Math.max(weak, kind.weight());
            } else {
                score += kind.weight() * counted;
            }
        }
        return score + weak;
    }

    private static int patients(Map<PhiKind, Integer> counts) {
        int most = 0;
        for (Map.Entry<PhiKind, Integer> each : counts.entrySet()) {
            if (each.getKey().role() == Role.IDENTIFIER) {
                most = Math.max(most, each.getValue());
            }
        }
        return most;
    }
}

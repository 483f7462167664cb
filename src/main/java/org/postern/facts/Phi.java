package org.postern.facts;

import java.util.Map;
import java.util.Optional;

/// What was found in a message that makes it health information about somebody. Values are never
/// kept, only how many different ones there were.
///
/// @param score how certain it is, by the findings and by how the text reads: 8 is where rules are
///   advised to begin, and each point more is a quarter of a unit of the logarithm of the odds, up
///   to 30; of a text that is not judged, and where a number of a patient stands beside a clear
///   fact, the weights of all different findings if these are more; 0 where there is nothing
/// @param patients how many different patients are named at least: of the kind of clear identifier
///   with the most different values
/// @param counts different values of each kind that was found
/// @param inspected false if not all of the message's text was seen
/// @param likeness where the text reads like one person's health; empty where it does not
public record Phi(
        int score,
        int patients,
        Map<PhiKind, Integer> counts,
        boolean inspected,
        Optional<Lines> likeness) {
    /// Of a message of which nobody asked.
    public static final Phi UNSEEN = new Phi(0, 0, Map.of(), false);

    public Phi {
        counts = Map.copyOf(counts);
    }

    public Phi(int score, int patients, Map<PhiKind, Integer> counts, boolean inspected) {
        this(score, patients, counts, inspected, Optional.empty());
    }

    /// Whether a value of this kind was found.
    public boolean has(PhiKind kind) {
        return counts.containsKey(kind);
    }
}

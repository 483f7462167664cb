package org.postern.phi;

import java.util.Map;
import java.util.TreeMap;
import org.postern.likeness.Features;

/// Keeps the features of a short message, and has no opinion on them: what is found is what the
/// detectors find.
final class Unjudged implements Features {
    private final Map<Integer, Integer> features = new TreeMap<>();

    /// With how much they count.
    Map<Integer, Integer> features() {
        return features;
    }

    @Override
    public void found(int feature, int tenths) {
        features.put(feature, tenths);
    }

    @Override
    public void line(int text, int line) {
        // Where it stands is not learned.
    }

    @Override
    public void window() {
        // Messages are short.
    }

    @Override
    public void more() {
        // The same.
    }
}

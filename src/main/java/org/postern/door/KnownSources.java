package org.postern.door;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postern.net.PerSource;

/// The sources from which somebody proved who she is, those last seen first. They are known by
/// their network, until the gateway stops.
///
/// Safe for use by many threads.
public final class KnownSources {
    /// Those that were not seen for longest are forgotten.
    static final int SOURCES_MAX = 10_000;

    private final Map<String, Boolean> known = new LinkedHashMap<>(16, 0.75f, true);

    public synchronized void add(InetAddress peer) {
        known.put(PerSource.of(peer), true);
        if (known.size() > SOURCES_MAX) {
            known.remove(known.keySet().iterator().next());
        }
    }

    public synchronized boolean contains(InetAddress peer) {
        return known.containsKey(PerSource.of(peer));
    }
}

package org.postern.check;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// Limits how often something is done for one address: a gap between two, and so many in a span of
/// time. Kept in memory; a restart forgets it, which costs at most some mails more.
public final class Pace {
    private static final int KEYS_MAX = 10_000;

    private final Duration gap;
    private final int times;
    private final Duration span;

    private final Map<String, Deque<Instant>> done =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Deque<Instant>> eldest) {
                    return size() > KEYS_MAX;
                }
            };

    /// @param gap between one and the next
    /// @param times within the span
    public Pace(Duration gap, int times, Duration span) {
        this.gap = gap;
        this.times = times;
        this.span = span;
    }

    /// Counts one more, if it is not too soon.
    ///
    /// @return false if it is; then nothing is counted
    public synchronized boolean take(String key, Instant now) {
        Deque<Instant> before = done.computeIfAbsent(key, _ -> new ArrayDeque<>());
        forgetOld(before, now);
        boolean tooSoon = !before.isEmpty() && before.getLast().plus(gap).isAfter(now);
        if (tooSoon || before.size() >= times) {
            return false;
        }
        before.addLast(now);
        return true;
    }

    /// Whether the span is full, so that nothing more would be taken.
    synchronized boolean isFull(String key, Instant now) {
        Deque<Instant> before = done.get(key);
        if (before == null) {
            return false;
        }
        forgetOld(before, now);
        return before.size() >= times;
    }

    private void forgetOld(Deque<Instant> before, Instant now) {
        while (!before.isEmpty() && !before.getFirst().plus(span).isAfter(now)) {
            before.removeFirst();
        }
    }

    /// A key for all who share a network: IPv4 /24 or IPv6 /64. What is no address stands for
    /// itself.
    public static String networkOf(String peer) {
        try {
            InetAddress address = InetAddress.ofLiteral(peer);
            int octets = address instanceof Inet4Address ? 3 : 8;
            byte[] network = Arrays.copyOf(address.getAddress(), octets);
            return (octets == 3 ? "v4 " : "v6 ") + HexFormat.of().formatHex(network);
        } catch (IllegalArgumentException e) {
            return peer;
        }
    }
}

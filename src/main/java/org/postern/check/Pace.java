package org.postern.check;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postern.mail.Address;

/// Limits how often something is done for one address: a gap between two, and so many in a span of
/// time. Kept in memory; a restart forgets it, which costs at most some mails more.
public final class Pace {
    private static final int KEYS_MAX = 10_000;

    private final Duration gap;
    private final int times;
    private final Duration span;
    private final boolean open;

    /// By the time of the last one: what is over stands first.
    private final Map<String, Deque<Instant>> done = new LinkedHashMap<>();

    /// @param gap between one and the next
    /// @param times within the span
    public Pace(Duration gap, int times, Duration span) {
        this(gap, times, span, false);
    }

    private Pace(Duration gap, int times, Duration span, boolean open) {
        this.gap = gap;
        this.times = times;
        this.span = span;
        this.open = open;
    }

    /// The same for a second line behind stricter counts: what finds no place to be counted has no
    /// limit, so that whoever fills the places shuts nobody out.
    public static Pace open(Duration gap, int times, Duration span) {
        return new Pace(gap, times, span, true);
    }

    /// Counts one more, if it is not too soon.
    ///
    /// @return false if it is; then nothing is counted
    public synchronized boolean take(String key, Instant now) {
        if (isOver(key, now)) {
            return false;
        }
        if (done.size() >= KEYS_MAX && !done.containsKey(key)) {
            return open;
        }
        Deque<Instant> before = done.remove(key);
        Deque<Instant> all = before == null ? new ArrayDeque<>() : before;
        all.addLast(now);
        done.put(key, all);
        return true;
    }

    /// Takes back what was counted at an instant, because it does not count after all.
    public synchronized void giveBack(String key, Instant at) {
        Deque<Instant> before = done.get(key);
        if (before != null && before.removeLastOccurrence(at) && before.isEmpty()) {
            done.remove(key);
        }
    }

    /// Whether one more would not be taken now.
    public synchronized boolean isOver(String key, Instant now) {
        if (isFull(key, now)) {
            return true;
        }
        Deque<Instant> before = done.get(key);
        return before != null && !before.isEmpty() && before.getLast().plus(gap).isAfter(now);
    }

    /// Whether the span is full, so that nothing more would be taken.
    synchronized boolean isFull(String key, Instant now) {
        Deque<Instant> before = done.get(key);
        if (before != null) {
            forgetOld(before, now);
            return before.size() >= times;
        }
        forgetOver(now);
        return !open && done.size() >= KEYS_MAX;
    }

    /// Only what counts nothing any more makes room: whoever could wash others out by asking for
    /// ten thousand addresses would have no limit.
    private void forgetOver(Instant now) {
        Iterator<Deque<Instant>> all = done.values().iterator();
        while (done.size() >= KEYS_MAX && all.hasNext()) {
            Deque<Instant> eldest = all.next();
            forgetOld(eldest, now);
            if (!eldest.isEmpty()) {
                return;
            }
            all.remove();
        }
    }

    private void forgetOld(Deque<Instant> before, Instant now) {
        while (!before.isEmpty() && !before.getFirst().plus(span).isAfter(now)) {
            before.removeFirst();
        }
    }

    /// A key for all who share a network: IPv4 /24 or IPv6 /64. What is no address stands for
    /// itself.
    public static String networkOf(String peer) {
        return prefix(peer, 8);
    }

    /// A key for all who share a site: IPv4 /24 or IPv6 /48, of which one customer may have all
    /// networks.
    public static String siteOf(String peer) {
        return prefix(peer, 6);
    }

    private static String prefix(String peer, int v6Octets) {
        try {
            InetAddress address = InetAddress.ofLiteral(peer);
            boolean v4 = address instanceof Inet4Address;
            byte[] network = Arrays.copyOf(address.getAddress(), v4 ? 3 : v6Octets);
            return (v4 ? "v4 " : "v6 ") + HexFormat.of().formatHex(network);
        } catch (IllegalArgumentException e) {
            return peer;
        }
    }

    /// A key for a mailbox: whatever stands behind a plus sign, mail goes to the same one.
    public static String mailboxOf(Address address) {
        String key = address.key();
        int plus = key.indexOf('+');
        return plus > 0 ? key.substring(0, plus) + key.substring(key.lastIndexOf('@')) : key;
    }
}

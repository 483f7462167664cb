package org.postern.reach;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Since when messages are put off because of a way that nobody can tell, so that one recipient of
/// whom nothing can ever be known does not keep the others from their mail until the sender gives
/// up. A message is known again by its octets and its envelope, as a server sends it again. In
/// memory alone: a restart begins anew, and so does whoever is forgotten.
///
/// Safe for use by many threads.
final class PutOffs {
    /// After so long it is taken, and the rule holds it for whoever is concerned. Servers try for
    /// days, and tell the author within hours that it waits.
    static final Duration LONGEST = Duration.ofHours(4);

    /// One that comes again so late is another matter: RFC 5321 §4.5.4.1 has servers give up
    /// before.
    private static final Duration FORGOTTEN = Duration.ofDays(7);

    /// Of others the one that came first is forgotten.
    private static final int KEPT_MAX = 1_000;

    private final LongSupplier nanos;
    private final int most;
    private final Map<String, Long> since = new LinkedHashMap<>();

    PutOffs() {
        this(System::nanoTime, KEPT_MAX);
    }

    /// @param most that are remembered
    PutOffs(LongSupplier nanos, int most) {
        this.nanos = nanos;
        this.most = most;
    }

    /// Notes that a message would be put off now.
    ///
    /// @param message what tells it from others; only a hash of it is kept
    /// @return whether that has lasted long enough
    synchronized boolean isEnough(String message) {
        long now = nanos.getAsLong();
        String key = hash(message);
        Long first = since.get(key);
        if (first == null || now - first > FORGOTTEN.toNanos()) {
            since.remove(key);
            since.put(key, now);
            if (since.size() > most) {
                since.remove(since.keySet().iterator().next());
            }
            return false;
        }
        return now - first >= LONGEST.toNanos();
    }

    /// Who writes to whom is a patient's matter too.
    private static String hash(String message) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(message.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no SHA-256 here", e);
        }
    }
}

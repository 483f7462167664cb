package org.postern.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postern.net.HostLookup;
import org.postern.sasl.MailServer;

/// Log-ins of all sessions at the clinic's server, so that they lock nobody's account: one of a
/// person at a time, and none with a password that the server has refused, whichever session tried
/// it.
public final class LogIns {
    /// Passwords that were refused; of others, those that were tried least recently are forgotten.
    private static final int REFUSED_MAX = 1_000;

    /// A session that lasts longer may try once more.
    private static final Duration REFUSED = Duration.ofHours(24);

    /// For whoever waits while another session of the same person logs in.
    private static final Duration TURN = Entrance.LOGIN;

    private static final String CODE = "HmacSHA256";

    /// Of this process alone: what is kept of a password tells nobody anything.
    private final SecretKeySpec key;

    private final LongSupplier nanos;
    private final int most;

    // Guarded by this: when a password was refused, by its code, and who logs in now.
    private final Map<String, Long> refused = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<String> busy = new HashSet<>();

    public LogIns() {
        this(System::nanoTime, REFUSED_MAX);
    }

    /// @param most passwords that are remembered
    LogIns(LongSupplier nanos, int most) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, CODE);
        this.nanos = nanos;
        this.most = most;
    }

    /// Logs in, unless it is known what would come of it. A password with which the gateway's own
    /// log-in has let somebody in since it was refused may be tried again.
    ///
    /// @param owner whose account it is, however she writes her name
    /// @return empty if the server refuses the password, now or before
    /// @throws UpstreamException if it cannot be asked now
    public Optional<UpstreamClient> open(
            String owner, MailServer.Server server, HostLookup lookup, Credentials credentials)
            throws UpstreamException {
        String code = code(owner, credentials);
        take(owner);
        try {
            if (isRefused(code, credentials)) {
                return Optional.empty();
            }
            Optional<UpstreamClient> made = UpstreamClient.open(server, lookup, credentials);
            if (made.isEmpty()) {
                keep(code);
            }
            return made;
        } catch (UpstreamException e) {
            if (credentials.isUnheard()) {
                keep(code);
            }
            throw e;
        } finally {
            giveBack(owner);
        }
    }

    private String code(String owner, Credentials credentials) throws UpstreamException {
        try {
            Mac mac = Mac.getInstance(CODE);
            mac.init(key);
            mac.update(owner.getBytes(UTF_8));
            // In no name and in no password.
            mac.update((byte) 0);
            credentials.update(mac);
            return Base64.getEncoder().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no HMAC here", e);
        }
    }

    private synchronized boolean isRefused(String code, Credentials credentials) {
        Long when = refused.get(code);
        if (when == null) {
            return false;
        }
        if (credentials.made() - when > 0 || nanos.getAsLong() - when > REFUSED.toNanos()) {
            refused.remove(code);
            return false;
        }
        return true;
    }

    private synchronized void keep(String code) {
        refused.put(code, nanos.getAsLong());
        if (refused.size() > most) {
            refused.remove(refused.keySet().iterator().next());
        }
    }

    /// Two at once would both try a password before either of them hears that it is refused.
    private synchronized void take(String owner) throws UpstreamException {
        long end = System.nanoTime() + TURN.toNanos();
        try {
            while (!busy.add(owner)) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new UpstreamException("another session of this user is logging in");
                }
                wait(Math.max(1, Duration.ofNanos(left).toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpstreamException("interrupted before a log-in", e);
        }
    }

    private synchronized void giveBack(String owner) {
        busy.remove(owner);
        notifyAll();
    }
}

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
import org.postern.entrance.Entrance;
import org.postern.entrance.UpstreamException;
import org.postern.entrance.Where;
import org.postern.net.HostLookup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Log-ins of all sessions at the clinic's server, so that they lock nobody's account: one of a
/// person at a time, and none with a password that the server has refused, whichever session tried
/// it. A password that was refused may be right again: it is tried once more after a day, or as
/// soon as somebody has logged in to the gateway with it.
public final class LogIns {
    /// Passwords that were refused, as many of which the server says nothing, and as many that it
    /// does not answer; of others, those that were tried least recently are forgotten.
    private static final int KEPT_MAX = 1_000;

    /// A session that lasts longer may try once more.
    private static final Duration REFUSED = Duration.ofHours(24);

    /// Log-ins in a row with one password, of all sessions, that nobody answered: a server may hang
    /// up on a password that is wrong.
    private static final int UNANSWERED_MAX = 2;

    /// How long a server is left alone that takes no log-in for now, or is silent: twice as long
    /// each time.
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);

    /// Behind a longer one than this a server that is still silent is left alone for an hour, then
    /// for twice as long each time: it may be silent because the password is wrong, and count each
    /// try.
    private static final Duration SILENT_PAUSE_MAX = Duration.ofMinutes(2);

    /// At most, where it is silent: it hears a password four times in the first hour, eleven times
    /// in the first day, and six times in each one after it. One that may be right is not kept out
    /// for a day because a directory hung for two hours.
    private static final Duration SILENT_LONGEST_PAUSE = Duration.ofHours(4);

    /// At most, and at once where an administrator must look: each try may lengthen a lock there.
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /// For whoever waits while another session of the same person logs in.
    private static final Duration TURN = Entrance.TIME;

    private static final String CODE = "HmacSHA256";

    private static final Logger LOG = LoggerFactory.getLogger(LogIns.class);

    /// Of this process alone: what is kept of a password tells nobody anything.
    private final SecretKeySpec key;

    private final LongSupplier nanos;
    private final int most;
    private final Door door;

    // Guarded by this: when a password was refused, how long one is not tried of which nothing was
    // said, and how often one was not answered, all by its code; and who logs in now.
    private final Map<String, Long> refused = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Pause> pauses = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Silence> silences = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<String> busy = new HashSet<>();

    /// @param since by the clock of this process
    private record Pause(long since, Duration length) {}

    /// @param times in a row
    /// @param last by the clock of this process
    private record Silence(int times, long last) {}

    /// Where a password is shown.
    @FunctionalInterface
    interface Door {
        UpstreamClient.Entry open(Where server, HostLookup lookup, Credentials credentials)
                throws UpstreamException;
    }

    public LogIns() {
        this(System::nanoTime, KEPT_MAX, UpstreamClient::open);
    }

    /// @param most passwords that are remembered
    LogIns(LongSupplier nanos, int most, Door door) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, CODE);
        this.nanos = nanos;
        this.most = most;
        this.door = door;
    }

    /// Logs in, unless it is known what would come of it. A password with which the gateway's own
    /// log-in has let somebody in since it was refused may be tried again.
    ///
    /// @param owner whose account it is, however she writes her name
    /// @return empty if the server refuses the password, now or before
    /// @throws UpstreamException if it cannot be asked now
    public Optional<UpstreamClient> open(
            String owner, Where server, HostLookup lookup, Credentials credentials)
            throws UpstreamException {
        String code = code(owner, credentials);
        take(owner);
        try {
            forgive(code, credentials);
            if (isRefused(code)) {
                return Optional.empty();
            }
            if (isLeftAlone(code)) {
                throw new UpstreamException("it took no log-in a while ago, and is left alone");
            }
            return switch (entry(code, server, lookup, credentials)) {
                case UpstreamClient.Entry.In(UpstreamClient client) -> {
                    forget(code);
                    yield Optional.of(client);
                }
                case UpstreamClient.Entry.Refused() -> {
                    refuse(code);
                    yield Optional.empty();
                }
                case UpstreamClient.Entry.NotNow(boolean needsSomebody) -> {
                    leaveAlone(code, needsSomebody ? Duration.ZERO : LONGEST_PAUSE);
                    hear(code);
                    throw new UpstreamException("it takes no log-in now");
                }
            };
        } finally {
            giveBack(owner);
        }
    }

    /// Counts what nobody answers by the password and not by the session: each of them would try it
    /// once more, and together they would lock the account.
    private UpstreamClient.Entry entry(
            String code, Where server, HostLookup lookup, Credentials credentials)
            throws UpstreamException {
        int before = credentials.shown();
        try {
            return door.open(server, lookup, credentials);
        } catch (UpstreamException e) {
            // A server that was shown nothing could not have answered it.
            if (credentials.shown() == before || isSpared(code, e) || !isUnheard(code)) {
                throw e;
            }
            return new UpstreamClient.Entry.Refused();
        }
    }

    /// Whether the server was only slow, so that it has refused nothing: its directory may hang for
    /// minutes or hours, and that must not shut its folders for a day. It is left alone meanwhile,
    /// longer and longer, because it may as well be silent because of the password.
    private synchronized boolean isSpared(String code, UpstreamException e) {
        if (!e.isLate()) {
            return false;
        }
        Pause before = pauses.get(code);
        if (before == null || before.length().compareTo(LONGEST_PAUSE) < 0) {
            leaveAlone(code, SILENT_PAUSE_MAX);
        } else {
            Duration twice = before.length().multipliedBy(2);
            boolean most = twice.compareTo(SILENT_LONGEST_PAUSE) > 0;
            keep(pauses, code, new Pause(nanos.getAsLong(), most ? SILENT_LONGEST_PAUSE : twice));
        }
        return true;
    }

    /// Counts one more log-in that nobody answered. What was tried a day ago or earlier counts no
    /// more.
    ///
    /// @return whether it were so many that it must be taken for a refusal
    private synchronized boolean isUnheard(String code) {
        long now = nanos.getAsLong();
        Silence before = silences.get(code);
        int times =
                before != null && now - before.last() <= REFUSED.toNanos() ? before.times() + 1 : 1;
        keep(silences, code, new Silence(times, now));
        return times >= UNANSWERED_MAX;
    }

    /// Somebody has logged in to the gateway: whatever was refused with the same password before
    /// she did may be tried again, by all of her sessions.
    public void proved(String owner, Credentials credentials) {
        try {
            forgive(code(owner, credentials), credentials);
        } catch (UpstreamException e) {
            LOG.debug("a session was over before it began: {}", e.getMessage());
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

    private synchronized void forgive(String code, Credentials credentials) {
        Long when = refused.get(code);
        if (when != null && credentials.made() - when > 0) {
            refused.remove(code);
        }
        Pause pause = pauses.get(code);
        if (pause != null && credentials.made() - pause.since() > 0) {
            pauses.remove(code);
        }
        Silence silence = silences.get(code);
        if (silence != null && credentials.made() - silence.last() > 0) {
            silences.remove(code);
        }
    }

    private synchronized void forget(String code) {
        refused.remove(code);
        pauses.remove(code);
        silences.remove(code);
    }

    private synchronized boolean isRefused(String code) {
        Long when = refused.get(code);
        if (when != null && nanos.getAsLong() - when > REFUSED.toNanos()) {
            refused.remove(code);
            return false;
        }
        return when != null;
    }

    private synchronized void refuse(String code) {
        pauses.remove(code);
        silences.remove(code);
        keep(refused, code, nanos.getAsLong());
    }

    private synchronized boolean isLeftAlone(String code) {
        Pause pause = pauses.get(code);
        return pause != null && nanos.getAsLong() - pause.since() < pause.length().toNanos();
    }

    /// The server has said that it is not the password.
    private synchronized void hear(String code) {
        silences.remove(code);
    }

    /// @param usual behind a longer pause than this comes the longest
    private synchronized void leaveAlone(String code, Duration usual) {
        Pause before = pauses.get(code);
        Duration next = before == null ? FIRST_PAUSE : before.length().multipliedBy(2);
        boolean longest = next.compareTo(usual) > 0;
        Pause pause = new Pause(nanos.getAsLong(), longest ? LONGEST_PAUSE : next);
        keep(pauses, code, pause);
    }

    private <T> void keep(Map<String, T> kept, String code, T value) {
        kept.put(code, value);
        if (kept.size() > most) {
            kept.remove(kept.keySet().iterator().next());
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

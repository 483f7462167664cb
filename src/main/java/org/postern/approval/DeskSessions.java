package org.postern.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.postern.access.SessionSecret;
import org.postern.held.Decider.Approver;
import org.postern.http.WebRequest;
import org.postern.vault.LookupHash;

/// Who has signed in to decide about held mail. Kept in memory alone: after a restart everybody
/// signs in again.
final class DeskSessions {
    static final Duration IDLE_MAX = Duration.ofMinutes(20);
    private static final Duration LIFE_MAX = Duration.ofHours(8);

    /// People of one clinic; beyond it the one who was away longest signs in again.
    private static final int SESSIONS_MAX = 1_000;

    private final ApprovalParts.World world;
    private final Map<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /// @param good whether that by which she signed in still counts
    private record Session(Approver approver, BooleanSupplier good, Instant begun, Instant used) {
        boolean isOver(Instant now) {
            return now.isAfter(used.plus(IDLE_MAX))
                    || now.isAfter(begun.plus(LIFE_MAX))
                    || !good.getAsBoolean();
        }
    }

    /// Somebody at work.
    record Seat(SessionSecret secret, Approver approver) {}

    DeskSessions(ApprovalParts.World world) {
        this.world = world;
    }

    /// Whoever a browser shows to be.
    synchronized Optional<Seat> of(WebRequest request) {
        Optional<SessionSecret> secret = secret(request);
        Session session = secret.map(it -> sessions.get(hash(it))).orElse(null);
        Instant now = world.clock().instant();
        if (session == null) {
            return Optional.empty();
        }
        if (session.isOver(now)) {
            sessions.remove(hash(secret.orElseThrow()));
            return Optional.empty();
        }
        sessions.put(
                hash(secret.orElseThrow()),
                new Session(session.approver(), session.good(), session.begun(), now));
        return Optional.of(new Seat(secret.orElseThrow(), session.approver()));
    }

    /// Begins a session; the one before of this browser ends.
    ///
    /// @param good whether that by which she signed in still counts; asked at each request
    /// @return the Set-Cookie field
    synchronized String open(WebRequest request, Approver approver, BooleanSupplier good) {
        secret(request).ifPresent(it -> sessions.remove(hash(it)));
        Instant now = world.clock().instant();
        sessions.values().removeIf(session -> session.isOver(now));
        if (sessions.size() >= SESSIONS_MAX) {
            Iterator<String> oldest = sessions.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        SessionSecret secret = SessionSecret.next(world.random());
        sessions.put(hash(secret), new Session(approver, good, now, now));
        return name(request) + "=" + secret.value() + attributes(request);
    }

    /// Ends the session, if there is one.
    ///
    /// @return the Set-Cookie field that makes the browser forget it
    synchronized String close(WebRequest request) {
        secret(request).ifPresent(it -> sessions.remove(hash(it)));
        return name(request) + "=" + attributes(request) + "; Max-Age=0";
    }

    private static Optional<SessionSecret> secret(WebRequest request) {
        return request.cookie(name(request)).flatMap(SessionSecret::parse);
    }

    private static String hash(SessionSecret secret) {
        return LookupHash.of("held-session", secret.value());
    }

    private static boolean isSecure(WebRequest request) {
        return request.origin().startsWith("https:");
    }

    /// Without TLS, on one's own machine, browsers refuse `__Host-` (RFC 6265bis §4.1.3.2).
    private static String name(WebRequest request) {
        return isSecure(request) ? "__Host-desk" : "desk";
    }

    /// Lax and not Strict: the link of the notice is followed from a mail program in the browser.
    private static String attributes(WebRequest request) {
        return "; Path=/; HttpOnly; SameSite=Lax" + (isSecure(request) ? "; Secure" : "");
    }
}

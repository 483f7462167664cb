package org.postern.pickup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postern.http.WebRequest;
import org.postern.mail.Address;
import org.postern.mailbox.PickupSessions;
import org.postern.mailbox.PickupSessions.PickupSession;
import org.postern.mailbox.SessionSecret;
import org.postern.mailbox.ThreadId;

/// Sessions as a browser carries them: a cookie, and a form token that is bound to it.
final class Visits {
    private static final String MAC = "HmacSHA256";

    private final PickupSessions sessions;
    private final InstantSource clock;
    private final String cookie;
    private final String attributes;

    /// @param secure whether browsers see TLS; without, they refuse `__Host-` (RFC 6265bis
    ///   §4.1.3.2)
    Visits(PickupSessions sessions, InstantSource clock, boolean secure) {
        this.sessions = sessions;
        this.clock = clock;
        this.cookie = secure ? "__Host-s" : "s";
        // Lax and not Strict: a tap on a link in webmail comes from another site.
        this.attributes = "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    /// A reader who passed the check.
    record Visit(SessionSecret secret, PickupSession session) {
        boolean isFor(String thread) {
            return session.thread().value().equals(thread);
        }

        Address patient() {
            return session.patient();
        }

        /// Stands in each form of this session and in no other page of the world.
        String formToken() {
            try {
                Mac mac = Mac.getInstance(MAC);
                mac.init(
                        new SecretKeySpec(secret.value().getBytes(StandardCharsets.US_ASCII), MAC));
                byte[] token = mac.doFinal("form".getBytes(StandardCharsets.US_ASCII));
                return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has " + MAC, e);
            }
        }

        boolean owns(String token) {
            return MessageDigest.isEqual(
                    formToken().getBytes(StandardCharsets.US_ASCII),
                    token.getBytes(StandardCharsets.UTF_8));
        }
    }

    Optional<Visit> of(WebRequest request) throws IOException {
        Optional<SessionSecret> secret = request.cookie(cookie).flatMap(SessionSecret::parse);
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        return sessions.find(secret.get(), clock.instant())
                .map(session -> new Visit(secret.get(), session));
    }

    /// Begins a session; the one before ends.
    ///
    /// @return the Set-Cookie field
    String open(WebRequest request, Address patient, ThreadId thread) throws IOException {
        close(request);
        SessionSecret secret = sessions.open(patient, thread, clock.instant());
        return cookie + "=" + secret.value() + attributes;
    }

    /// Ends the session, if there is one.
    ///
    /// @return the Set-Cookie field that makes the browser forget it
    String close(WebRequest request) throws IOException {
        Optional<SessionSecret> secret = request.cookie(cookie).flatMap(SessionSecret::parse);
        if (secret.isPresent()) {
            sessions.close(secret.get());
        }
        return cookie + "=" + attributes + "; Max-Age=0";
    }
}

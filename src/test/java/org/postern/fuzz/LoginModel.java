package org.postern.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.smtp.MemorySession;
import org.postern.smtp.MemoryStaff;
import org.postern.smtp.SmtpListener;
import org.postern.testkit.MemoryReception.Received;

/// Whom a client can have logged in as, as simply as it can be said: nobody whose secret it has not
/// said, in base64 and as a word of its own. It shares nothing with the exchange it is compared
/// with.
final class LoginModel {
    private static final String READY_FOR_TLS = "220 2.0.0 ";
    private static final String LOGGED_IN = "235 2.7.0 ";

    /// States that begin with Alice's password.
    private static final Set<MemorySession.State> KNOWN =
            Set.of(
                    MemorySession.State.MAIL,
                    MemorySession.State.RCPT,
                    MemorySession.State.DATA,
                    MemorySession.State.KNOWN);

    private final boolean submission;
    private final boolean inClear;
    private final Set<Address> possible = new HashSet<>();

    /// @param said what the client said in this state
    LoginModel(SmtpListener.Kind kind, MemorySession.State state, byte[] said) {
        submission = kind == SmtpListener.Kind.SUBMISSION || kind == SmtpListener.Kind.SUBMISSIONS;
        List<String> words = new ArrayList<>();
        for (String word : new String(said, StandardCharsets.ISO_8859_1).split("\\s+", -1)) {
            words.add(decoded(word));
        }
        boolean proved = words.contains(decoded(MemoryStaff.staff().deviceProof()));
        if (proved || KNOWN.contains(state) || isSaid(words, MemoryStaff.ALICE_SECRET)) {
            possible.add(MemoryStaff.ALICE);
        }
        if (isSaid(words, MemoryStaff.BOB_SECRET)) {
            possible.add(MemoryStaff.BOB);
        }
        if (!submission) {
            possible.clear();
        }
        inClear = !state.isSecured(kind);
    }

    /// Alone, or at the end of a message of PLAIN.
    private static boolean isSaid(List<String> words, String secret) {
        return words.stream().anyMatch(w -> w.equals(secret) || w.endsWith("\0" + secret));
    }

    private static String decoded(String word) {
        try {
            return new String(Base64.getDecoder().decode(word), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    /// @throws AssertionError if somebody else was let in, wrote, or can be seen to have logged in
    void check(MemorySession.Outcome outcome) {
        int at = outcome.said().indexOf(LOGGED_IN);
        boolean loggedIn = at >= 0;
        Promise.hold(!loggedIn || !possible.isEmpty(), "let in without a secret");
        int tls = outcome.said().indexOf(READY_FOR_TLS);
        Promise.hold(!loggedIn || !inClear || (tls >= 0 && tls < at), "let in in clear");
        for (Received received : outcome.received()) {
            check(received.envelope(), loggedIn);
        }
        String told = outcome.said() + String.join("\n", outcome.log());
        Promise.hold(secrets().noneMatch(told::contains), "a secret was told: " + told);
    }

    private void check(Envelope envelope, boolean loggedIn) {
        Address who = envelope.arrival().authenticated();
        if (!submission) {
            Promise.hold(who == null, "logged in at a door where nobody does: " + who);
            return;
        }
        Promise.hold(loggedIn && who != null && possible.contains(who), "written by " + who);
        Promise.hold(envelope.arrival().tls() != null, "written in clear");
        Address path = envelope.reversePath();
        boolean own = path != null && path.key().equals(String.valueOf(who));
        boolean reception =
                path != null
                        && path.key().equals(MemoryStaff.RECEPTION.key())
                        && MemoryStaff.ALICE.equals(who);
        Promise.hold(own || reception, who + " wrote as " + path);
    }

    /// As they are and as a client says them.
    private static Stream<String> secrets() {
        String alice = "\0" + MemoryStaff.ALICE + "\0" + MemoryStaff.ALICE_SECRET;
        String bob = "\0" + MemoryStaff.BOB + "\0" + MemoryStaff.BOB_SECRET;
        return Stream.of(
                MemoryStaff.ALICE_SECRET,
                MemoryStaff.BOB_SECRET,
                base64(MemoryStaff.ALICE_SECRET),
                base64(MemoryStaff.BOB_SECRET),
                base64(alice),
                base64(bob),
                MemoryStaff.staff().deviceProof());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}

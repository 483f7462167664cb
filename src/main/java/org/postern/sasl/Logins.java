package org.postern.sasl;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.postern.sasl.Authenticator.Account;
import org.postern.scram.ScramExchange;

/// The patience with those who guess, in front of an `Authenticator`, shared by all listeners and
/// remembered across connections. It knows names as clients send them and not whether they exist,
/// so it tells nobody which do.
///
/// Failures count for the source, for the name, and for the two together, and fade. What is no
/// guess at somebody's secret, and whoever names nobody, counts for the source alone. Where a count
/// is full nothing is checked, and what is not checked is not counted, so that a count cannot be
/// kept full from outside for longer than it fades. Whoever has logged in from a source before is
/// familiar there: neither a neighbour at the same address nor a crowd elsewhere that guesses the
/// same name can lock him out.
///
/// A secret that a server was shown, and of which it said neither yes nor no, is counted on its own
/// in the same way, because some servers answer a wrong one so. These counts hold twice as many,
/// and a full one is a pace and no lock: the client hears what it would hear of a server that is
/// away, and the server is asked again as soon as the count has faded by one. So an outage there
/// keeps nobody out for longer than minutes beyond its end, and whoever guesses through it goes
/// twice as fast as through wrong answers at the most. A server that was shown nothing counts for
/// nobody.
public final class Logins {
    /// Failures from one IPv4 address or IPv6 /64; 454 4.7.0 at this count, not for the familiar.
    static final int SOURCE_FAILURES_MAX = 20;

    /// Failures for one name, from wherever; 454 4.7.0 at this count, not for the familiar.
    static final int NAME_FAILURES_MAX = 50;

    /// Failures for one name from one source; 454 4.7.0 at this count, for everybody.
    static final int PAIR_FAILURES_MAX = 10;

    /// Secrets from one source of which nothing was said; 454 4.7.0 at this count, not for the
    /// familiar.
    static final int SOURCE_UNANSWERED_MAX = 40;

    /// The same for one name, from wherever.
    static final int NAME_UNANSWERED_MAX = 100;

    /// The same for one name from one source, for everybody: from then on one in 66 seconds.
    static final int PAIR_UNANSWERED_MAX = 20;

    static final Duration HALF_LIFE = Duration.ofMinutes(15);

    /// How long a source stays familiar: the month between two log-ins from the same place.
    private static final Duration FAMILIAR_HALF_LIFE = Duration.ofDays(30);

    private static final double FAMILIAR_MIN = 0.5;

    /// Of each count; at most about fifteen megabytes in all.
    private static final int ENTRIES_MAX = 20_000;

    private static final int NAME_CHARS_KEPT = 100;

    private final Authenticator authenticator;
    private final Memory memory;
    private final @Nullable BearerLogin bearer;
    private final @Nullable ScramLogin scram;

    /// What came of an attempt.
    public sealed interface Attempted {
        record LoggedIn(Account account) implements Attempted {}

        /// Name or secret are wrong.
        ///
        /// @param failures how many it were lately, this one included; at least 1
        /// @param status what is wrong where it was a token
        record Denied(int failures, BearerLogin.Status status) implements Attempted {}

        /// Not looked at, because there were too many failures.
        record Locked() implements Attempted {}

        /// It cannot be checked now, or is not, because too much was not answered lately.
        record Unavailable(IOException why) implements Attempted {}
    }

    public Logins(Authenticator authenticator, InstantSource clock) {
        this(authenticator, new Memory(clock), null, null);
    }

    private Logins(
            Authenticator authenticator,
            Memory memory,
            @Nullable BearerLogin bearer,
            @Nullable ScramLogin scram) {
        this.authenticator = authenticator;
        this.memory = memory;
        this.bearer = bearer;
        this.scram = scram;
    }

    /// The same patience in front of another authenticator: a guess at one door counts at all.
    public Logins with(Authenticator other) {
        return new Logins(other, memory, bearer, scram);
    }

    /// The same, and access tokens are taken as well.
    public Logins with(BearerLogin tokens) {
        return new Logins(authenticator, memory, tokens, scram);
    }

    /// The same, and proofs by SCRAM are taken as well.
    public Logins with(ScramLogin proofs) {
        return new Logins(authenticator, memory, bearer, proofs);
    }

    /// Who takes access tokens; empty if nobody does.
    public Optional<BearerLogin> bearer() {
        return Optional.ofNullable(bearer);
    }

    /// Who takes proofs by SCRAM; empty if nobody does.
    public Optional<ScramLogin> scram() {
        return Optional.ofNullable(scram);
    }

    /// @param source the client's address or network, as one word
    /// @param user as the client sent it
    /// @param secret not kept; the caller overwrites it afterwards
    public Attempted attempt(String source, String user, char[] secret) {
        Attempt attempt = new Attempt(source, name(user), authenticator.isGuess(secret));
        // While it waited for its turn the server may have fallen silent.
        BooleanSupplier stillAsked = () -> !memory.isLeftAlone(attempt);
        return attempt(
                attempt,
                () ->
                        new BearerLogin.Opened(
                                authenticator
                                        .authenticate(user, secret, stillAsked)
                                        .filter(_ -> secret.length > 0),
                                BearerLogin.Status.INVALID_TOKEN));
    }

    /// The same with an access token. Where none is taken nobody has one that is right.
    Attempted attempt(String source, BearerMechanism.Message message) {
        return attempt(
                new Attempt(source, name(message.user()), !message.user().isEmpty()),
                () -> bearer == null ? BearerLogin.NOTHING : bearer.authenticate(message));
    }

    /// What came of a proof by SCRAM.
    ///
    /// @param signature what the client hears before it is let in; empty if it is not
    record Proof(Attempted attempted, Optional<String> signature) {}

    /// The same with a proof by SCRAM. No secret that has a verifier can be guessed, so it is no
    /// guess at the user's own, and locks nobody out whose program proves the wrong password.
    Proof attempt(String source, ScramExchange exchange, byte[] message) {
        AtomicReference<@Nullable String> signature = new AtomicReference<>();
        Attempted attempted =
                attempt(
                        new Attempt(source, name(exchange.user()), false),
                        () -> {
                            Optional<ScramLogin.Opened> opened =
                                    scram == null
                                            ? Optional.empty()
                                            : scram.prove(exchange, message);
                            opened.ifPresent(it -> signature.set(it.signature()));
                            return new BearerLogin.Opened(
                                    opened.map(ScramLogin.Opened::account),
                                    BearerLogin.Status.INVALID_TOKEN);
                        });
        return new Proof(attempted, Optional.ofNullable(signature.get()));
    }

    /// Looks at what somebody shows.
    @FunctionalInterface
    private interface Check {
        BearerLogin.Opened opened() throws IOException;
    }

    private static String name(String user) {
        return user.substring(0, Math.min(user.length(), NAME_CHARS_KEPT)).toLowerCase(Locale.ROOT);
    }

    private Attempted attempt(Attempt attempt, Check check) {
        if (memory.isLocked(attempt)) {
            return new Attempted.Locked();
        }
        if (memory.isLeftAlone(attempt)) {
            return new Attempted.Unavailable(
                    new IOException("too many like it were not answered lately"));
        }
        try {
            BearerLogin.Opened opened = check.opened();
            return opened.account().isPresent()
                    ? memory.loggedIn(attempt, opened.account().get())
                    : new Attempted.Denied(memory.denied(attempt), opened.status());
        } catch (Authenticator.UnansweredException e) {
            memory.unanswered(attempt);
            return new Attempted.Unavailable(e);
        } catch (IOException e) {
            return new Attempted.Unavailable(e);
        }
    }

    /// @param name empty if a token alone says whose it is
    /// @param counted whether a failure counts for the name as well
    private record Attempt(String source, String name, boolean counted) {
        /// A source holds no blank.
        String pair() {
            return source + " " + name;
        }
    }

    /// Of one kind of attempts, how many came to nothing.
    private static final class Counts {
        private final Most most;
        private final Tally sources = new Tally(HALF_LIFE, ENTRIES_MAX);
        private final Tally names = new Tally(HALF_LIFE, ENTRIES_MAX);
        private final Tally pairs = new Tally(HALF_LIFE, ENTRIES_MAX);

        private record Most(int source, int name, int pair) {}

        Counts(Most most) {
            this.most = most;
        }

        boolean isFull(Attempt attempt, boolean familiar, Instant now) {
            boolean counted = attempt.counted();
            if (counted && pairs.value(attempt.pair(), now) >= most.pair()) {
                return true;
            }
            boolean named = counted && names.value(attempt.name(), now) >= most.name();
            return !familiar && (named || sources.value(attempt.source(), now) >= most.source());
        }

        /// What a familiar client does wrong, such as an old password in a telephone, does not
        /// count against its neighbours.
        void add(Attempt attempt, boolean familiar, Instant now) {
            if (attempt.counted()) {
                pairs.add(attempt.pair(), now);
            }
            if (!familiar) {
                sources.add(attempt.source(), now);
                if (attempt.counted()) {
                    names.add(attempt.name(), now);
                }
            }
        }
    }

    /// What is remembered of attempts.
    private static final class Memory {
        private final InstantSource clock;
        private final Counts wrong =
                new Counts(
                        new Counts.Most(SOURCE_FAILURES_MAX, NAME_FAILURES_MAX, PAIR_FAILURES_MAX));
        private final Counts unanswered =
                new Counts(
                        new Counts.Most(
                                SOURCE_UNANSWERED_MAX, NAME_UNANSWERED_MAX, PAIR_UNANSWERED_MAX));

        /// Of what does not count for a name; for the length of the pause alone.
        private final Tally strays = new Tally(HALF_LIFE, ENTRIES_MAX);

        private final Tally familiar = new Tally(FAMILIAR_HALF_LIFE, ENTRIES_MAX);

        Memory(InstantSource clock) {
            this.clock = clock;
        }

        synchronized boolean isLocked(Attempt attempt) {
            return isFull(wrong, attempt);
        }

        /// Whether a server is not asked, because it said nothing to so many like it.
        synchronized boolean isLeftAlone(Attempt attempt) {
            return isFull(unanswered, attempt);
        }

        private boolean isFull(Counts counts, Attempt attempt) {
            Instant now = clock.instant();
            return counts.isFull(attempt, isFamiliar(attempt, now), now);
        }

        private Tally own(Attempt attempt) {
            return attempt.counted() ? wrong.pairs : strays;
        }

        private boolean isFamiliar(Attempt attempt, Instant now) {
            return familiar.value(attempt.pair(), now) >= FAMILIAR_MIN;
        }

        synchronized Attempted loggedIn(Attempt attempt, Account account) {
            own(attempt).forget(attempt.pair());
            unanswered.pairs.forget(attempt.pair());
            if (attempt.counted()) {
                // The server answers, so what its neighbours wait for is over.
                unanswered.sources.forget(attempt.source());
            }
            String name = attempt.name().isEmpty() ? account.address().key() : attempt.name();
            String pair = new Attempt(attempt.source(), name(name), true).pair();
            familiar.forget(pair);
            familiar.add(pair, clock.instant());
            return new Attempted.LoggedIn(account);
        }

        /// @return how many failures it were lately
        synchronized int denied(Attempt attempt) {
            Instant now = clock.instant();
            boolean known = isFamiliar(attempt, now);
            wrong.add(attempt, known, now);
            if (!attempt.counted()) {
                strays.add(attempt.pair(), now);
            }
            double lately = own(attempt).value(attempt.pair(), now);
            if (!known) {
                lately = Math.max(lately, wrong.sources.value(attempt.source(), now));
            }
            return (int) Math.max(1, Math.round(lately));
        }

        synchronized void unanswered(Attempt attempt) {
            Instant now = clock.instant();
            unanswered.add(attempt, isFamiliar(attempt, now), now);
        }
    }
}

package org.postern.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.postern.bearer.BearerSettings;
import org.postern.bearer.BearerTokens;
import org.postern.mail.Address;
import org.postern.sasl.BearerMechanism.Message;
import org.postern.sasl.Logins.Attempted;
import org.postern.testkit.ManualClock;

/// S25: guesses are remembered across connections, and nobody is locked out for ever.
class LoginsTest {
    private static final String HOME = "c0000201";
    private static final String AWAY = "c6336401";

    private final ManualClock clock = ManualClock.atNoon();
    private final List<String> asked = new ArrayList<>();
    private boolean odd;
    private final Logins logins = new Logins(this::authenticate, clock);

    private Optional<Authenticator.Account> authenticate(String user, char[] secret)
            throws IOException {
        asked.add(user);
        if (user.equals("broken")) {
            throw new IOException("the server is away");
        }
        if (odd) {
            throw new Authenticator.UnansweredException("it says BAD", new IOException("BAD"));
        }
        boolean right = user.startsWith("staff") && new String(secret).equals("right");
        return right
                ? Optional.of(
                        new Authenticator.Account(Address.of(user + "@clinic.example"), Set.of()))
                : Optional.empty();
    }

    private Attempted attempt(String source, String user, String secret) {
        return logins.attempt(source, user, secret.toCharArray());
    }

    private void guess(String source, String user, int times) {
        for (int i = 0; i < times; i++) {
            assertInstanceOf(
                    Attempted.Denied.class, attempt(source, user, "wrong"), i + " " + user);
        }
    }

    private void isLocked(String source, String user) {
        int before = asked.size();
        assertInstanceOf(Attempted.Locked.class, attempt(source, user, "right"));
        assertEquals(before, asked.size(), "a locked attempt was checked");
    }

    private void getsIn(String source, String user) {
        assertInstanceOf(Attempted.LoggedIn.class, attempt(source, user, "right"));
    }

    @Test
    void failuresAreCountedAcrossAttemptsAndFade() {
        for (int i = 1; i <= 4; i++) {
            assertEquals(i, failures(attempt(AWAY, "staff", "wrong")));
        }
        clock.advance(Logins.HALF_LIFE);
        assertEquals(3, failures(attempt(AWAY, "staff", "wrong")));
    }

    @Test
    void oneNameFromOneSourceIsLockedAndOpensAgain() {
        guess(AWAY, "staff", Logins.PAIR_FAILURES_MAX);
        isLocked(AWAY, "staff");
        isLocked(AWAY, "STAFF");
        getsIn(HOME, "staff");
        clock.advance(Logins.HALF_LIFE);
        getsIn(AWAY, "staff");
        guess(AWAY, "staff", Logins.PAIR_FAILURES_MAX);
    }

    /// What is not checked is not counted: knocking on does not keep the door shut.
    @Test
    void knockingDoesNotKeepALockShut() {
        guess(AWAY, "staff", Logins.PAIR_FAILURES_MAX);
        for (int i = 0; i < 100; i++) {
            isLocked(AWAY, "staff");
        }
        clock.advance(Logins.HALF_LIFE);
        getsIn(AWAY, "staff");
    }

    @Test
    void aSourceThatTriesManyNamesIsLockedButNotForTheFamiliar() {
        getsIn(HOME, "staff1");
        for (int i = 0; i < Logins.SOURCE_FAILURES_MAX; i++) {
            guess(HOME, "name" + i, 1);
        }
        isLocked(HOME, "staff2");
        getsIn(HOME, "staff1");
        getsIn(AWAY, "staff2");
        clock.advance(Logins.HALF_LIFE);
        getsIn(HOME, "staff2");
    }

    @Test
    void aNameThatACrowdGuessesStaysOpenWhereItIsFamiliar() {
        getsIn(HOME, "staff");
        for (int i = 0; i < Logins.NAME_FAILURES_MAX; i++) {
            guess("crowd" + i, "staff", 1);
        }
        isLocked(AWAY, "staff");
        getsIn(HOME, "staff");
        clock.advance(Logins.HALF_LIFE);
        getsIn(AWAY, "staff");
    }

    /// An old password in one telephone behind the clinic's address does not shut out a colleague.
    @Test
    void aFamiliarClientWithAnOldPasswordHarmsNobodyElse() {
        getsIn(HOME, "staff1");
        guess(HOME, "staff1", Logins.PAIR_FAILURES_MAX);
        isLocked(HOME, "staff1");
        getsIn(HOME, "staff2");
        clock.advance(Logins.HALF_LIFE);
        getsIn(HOME, "staff1");
    }

    @Test
    void familiarityEnds() {
        getsIn(HOME, "staff");
        clock.advance(Duration.ofDays(31));
        for (int i = 0; i < Logins.NAME_FAILURES_MAX; i++) {
            guess("crowd" + i, "staff", 1);
        }
        isLocked(HOME, "staff");
    }

    @Test
    void namesThatDoNotExistAreTreatedAlike() {
        List<String> known = fate("staff");
        List<String> unknown = fate("nobody");
        assertEquals(known, unknown);
    }

    private List<String> fate(String name) {
        List<String> fate = new ArrayList<>();
        for (int i = 0; i < 2 * Logins.PAIR_FAILURES_MAX; i++) {
            fate.add(attempt("source of " + name, name, "wrong").toString());
        }
        return fate;
    }

    @Test
    void aServerThatCannotBeAskedCountsForNobody() {
        for (int i = 0; i < 100; i++) {
            assertInstanceOf(Attempted.Unavailable.class, attempt(AWAY, "broken", "x"));
        }
        getsIn(AWAY, "staff");
    }

    private int askedOf(String source, String user, int times) {
        int before = asked.size();
        for (int i = 0; i < times; i++) {
            assertInstanceOf(Attempted.Unavailable.class, attempt(source, user, "wrong"));
        }
        return asked.size() - before;
    }

    /// A server that answers a wrong password by hanging up would make guessing free.
    @Test
    void secretsThatNobodyAnswersAreCountedToo() {
        odd = true;
        assertEquals(Logins.PAIR_UNANSWERED_MAX, askedOf(AWAY, "staff", 100));
        assertEquals(0, askedOf(AWAY, "STAFF", 1));
        assertEquals(1, askedOf(HOME, "staff", 1));
        clock.advance(Duration.ofHours(1));
        int hourly = 0;
        for (int i = 0; i < 24 * 60 * 60; i += 10) {
            clock.advance(Duration.ofSeconds(10));
            hourly += askedOf(AWAY, "staff", 1);
        }
        hourly /= 24;
        assertTrue(hourly > 40 && hourly < 60, hourly + " guesses an hour");
    }

    @Test
    void namesAndSourcesOfWhichNobodySaysAnythingAreCountedToo() {
        odd = true;
        int asked = 0;
        for (int i = 0; i < 2 * Logins.NAME_UNANSWERED_MAX; i++) {
            asked += askedOf("crowd" + i, "staff", 1);
        }
        assertEquals(Logins.NAME_UNANSWERED_MAX, asked);
        asked = 0;
        for (int i = 0; i < 2 * Logins.SOURCE_UNANSWERED_MAX; i++) {
            asked += askedOf(AWAY, "name" + i, 1);
        }
        assertEquals(Logins.SOURCE_UNANSWERED_MAX, asked);
    }

    /// Everybody's programs go on trying, from one address and from home, for as long as the
    /// clinic's server answers nothing: nobody is locked, and all are in soon after it answers.
    /// Many who log in at once wait for their turn, and by then it may be no more to be asked.
    @Test
    void whoWaitedForATurnIsNotAskedWhenTheCountIsFull() {
        List<String> shown = new ArrayList<>();
        boolean[] out = {true};
        Authenticator waiting =
                new Authenticator() {
                    @Override
                    public Optional<Account> authenticate(String user, char[] secret) {
                        throw new AssertionError("it waits for no turn");
                    }

                    @Override
                    public Optional<Account> authenticate(
                            String user, char[] secret, BooleanSupplier stillAsked)
                            throws IOException {
                        if (user.equals("first")) {
                            // Others of the same network come to their turn before it.
                            for (int i = 0; i < Logins.SOURCE_UNANSWERED_MAX; i++) {
                                attempt(turns(), AWAY, "staff" + i);
                            }
                        }
                        if (!stillAsked.getAsBoolean()) {
                            throw new IOException("too many");
                        }
                        shown.add(user);
                        if (out[0]) {
                            throw new UnansweredException("silent", new IOException("silent"));
                        }
                        return Optional.of(
                                new Account(Address.of(user + "@clinic.example"), Set.of()));
                    }

                    private Logins turns() {
                        return logins.with(this);
                    }
                };
        Logins turns = logins.with(waiting);
        assertInstanceOf(Attempted.Unavailable.class, attempt(turns, AWAY, "first"));
        assertEquals(Logins.SOURCE_UNANSWERED_MAX, shown.size());
        assertTrue(!shown.contains("first"), shown.toString());
        // One who is in shows that the server answers again, to all of his network.
        out[0] = false;
        clock.advance(Logins.HALF_LIFE.dividedBy(10));
        assertInstanceOf(Attempted.LoggedIn.class, attempt(turns, AWAY, "staff1"));
        out[0] = true;
        for (int i = 0; i < Logins.SOURCE_UNANSWERED_MAX; i++) {
            assertInstanceOf(Attempted.Unavailable.class, attempt(turns, AWAY, "later" + i));
        }
        assertTrue(shown.contains("later30"), shown.toString());
    }

    private static Attempted attempt(Logins logins, String source, String user) {
        return logins.attempt(source, user, "right".toCharArray());
    }

    @Test
    void anOutageLocksNobodyOut() {
        getsIn(HOME, "staff-known");
        odd = true;
        for (int minute = 0; minute < 120; minute++) {
            clock.advance(Duration.ofMinutes(1));
            for (int i = 0; i < 30; i++) {
                askedOf(HOME, "staff" + i, 3);
            }
            askedOf(HOME, "staff-known", 3);
            askedOf(AWAY, "staff1", 3);
        }
        odd = false;
        clock.advance(Duration.ofSeconds(70));
        getsIn(HOME, "staff-known");
        getsIn(AWAY, "staff1");
        for (int i = 0; i < 30; i++) {
            getsIn(HOME, "staff" + i);
        }
        // Nothing is left of it for her, and nothing of it was a wrong password.
        for (int i = 1; i < Logins.PAIR_FAILURES_MAX; i++) {
            assertInstanceOf(Attempted.Denied.class, attempt(HOME, "staff-known", "wrong"));
        }
        odd = true;
        assertEquals(Logins.PAIR_UNANSWERED_MAX, askedOf(HOME, "staff-known", 100));
    }

    /// The two counts do not fill each other.
    @Test
    void aWrongPasswordAndAnOutageAreCountedApart() {
        guess(AWAY, "staff", Logins.PAIR_FAILURES_MAX - 1);
        odd = true;
        askedOf(AWAY, "staff", Logins.PAIR_UNANSWERED_MAX - 1);
        odd = false;
        getsIn(AWAY, "staff");
    }

    /// Programs behind one address that leave it to the token whose it is.
    @Test
    void aTokenWithoutANameCountsWhereItComesFrom() {
        BearerSettings settings =
                new BearerSettings(
                        "https://login.clinic.example",
                        "postern",
                        new BearerSettings.Keys.InWeb(URI.create("https://login.clinic.example/k")),
                        "email",
                        Optional.empty(),
                        BearerSettings.Provider.USUAL);
        BearerTokens tokens =
                token ->
                        token.equals("good")
                                ? new BearerTokens.Outcome.Verified(
                                        Address.of("staff@clinic.example"), Instant.MAX)
                                : new BearerTokens.Outcome.Invalid();
        BearerLogin login =
                new BearerLogin(
                        settings,
                        tokens,
                        user -> Optional.of(new Authenticator.Account(Address.of(user), Set.of())),
                        clock);
        Logins all = logins.with(login);
        for (int i = 0; i < Logins.PAIR_FAILURES_MAX + 5; i++) {
            assertInstanceOf(
                    Attempted.Denied.class, all.attempt(AWAY, new Message("", "late")), "" + i);
        }
        assertInstanceOf(Attempted.LoggedIn.class, all.attempt(AWAY, new Message("", "good")));
        // It is remembered whose it was, and so she is familiar here under her name.
        for (int i = 0; i < Logins.SOURCE_FAILURES_MAX; i++) {
            all.attempt(AWAY, new Message("", "late"));
        }
        isLocked(AWAY, "somebody");
        assertInstanceOf(
                Attempted.LoggedIn.class,
                all.attempt(AWAY, new Message("staff@clinic.example", "good")));
    }

    @Test
    void anEmptySecretIsWrong() {
        Logins everybody =
                new Logins(
                        (user, secret) ->
                                Optional.of(
                                        new Authenticator.Account(
                                                Address.of("a@b.example"), Set.of())),
                        clock);
        assertInstanceOf(Attempted.Denied.class, everybody.attempt(AWAY, "a", new char[0]));
    }

    @Test
    void whatIsRememberedIsBounded() {
        Tally tally = new Tally(Logins.HALF_LIFE, 3);
        for (int i = 0; i < 10; i++) {
            tally.add("key" + i, clock.instant());
        }
        assertEquals(0, tally.value("key6", clock.instant()));
        assertEquals(1, tally.value("key7", clock.instant()));
    }

    private static int failures(Attempted attempted) {
        return assertInstanceOf(Attempted.Denied.class, attempted).failures();
    }
}

package org.postern.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.postern.entrance.Entrance;
import org.postern.entrance.UpstreamException;
import org.postern.testkit.FakeClinic;
import org.postern.testkit.ScriptedServer;

/// Which passwords go to the clinic's server, and which do not any more.
class LogInsTest {
    private static final String REFUSAL = "S p2 NO [AUTHENTICATIONFAILED] no";

    private final AtomicLong later = new AtomicLong();
    private final LogIns logIns =
            new LogIns(() -> System.nanoTime() + later.get(), 2, UpstreamClient::open);

    private static Credentials of(String password) {
        return Credentials.of("anna".getBytes(UTF_8), password.getBytes(UTF_8));
    }

    private static ScriptedServer answering(String password, String... answers) throws Exception {
        return FakeClinic.playing(FakeClinic.asked("anna", password), answers);
    }

    private Optional<UpstreamClient> open(String owner, int port, Credentials credentials)
            throws Exception {
        return logIns.open(owner, FakeClinic.at(port), FakeClinic.HERE, credentials);
    }

    private boolean isIn(String owner, Credentials credentials, String password) throws Exception {
        try (ScriptedServer server = answering(password, "S p2 OK in")) {
            Optional<UpstreamClient> made = open(owner, server.port(), credentials);
            made.ifPresent(UpstreamClient::close);
            return made.isPresent();
        }
    }

    private void refuse(Credentials credentials, String password) throws Exception {
        try (ScriptedServer server = answering(password, REFUSAL)) {
            assertEquals(Optional.empty(), open("anna", server.port(), credentials));
        }
    }

    @Test
    void aRefusedPasswordIsNotTriedAgain() throws Exception {
        Credentials before = of("old");
        refuse(of("old"), "old");
        assertTrue(isIn("lee", before, "old"), "somebody else may have the same");
        assertTrue(isIn("anna", of("new"), "new"));
        // A good log-in with another one says nothing for it.
        assertFalse(isIn("anna", before, "old"));
        later.set(Duration.ofHours(25).toNanos());
        assertTrue(isIn("anna", before, "old"));
    }

    /// Whoever logs in to the gateway with it has shown that it is right again.
    @Test
    void aPasswordThatIsRightAgainIsTried() throws Exception {
        Credentials before = of("old");
        refuse(of("old"), "old");
        assertTrue(isIn("anna", of("old"), "old"));
        assertTrue(isIn("anna", before, "old"));
    }

    /// A session that nobody logs in anew comes back once another one is let in.
    @Test
    void aLogInToTheGatewayBringsAllSessionsBack() throws Exception {
        Credentials before = of("old");
        Credentials earlier = of("old");
        refuse(of("old"), "old");
        logIns.proved("anna", earlier);
        assertFalse(isIn("anna", before, "old"), "it was let in before it was refused");
        logIns.proved("anna", of("new"));
        logIns.proved("lee", of("old"));
        assertFalse(isIn("anna", before, "old"));
        logIns.proved("anna", of("old"));
        assertTrue(isIn("anna", before, "old"));
    }

    /// Of a password that is still refused each of these costs one try, and no more.
    @Test
    void aPasswordThatIsRefusedAgainIsTriedOnce() throws Exception {
        Credentials before = of("old");
        refuse(of("old"), "old");
        logIns.proved("anna", of("old"));
        refuse(before, "old");
        assertFalse(isIn("anna", before, "old"));
        later.set(Duration.ofHours(25).toNanos());
        refuse(before, "old");
        assertFalse(isIn("anna", before, "old"));
    }

    private String failure(Credentials credentials, String... answers) throws Exception {
        try (ScriptedServer server = answering("old", answers)) {
            return String.valueOf(
                    assertThrows(
                                    UpstreamException.class,
                                    () -> open("anna", server.port(), credentials))
                            .getMessage());
        }
    }

    /// It says nothing of the password, and is asked more and more rarely.
    @Test
    void aServerThatTakesNoLogInIsLeftAlone() throws Exception {
        String unavailable = "S p2 NO [UNAVAILABLE] the directory is down";
        Credentials hers = of("old");
        Credentials other = of("old");
        Duration now = Duration.ZERO;
        for (int seconds : new int[] {30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600}) {
            assertEquals("it takes no log-in now", failure(hers, unavailable));
            later.set(now.plusSeconds(seconds).minusSeconds(10).toNanos());
            for (Credentials each : List.of(hers, other)) {
                assertEquals(
                        "it took no log-in a while ago, and is left alone",
                        failure(each, "S p2 OK in"));
            }
            now = now.plusSeconds(seconds);
            later.set(now.toNanos());
        }
        assertTrue(isIn("anna", other, "old"));
        assertEquals("it takes no log-in now", failure(hers, unavailable));
        later.set(now.plusSeconds(31).toNanos());
        assertTrue(isIn("anna", hers, "old"), "the pauses begin anew");
    }

    /// Each try may lengthen the lock of an account; and a log-in shows that it is unlocked.
    @Test
    void anAdministratorIsWaitedForLong() throws Exception {
        Credentials hers = of("old");
        assertEquals("it takes no log-in now", failure(hers, "S p2 NO [CONTACTADMIN] locked"));
        later.set(Duration.ofMinutes(59).toNanos());
        assertEquals(
                "it took no log-in a while ago, and is left alone", failure(hers, "S p2 OK in"));
        logIns.proved("anna", of("old"));
        assertTrue(isIn("anna", hers, "old"));
        assertEquals("it takes no log-in now", failure(hers, "S * BYE [CONTACTADMIN] locked"));
        later.set(Duration.ofMinutes(121).toNanos());
        assertTrue(isIn("anna", hers, "old"));
    }

    @Test
    void oneThatNobodyAnswersIsRefused() throws Exception {
        Credentials before = of("old");
        Credentials hers = of("old");
        failure(hers);
        try (ScriptedServer server = answering("old")) {
            assertEquals(Optional.empty(), open("anna", server.port(), hers));
        }
        assertFalse(isIn("anna", before, "old"));
        later.set(Duration.ofHours(25).toNanos());
        failure(hers);
        assertTrue(isIn("anna", hers, "old"));
    }

    /// A server that hangs up on a wrong password hears it twice, however many sessions have it.
    @Test
    void whatNobodyAnswersIsCountedOverAllSessions() throws Exception {
        List<Credentials> sessions = List.of(of("old"), of("old"), of("old"), of("old"));
        failure(sessions.get(0));
        try (ScriptedServer server = answering("old")) {
            assertEquals(Optional.empty(), open("anna", server.port(), sessions.get(1)));
        }
        for (Credentials each : sessions) {
            assertFalse(isIn("anna", each, "old"));
        }
        // Another password of hers is another matter.
        try (ScriptedServer server = answering("new")) {
            assertThrows(UpstreamException.class, () -> open("anna", server.port(), of("new")));
        }
        // Whoever logs in to the gateway with it has shown that it was not the password.
        failure(of("old"));
        assertTrue(isIn("anna", sessions.get(0), "old"));
    }

    /// What a server does that shows no sign of life behind a password, without the wait for it.
    private static UpstreamException late() throws Exception {
        Duration time = Duration.ofSeconds(2);
        try (ScriptedServer silent = FakeClinic.playing(List.of("C never"));
                Entrance entrance =
                        Entrance.to(FakeClinic.at(silent.port()), FakeClinic.HERE, time)) {
            UpstreamException e =
                    assertThrows(UpstreamException.class, () -> entrance.logsIn(() -> new byte[0]));
            assertTrue(e.isLate(), e.toString());
            return e;
        }
    }

    /// A directory that hangs for minutes or hours refuses nobody: once it answers, whoever looks
    /// is in within four hours. A server that is silent because a password is wrong hears it four
    /// times in the first hour, eleven times in the first day, and six times in another one.
    @Test
    void aServerThatIsSlowHasNotRefused() throws Exception {
        UpstreamException late = late();
        List<Long> shown = new ArrayList<>();
        AtomicBoolean up = new AtomicBoolean();
        LogIns slow =
                new LogIns(
                        () -> System.nanoTime() + later.get(),
                        2,
                        (_, _, credentials) -> {
                            byte[] _ = credentials.message();
                            shown.add(Duration.ofNanos(later.get()).toSeconds());
                            if (up.get()) {
                                return new UpstreamClient.Entry.Refused();
                            }
                            throw late;
                        });
        Credentials hers = of("old");
        Duration asked = Duration.ofSeconds(30);
        Duration day = Duration.ofDays(1);
        for (Duration at = Duration.ZERO; at.compareTo(day.multipliedBy(2)) < 0; ) {
            later.set(at.toNanos());
            assertThrows(
                    UpstreamException.class,
                    () -> slow.open("anna", FakeClinic.at(1), FakeClinic.HERE, hers));
            at = at.plus(asked);
        }
        List<Long> first = shown.stream().filter(at -> at < day.toSeconds()).toList();
        assertEquals(
                List.of(
                        0L, 30L, 90L, 210L, 3_810L, 11_010L, 25_410L, 39_810L, 54_210L, 68_610L,
                        83_010L),
                first);
        assertEquals(17, shown.size());
        // A verdict is one, whenever it comes.
        up.set(true);
        later.set(day.multipliedBy(2).plusHours(4).toNanos());
        for (int i = 0; i < 2; i++) {
            assertEquals(
                    Optional.empty(), slow.open("anna", FakeClinic.at(1), FakeClinic.HERE, hers));
        }
        assertEquals(18, shown.size());
    }

    /// Of what a server was not shown it could say nothing.
    @Test
    void aServerThatIsAwayHasNotRefused() throws Exception {
        Credentials hers = of("old");
        for (int i = 0; i < 5; i++) {
            assertThrows(UpstreamException.class, () -> open("anna", 1, hers));
        }
        failure(hers);
        assertEquals("it takes no log-in now", failure(hers, "S p2 NO [LIMIT] many"));
        later.set(Duration.ofMinutes(1).toNanos());
        failure(hers);
        later.set(Duration.ofHours(26).toNanos());
        failure(hers);
        assertTrue(isIn("anna", hers, "old"));
    }

    @Test
    void twoSessionsDoNotTryItAtOnce() throws Exception {
        List<Future<Optional<UpstreamClient>>> tried = new ArrayList<>();
        try (ScriptedServer server = answering("old", REFUSAL);
                ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Credentials each : List.of(of("old"), of("old"), of("old"))) {
                Callable<Optional<UpstreamClient>> trying = () -> open("anna", server.port(), each);
                tried.add(sessions.submit(trying));
            }
            for (Future<Optional<UpstreamClient>> each : tried) {
                assertEquals(Optional.empty(), each.get());
            }
            assertEquals(1, server.heard().split("AUTHENTICATE", -1).length - 1);
        }
    }

    @Test
    void onlySoManyAreRemembered() throws Exception {
        Credentials first = of("0");
        for (String each : List.of("0", "1", "2")) {
            refuse(of(each), each);
        }
        assertTrue(isIn("anna", first, "0"));
    }
}

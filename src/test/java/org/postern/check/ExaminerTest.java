package org.postern.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.check.Examiner.Candidate;
import org.postern.check.Examiner.Verdict;
import org.postern.mail.Address;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// T7: how often an answer may be tried, whatever link, code or browser it comes by.
class ExaminerTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final Address PABLO = Address.of("pablo@patients.example");
    private static final String PEER = "192.0.2.7";

    @TempDir Path data;
    private final ManualClock clock = new ManualClock(NOON);
    private final AtomicBoolean believed = new AtomicBoolean(true);
    private Database database;
    private Codes codes;
    private WrongAnswers wrong;
    private Examiner examiner;

    @BeforeEach
    void start() throws IOException {
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock, believed::get);
        codes = new Codes(database, TestVault.one(), new SecureRandom());
        wrong = new WrongAnswers(database);
        examiner = new Examiner(new Plain(), codes, wrong);
    }

    /// What is known, without the hash that makes a guess slow: these tests count hundreds of them.
    private static final class Plain implements Examiner.Known {
        @Override
        public boolean matches(Address patient, PatientCheck check, String answer) {
            boolean known = patient.equals(MARIA) || patient.equals(PABLO);
            return switch (check) {
                case BIRTH_DATE -> known && check.readings(answer).contains("1972-04-09");
                case PIN -> patient.equals(MARIA) && check.readings(answer).contains("482915");
                case MOBILE -> throw new AssertionError("nobody types a number");
            };
        }

        @Override
        public boolean matchesPin(Address patient, String pin, String answer) {
            throw new AssertionError("a PIN of a message is hashed");
        }
    }

    /// From here on against the file, with all that a guess costs.
    private void againstTheFile() throws IOException {
        Path file = data.resolve("patients");
        for (PatientFile.Fact fact :
                List.of(
                        new PatientFile.Fact(MARIA, PatientCheck.BIRTH_DATE, "1972-04-09"),
                        new PatientFile.Fact(MARIA, PatientCheck.PIN, "482915"))) {
            PatientFile.add(file, TestVault.one(), fact);
        }
        examiner = new Examiner(PatientFile.open(file, TestVault.one()), codes, wrong);
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    private Verdict date(Address patient, String answer, String peer) throws IOException {
        return judge(patient, CheckKind.BIRTH_DATE, answer, peer);
    }

    private Verdict judge(Address patient, CheckKind kind, String answer, String peer)
            throws IOException {
        return examiner.judge(
                new Candidate(patient, kind, Optional.empty(), Optional.empty(), peer),
                answer,
                clock.instant());
    }

    private Verdict guess() throws IOException {
        return date(MARIA, "01/01/1980", PEER);
    }

    /// R18: a clock that was ahead for a moment gives whoever guesses no new tries.
    @Test
    void byAClockThatIsDoubtedNoAnswerAndNoCodeIsForgotten() throws IOException {
        wrong.count(MARIA, CheckKind.BIRTH_DATE, NOON);
        believed.set(false);
        Instant ahead = NOON.plus(Duration.ofDays(3_650));
        assertEquals(1, wrong.count(MARIA, CheckKind.BIRTH_DATE, ahead).lately());
        assertEquals(2, wrong.of(MARIA, CheckKind.BIRTH_DATE, NOON).lately());
        Ask ask = new Ask("a".repeat(43), MARIA, CheckKind.MAILED_CODE);
        codes.issue(ask, NOON);
        codes.issue(new Ask("b".repeat(43), MARIA, CheckKind.MAILED_CODE), ahead);
        assertTrue(codes.isAwaited(ask, NOON));
        believed.set(true);
        codes.issue(new Ask("b".repeat(43), MARIA, CheckKind.MAILED_CODE), ahead);
        assertFalse(codes.isAwaited(ask, NOON));
        wrong.count(MARIA, CheckKind.BIRTH_DATE, ahead);
        assertEquals(2, wrong.of(MARIA, CheckKind.BIRTH_DATE, NOON).lately());
    }

    @Test
    void fiveTriesThenWaitsThenTheLinkPauses() throws IOException {
        againstTheFile();
        for (int left = 4; left > 0; left--) {
            assertEquals(new Verdict.Wrong(5 - left, left), guess());
        }
        for (int minutes : new int[] {1, 5, 30}) {
            assertEquals(new Verdict.Wait(Duration.ofMinutes(minutes), true), guess());
            clock.advance(Duration.ofMinutes(minutes).minusMillis(1));
            assertEquals(
                    new Verdict.Wait(Duration.ofMillis(1), false),
                    date(MARIA, "04/09/1972", PEER),
                    "even the right answer waits");
            clock.advance(Duration.ofMillis(1));
        }
        assertEquals(new Verdict.LinkPauses(), guess());
        clock.advance(Duration.ofHours(1));
        assertEquals(new Verdict.LinkPauses(), guess(), "whatever link it comes by");
    }

    @Test
    void twentyInThirtyDaysAreTheEndOfIt() throws IOException {
        for (int i = 1; i < 20; i++) {
            guess();
            clock.advance(Duration.ofHours(1));
        }
        assertEquals(new Verdict.Barred(true), guess());
        clock.advance(Duration.ofDays(20));
        assertEquals(new Verdict.Barred(false), date(MARIA, "04/09/1972", PEER));
        assertInstanceOf(Verdict.Right.class, date(PABLO, "04/09/1972", PEER), "nobody else");
        assertInstanceOf(
                Verdict.Right.class, judge(MARIA, CheckKind.PIN, "482915", PEER), "a better check");
        assertInstanceOf(Verdict.Right.class, date(MARIA, "04/09/1972", PEER), "clears it");
    }

    @Test
    void theWindowSlides() throws IOException {
        for (int i = 0; i < 20; i++) {
            guess();
            clock.advance(Duration.ofHours(1));
        }
        clock.advance(Duration.ofDays(30).minusHours(20).minusMillis(1));
        assertInstanceOf(Verdict.Barred.class, date(MARIA, "04/09/1972", PEER));
        clock.advance(Duration.ofMillis(1));
        assertInstanceOf(Verdict.Right.class, date(MARIA, "04/09/1972", PEER));
    }

    /// The patient reads every day while somebody guesses: his tries do not begin anew.
    @Test
    void aRightAnswerEndsTheWaitAndNotTheMonth() throws IOException {
        int guesses = 0;
        Verdict last = new Verdict.Right();
        while (!(last instanceof Verdict.Barred)) {
            last = guess();
            guesses++;
            if (guesses % 4 == 0 && !(last instanceof Verdict.Barred)) {
                assertInstanceOf(Verdict.Right.class, date(MARIA, "04/09/1972", PEER));
            }
        }
        assertEquals(20, guesses);
    }

    @Test
    void theClinicForgives() throws IOException {
        for (int i = 0; i < 20; i++) {
            guess();
            clock.advance(Duration.ofHours(1));
        }
        wrong.forgive(MARIA);
        assertEquals(new Verdict.Wrong(1, 4), guess());
    }

    @Test
    void slipsCostNothing() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertEquals(new Verdict.Empty(), date(MARIA, "  ", PEER));
            assertEquals(new Verdict.NoDate(), date(MARIA, "4/9", PEER));
        }
        assertEquals(new Verdict.Wrong(1, 4), guess());
    }

    @Test
    void aHundredAtOnceAreFiveTries() throws Exception {
        againstTheFile();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Verdict>> calls =
                    IntStream.range(0, 40).<Callable<Verdict>>mapToObj(_ -> this::guess).toList();
            long counted = 0;
            for (var result : threads.invokeAll(calls)) {
                counted += result.get() instanceof Verdict.Wrong ? 1 : 0;
            }
            assertEquals(4, counted);
        }
        assertEquals(5, wrong.of(MARIA, CheckKind.BIRTH_DATE, clock.instant()).running());
    }

    /// T8: a network is slowed down and not shut out, and others are not even slowed.
    @Test
    void aNetworkThatGuessesMuchIsSlowedAndNoOther() throws IOException {
        for (int i = 0; i < 30; i++) {
            assertInstanceOf(Verdict.Wrong.class, date(patient(i), "01/01/1980", "192.0.2." + i));
        }
        assertInstanceOf(Verdict.Wrong.class, date(patient(0), "02/01/1980", "192.0.2.200"));
        assertEquals(
                new Verdict.Slower(Budgets.SLOW), date(patient(1), "02/01/1980", "192.0.2.201"));
        assertInstanceOf(Verdict.Wrong.class, date(patient(1), "02/01/1980", "198.51.100.1"));
        // Who types right gets in, though somebody takes every turn; after a slip she waits for
        // hers.
        assertInstanceOf(Verdict.Right.class, date(MARIA, "04/09/1972", "192.0.2.202"));
        assertInstanceOf(Verdict.Wrong.class, date(MARIA, "04/09/1973", "192.0.2.202"));
        assertInstanceOf(Verdict.Slower.class, date(MARIA, "04/09/1972", "192.0.2.202"));
        clock.advance(Budgets.SLOW);
        assertInstanceOf(Verdict.Right.class, date(MARIA, "04/09/1972", "192.0.2.202"));
    }

    private static Address patient(int number) {
        return Address.of("p" + number + "@patients.example");
    }

    /// Who has many links goes ahead of the turns only so often.
    @Test
    void onlySoManyGoAhead() throws IOException {
        for (int i = 0; i < 30 + Budgets.AHEAD_MAX; i++) {
            assertInstanceOf(Verdict.Wrong.class, date(patient(i), "01/01/1980", "192.0.2.1"));
        }
        assertInstanceOf(Verdict.Wrong.class, date(patient(998), "01/01/1980", "192.0.2.1"));
        assertInstanceOf(Verdict.Slower.class, date(patient(999), "01/01/1980", "192.0.2.1"));
    }

    /// Who reads all day by right answers goes ahead in nobody's stead.
    @Test
    void oneReaderGoesAheadOnce() throws IOException {
        for (int i = 0; i < 30; i++) {
            date(patient(i), "01/01/1980", "192.0.2.1");
        }
        for (int i = 0; i < 2 * Budgets.AHEAD_MAX; i++) {
            assertInstanceOf(Verdict.Right.class, date(MARIA, "04/09/1972", "192.0.2.1"));
        }
        assertInstanceOf(Verdict.Wrong.class, date(patient(998), "01/01/1980", "192.0.2.1"));
        assertInstanceOf(Verdict.Right.class, date(PABLO, "04/09/1972", "192.0.2.1"));
    }

    /// A /48 may be a guesser's, or a mobile carrier's: each of its networks has a turn of its own,
    /// and others are not slowed.
    @Test
    void aSiteWithManyNetworksIsSlowedAndNobodyInItShutOut() throws IOException {
        for (int i = 0; i < 60; i++) {
            String peer = "2001:db8:7:%x::1".formatted(i);
            assertInstanceOf(Verdict.Wrong.class, date(patient(i), "01/01/1980", peer));
        }
        String telephone = "2001:db8:7:f1::1";
        assertInstanceOf(Verdict.Right.class, date(MARIA, "04/09/1972", telephone));
        assertInstanceOf(Verdict.Wrong.class, date(patient(1), "02/01/1980", telephone));
        assertEquals(
                new Verdict.Slower(Budgets.SITE_SLOW), date(patient(1), "04/01/1980", telephone));
        assertInstanceOf(Verdict.Wrong.class, date(patient(2), "02/01/1980", "2001:db8:7:f2::1"));
        assertInstanceOf(Verdict.Wrong.class, date(patient(1), "04/01/1980", "2001:db8:8:f2::1"));
    }

    /// Who makes up networks without end fills no table that shuts others out.
    @Test
    void whatFindsNoPlaceIsLetThrough() {
        Pace pace = Pace.open(Duration.ZERO, 1, Duration.ofHours(1));
        for (int i = 0; i < 10_000; i++) {
            assertTrue(pace.take("v6 " + i, NOON));
        }
        assertTrue(pace.take("another", NOON));
        assertTrue(pace.take("another", NOON));
        assertFalse(pace.take("v6 17", NOON));
    }

    @Test
    void networksAreThoseOfAHouse() {
        assertEquals(Pace.networkOf("192.0.2.1"), Pace.networkOf("192.0.2.99"));
        assertEquals(Pace.networkOf("2001:db8::1"), Pace.networkOf("2001:db8:0:0:ffff::1"));
        assertFalse(Pace.networkOf("2001:db8::1").equals(Pace.networkOf("2001:db8:0:1::1")));
        assertFalse(Pace.networkOf("192.0.2.1").equals(Pace.networkOf("192.0.3.1")));
    }

    @Test
    void aCodeIsGoodOnceForWhoAskedForTenMinutes() throws IOException {
        Ask ask = new Ask("a".repeat(43), MARIA, CheckKind.MAILED_CODE);
        Ask other = new Ask("b".repeat(43), MARIA, CheckKind.MAILED_CODE);
        assertEquals(Codes.Answer.EXPIRED, codes.redeem(ask, "000000", NOON), "none was sent");
        Codes.Code code = codes.issue(ask, NOON);
        assertTrue(code.digits().matches("[0-9]{6}"));
        assertFalse(code.toString().contains(code.digits()));
        Instant last = NOON.plus(Codes.LIFE).minusMillis(1);
        assertEquals(Codes.Answer.WRONG, codes.redeem(ask, "no", last));
        assertEquals(Codes.Answer.EXPIRED, codes.redeem(other, code.digits(), last));
        Codes.Code theirs = codes.issue(other, NOON);
        assertTrue(codes.isAwaited(ask, last), "somebody else's asking kills no code");
        if (!theirs.equals(code)) {
            assertEquals(Codes.Answer.WRONG, codes.redeem(ask, theirs.digits(), last));
        }
        assertEquals(
                Codes.Answer.EXPIRED,
                codes.redeem(new Ask(ask.id(), PABLO, CheckKind.MAILED_CODE), code.digits(), last));
        assertEquals(
                Codes.Answer.EXPIRED,
                codes.redeem(new Ask(ask.id(), MARIA, CheckKind.SMS), code.digits(), last));
        assertEquals(Codes.Answer.EXPIRED, codes.redeem(ask, code.digits(), last.plusMillis(1)));
        String spaced = code.digits().substring(0, 3) + " " + code.digits().substring(3) + " ";
        assertEquals(Codes.Answer.RIGHT, codes.redeem(ask, spaced, last));
        assertEquals(Codes.Answer.EXPIRED, codes.redeem(ask, code.digits(), last));
    }

    @Test
    void aNewCodeKillsTheOneBeforeAndResetsNoCount() throws IOException {
        Ask ask = new Ask("a".repeat(43), MARIA, CheckKind.SMS);
        Codes.Code old = codes.issue(ask, NOON);
        Candidate maria =
                new Candidate(MARIA, CheckKind.SMS, Optional.of(ask), Optional.empty(), PEER);
        examiner.judge(maria, "no", NOON);
        Codes.Code fresh = codes.issue(ask, NOON);
        while (fresh.equals(old)) {
            fresh = codes.issue(ask, NOON);
        }
        assertEquals(new Verdict.Wrong(2, 3), examiner.judge(maria, old.digits(), NOON));
        assertEquals(new Verdict.Right(), examiner.judge(maria, fresh.digits(), NOON));
    }

    @Test
    void aCodeIsUsedOnceByManyAtOnce() throws Exception {
        Ask ask = Ask.ofDevice(MARIA);
        Codes.Code code = codes.issue(ask, NOON);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Codes.Answer>> calls =
                    IntStream.range(0, 16)
                            .<Callable<Codes.Answer>>mapToObj(
                                    _ -> () -> codes.redeem(ask, code.digits(), NOON))
                            .toList();
            int right = 0;
            for (var result : threads.invokeAll(calls)) {
                right += result.get() == Codes.Answer.RIGHT ? 1 : 0;
            }
            assertEquals(1, right);
        }
    }

    @Test
    void aPinOfAMessageIsThatMessagesAlone() throws IOException {
        againstTheFile();
        String hash = PatientFile.hashOfPin(TestVault.one(), MARIA, "4821");
        Candidate maria =
                new Candidate(MARIA, CheckKind.PIN, Optional.empty(), Optional.of(hash), PEER);
        assertEquals(new Verdict.Right(), examiner.judge(maria, "48 21", NOON));
        assertInstanceOf(Verdict.Wrong.class, examiner.judge(maria, "482915", NOON), "the file's");
        Candidate pablo =
                new Candidate(PABLO, CheckKind.PIN, Optional.empty(), Optional.of(hash), PEER);
        assertInstanceOf(Verdict.Wrong.class, examiner.judge(pablo, "4821", NOON));
    }

    @Test
    void theDatabaseHoldsNoCode() throws IOException {
        Codes.Code code = codes.issue(new Ask("a".repeat(43), MARIA, CheckKind.SMS), NOON);
        database.checkpoint();
        stop();
        try (Stream<Path> files = Files.walk(data.resolve("db"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
                assertFalse(text.contains("'" + code.digits() + "'"));
                assertFalse(text.contains("a".repeat(43)));
            }
        }
        start();
    }
}

package org.postern.check;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.postern.mail.Address;

/// Judges answers: one at a time for each patient, so that tries are looked up, judged and counted
/// as one step, and a hundred answers sent at once are still five tries.
public final class Examiner {
    private static final int LOCKS = 64;

    /// Fewer digits than any way to write a birth date has: a slip and not a guess.
    private static final int DATE_DIGITS_MIN = 6;

    private final Known patients;
    private final Codes codes;
    private final WrongAnswers wrong;
    private final Budgets budgets = new Budgets();
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    public Examiner(Known patients, Codes codes, WrongAnswers wrong) {
        this.patients = patients;
        this.codes = codes;
        this.wrong = wrong;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /// What the clinic knows of patients: it says whether an answer is right, and takes as long
    /// whether it is or not.
    public interface Known {
        /// As [PatientFile#matches].
        boolean matches(Address patient, PatientCheck check, String answer);

        /// As [PatientFile#matchesPin].
        boolean matchesPin(Address patient, String pin, String answer);
    }

    /// Who answers what.
    ///
    /// @param ask the request for a code, where one is answered
    /// @param pin hash of the PIN that the clinician set for this message
    /// @param peer IP address
    public record Candidate(
            Address patient,
            CheckKind kind,
            Optional<Ask> ask,
            Optional<String> pin,
            String peer) {}

    /// What an answer was.
    public sealed interface Verdict {
        /// Whether the answer was looked at, was wrong and is counted. Nothing else is a wrong
        /// answer, for the audit too.
        default boolean isCounted() {
            return switch (this) {
                case Wrong _, LinkPauses _ -> true;
                case Wait(Duration _, boolean counted) -> counted;
                case Barred(boolean counted) -> counted;
                case Right _, Slower _, Empty _, NoDate _, NoCode _ -> false;
            };
        }

        record Right() implements Verdict {}

        /// @param wrong in a row, with this one
        /// @param left before the first wait
        record Wrong(int wrong, int left) implements Verdict {
            /// Whether the patient should hear that somebody tries.
            public boolean isToBeTold() {
                return wrong == Waits.TOLD_AT;
            }
        }

        /// No answer is looked at before this time is over.
        ///
        /// @param counted whether the answer that was given was wrong and is counted
        record Wait(Duration time, boolean counted) implements Verdict {}

        /// The answer was wrong, and the link pauses until a fresh one was asked for.
        record LinkPauses() implements Verdict {}

        /// This check is over for some weeks, or until the clinic says otherwise.
        ///
        /// @param counted as above
        record Barred(boolean counted) implements Verdict {}

        /// The network gave so many wrong answers that it has to wait a moment.
        record Slower(Duration time) implements Verdict {}

        /// No answer at all; costs nothing.
        record Empty() implements Verdict {}

        /// Too short for a date; costs nothing.
        record NoDate() implements Verdict {}

        /// No code is alive; costs nothing.
        record NoCode() implements Verdict {}
    }

    /// What stands in the way of an answer now, before one was given.
    public Optional<Verdict> hindrance(Address patient, CheckKind kind, Instant now)
            throws IOException {
        return hindrance(wrong.of(patient, kind, now), now);
    }

    private static Optional<Verdict> hindrance(WrongAnswers.Tries tries, Instant now) {
        if (tries.lately() >= Waits.TRIES_MAX) {
            return Optional.of(new Verdict.Barred(false));
        }
        Instant until = tries.last().plus(Waits.after(tries.running()));
        return until.isAfter(now)
                ? Optional.of(new Verdict.Wait(Duration.between(now, until), false))
                : Optional.empty();
    }

    /// Judges an answer; a wrong one is counted and a right one settled, durable on return.
    public Verdict judge(Candidate candidate, String answer, Instant now) throws IOException {
        int stripe = Math.floorMod(candidate.patient().key().hashCode(), LOCKS);
        ReentrantLock lock = locks[stripe];
        lock.lock();
        try {
            WrongAnswers.Tries tries = wrong.of(candidate.patient(), candidate.kind(), now);
            Optional<Verdict> hindrance = hindrance(tries, now);
            if (hindrance.isPresent()) {
                return hindrance.get();
            }
            Optional<Verdict> slip = slip(candidate.kind(), answer);
            if (slip.isPresent()) {
                return slip.get();
            }
            Duration delay =
                    budgets.delay(candidate.peer(), candidate.patient(), tries.running() == 0, now);
            if (!delay.isZero()) {
                return new Verdict.Slower(delay);
            }
            return look(candidate, answer, now);
        } finally {
            lock.unlock();
        }
    }

    private static Optional<Verdict> slip(CheckKind kind, String answer) {
        if (answer.isBlank()) {
            return Optional.of(new Verdict.Empty());
        }
        boolean date = kind == CheckKind.BIRTH_DATE;
        return date && answer.chars().filter(Character::isDigit).count() < DATE_DIGITS_MIN
                ? Optional.of(new Verdict.NoDate())
                : Optional.empty();
    }

    private Verdict look(Candidate candidate, String answer, Instant now) throws IOException {
        Address patient = candidate.patient();
        return switch (candidate.kind()) {
            case BIRTH_DATE ->
                    verdict(
                            patients.matches(patient, PatientCheck.BIRTH_DATE, answer),
                            candidate,
                            now);
            case PIN ->
                    verdict(
                            candidate.pin().isPresent()
                                    ? patients.matchesPin(patient, candidate.pin().get(), answer)
                                    : patients.matches(patient, PatientCheck.PIN, answer),
                            candidate,
                            now);
            case SMS, MAILED_CODE, DEVICE_CODE -> {
                if (candidate.ask().isEmpty()) {
                    yield new Verdict.NoCode();
                }
                yield switch (codes.redeem(candidate.ask().get(), answer, now)) {
                    case RIGHT -> verdict(true, candidate, now);
                    case WRONG -> verdict(false, candidate, now);
                    case EXPIRED -> new Verdict.NoCode();
                };
            }
            case BUTTON -> new Verdict.Right();
            case PASSKEY -> throw new IllegalArgumentException("a passkey is no answer");
        };
    }

    private Verdict verdict(boolean right, Candidate candidate, Instant now) throws IOException {
        if (right) {
            wrong.settle(candidate.patient(), candidate.kind());
            return new Verdict.Right();
        }
        budgets.failed(candidate.peer(), now);
        WrongAnswers.Tries tries = wrong.count(candidate.patient(), candidate.kind(), now);
        if (tries.lately() >= Waits.TRIES_MAX) {
            return new Verdict.Barred(true);
        }
        if (Waits.pauseTheLink(tries.running())) {
            return new Verdict.LinkPauses();
        }
        Duration wait = Waits.after(tries.running());
        return wait.isZero()
                ? new Verdict.Wrong(tries.running(), Waits.left(tries.running()))
                : new Verdict.Wait(wait, true);
    }
}

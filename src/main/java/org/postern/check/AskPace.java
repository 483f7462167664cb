package org.postern.check;

import java.time.Duration;
import java.time.Instant;

/// How often a code is sent. A browser has its own gap and count, for a code is worth nothing in
/// another one: whoever holds the link cannot make the patient wait for a code that is not hers.
/// All browsers of a patient share a larger count, so that nobody floods her mailbox or telephone.
public final class AskPace {
    private static final Duration GAP = Duration.ofSeconds(30);
    private static final Duration SPAN = Duration.ofHours(1);

    /// Of one browser.
    private static final int BROWSER_MAX = 5;

    private static final int PATIENT_MAX = 20;

    private final Pace browsers = Pace.open(GAP, BROWSER_MAX, SPAN);
    private final Pace patients = new Pace(Duration.ZERO, PATIENT_MAX, SPAN);

    /// Counts one more, if it is not too soon.
    public boolean take(Ask ask, Instant now) {
        String patient = ask.patient().key();
        if (!patients.take(patient, now)) {
            return false;
        }
        if (!browsers.take(ask.hash() + " " + patient, now)) {
            patients.giveBack(patient, now);
            return false;
        }
        return true;
    }
}

package org.postern.check;

import java.time.Duration;
import java.time.Instant;

/// How often a code is sent. A browser has its own gap and count, for a code is worth nothing in
/// another one: whoever holds the link cannot make the patient wait for a code that is not hers.
/// All browsers of a patient share a larger count, so that nobody floods her mailbox or telephone,
/// and those of one site have a part of it: whoever has the link leaves the rest to the patient,
/// who is elsewhere.
public final class AskPace {
    private static final Duration GAP = Duration.ofSeconds(30);
    private static final Duration SPAN = Duration.ofHours(1);

    /// Of one browser.
    private static final int BROWSER_MAX = 5;

    /// Of all browsers of one site: a family at one access, and no more.
    private static final int SITE_MAX = 8;

    private static final int PATIENT_MAX = 20;

    private final Pace browsers = Pace.open(GAP, BROWSER_MAX, SPAN);
    private final Pace sites = Pace.open(Duration.ZERO, SITE_MAX, SPAN);
    private final Pace patients = new Pace(Duration.ZERO, PATIENT_MAX, SPAN);

    /// Counts one more, if it is not too soon.
    ///
    /// @param peer IP address of the browser; one that all have in common does not count
    public boolean take(Ask ask, String peer, Instant now) {
        String patient = ask.patient().key();
        String site = Pace.siteOf(peer) + " " + patient;
        boolean counted = !AskLimits.isProxy(peer);
        if ((counted && sites.isOver(site, now)) || !patients.take(patient, now)) {
            return false;
        }
        if (!browsers.take(ask.hash() + " " + patient, now)) {
            patients.giveBack(patient, now);
            return false;
        }
        if (counted) {
            sites.take(site, now);
        }
        return true;
    }
}

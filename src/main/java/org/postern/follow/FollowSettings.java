package org.postern.follow;

import java.time.ZoneId;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.PickupTerms;

/// What the clinic's configuration says about the time after a notice.
public record FollowSettings(PickupTerms terms, ClinicHours hours) {
    /// As `gateway.yaml` has it.
    public static FollowSettings of(GatewayConfig config, ZoneId zone) {
        PickupTerms terms = config.pickup();
        return new FollowSettings(
                terms,
                new ClinicHours(
                        zone, terms.quiet().from(), terms.quiet().until(), config.clinic().days()));
    }

    Ladder.Times times() {
        return new Ladder.Times(terms.firstReminder(), terms.secondReminder(), hours);
    }
}

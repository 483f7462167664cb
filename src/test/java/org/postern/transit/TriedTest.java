package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Delivered;
import org.postern.mail.DeliveryOutcome.Held;
import org.postern.transit.Agenda.Tried;
import org.postern.transit.Transit.Attempt;

/// Of which attempts the other mail to a destination hears.
class TriedTest {
    private static final DeliveryOutcome BUSY = new Delayed("it is busy");
    private static final DeliveryOutcome LOOKED_UP = Delayed.alone("it is looked up");

    @Test
    void onlyTheDestinationsOwnRefusalCounts() {
        row(true, LOOKED_UP);
        row(true, LOOKED_UP, LOOKED_UP, new Held("somebody looks at it"));
        row(true, LOOKED_UP, new Delivered());
        row(false, BUSY);
        row(false, LOOKED_UP, BUSY);
        row(false, BUSY, new Delivered());
        row(false); // Nothing was tried, and nothing is known.
    }

    private static void row(boolean aside, DeliveryOutcome... outcomes) {
        List<Attempt> attempts = Stream.of(outcomes).map(Attempt::none).toList();
        assertEquals(aside, new Tried(false, attempts).isAside(), attempts::toString);
    }
}

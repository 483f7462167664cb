package org.postern.start;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.PickupToken;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;

class StartLinksTest {
    @TempDir Path data;

    /// R18: it is good again when the clock is set right.
    @Test
    void noLinkIsForgottenByAClockThatIsDoubted() throws IOException {
        ManualClock clock = ManualClock.atNoon();
        AtomicBoolean believed = new AtomicBoolean();
        try (Database database =
                TestDatabase.open(new FileDisk(), data.resolve("db"), clock, believed::get)) {
            StartLinks links = new StartLinks(database, new SecureRandom());
            StartLinks.StartLink link =
                    new StartLinks.StartLink(
                            "desk",
                            Address.of("maria@patients.example"),
                            new QueueId("0".repeat(16)),
                            Optional.empty());
            Instant noon = clock.instant();
            Instant ahead = noon.plus(Duration.ofDays(3_650));
            PickupToken token = links.make(link, noon);
            links.make(link, ahead);
            assertFalse(links.find(token.value(), ahead).isPresent());
            assertTrue(links.find(token.value(), noon).isPresent());
            believed.set(true);
            links.make(link, ahead);
            assertFalse(links.find(token.value(), noon).isPresent());
        }
    }
}

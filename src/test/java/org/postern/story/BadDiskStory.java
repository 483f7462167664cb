package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;

import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.store.FileDisk;
import org.postern.testkit.FailingDisk;
import org.postern.testkit.FailingDisk.Operation;

/// Nothing is acknowledged falsely: on a full disk the client is told 452, on a broken one 451, and
/// nothing of such a message goes out.
class BadDiskStory {
    private static final String SAM = "sam.okafor@mapleclinic.example";

    @TempDir Path home;

    private final FailingDisk disk = new FailingDisk(new FileDisk());

    @Test
    void aFullDiskIsToldAndRecovers() throws Exception {
        try (RunningClinic clinic = RunningClinic.start(home, Clock.systemUTC(), disk)) {
            try (MailClient client = MailClient.relay(clinic.clinic())) {
                client.send(SAM, message("before"));
                disk.fill();
                assertTrue(client.offerData(SAM, message("full")).startsWith("452 4.3.1"), "full");
                disk.heal();
                client.send(SAM, message("after"));
            }
            await("two messages", () -> clinic.sink().taken().size() >= 2);
            assertEquals(2, clinic.sink().taken().size());
        }
    }

    @Test
    void aFailedSyncIsNeverAnswered250() throws Exception {
        try (RunningClinic clinic = RunningClinic.start(home, Clock.systemUTC(), disk)) {
            try (MailClient client = MailClient.relay(clinic.clinic())) {
                client.send(SAM, message("before"));
                await("the first", () -> clinic.sink().taken().size() == 1);
                disk.failFrom(1, Operation.SYNC);
                assertTrue(client.offerData(SAM, message("lost")).startsWith("45"), "broken");
                disk.heal();
                // The kernel has forgotten the failed pages: only a restart makes it good again.
                assertTrue(client.offerData(SAM, message("still")).startsWith("45"), "sticky");
            }
            assertEquals(1, clinic.sink().taken().size());
        }
    }

    private static String message(String word) {
        return "From: anna.reyes@mapleclinic.example\r\nSubject: "
                + word
                + "\r\n\r\n"
                + word
                + "\r\n";
    }
}

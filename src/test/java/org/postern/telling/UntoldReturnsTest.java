package org.postern.telling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.follow.FollowWorld;
import org.postern.mail.Address;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.mailbox.StoredMessage;
import org.postern.spool.QueuedMessage;

/// IT hears of notices that came back where nobody else may be told: by few letters, without what
/// the mail says.
class UntoldReturnsTest {
    private static final Address STRANGER = Address.of("stranger@world.example");
    private static final String KIND = "untold";
    private static final Duration MOMENT = Duration.ofSeconds(5);

    @TempDir Path data;
    private FollowWorld world;

    @BeforeEach
    void open() throws IOException {
        world = new FollowWorld(data);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private static Address patient(int number) {
        return Address.of("patient" + number + "@patients.example");
    }

    private StoredMessage passedOn(Address patient) throws IOException {
        return world.notified(STRANGER, patient, Stay.from(world.clock().instant()).untold());
    }

    private StoredMessage comesBack(int number) throws IOException {
        StoredMessage stored = passedOn(patient(number));
        world.followUp().returned(stored, "5.1.1");
        return stored;
    }

    @Test
    void itHearsOfANoticeThatCameBack() throws IOException {
        StoredMessage stored = comesBack(1);
        world.after(MOMENT);
        QueuedMessage letter = world.queued(KIND).getFirst();
        assertEquals(List.of(FollowWorld.IT), letter.envelope().recipients());
        assertNull(letter.envelope().reversePath(), "nobody hears of a letter that comes back");
        String text = world.letters(KIND).getFirst();
        assertTrue(text.contains("audit show " + stored.message().queueId()), text);
        assertFalse(text.contains("patient1"), text);
        assertFalse(text.contains("stranger"), text);
        world.live(Duration.ofDays(2));
        assertEquals(1, world.letters(KIND).size(), "once");
    }

    @Test
    void itHearsOfAReaderWhoSaysThatSheIsSomebodyElse() throws IOException {
        world.followUp().notTheirs(passedOn(patient(1)));
        world.after(MOMENT);
        assertEquals(1, world.letters(KIND).size());
    }

    @Test
    void anAuthorWhoIsToldHearsOfItAlone() throws IOException {
        world.followUp().returned(world.notified(FollowWorld.ANNA, FollowWorld.MARIA), "5.1.1");
        world.after(MOMENT);
        assertEquals(1, world.letters("returned").size());
        assertEquals(List.of(), world.letters(KIND));
    }

    @Test
    void aFloodIsOneLetterAnHour() throws IOException {
        for (int i = 0; i < 30; i++) {
            comesBack(i);
            world.after(MOMENT);
        }
        assertEquals(1, world.letters(KIND).size(), "of the first, at once");
        world.after(UntoldReturns.PERIOD);
        assertEquals(2, world.letters(KIND).size());
        String sum = world.letters(KIND).getLast();
        assertEquals(UntoldReturns.NAMED_MAX, sum.split("audit show 1", -1).length - 1, sum);
        assertTrue(sum.contains("and 9 more"), sum);
        assertTrue(Files.size(data.resolve("returns-untold")) < 100, "all was told");
    }

    @Test
    void aStopForgetsNoneAndTellsNoneTwice() throws IOException {
        comesBack(1);
        world.after(MOMENT);
        StoredMessage second = comesBack(2);
        world.restart();
        world.after(MOMENT);
        assertEquals(1, world.letters(KIND).size(), "the hour is not over");
        world.after(UntoldReturns.PERIOD);
        assertEquals(2, world.letters(KIND).size());
        assertTrue(world.letters(KIND).getLast().contains(second.message().queueId().value()));
    }

    @Test
    void aDamagedFileIsPutAsideAndNothingElseStops() throws IOException {
        Path file = data.resolve("returns-untold");
        Files.writeString(file, "half a li");
        world.followUp().notTheirs(passedOn(patient(1)));
        assertEquals("half a li", Files.readString(data.resolve("returns-untold.damaged")));
        assertTrue(world.mailbox().isPaused(patient(1)));
        world.after(MOMENT);
        assertEquals(1, world.letters(KIND).size());
        Files.write(file, new byte[] {0, -1, '\n', 3, '\n', -61});
        comesBack(2);
        world.after(MOMENT);
        assertEquals(2, world.letters(KIND).size());
        Files.writeString(file, "");
        world.after(MOMENT);
        assertEquals("", Files.readString(data.resolve("returns-untold.damaged")));
    }

    /// A stranger has the link, and whoever said so does not come again.
    @Test
    void linksOfAStrangerPauseEvenIfThatCannotBeNoted() throws IOException {
        Files.createDirectory(data.resolve("returns-untold"));
        world.followUp().notTheirs(passedOn(patient(1)));
        assertTrue(world.mailbox().isPaused(patient(1)));
        assertTrue(
                world.audited().stream().anyMatch(line -> line.contains("links-paused")),
                world.audited().toString());
    }

    /// Its links do not pause before it is noted, so that the report is taken again.
    @Test
    void whatCannotBeNotedIsTakenAgain() throws IOException {
        StoredMessage stored = passedOn(patient(1));
        Files.createDirectory(data.resolve("returns-untold"));
        assertThrows(IOException.class, () -> world.followUp().returned(stored, "5.1.1"));
        Files.delete(data.resolve("returns-untold"));
        world.followUp().returned(stored, "5.1.1");
        world.after(MOMENT);
        assertEquals(1, world.letters(KIND).size());
    }
}

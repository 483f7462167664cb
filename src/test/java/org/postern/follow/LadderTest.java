package org.postern.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.follow.FollowWorld.ANNA;
import static org.postern.follow.FollowWorld.JOHN;
import static org.postern.follow.FollowWorld.MARIA;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.GatewayConfig.Receipts;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.ClinicianMail.Done;

/// The unread ladder: what is sent when, what stops it, and that no stop of the gateway makes it
/// take a step twice.
class LadderTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

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

    private void inAnotherWorld(Receipts receipts, Telephone telephone) throws IOException {
        world.close();
        world = new FollowWorld(data.resolve("other"), receipts, telephone);
    }

    @Test
    void twoRemindersAndALine() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.live(DAY.minus(HOUR));
        assertEquals(List.of(), world.kinds());
        world.live(HOUR.multipliedBy(2));
        assertEquals(List.of("reminder-1"), world.kinds());
        world.live(DAY.multipliedBy(2));
        assertEquals(List.of("reminder-1", "reminder-2"), world.kinds());
        // Thursday morning; the next working day is Friday.
        world.live(DAY);
        assertEquals(List.of("reminder-1", "reminder-2", "unread"), world.kinds());
        world.live(DAY.multipliedBy(30));
        assertEquals(3, world.kinds().size(), "and no more");
        assertEquals(
                List.of(world.addresses.bounce(stored.key()).orElseThrow()),
                world.queued("reminder-1").stream()
                        .map(it -> it.envelope().reversePath())
                        .toList());
        String line = world.letters("unread").getFirst();
        assertTrue(line.contains("Not read yet by maria@patients.example (3 days)"), line);
        assertTrue(
                line.contains("In-Reply-To: <" + stored.message().messageId() + ">"),
                "in the thread of her message");
        assertTrue(line.contains("<before@clinic.example>\r\n <"), "with what it referred to");
        assertFalse(line.contains("Knee"), "no subject");
    }

    /// R18: else a clock years ahead had all patients reminded of everything in a minute.
    @Test
    void byAClockThatIsDoubtedNobodyIsReminded() throws IOException {
        world.notified(ANNA, MARIA);
        world.believed.set(false);
        world.live(DAY.multipliedBy(6));
        assertEquals(List.of(), world.kinds());
        world.believed.set(true);
        world.live(HOUR);
        assertEquals(List.of("reminder-2"), world.kinds());
    }

    /// Nothing is deleted meanwhile; an answer of long ago is over all the same.
    @Test
    void byAClockThatIsDoubtedMailIsAnsweredOnceInSevenDays() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.believed.set(false);
        for (int answers = 1; answers <= 3; answers++) {
            world.followUp.answer(stored, "");
            world.followUp.answer(stored, "");
            assertEquals(answers, world.queued("answer").size());
            world.clock.advance(DAY.multipliedBy(7));
        }
    }

    /// Its author may be anybody: the clinic's own server passed it on. The patient hears of it.
    @Test
    void aStrangerIsToldNothingOfAMessage() throws IOException {
        Stay stay = Stay.from(world.clock.instant()).untold();
        StoredMessage stored = world.notified(JOHN, MARIA, stay);
        world.live(DAY.multipliedBy(8));
        assertEquals(List.of("reminder-1", "reminder-2"), world.kinds());
        world.read(stored);
        world.live(DAY);
        assertEquals(2, world.kinds().size(), "no receipt");
        StoredMessage other = world.notified(JOHN, MARIA, stay);
        assertEquals(Optional.empty(), world.followUp.undeliverable(other, "5.1.1"));
        world.followUp.notTheirs(other);
        Address bounce = world.addresses.bounce(other.key()).orElseThrow();
        assertEquals(Optional.empty(), world.followUp.author(bounce));
        assertEquals(2, world.kinds().size());
        assertTrue(
                world.audited().stream().anyMatch(line -> line.contains("links-paused")),
                world.audited().toString());
    }

    @Test
    void theNumberOnFileStandsInTheLine() throws IOException {
        Phones phones = new Phones();
        inAnotherWorld(Receipts.EACH, phones);
        world.notified(ANNA, MARIA);
        world.live(DAY.multipliedBy(6));
        assertEquals(List.of("reminder-1", "unread"), world.kinds());
        assertEquals(1, phones.told.size(), "the second reminder was a text message");
        assertTrue(world.letters("unread").getFirst().contains("+1 555 0199"));
        assertTrue(
                world.audited().stream().anyMatch(line -> line.contains("texted by ladder")),
                world.audited().toString());
    }

    @Test
    void aTextMessageThatFailsBecomesAMail() throws IOException {
        Phones phones = new Phones();
        phones.fails = true;
        inAnotherWorld(Receipts.EACH, phones);
        world.notified(ANNA, MARIA);
        world.live(DAY.multipliedBy(4));
        assertEquals(1, phones.told.size());
        assertEquals(List.of("reminder-1", "reminder-2", "unread"), world.kinds());
    }

    /// T10: what tells her that the mail is ours, and what she types if she taps no links.
    @Test
    void aReminderBringsTheWordAndTheCode() throws IOException {
        world.notified(ANNA, MARIA);
        world.live(DAY.plus(HOUR));
        String letter = world.letters("reminder-1").getFirst();
        assertTrue(letter.contains("Your word: lighthouse"), letter);
        assertTrue(letter.contains("type this code: K7QP-29FM-X4TD-8HWN"), letter);
    }

    /// T30: whoever of the clinic asks for a link, it goes to the address that the message went to,
    /// and the audit names who asked.
    @Test
    void aLinkGoesToTheAddressOfItsMessageAlone() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.followUp.commands().perform(Command.REMIND, stored, "insider");
        world.secure.renew(stored);
        world.secure.renewAll(MARIA);
        world.live(DAY.multipliedBy(4));
        List<List<Address>> told = new ArrayList<>();
        world.spool.forEach(letter -> told.add(letter.envelope().recipients()));
        told.removeIf(each -> each.equals(List.of(ANNA)));
        assertTrue(told.size() >= 3, told.toString());
        assertEquals(Set.of(List.of(MARIA)), Set.copyOf(told));
        assertTrue(
                world.audited().stream().anyMatch(line -> line.contains("reminded by insider")),
                world.audited().toString());
    }

    @Test
    void readingStopsIt() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.live(DAY.plus(HOUR));
        world.read(stored);
        world.live(DAY.multipliedBy(10));
        assertEquals(List.of("reminder-1", "receipt"), world.kinds());
    }

    @Test
    void recallStopsIt() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.followUp.commands().perform(Command.RECALL, stored, ANNA.toString());
        world.live(DAY.multipliedBy(10));
        assertEquals(List.of(), world.kinds());
    }

    @Test
    void aStrangerStopsItAndTheAuthorIsToldAtOnce() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        StoredMessage other = world.notified(FollowWorld.SAM, MARIA);
        world.followUp.notTheirs(stored);
        assertEquals(List.of("not-me"), world.kinds());
        assertEquals(Optional.empty(), world.mailbox.newest(MARIA), "no fresh link either");
        world.live(DAY.multipliedBy(10));
        assertEquals(
                List.of("not-me", "unread"),
                world.kinds(),
                "of the other author's message the patient is not reminded: its links do not work");
        assertEquals(
                List.of(List.of(FollowWorld.SAM)),
                world.queued("unread").stream().map(it -> it.envelope().recipients()).toList());
        assertTrue(world.now(other.key()).read().isEmpty());
    }

    /// The author is written to, and the links cannot be stopped; then the gateway ends.
    @Test
    void aCrashBetweenTheLetterAndThePauseStopsTheLinksAtTheStart() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        var link = world.mailbox.grant(stored.key(), world.clock.instant().plus(DAY));
        world.trap();
        assertThrows(IOException.class, () -> world.followUp.notTheirs(stored));
        world.restart();
        assertEquals(Optional.empty(), world.mailbox.grant(link, world.clock.instant()));
        world.live(DAY.multipliedBy(5));
        assertEquals(List.of("not-me"), world.kinds());
    }

    @Test
    void nobodyIsWoken() throws IOException {
        // 21:30 in New York.
        world.clock.advance(Duration.ofHours(11).plusMinutes(30));
        world.notified(ANNA, MARIA);
        world.live(DAY.plus(HOUR.multipliedBy(10)));
        assertEquals(List.of(), world.kinds(), "24 hours are over, and it is night");
        world.live(HOUR);
        assertEquals(List.of("reminder-1"), world.kinds(), "eight in the morning");
    }

    @Test
    void aStopOverNightIsNoReasonToWakeAnybody() throws IOException {
        world.notified(ANNA, MARIA);
        // Stood still from before the step was due until 22:00.
        world.after(Duration.ofHours(36));
        assertEquals(List.of(), world.kinds());
        world.live(HOUR.multipliedBy(11));
        assertEquals(List.of("reminder-1"), world.kinds());
    }

    /// Two steps are due at once after a long stop: one mail.
    @Test
    void aLongStopSendsOneReminder() throws IOException {
        world.notified(ANNA, MARIA);
        world.after(DAY.multipliedBy(4));
        assertEquals(List.of("reminder-2"), world.kinds());
        world.followUp.look();
        assertEquals(List.of("reminder-2"), world.kinds());
        // The stop ended on Friday; the next working day is Monday.
        world.live(DAY.multipliedBy(2));
        assertEquals(List.of("reminder-2"), world.kinds());
        world.live(DAY.multipliedBy(2));
        assertEquals(List.of("reminder-2", "unread"), world.kinds());
    }

    @Test
    void remindersAreADayApart() throws IOException {
        world.notified(ANNA, MARIA);
        world.after(DAY.multipliedBy(3).minus(HOUR));
        assertEquals(List.of("reminder-1"), world.kinds());
        world.live(HOUR.multipliedBy(20));
        assertEquals(List.of("reminder-1"), world.kinds());
        world.live(HOUR.multipliedBy(5));
        assertEquals(List.of("reminder-1", "reminder-2"), world.kinds());
    }

    /// The letter is on disk and cannot be recorded as done; then the gateway ends.
    @Test
    void aCrashBetweenTheHalvesOfEachStepWritesNothingTwice() throws IOException {
        world.notified(ANNA, MARIA);
        for (String step : List.of("reminder-1", "reminder-2", "unread")) {
            world.trap();
            int looks = 0;
            while (world.kinds().isEmpty()) {
                assertTrue(looks++ < 500, "never due: " + step);
                world.after(HOUR);
            }
            assertEquals(List.of(step), world.kinds());
            world.restart();
            world.followUp.look();
            assertEquals(List.of(step), world.kinds(), "after a restart");
            // It leaves, and then the gateway ends again: nothing but the record knows of it.
            world.sendAll();
            world.restart();
            world.followUp.look();
            assertEquals(List.of(), world.kinds(), "after another one");
        }
        world.live(DAY.multipliedBy(5));
        assertEquals(List.of(), world.kinds());
    }

    /// The same without an end: the next look goes on with the letter that is there.
    @Test
    void aStepThatCouldNotBeRecordedIsNotWrittenAgain() throws IOException {
        world.notified(ANNA, MARIA);
        world.trap();
        world.after(DAY.plus(HOUR));
        world.followUp.look();
        assertEquals(List.of("reminder-1"), world.kinds());
        world.untrap();
        world.followUp.look();
        world.live(HOUR.multipliedBy(20));
        assertEquals(List.of("reminder-1"), world.kinds());
    }

    @Test
    void anotherNoticeOfTheAuthorIsFollowedToo() throws IOException {
        StoredMessage stored = world.notified(ANNA, MARIA);
        world.live(DAY.multipliedBy(5));
        world.followUp.commands().perform(Command.REMIND, stored, ANNA.toString());
        world.live(DAY.multipliedBy(7));
        assertEquals(
                List.of("reminder-1", "reminder-2", "unread", "reminder", "unread"), world.kinds());
    }

    private StoredMessage ending(Duration time) throws IOException {
        Instant now = world.clock.instant();
        return world.notified(
                ANNA, MARIA, new Stay(now, Optional.of(now.plus(time)), Optional.empty()));
    }

    /// Ten in the morning in New York; what ends in the night, too.
    @Test
    void ofAMessageThatEndsSoonTheAuthorHearsBefore() throws IOException {
        for (Duration time : List.of(HOUR.multipliedBy(4), HOUR.multipliedBy(18))) {
            world.close();
            world = new FollowWorld(data.resolve(time.toString()));
            ending(time);
            world.live(time.minus(HOUR));
            assertEquals(List.of("unread"), world.kinds(), time.toString());
            world.live(DAY.multipliedBy(5));
            assertEquals(List.of("unread"), world.kinds(), "and no more");
        }
    }

    @Test
    void remindersComeBeforeTheLastLine() throws IOException {
        ending(DAY.multipliedBy(2).plus(HOUR));
        world.live(DAY.multipliedBy(2));
        assertEquals(List.of("reminder-1", "unread"), world.kinds());
    }

    @Test
    void nothingIsSentOfWhatIsOver() throws IOException {
        StoredMessage stored = ending(HOUR.multipliedBy(4));
        world.after(DAY);
        assertEquals(List.of(), world.kinds());
        for (Command command : List.of(Command.REMIND, Command.EXTEND)) {
            assertEquals(
                    Done.EXPIRED,
                    world.followUp.commands().perform(command, stored, "insider").done());
        }
        assertEquals(List.of(), world.kinds());
    }

    @Test
    void whatIsForgottenIsFollowedNoMore() throws IOException {
        world.notified(ANNA, MARIA);
        world.mailbox.forget(world.clock.instant().plusSeconds(1));
        world.live(DAY.multipliedBy(5));
        assertEquals(List.of(), world.kinds());
    }

    /// One number on file, and a service that counts.
    private static final class Phones implements Telephone {
        final List<Instant> told = new ArrayList<>();
        boolean fails;

        @Override
        public Optional<String> number(Address patient) {
            return Optional.of("+1 555 0199");
        }

        @Override
        public boolean tell(Address patient, QueueId message) throws IOException {
            told.add(Instant.EPOCH);
            if (fails) {
                throw new IOException("the service is away");
            }
            return true;
        }
    }
}

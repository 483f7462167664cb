package org.postern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable;
import org.postern.check.PatientCheck;
import org.postern.check.PatientFile;
import org.postern.follow.FollowWorld;
import org.postern.follow.LinkLetters;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.mail.Address;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.NoticeComposer;
import org.postern.pickup.Courier;
import org.postern.sms.SmsWebhook;
import org.postern.sms.TextMessages;
import org.postern.telling.Along;
import org.postern.testkit.FakeSms;
import org.postern.testkit.TestVault;
import org.postern.transit.SecureMailbox;

/// How those who read along hear of a message, and that nothing of it is the patient's loss.
class AlongTest {
    private static final Address ANA = Address.of("ana@family.example");
    private static final Address LUIS = Address.of("luis@family.example");
    private static final Address EVA = Address.of("eva@family.example");
    private static final Duration YEARS = Duration.ofDays(1_000);

    @TempDir Path data;
    private FollowWorld world;
    private CaregiverTable table;
    private Along along;
    private SecureMailbox.FollowUp after;

    @BeforeEach
    void open() throws IOException {
        world = new FollowWorld(data);
        SecureRandom random = new SecureRandom();
        table = new CaregiverTable(world.database(), TestVault.one(), random);
        along = along(Duration.ofDays(30));
        after = along.after(world.start());
        invite(ANA);
        invite(LUIS);
    }

    private void invite(Address address) throws IOException {
        world.clock().advance(Duration.ofSeconds(1));
        table.invite(
                new CaregiverTable.Invitation(
                        FollowWorld.MARIA,
                        address,
                        "Somebody",
                        false,
                        Caregiver.By.CLINIC,
                        Duration.ofDays(30)),
                world.clock().instant());
        world.clock().advance(Duration.ofSeconds(1));
    }

    private Along along(Duration link) {
        return new Along(
                table,
                new LinkLetters(
                        world.ownMail(),
                        new NoticeComposer(FollowWorld.HOST, world.clock(), new SecureRandom()),
                        world.paper(),
                        "https://mail.clinic.example"),
                world.mailbox(),
                link,
                world.clock());
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private StoredMessage notified() throws IOException {
        return world.notified(FollowWorld.ANNA, FollowWorld.MARIA);
    }

    /// What stands between a message and its notice writes nothing for anybody else, so that
    /// nothing of it can fail or come twice.
    @Test
    void theyHearOnceThePatientIsTold() throws IOException {
        StoredMessage stored = notified();
        after.begin(stored);
        assertEquals(List.of(), world.kinds());
        after.told(stored);
        assertEquals(List.of("caregiver", "caregiver"), world.kinds());
    }

    /// The disk is full once the first caregiver has her letter.
    @Test
    void whatFailsForOneFailsForHerAlone() throws IOException {
        StoredMessage stored = notified();
        world.trap();
        after.told(stored);
        assertEquals(List.of("caregiver"), world.kinds());
        // The other one hears of it later, and both of them once.
        world.untrap();
        world.clock().advance(Duration.ofMinutes(1));
        along.look();
        assertEquals(List.of("caregiver", "caregiver"), world.kinds());
        along.look();
        after.told(stored);
        assertEquals(List.of("caregiver", "caregiver"), world.kinds());
    }

    /// What is old news, or was taken back, is told to nobody any more.
    @Test
    void nobodyHearsLateOfWhatIsOld() throws IOException {
        StoredMessage recalled = notified();
        world.mailbox().recall(recalled.key(), world.clock().instant());
        along.look();
        assertEquals(List.of(), world.kinds());
        notified();
        world.clock().advance(Duration.ofDays(3));
        along.look();
        assertEquals(List.of(), world.kinds());
    }

    /// The clock was years ahead at the first start, and time is counted from there.
    @Test
    void afterAClockThatWasAheadNobodyHearsOfWhatWasBeforeHer() throws IOException {
        world.setClock(YEARS.negated());
        invite(ANA);
        notified();
        invite(LUIS);
        along.look();
        assertEquals(List.of("caregiver"), world.kinds());
        notified();
        along.look();
        assertEquals(3, world.kinds().size(), "of the new one both hear");
        notified();
        world.clock().advance(Duration.ofDays(3));
        along.look();
        assertEquals(3, world.kinds().size(), "what is old is old by the wall clock");
    }

    /// A message has the time of a clock that was ahead when it came.
    @Test
    void whatCameWhileTheClockWasAheadIsOlderThanWhoCameSince() throws IOException {
        world.setClock(YEARS);
        notified();
        world.setClock(YEARS.negated());
        invite(EVA);
        along.look();
        assertEquals(List.of("caregiver", "caregiver"), world.kinds());
    }

    /// What was kept before it seems no newer for it.
    @Test
    void whileTheClockIsAheadNobodyHearsOfWhatWasBeforeHer() throws IOException {
        notified();
        invite(EVA);
        world.setClock(Duration.ofDays(10));
        along.look();
        assertEquals(List.of(), world.kinds());
    }

    @Test
    void aBrokenNameIsShownAsTheAddress() throws IOException {
        StoredMessage stored = notified();
        world.database()
                .change(handle -> handle.execute("UPDATE caregiver SET name = 'not base64'"));
        List<Caregiver> all = table.of(FollowWorld.MARIA, world.clock().instant());
        assertEquals(List.of(ANA.toString(), LUIS.toString()), names(all));
        after.told(stored);
        assertEquals(List.of("caregiver", "caregiver"), world.kinds());
    }

    /// Rows that nobody understands: no letter, and no exception either.
    @Test
    void brokenRowsHoldNothingBack() throws IOException {
        StoredMessage stored = notified();
        world.database()
                .change(handle -> handle.execute("UPDATE caregiver SET address = 'nobody'"));
        after.told(stored);
        assertFalse(world.kinds().contains("caregiver"));
    }

    /// Not even of a message that came after the pause began.
    @Test
    void whileThePatientsLinksPauseTheyHearNothing() throws IOException {
        notified();
        world.mailbox().pauseLinks(FollowWorld.MARIA, world.clock().instant());
        StoredMessage later = notified();
        after.told(later);
        assertEquals(List.of(), world.kinds());
        world.mailbox().resumeLinks(FollowWorld.MARIA);
        after.told(later);
        assertEquals(List.of("caregiver", "caregiver"), world.kinds());
    }

    /// A number on file is nobody's mailbox: a new way in is told there.
    @Test
    void aNewCaregiverIsToldByTextWhereOneCanBeSent() throws IOException {
        SecureMailbox.Occasion occasion = SecureMailbox.Occasion.of(notified());
        Path file = data.resolve("patients");
        PatientFile.add(
                file,
                TestVault.one(),
                new PatientFile.Fact(FollowWorld.MARIA, PatientCheck.MOBILE, "+15550100177"));
        try (FakeSms sms = new FakeSms();
                TextMessages texts =
                        new TextMessages(
                                PatientFile.open(file, TestVault.one()),
                                new SmsWebhook(sms.url(), Optional.empty(), Duration.ofSeconds(60)),
                                world.clock())) {
            PickupWiring.Alerts alerts =
                    new PickupWiring.Alerts(
                            world.secure(),
                            new PickupWiring.Phones(texts, "mail.clinic.example"),
                            _ -> Languages.shipped().in(Language.ENGLISH));
            alerts.tell(occasion, Courier.Alarm.NEW_CAREGIVER);
            assertTrue(sms.taken().toString().contains("Someone new"), sms.taken().toString());
            assertEquals(List.of(), world.kinds());
            sms.answers(500);
            alerts.tell(occasion, Courier.Alarm.NEW_CAREGIVER);
            assertEquals(List.of("alert"), world.kinds(), "by mail where no text goes");
            // What lets mail go in clear comes by both: her mailbox may be somebody else's.
            sms.answers(200);
            world.clock().advance(Duration.ofMinutes(11));
            alerts.tell(occasion, Courier.Alarm.ORDINARY_MAIL);
            assertEquals(List.of("alert", "alert"), world.kinds());
            alerts.textOfOrdinaryMail(FollowWorld.MARIA);
            assertTrue(sms.taken().toString().contains("ordinary mail"), sms.taken().toString());
        }
    }

    private static List<String> names(List<Caregiver> all) {
        return all.stream().map(Caregiver::name).sorted().toList();
    }

    /// Links that live for a day are forgotten before the message is old news; that a mail was sent
    /// is not.
    @Test
    void aShortLinkIsNotMailedAgain() throws IOException {
        along = along(Duration.ofDays(1));
        along.after(world.start()).told(notified());
        assertEquals(List.of("caregiver", "caregiver"), world.kinds());
        world.clock().advance(Duration.ofDays(2));
        along.after(world.start()).told(notified());
        int mails = world.kinds().size();
        along.look();
        assertEquals(mails, world.kinds().size());
    }

    @Test
    void aBrokenRowKeepsNobodyBehindItFromAMail() throws IOException {
        notified();
        world.database()
                .change(handle ->
                        handle.execute(
                                "UPDATE caregiver SET address = 'broken' WHERE caregiver_id ="
                                        + " (SELECT MIN(caregiver_id) FROM caregiver)"));
        along.look();
        assertEquals(List.of("caregiver"), world.kinds());
    }
}

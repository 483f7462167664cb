package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;
import org.postern.pickup.PickupWorld.Invited;
import org.postern.policy.Protection.Level;
import org.postern.testkit.MemoryReception.Received;

/// Who reads along for a patient, over HTTP.
class CaregiverTest {
    private static final Address ANA = Address.of("ana@family.example");

    @TempDir Path data;
    private PickupWorld world;
    private PageClient maria;
    private PageClient ana;
    private StoredMessage message;
    private String thread;
    private String code = "";

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
        maria = new PageClient(world);
        ana = new PageClient(world);
        message = world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", "It looks good."));
        thread = maria.open(world.grant(message).value(), PickupWorld.BIRTH_DATE);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private Page invite(Map<String, String> more) throws IOException {
        Map<String, String> form = new HashMap<>();
        form.put("form", maria.get(thread + "?lang=en").hidden("form"));
        form.put("lang", "en");
        form.put("name", "Ana Lopez");
        form.put("address", ANA.toString());
        form.putAll(more);
        Page page = maria.post("/caregivers/invite", form);
        if (page.text().contains("class=\"code\"")) {
            code = page.text().replaceAll("(?s).*class=\"code\"[^>]*>([0-9 ]+)<.*", "$1");
        }
        return page;
    }

    private Invited invited() throws IOException {
        assertEquals(200, invite(Map.of()).status());
        return world.invited.getLast();
    }

    private Page show(Invited link, String answer) throws IOException {
        return ana.post(
                "/k", Map.of("token", link.token().value(), "answer", answer, "lang", "en"));
    }

    /// Ana is in.
    private void letIn() throws IOException {
        assertEquals(303, show(invited(), code).status());
    }

    private StoredMessage sensitive(List<String> references) throws IOException {
        return sensitive(PickupWorld.MARIA, references, Optional.empty());
    }

    /// @param pin the hash of a PIN of its own
    private StoredMessage sensitive(Address patient, List<String> references, Optional<String> pin)
            throws IOException {
        String eml = PickupWorld.plain("Other", "Very private words.").replace("\n", "\r\n");
        return world.mailbox.store(
                new NewMessage(
                        QueueId.next(world.clock.instant(), new SecureRandom()),
                        Direction.TO_PATIENT,
                        PickupWorld.RUIZ,
                        patient,
                        "s1@clinic.example",
                        references,
                        world.clock.instant(),
                        new Guard(Level.SENSITIVE, pin)),
                Content.of(eml.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aPatientLetsSomebodyReadAlong() throws IOException {
        assertTrue(maria.get(thread + "?lang=en").text().contains("Who may read my messages"));
        assertTrue(maria.get("/caregivers?lang=en").text().contains("Nobody but you."));
        Page page = invite(Map.of());
        assertTrue(page.text().contains("Tell Ana Lopez this code"), page.text());
        assertTrue(code.matches("[0-9]{4} [0-9]{4}"), code);
        assertEquals(List.of("new_caregiver maria@patients.example"), world.alerts);
        Invited link = world.invited.getLast();
        assertEquals(ANA, link.caregiver().address());
        Page door = ana.get(link.path() + "?lang=en");
        assertEquals(200, door.status());
        assertTrue(door.text().contains("A private message from Dr. Ana Ruiz"));
        assertFalse(door.text().contains("It looks good."));
        assertFalse(door.text().contains("maria"));
        Page in = show(link, code);
        assertEquals(303, in.status());
        Page reading = ana.get(in.field("Location").replaceFirst("#.*", ""));
        assertTrue(reading.text().contains("It looks good."));
        assertTrue(reading.text().contains("You read this for maria@patients.example."));
        assertFalse(reading.text().contains("/devices"));
        assertFalse(reading.text().contains("/caregivers"));
        assertFalse(reading.text().contains("/c/"));
        PickupJournal.Step opened = world.steps.getLast();
        assertEquals("caregiver-opened", opened.act().word());
        assertEquals(ANA, opened.reader());
        Page list = maria.get("/caregivers?lang=en");
        assertTrue(list.text().contains("Ana Lopez"));
        assertFalse(list.text().contains(code), "it is shown once");
        assertTrue(
                world.steps.stream()
                        .anyMatch(it ->
                                it.act() == PickupJournal.Act.CAREGIVER_INVITED
                                        && it.check().equals("birth-date for " + ANA)));
    }

    /// What somebody else read is not read by the patient: she is reminded, and nobody is told that
    /// she opened it.
    @Test
    void herReadingIsNotThePatients() throws IOException {
        StoredMessage other =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("Other", "For you both."));
        invited();
        Caregiver caregiver = world.invited.getLast().caregiver();
        world.invite(caregiver, other);
        assertEquals(303, show(world.invited.getLast(), code).status());
        assertTrue(ana.get("/t/" + other.thread()).text().contains("For you both."));
        assertTrue(world.mailbox.message(other.key()).orElseThrow().read().isEmpty());
    }

    @Test
    void onlyTheCodeOpens() throws IOException {
        Invited link = invited();
        assertEquals(422, show(link, "").status());
        for (String answer : List.of(PickupWorld.BIRTH_DATE, "04091972", "1972-04-09", "0")) {
            assertEquals(422, show(link, answer).status(), answer);
        }
        assertEquals(429, show(link, "1").status());
        world.invite(link.caregiver(), message);
        assertEquals(429, show(world.invited.getLast(), code).status(), "no new tries");
        assertEquals(
                5,
                world.acts().stream().filter("wrong-answer"::equals).count(),
                "neither an empty answer nor one that is not looked at is wrong");
        assertEquals(403, ana.get(thread).status());
        world.clock.advance(Duration.ofMinutes(2));
        assertEquals(303, show(link, code.replace(" ", "-")).status());
        // The patient's own door counted nothing of it.
        String token = world.grant(message).value();
        assertEquals(
                303, ana.post("/open", Map.of("token", token, "answer", "1972-04-09")).status());
    }

    @Test
    void lookingChangesNothing() throws IOException {
        Invited link = invited();
        int steps = world.steps.size();
        for (int i = 0; i < 10; i++) {
            ana.get(link.path());
            ana.head(link.path());
        }
        assertEquals(steps, world.steps.size());
        Page never = ana.get("/k/" + "A".repeat(43) + "?lang=en");
        assertEquals(404, never.status());
        assertEquals(never.text(), ana.get("/k/x?lang=en").text());
    }

    /// An end is an end at the next request, of the page that is open and of the link.
    @Test
    void thePatientEndsItAtOnce() throws IOException {
        Invited link = invited();
        show(link, code);
        assertEquals(200, ana.get(thread).status());
        String form = maria.get(thread).hidden("form");
        Page ended = maria.post("/caregivers/end", Map.of("form", form, "address", ANA.toString()));
        assertEquals(303, ended.status());
        assertEquals(403, ana.get(thread).status());
        assertEquals(404, ana.get("/a/" + message.key() + "/0").status());
        Page dead = ana.get(link.path() + "?lang=en");
        assertEquals(404, dead.status());
        assertEquals(dead.text(), ana.get("/k/" + "A".repeat(43) + "?lang=en").text());
        assertEquals(404, show(link, code).status());
        assertTrue(world.acts().contains("caregiver-ended"));
    }

    @Test
    void theClinicEndsItToo() throws IOException {
        letIn();
        assertTrue(world.caregivers.end(PickupWorld.MARIA, ANA, world.clock.instant()));
        assertEquals(403, ana.get(thread).status());
        assertFalse(world.caregivers.end(PickupWorld.MARIA, ANA, world.clock.instant()));
    }

    @Test
    void itEndsByItself() throws IOException {
        Invited link = invited();
        world.clock.advance(Duration.ofDays(29));
        assertEquals(200, ana.get(link.path()).status());
        world.clock.advance(Duration.ofDays(366));
        assertEquals(
                Optional.empty(),
                world.caregivers.find(link.caregiver().id(), world.clock.instant()));
    }

    @Test
    void nobodyIsInvitedByAnAddressThatProgramsMayReadAsAnother() throws IOException {
        for (String bad :
                List.of("=?utf-8?q?ana=40evil.example=3e?=@c.example", "\"a b\"@c.example")) {
            assertEquals(422, invite(Map.of("address", bad)).status(), bad);
        }
        assertEquals(List.of(), world.invited);
        assertEquals(List.of(), world.alerts);
    }

    @Test
    void whoIsInvitedAgainGetsANewCode() throws IOException {
        Invited first = invited();
        String old = code;
        show(first, old);
        assertEquals(200, invite(Map.of()).status());
        assertEquals(403, ana.get(thread).status());
        assertEquals(404, ana.get(first.path()).status());
        assertEquals(422, show(world.invited.getLast(), old).status());
        assertEquals(303, show(world.invited.getLast(), code).status());
        assertEquals(1, world.caregivers.of(PickupWorld.MARIA, world.clock.instant()).size());
    }

    // T3, T4: what is sensitive is the patient's alone, unless she says otherwise

    @Test
    void whatBecomesSensitiveIsClosedToHer() throws IOException {
        letIn();
        sensitive(List.of(message.message().messageId()));
        Page page = ana.get(thread);
        assertEquals(303, page.status());
        assertEquals(403, ana.get(page.field("Location")).status());
        assertEquals(404, ana.get(world.invited.getLast().path()).status());
        assertEquals(404, ana.get(thread + "/eml/" + message.key()).status());
    }

    @Test
    void unlessThePatientAllowsIt() throws IOException {
        pabloComes();
        assertTrue(maria.get("/caregivers?lang=en").text().contains("name=\"sensitive\""));
        assertEquals(200, invite(Map.of("sensitive", "yes")).status());
        StoredMessage other = sensitive(PickupWorld.PABLO, List.of(), Optional.empty());
        world.invite(world.invited.getLast().caregiver(), other);
        assertEquals(303, show(world.invited.getLast(), code).status());
        assertTrue(ana.get("/t/" + other.thread()).text().contains("Very private words."));
        // After half a day the code is asked for again.
        world.clock.advance(Duration.ofMinutes(14));
        assertEquals(200, ana.get("/t/" + other.thread()).status());
    }

    /// Instead of Maria, who shows a birth date, somebody who shows a PIN of the clinic.
    private void pabloComes() throws IOException {
        message = world.deliver(PickupWorld.PABLO, PickupWorld.plain("Knee", "It looks good."));
        thread = maria.open(world.grant(message).value(), PickupWorld.PIN);
    }

    /// A birth date opens nothing sensitive, so it lets nobody else read it either.
    @Test
    void whoShowedABirthDateAllowsNothingSensitive() throws IOException {
        Page page = maria.get("/caregivers?lang=en");
        assertFalse(page.text().contains("name=\"sensitive\""), page.text());
        assertTrue(page.text().contains("call the clinic"), page.text());
        Page forged = invite(Map.of("sensitive", "yes"));
        assertEquals(422, forged.status());
        assertTrue(forged.text().contains("role=\"alert\""), forged.text());
        assertEquals(List.of(), world.caregivers.of(PickupWorld.MARIA, world.clock.instant()));
        assertEquals(0, world.invited.size());
    }

    /// A PIN of one message was told to the patient; a caregiver's code does not stand for it.
    @Test
    void whatHasAPinOfItsOwnIsThePatientsAlone() throws IOException {
        pabloComes();
        assertEquals(200, invite(Map.of("sensitive", "yes")).status());
        Invited before = world.invited.getLast();
        assertEquals(303, show(before, code).status());
        assertEquals(200, ana.get(thread).status());
        StoredMessage guarded =
                sensitive(
                        PickupWorld.PABLO,
                        List.of(message.message().messageId()),
                        Optional.of("a hash"));
        assertEquals(message.thread(), guarded.thread());
        assertEquals(303, ana.get(thread).status(), "the page that was open");
        assertEquals(404, ana.get(thread + "/eml/" + guarded.key()).status());
        assertEquals(404, show(before, code).status(), "the link of before");
        world.invite(before.caregiver(), guarded);
        assertEquals(404, show(world.invited.getLast(), code).status());
    }

    @Test
    void whileThePatientsLinksPauseNobodyReads() throws IOException {
        Invited link = invited();
        world.mailbox.pauseLinks(PickupWorld.MARIA, world.clock.instant());
        // What comes later is not concerned, and opens nothing of before.
        world.deliver(PickupWorld.MARIA, PickupWorld.plain("Later", "Later."));
        assertEquals(404, ana.get(link.path()).status());
        assertEquals(404, show(link, code).status());
        StoredMessage later = world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", "Still."));
        world.invite(link.caregiver(), later);
        assertEquals(404, show(world.invited.getLast(), code).status(), "what came later");
        world.mailbox.resumeLinks(PickupWorld.MARIA);
        assertEquals(200, ana.get(link.path()).status());
    }

    /// Whoever is in when the pause begins is out at the next request, and comes back after it.
    @Test
    void aPauseClosesThePageThatIsOpen() throws IOException {
        letIn();
        Page reading = ana.get(thread + "?lang=en");
        world.mailbox.pauseLinks(PickupWorld.MARIA, world.clock.instant());
        Page closed = ana.get(thread);
        assertEquals(303, closed.status());
        assertEquals(403, ana.get(closed.field("Location")).status());
        assertEquals(404, ana.get(thread + "/eml/" + message.key()).status());
        Page sent =
                ana.reply(
                        thread + "/reply",
                        List.of(
                                Map.entry("form", reading.hidden("form")),
                                Map.entry("once", reading.hidden("once")),
                                Map.entry("text", "She sleeps well.")),
                        List.of());
        assertEquals(403, sent.status());
        assertEquals(List.of(), world.reception.received());
        world.mailbox.resumeLinks(PickupWorld.MARIA);
        assertEquals(200, ana.get(thread).status());
    }

    // what she writes, and what she may not do

    @Test
    void sheIsNamedInWhatSheWrites() throws IOException {
        letIn();
        Page reading = ana.get(thread + "?lang=en");
        Page sent =
                ana.reply(
                        thread + "/reply",
                        List.of(
                                Map.entry("form", reading.hidden("form")),
                                Map.entry("once", reading.hidden("once")),
                                Map.entry("lang", "en"),
                                Map.entry("text", "She sleeps well.")),
                        List.of());
        assertEquals(303, sent.status());
        Received received = world.reception.received().getLast();
        String words = received.text().replace("=\r\n", "");
        assertTrue(
                words.contains(
                        "[Written by Ana Lopez (ana@family.example) for maria@patients.example.]"),
                words);
        assertTrue(words.contains("She sleeps well."));
        assertTrue(words.contains("X-Postern-Arrival: caregiver\r\n"));
        assertEquals(PickupWorld.MARIA, received.envelope().reversePath());
        assertEquals(ANA, received.envelope().arrival().authenticated());
        assertEquals(ANA, world.steps.getLast().reader());
        assertTrue(maria.get(thread).text().contains("Written by Ana Lopez"));
    }

    @Test
    void thePatientsOwnPagesAreClosedToHer() throws IOException {
        letIn();
        String form = ana.get(thread).hidden("form");
        for (String path :
                List.of(
                        "/devices",
                        "/caregivers",
                        thread.replace("/t/", "/again/"),
                        thread.replace("/t/", "/c/"))) {
            assertEquals(403, ana.get(path).status(), path);
        }
        for (String path :
                List.of(
                        "/devices/remember",
                        "/devices/forget",
                        "/devices/code",
                        "/passkey/add",
                        "/caregivers/invite",
                        "/caregivers/end")) {
            assertEquals(
                    403,
                    ana.post(path, Map.of("form", form, "address", ANA.toString(), "name", "X"))
                            .status(),
                    path);
        }
        assertEquals(1, world.caregivers.of(PickupWorld.MARIA, world.clock.instant()).size());
        Page forged =
                ana.post(
                        "/open",
                        Map.of(
                                "thread",
                                thread.substring(3),
                                "form",
                                form,
                                "answer",
                                PickupWorld.BIRTH_DATE));
        assertEquals(403, forged.status());
    }

    // the patient hears of it first

    @Test
    void whoCannotBeToldLetsNobodyIn() throws IOException {
        world.alertFault = new IOException("no room");
        assertEquals(503, invite(Map.of()).status());
        assertEquals(List.of(), world.caregivers.of(PickupWorld.MARIA, world.clock.instant()));
        assertEquals(0, world.invited.size());
        world.alertFault = null;
        assertEquals(200, invite(Map.of()).status());
        assertEquals(List.of("new_caregiver maria@patients.example"), world.alerts);
    }

    /// The one message of this conversation was taken back: another conversation has to do, and
    /// where there is none, nobody is let in.
    @Test
    void someMessageIsNeededToTellThePatient() throws IOException {
        world.mailbox.recall(message.key(), world.clock.instant());
        Page refused = invite(Map.of());
        assertEquals(422, refused.status());
        assertTrue(refused.text().contains("no message from the clinic yet"), refused.text());
        assertEquals(List.of(), world.caregivers.of(PickupWorld.MARIA, world.clock.instant()));
        world.deliver(PickupWorld.MARIA, PickupWorld.plain("Other", "For you both."));
        assertEquals(200, invite(Map.of()).status());
        assertEquals(List.of("new_caregiver maria@patients.example"), world.alerts);
    }

    // T12: who may invite

    @Test
    void aFreshCheckIsNeeded() throws IOException {
        world.clock.advance(Duration.ofMinutes(11));
        Page again = maria.get("/caregivers?lang=en");
        assertEquals(303, again.status());
        assertTrue(again.field("Location").contains("next=caregivers"));
        assertEquals(303, invite(Map.of()).status());
        assertEquals(0, world.invited.size());
        Page asked = maria.get(again.field("Location"));
        Page back =
                maria.post(
                        "/open",
                        Map.of(
                                "thread",
                                asked.hidden("thread"),
                                "form",
                                asked.hidden("form"),
                                "next",
                                asked.hidden("next"),
                                "answer",
                                PickupWorld.BIRTH_DATE,
                                "lang",
                                "en"));
        assertEquals("/caregivers?lang=en", back.field("Location"));
        assertEquals(200, maria.get("/caregivers").status());
    }

    /// What is not private opens by a button, which says nothing of who it is: she is asked before
    /// she goes on, and then she is there.
    @Test
    void whoOpenedByAButtonIsAsked() throws IOException {
        StoredMessage open =
                world.deliver(
                        PickupWorld.MARIA,
                        PickupWorld.plain("Hours", "We are open on Monday."),
                        List.of(),
                        new Guard(Level.OPEN, Optional.empty()));
        Map<String, String> button = Map.of("token", world.grant(open).value());
        assertEquals(303, maria.post("/open", button).status());
        for (String place : List.of("caregivers", "devices")) {
            Page away = maria.get("/" + place + "?lang=en");
            assertEquals(303, away.status(), place);
            Page asked = maria.get(away.field("Location"));
            assertTrue(asked.text().contains("Your birth date"), asked.text());
            Map<String, String> answer = new HashMap<>();
            for (String name : List.of("thread", "form", "next")) {
                answer.put(name, asked.hidden(name));
            }
            answer.put("lang", "en");
            answer.put("answer", "");
            assertEquals(422, maria.post("/open", answer).status(), "a button does not do");
            answer.put("answer", PickupWorld.BIRTH_DATE);
            Page back = maria.post("/open", answer);
            assertEquals("/" + place + "?lang=en", back.field("Location"));
            assertEquals(200, maria.get("/" + place).status(), place);
            assertEquals(303, maria.post("/open", button).status());
        }
    }

    @Test
    void formsFromElsewhereAreRefused() throws IOException {
        Map<String, String> form =
                Map.of("name", "X", "address", ANA.toString(), "form", "x", "token", "x");
        for (String path : List.of("/caregivers/invite", "/caregivers/end", "/k")) {
            assertEquals(403, new PageClient(world).postBare(path, form).status(), path);
        }
        assertEquals(403, maria.post("/caregivers/invite", form).status(), "no token of hers");
        assertEquals(403, maria.post("/caregivers/end", form).status());
        assertEquals(0, world.invited.size());
    }

    @Test
    void slipsAndLimitsAreSaid() throws IOException {
        assertTrue(invite(Map.of("name", "[]")).text().contains("Please type a name."));
        assertTrue(invite(Map.of("address", "x")).text().contains("not an e-mail address"));
        assertTrue(
                invite(Map.of("address", "Maria@patients.example"))
                        .text()
                        .contains("That is your own address."));
        for (int i = 0; i < CaregiverTable.PATIENT_MAX; i++) {
            assertEquals(200, invite(Map.of("address", "a" + i + "@family.example")).status());
        }
        assertTrue(invite(Map.of()).text().contains("At most 5 people"));
        for (int i = 0; i < 4; i++) {
            assertEquals(200, invite(Map.of("address", "a0@family.example")).status());
        }
        assertTrue(
                invite(Map.of("address", "a0@family.example"))
                        .text()
                        .contains("You invited many people today."));
    }

    @Test
    void theDatabaseTellsNoName() throws IOException {
        invited();
        world.close();
        try (Stream<Path> files = Files.walk(data.resolve("db"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String octets = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(octets.contains("Ana Lopez"), file.toString());
                assertFalse(octets.contains(code.replace(" ", "")), file.toString());
            }
        }
        world = new PickupWorld(data.resolve("other"));
    }
}

package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditEvent;
import org.postern.choice.ChoiceDesk;
import org.postern.facts.Choices.Choice;
import org.postern.pickup.PageClient.Page;
import org.postern.testkit.FailingDisk;

/// "This is not me" (S9), and fresh links (S8, T9).
class NotMeTest {
    @TempDir Path data;
    private PickupWorld world;
    private PageClient maria;

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
        maria = new PageClient(world);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    /// A scanner presses buttons; none of its presses chooses a reason.
    @Test
    void aBareButtonClosesNothing() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        assertEquals(200, maria.get("/notme/" + token).status());
        Page pressed = maria.post("/notme", Map.of("token", token));
        assertEquals(422, pressed.status());
        assertTrue(pressed.text().contains("Please choose what is wrong."));
        assertEquals(200, maria.get("/m/" + token).status());
        assertEquals(List.of(), world.acts());
    }

    @Test
    void allLinksOfThePatientPauseAndHerSessionsEnd() throws IOException {
        String first = world.link(PickupWorld.MARIA).value();
        String second = world.link(PickupWorld.MARIA).value();
        String thread = maria.open(first, PickupWorld.BIRTH_DATE);
        assertEquals(200, maria.get(thread).status());
        PageClient stranger = new PageClient(world);
        Page done = stranger.post("/notme", Map.of("token", second, "why", "stranger"));
        assertEquals(200, done.status());
        assertEquals("\"cache\", \"storage\"", done.field("Clear-Site-Data"));
        assertEquals(1, world.notTheirs.size());
        assertEquals("not-me", world.acts().getLast());
        assertEquals(403, maria.get(thread).status(), "signed out");
        for (String token : List.of(first, second)) {
            Page held = maria.get("/m/" + token);
            assertEquals(403, held.status());
            assertTrue(held.text().contains("Your messages are on hold"));
            Map<String, String> right = Map.of("token", token, "answer", PickupWorld.BIRTH_DATE);
            assertEquals(403, maria.post("/open", right).status());
            assertEquals(403, maria.post("/code", Map.of("token", token)).status());
        }
        stranger.post("/notme", Map.of("token", first, "why", "other"));
        assertEquals(1, world.notTheirs.size(), "the clinician is told once");
        world.mailbox.resumeLinks(PickupWorld.MARIA);
        maria.open(first, PickupWorld.BIRTH_DATE);
    }

    /// Whoever reads her mail gets none in clear, also where her links pause already.
    @Test
    void herChoiceOfOrdinaryMailIsTakenBack() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        ChoiceDesk.Said said = new ChoiceDesk.Said(PickupWorld.MARIA, "page", "her page");
        world.choices.choose(said, () -> {});
        maria.post("/notme", Map.of("token", token));
        assertEquals(Choice.ORDINARY_MAIL, world.choices.of(PickupWorld.MARIA), "no reason");
        maria.post("/notme", Map.of("token", token, "why", "other"));
        assertEquals(Choice.NONE, world.choices.of(PickupWorld.MARIA));
        assertTrue(world.choices.all().getFirst().source().contains("not me"));
        int audited = world.audited.size();

        world.choices.choose(said, () -> {});
        maria.post("/notme", Map.of("token", token, "why", "stranger"));
        assertEquals(Choice.NONE, world.choices.of(PickupWorld.MARIA));
        assertEquals(audited + 2, world.audited.size());
        maria.post("/notme", Map.of("token", token, "why", "stranger"));
        assertEquals(audited + 2, world.audited.size(), "nothing is on record to be taken back");
    }

    /// A record that cannot be written keeps nobody from being told and nothing from being closed.
    @Test
    void allIsClosedWhereTheRecordOfChoicesFails() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        String thread = maria.open(token, PickupWorld.BIRTH_DATE);
        world.choices.choose(new ChoiceDesk.Said(PickupWorld.MARIA, "page", "x"), () -> {});
        world.choicesDisk.failFrom(1, FailingDisk.Operation.ANY);
        Map<String, String> pressed = Map.of("token", token, "why", "stranger");
        assertEquals(503, new PageClient(world).post("/notme", pressed).status());
        assertEquals(1, world.notTheirs.size());
        assertEquals(403, maria.get(thread).status(), "signed out");
        assertEquals(403, maria.get("/m/" + token).status(), "paused");
        assertEquals(Choice.UNKNOWN, world.choices.of(PickupWorld.MARIA));
        AuditEvent.Chose last = assertInstanceOf(AuditEvent.Chose.class, world.audited.getLast());
        assertEquals(ChoiceDesk.UNWRITTEN, last.act());
        world.choicesDisk.heal();
        assertEquals(200, new PageClient(world).post("/notme", pressed).status());
        assertEquals(Choice.NONE, world.choices.of(PickupWorld.MARIA));
        assertEquals(1, world.notTheirs.size(), "told once");
    }

    /// A failure that passes leaves nothing behind.
    @Test
    void aRecordThatFailsOnceIsWrittenAtTheEnd() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        world.choices.choose(new ChoiceDesk.Said(PickupWorld.MARIA, "page", "x"), () -> {});
        world.choicesDisk.failOnce(1, FailingDisk.Operation.ANY);
        Map<String, String> pressed = Map.of("token", token, "why", "stranger");
        assertEquals(200, maria.post("/notme", pressed).status());
        assertEquals(Choice.NONE, world.choices.of(PickupWorld.MARIA));
    }

    /// Somebody who said it on one link must not undo it by asking for another.
    @Test
    void aHeldLinkSendsNoFreshOne() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        maria.post("/notme", Map.of("token", token, "why", "other"));
        Page asked = maria.post("/fresh", Map.of("token", token));
        assertEquals(200, asked.status());
        Page unknown = maria.post("/fresh", Map.of("token", "A".repeat(43)));
        assertEquals(unknown.text(), asked.text());
        assertEquals(List.of(), world.freshLinks);
    }

    @Test
    void aPausedLinkAsksForAFreshOneByOneTap() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        Map<String, String> wrong = Map.of("token", token, "answer", "01/01/1980");
        for (int i = 0; i < 8; i++) {
            maria.post("/open", wrong);
            world.clock.advance(java.time.Duration.ofMinutes(30));
        }
        Page paused = maria.get("/m/" + token);
        assertEquals(429, paused.status());
        assertEquals(token, paused.hidden("token"));
        assertEquals(List.of("tries maria@patients.example"), world.alerts);
        maria.post("/fresh", Map.of("token", token));
        assertEquals(List.of(PickupWorld.MARIA), world.freshLinks(1));
    }

    /// T33: a web view without cookies gets help, and not the same page again and again.
    @Test
    void withoutCookiesThereIsHelp() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        Page opened = maria.post("/open", Map.of("token", token, "answer", PickupWorld.BIRTH_DATE));
        String path = opened.field("Location").replaceFirst("#.*", "");
        Page forgotten = new PageClient(world).get(path);
        assertEquals(403, forgotten.status());
        assertTrue(forgotten.text().contains("Your browser forgot you"));
        String code = world.link(PickupWorld.STRANGER).value();
        maria.post("/code", Map.of("token", code));
        Page answered =
                new PageClient(world)
                        .post("/open", Map.of("token", code, "answer", world.codes.getFirst()));
        assertTrue(answered.text().contains("Your browser forgot you"));
    }
}

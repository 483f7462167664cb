package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.facts.Choices.Choice;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;
import org.postern.policy.Protection.Level;

/// A patient chooses ordinary mail behind her check and after a warning, and takes it back; nobody
/// chooses in her name.
class ChoicePageTest extends Visit {
    private Page post(String path) throws IOException {
        String token = browser.get("/mail-choice?lang=en").hidden("form");
        return browser.post(path, Map.of("form", token, "lang", "en"));
    }

    private Choice hers() {
        return world.choices.of(PickupWorld.MARIA);
    }

    @Test
    void sheChoosesAndTakesItBack() throws IOException {
        assertEquals(403, browser.get("/mail-choice").status(), "only behind the check");
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        assertTrue(browser.get(thread).text().contains("href=\"/mail-choice?lang="));
        String warning = browser.get("/mail-choice?lang=en").text();
        assertTrue(warning.contains("Ordinary mail is not protected"), warning);
        assertEquals(403, browser.post("/mail-choice/choose", Map.of("form", "x")).status());
        assertEquals(Choice.NONE, hers(), "looking chooses nothing");
        assertEquals(303, post("/mail-choice/keep").status());
        assertEquals(List.of(), world.choices.all(), "nothing to take back is nothing on record");

        Page chosen = post("/mail-choice/choose");
        assertEquals(303, chosen.status());
        String text = browser.get(chosen.field("Location")).text();
        assertTrue(text.contains("You chose ordinary mail on March 2, 2026"), text);
        assertEquals(Choice.ORDINARY_MAIL, hers());
        List<String> told =
                List.of(
                        "ordinary_mail maria@patients.example",
                        "text of ordinary mail maria@patients.example");
        assertEquals(told, world.alerts, "by mail, and on her telephone");
        assertEquals(303, post("/mail-choice/choose").status());
        assertEquals(told, world.alerts, "a page that was loaded again");
        assertEquals("her page, check birth-date", world.choices.all().getFirst().source());

        Page kept = post("/mail-choice/keep");
        text = browser.get(kept.field("Location")).text();
        assertTrue(text.contains("Your messages come to this page"), text);
        assertEquals(Choice.NONE, hers());
        List<String> acts = world.acts().stream().filter(it -> it.startsWith("ordinary")).toList();
        assertEquals(List.of("ordinary-mail-chosen", "ordinary-mail-withdrawn"), acts);
        assertTrue(browser.get("/mail-choice?lang=es").text().contains("no está protegido"));
    }

    /// Choosing is a mail each time; taking back is always open.
    @Test
    void threeTimesADayAreEnough() throws IOException {
        browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        for (int i = 0; i < 3; i++) {
            assertEquals(303, post("/mail-choice/choose").status());
            assertEquals(303, post("/mail-choice/keep").status());
        }
        assertEquals(429, post("/mail-choice/choose").status());
        assertEquals(Choice.NONE, hers());
        assertEquals(3, world.alerts.stream().filter(it -> !it.startsWith("text")).count());
    }

    /// A remembered device opens the page for a year, to whoever has it. Taking back is open.
    @Test
    void choosingNeedsAFreshCheckAndTakingBackDoesNot() throws IOException {
        browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        world.clock.advance(Duration.ofMinutes(11));
        Page again = post("/mail-choice/choose");
        assertEquals(303, again.status());
        assertTrue(again.field("Location").contains("next=mail-choice"), "asked again first");
        assertEquals(Choice.NONE, hers());
        assertEquals(List.of(), world.alerts);
        Page asked = browser.get(again.field("Location"));
        Map<String, String> answer = new HashMap<>();
        for (String name : List.of("thread", "form", "next")) {
            answer.put(name, asked.hidden(name));
        }
        answer.put("answer", PickupWorld.BIRTH_DATE);
        answer.put("lang", "en");
        Page back = browser.post("/open", answer);
        assertEquals("/mail-choice?lang=en", back.field("Location"));
        assertEquals(303, post("/mail-choice/choose").status());
        assertEquals(Choice.ORDINARY_MAIL, hers());
        world.clock.advance(Duration.ofMinutes(11));
        assertEquals(303, post("/mail-choice/keep").status());
        assertEquals(Choice.NONE, hers());
    }

    /// She is told of nothing that keeps her choice.
    @Test
    void whatCannotBeNotedKeepsNoChoiceThatIsTakenBack() throws IOException {
        browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        assertEquals(303, post("/mail-choice/choose").status());
        world.journalFault = new IOException("no room");
        assertTrue(post("/mail-choice/keep").status() >= 500);
        assertEquals(Choice.NONE, hers());
    }

    @Test
    void whoCannotBeToldChoosesNothing() throws IOException {
        browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        world.alertFault = new IOException("no room");
        assertTrue(post("/mail-choice/choose").status() >= 500);
        assertEquals(Choice.NONE, hers());
        world.alertFault = null;
        world.journalFault = new IOException("no room");
        assertTrue(post("/mail-choice/choose").status() >= 500);
        assertEquals(List.of(), world.choices.all());
    }

    /// A leaflet opens for whoever has the link.
    @Test
    void aMereButtonIsNotEnough() throws IOException {
        StoredMessage leaflet =
                world.deliver(
                        PickupWorld.MARIA,
                        PickupWorld.plain("Open", "We are closed on Monday."),
                        List.of(),
                        new Guard(Level.OPEN, Optional.empty()));
        String thread = browser.open(world.grant(leaflet).value(), "");
        Page read = browser.get(thread);
        assertEquals(200, read.status());
        assertFalse(read.text().contains("href=\"/mail-choice"), read.text());
        assertEquals(403, browser.get("/mail-choice").status());
        Map<String, String> form = Map.of("form", read.hidden("form"));
        assertEquals(403, browser.post("/mail-choice/choose", form).status());
        assertEquals(Choice.NONE, hers());
    }
}

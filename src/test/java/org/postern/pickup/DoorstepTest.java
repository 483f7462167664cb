package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.mailbox.PickupToken;
import org.postern.pickup.PageClient.Page;

/// Who taps no links types a code; and how a patient knows the clinic's mail.
class DoorstepTest extends Visit {
    private String code(PickupToken token) throws IOException {
        return world.typedCodes
                .make(token, world.clock.instant(), world.clock.instant().plus(Duration.ofDays(30)))
                .shown();
    }

    private Page type(String code) throws IOException {
        return browser.post("/type", Map.of("code", code, "lang", "es"));
    }

    /// To the same question, in the language of the page; nothing is opened by the code.
    @Test
    void aTypedCodeLeadsToTheDoor() throws IOException {
        assertTrue(browser.get("/?lang=en").text().contains("Or type the code from our mail"));
        PickupToken token = world.link(PickupWorld.MARIA);
        Page typed = type(code(token).toLowerCase(java.util.Locale.ROOT));
        assertEquals(303, typed.status());
        assertEquals("/m/" + token.value() + "?lang=es", typed.field("Location"));
        Page door = browser.get(typed.field("Location"));
        assertTrue(door.text().contains("Su fecha de nacimiento"), door.text());
        assertTrue(world.steps.isEmpty(), "it was not opened");
    }

    /// It is worth what its link is worth: wrong answers that pause the one pause the other.
    @Test
    void aCodeIsPausedWithItsLink() throws IOException {
        PickupToken token = world.link(PickupWorld.MARIA);
        String code = code(token);
        world.mailbox.pauseGrant(token);
        Page door = browser.get(type(code).field("Location"));
        assertFalse(door.text().contains("name=\"answer\""), door.text());
    }

    @Test
    void whatIsNoCodeIsTold() throws IOException {
        for (String typed : new String[] {"", "K7QP", "<b>K7QP-29FM-X4TD-8HWN"}) {
            Page page = type(typed);
            assertEquals(422, page.status());
            assertTrue(page.text().contains("Ese código no está completo"), page.text());
            assertFalse(page.text().contains("<b>K7QP"));
        }
        Page unknown = type("K7QP-29FM-X4TD-8HWN");
        assertEquals(422, unknown.status());
        assertTrue(unknown.text().contains("No conocemos ese código"), unknown.text());
        assertTrue(unknown.text().contains("value=\"K7QP-29FM-X4TD-8HWN\""), "it can be mended");
    }

    /// T22: looking for a code costs memory. Who types many wrong ones goes slowly, and no link of
    /// anybody is the worse for it.
    @Test
    void manyWrongCodesAreSlowedAndShutNobodyOut() throws IOException {
        PickupToken token = world.link(PickupWorld.MARIA);
        String right = code(token);
        for (int i = 0; i < 30; i++) {
            assertEquals(422, type("K7QP-29FM-X4TD-8HWN").status());
        }
        assertEquals(422, type("K7QP-29FM-X4TD-8HWN").status());
        assertEquals(429, type(right).status());
        assertEquals(200, browser.get("/m/" + token.value()).status());
        world.clock.advance(Duration.ofSeconds(5));
        assertEquals(303, type(right).status());
    }

    /// T10: the word is chosen behind the check, by the patient alone, from a list.
    @Test
    void aPatientChoosesHerWord() throws IOException {
        assertEquals(403, browser.get("/word").status());
        browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        Page page = browser.get("/word?lang=en");
        assertTrue(page.text().contains("value=\"bicycle\""), page.text());
        String token = page.hidden("form");
        assertEquals(403, browser.post("/word", Map.of("form", "x", "word", "moon")).status());
        Page other = browser.post("/word", Map.of("form", token, "word", "my illness"));
        assertEquals(422, other.status());
        assertEquals(Optional.empty(), world.pictureWords.of(PickupWorld.MARIA));
        Page chosen = browser.post("/word", Map.of("form", token, "word", "moon", "lang", "en"));
        assertEquals(303, chosen.status());
        assertTrue(browser.get(chosen.field("Location")).text().contains("next mail: moon"));
        assertEquals(Optional.of("moon"), world.pictureWords.of(PickupWorld.MARIA));
        assertEquals(Optional.empty(), world.pictureWords.of(PickupWorld.PABLO));
    }

    /// Wrong codes that come all at once are no more than the count.
    @Test
    void aHundredCodesAtOnceAreThirty() throws Exception {
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            List<java.util.concurrent.Callable<Page>> calls =
                    java.util.Collections.nCopies(60, () -> type("K7QP-29FM-X4TD-8HWN"));
            int slowed = 0;
            for (var result : threads.invokeAll(calls)) {
                slowed += result.get().status() == 429 ? 1 : 0;
            }
            assertEquals(29, slowed, "thirty, and one turn beyond");
        }
    }
}

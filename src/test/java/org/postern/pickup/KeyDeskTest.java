package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;
import org.postern.policy.Protection.Level;

/// A patient asks for a key of her own, behind her check, and takes that back: IT hears of it once,
/// and nobody asks in her name.
class KeyDeskTest extends Visit {
    private Page post(String path) throws IOException {
        String token = browser.get("/key?lang=en").hidden("form");
        return browser.post(path, Map.of("form", token, "lang", "en"));
    }

    @Test
    void sheAsksOnceAndTakesItBack() throws IOException {
        assertEquals(403, browser.get("/key").status(), "only behind the check");
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        assertTrue(browser.get(thread).text().contains("href=\"/key?lang="));
        assertTrue(browser.get("/key?lang=en").text().contains("Ask for a key"));
        assertEquals(403, browser.post("/key/ask", Map.of("form", "x")).status());
        assertEquals(List.of(), world.keysAsked);

        Page asked = post("/key/ask");
        assertEquals(303, asked.status());
        String text = browser.get(asked.field("Location")).text();
        assertTrue(text.contains("We have your request"), text);
        assertTrue(text.contains("You asked for a key on March 2, 2026"), text);
        assertEquals(List.of(PickupWorld.MARIA), world.keysAsked);
        assertEquals(303, post("/key/ask").status());
        assertEquals(List.<Address>of(PickupWorld.MARIA), world.keysAsked, "one request is open");

        Page back = post("/key/withdraw");
        assertTrue(browser.get(back.field("Location")).text().contains("taken back"));
        assertTrue(browser.get("/key?lang=en").text().contains("Ask for a key"));
        assertEquals(303, post("/key/withdraw").status());
        List<String> acts = world.acts().stream().filter(act -> act.startsWith("key-")).toList();
        assertEquals(List.of("key-asked", "key-withdrawn"), acts);
    }

    @Test
    void threeTimesADayAreEnough() throws IOException {
        browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        for (int i = 0; i < 3; i++) {
            assertEquals(303, post("/key/ask").status());
            assertEquals(303, post("/key/withdraw").status());
        }
        Page fourth = post("/key/ask");
        assertEquals(429, fourth.status());
        assertTrue(fourth.text().contains("Please call the clinic at +1 555 0100."), fourth.text());
        assertEquals(3, world.keysAsked.size());
        world.clock.advance(Duration.ofDays(1));
        browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        assertEquals(303, post("/key/ask").status());
        assertEquals(4, world.keysAsked.size());
    }

    /// She would wait for an answer that nobody can give.
    @Test
    void whoseAddressNoCertificateCanNameIsOfferedNone() throws IOException {
        String thread = browser.open(world.link(PickupWorld.INES).value(), PickupWorld.BIRTH_DATE);
        Page read = browser.get(thread);
        assertEquals(200, read.status());
        assertFalse(read.text().contains("href=\"/key"), read.text());
        assertEquals(403, browser.get("/key").status());
        assertEquals(403, browser.post("/key/ask", Map.of("form", read.hidden("form"))).status());
        assertEquals(List.of(), world.keysAsked);
    }

    /// It counts as no attempt, and stands in no audit.
    @Test
    void whereTooManyWaitNothingIsAsked() throws IOException {
        world.database.change(handle -> {
            for (int i = 0; i < 500; i++) {
                handle.execute(
                        "INSERT INTO asked_key (patient_key, patient, asked, told)"
                                + " VALUES (?, ?, 1, 1)",
                        "p" + i + "@patients.example",
                        "p" + i + "@patients.example");
            }
        });
        browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        for (int i = 0; i < 4; i++) {
            assertEquals(503, post("/key/ask").status());
        }
        assertFalse(world.acts().contains("key-asked"), world.acts().toString());
        world.database.change(handle ->
                handle.execute("DELETE FROM asked_key WHERE patient_key = 'p7@patients.example'"));
        assertEquals(303, post("/key/ask").status());
        assertEquals(List.of(PickupWorld.MARIA), world.keysAsked);
    }

    /// Whoever has the link alone reads what is open to all, and asks for nothing.
    @Test
    void aMereButtonIsNotEnough() throws IOException {
        StoredMessage open =
                world.deliver(
                        PickupWorld.MARIA,
                        PickupWorld.plain("Open", "We are closed on Monday."),
                        List.of(),
                        new Guard(Level.OPEN, java.util.Optional.empty()));
        String thread = browser.open(world.grant(open).value(), "");
        Page read = browser.get(thread);
        assertEquals(200, read.status());
        assertFalse(read.text().contains("href=\"/key"), read.text());
        assertEquals(403, browser.get("/key").status());
        assertEquals(403, browser.post("/key/ask", Map.of("form", read.hidden("form"))).status());
        assertEquals(List.of(), world.keysAsked);
    }
}

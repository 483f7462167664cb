package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;

/// Remembered devices, over HTTP.
class DevicesTest {
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

    /// Opens a conversation by the birth date and has this browser remembered.
    private String remembered(PageClient browser) throws IOException {
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        Page read = browser.get(thread);
        assertTrue(read.text().contains("Do only you use this phone or computer?"));
        Page kept = browser.post("/devices/remember", Map.of("form", read.hidden("form")));
        assertEquals(303, kept.status());
        assertTrue(browser.get(thread + "?kept=1").text().contains("Next time one tap will do."));
        return thread;
    }

    private static String cookie(Page page, String name) {
        return page.response().headers().allValues("Set-Cookie").stream()
                .filter(field -> field.startsWith(name + "="))
                .findFirst()
                .orElse("");
    }

    /// S1: one tap, no question; S5: only who says yes is remembered.
    @Test
    void aKnownDeviceReadsByOneTap() throws IOException {
        remembered(maria);
        world.clock.advance(Duration.ofDays(20));
        StoredMessage next =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("Later", "New words"));
        String token = world.grant(next).value();
        Page tapped = maria.get("/m/" + token);
        assertEquals(303, tapped.status());
        assertTrue(cookie(tapped, "__Host-s").endsWith("; Path=/; HttpOnly; SameSite=Lax; Secure"));
        String device = cookie(tapped, "__Host-dev");
        assertTrue(
                device.matches(
                        "__Host-dev=[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}; Path=/; HttpOnly;"
                                + " SameSite=Lax; Secure; Max-Age=15552000"),
                device);
        assertFalse(tapped.field("Location").contains(token));
        Page read = maria.get(tapped.field("Location").replaceFirst("#.*", ""));
        assertTrue(read.text().contains("New words"));
        assertFalse(read.text().contains("Do only you use"), "asked once");
        assertTrue(world.mailbox.message(next.key()).orElseThrow().read().isPresent());
        assertEquals("device+birth-date", world.steps.getLast().check());
        assertEquals(404, new PageClient(world).get("/t/" + next.thread() + "/x").status());
        assertEquals(200, new PageClient(world).get("/m/" + token).status(), "others are asked");
    }

    @Test
    void nothingIsRememberedUnlessSheSaysSo() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        String thread = maria.open(token, PickupWorld.BIRTH_DATE);
        maria.get(thread);
        Page forged = maria.post("/devices/remember", Map.of("form", "made up"));
        assertEquals(403, forged.status());
        world.clock.advance(Duration.ofMinutes(16));
        assertEquals(200, maria.get("/m/" + token).status());
    }

    /// A link that is too old, or that a fresh one replaced, opens on a known device; on others it
    /// is dead.
    @Test
    void aKnownDeviceReadsUntilTheMessageGoes() throws IOException {
        remembered(maria);
        StoredMessage message = world.deliver(PickupWorld.MARIA, PickupWorld.plain("A", "B"));
        String old = world.grant(message).value();
        world.mailbox.replaceGrants(message.key(), world.grant(message));
        assertEquals(303, maria.get("/m/" + old).status());
        assertEquals(404, new PageClient(world).get("/m/" + old).status());
        world.clock.advance(Duration.ofDays(40));
        assertEquals(303, maria.get("/m/" + old).status());
        world.mailbox.revokeGrants(message.key());
        assertEquals(404, maria.get("/m/" + old).status());
    }

    /// What a browser fetches ahead, or a frame shows, marks nothing and begins no session.
    @Test
    void onlyAPersonLooking() throws IOException {
        remembered(maria);
        StoredMessage next = world.deliver(PickupWorld.MARIA, PickupWorld.plain("A", "B"));
        String path = "/m/" + world.grant(next).value();
        int steps = world.steps.size();
        for (List<String> fields :
                List.of(
                        List.of("Sec-Purpose", "prefetch"),
                        List.of("Sec-Fetch-Dest", "iframe"),
                        List.of("Sec-Fetch-Dest", "empty"))) {
            Page page = maria.get(path, fields.toArray(String[]::new));
            assertEquals(200, page.status(), fields.toString());
            assertEquals("", page.field("Set-Cookie"));
        }
        assertEquals("", maria.head(path).field("Set-Cookie"));
        assertEquals(steps, world.steps.size());
        assertTrue(world.mailbox.message(next.key()).orElseThrow().read().isEmpty());
        assertEquals(303, maria.get(path, "Sec-Fetch-Dest", "document").status());
    }

    @Test
    void aDeviceIsOfOnePatient() throws IOException {
        remembered(maria);
        String pablos = world.link(PickupWorld.PABLO).value();
        Page door = maria.get("/m/" + pablos);
        assertEquals(200, door.status());
        assertTrue(door.text().contains("Your PIN"));
        maria.open(pablos, PickupWorld.PIN);
        Page hers = maria.get("/m/" + world.link(PickupWorld.MARIA).value());
        assertEquals(303, hers.status(), "it stays hers");
    }

    /// T11: somebody copied the cookie.
    @Test
    void anOldCookieEndsTheDeviceAndTellsThePatient() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        Page kept =
                maria.post("/devices/remember", Map.of("form", maria.get(thread).hidden("form")));
        String copied = cookie(kept, "__Host-dev").replaceFirst(";.*", "");
        maria.get(thread);
        String token = world.link(PickupWorld.MARIA).value();
        Page tapped = maria.get("/m/" + token);
        String path = tapped.field("Location").replaceFirst("#.*", "");
        assertEquals(200, maria.get(path).status());
        world.clock.advance(Duration.ofSeconds(61));
        PageClient thief = new PageClient(world);
        Page asked = thief.get("/m/" + token, "Cookie", copied);
        assertEquals(200, asked.status());
        assertTrue(asked.text().contains("Your birth date"));
        assertTrue(cookie(asked, "__Host-dev").contains("Max-Age=0"));
        assertEquals("device-stolen", world.acts().getLast());
        assertEquals(
                List.of("new_device maria@patients.example", "stolen maria@patients.example"),
                world.alerts);
        assertEquals(403, maria.get(path).status(), "her session is over too");
        assertEquals(200, maria.get("/m/" + token).status(), "and she is asked again");
    }

    /// T11: by whatever page an old secret comes back.
    @Test
    void anOldCookieIsToldWhereANewMessageBeginsToo() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        Page kept =
                maria.post("/devices/remember", Map.of("form", maria.get(thread).hidden("form")));
        String copied = cookie(kept, "__Host-dev").replaceFirst(";.*", "");
        String token = world.link(PickupWorld.MARIA).value();
        String path = maria.get("/m/" + token).field("Location").replaceFirst("#.*", "");
        assertEquals(200, maria.get(path).status());
        world.clock.advance(Duration.ofSeconds(61));
        Page refused = new PageClient(world).get(thread.replace("/t/", "/c/"), "Cookie", copied);
        assertEquals(403, refused.status());
        assertTrue(cookie(refused, "__Host-dev").contains("Max-Age=0"));
        assertEquals("device-stolen", world.acts().getLast());
        assertEquals("stolen maria@patients.example", world.alerts.getLast());
    }

    /// S10.
    @Test
    void theListNeedsAFreshCheck() throws IOException {
        String thread = remembered(maria);
        Page list = maria.get("/devices");
        assertEquals(200, list.status());
        assertTrue(list.text().contains("this one"));
        world.clock.advance(Duration.ofMinutes(11));
        Page again = maria.get("/devices");
        assertEquals(303, again.status());
        assertEquals(
                thread.replace("/t/", "/again/") + "?next=devices&lang=en",
                again.field("Location"));
        Page door = maria.get(again.field("Location"));
        assertTrue(door.text().contains("Please show us again"));
        Map<String, String> form =
                Map.of(
                        "thread", door.hidden("thread"),
                        "form", door.hidden("form"),
                        "next", door.hidden("next"),
                        "check", door.hidden("check"),
                        "answer", PickupWorld.BIRTH_DATE);
        Page passed = maria.post("/open", form);
        assertEquals("/devices?lang=en", passed.field("Location"));
        assertEquals(200, maria.get("/devices").status());
        assertEquals(403, new PageClient(world).get("/devices").status());
    }

    @Test
    void oneDeviceIsTakenOffByAnother() throws IOException {
        PageClient other = new PageClient(world);
        remembered(other);
        world.clock.advance(Duration.ofSeconds(1));
        remembered(maria);
        Page list = maria.get("/devices");
        Matcher handles =
                Pattern.compile("name=\"device\" value=\"([0-9a-f]{64})\"").matcher(list.text());
        assertTrue(handles.find());
        assertTrue(handles.find(), "two devices");
        String otherDevice = handles.group(1);
        maria.post("/devices/forget", Map.of("form", list.hidden("form"), "device", otherDevice));
        Page asked = other.get("/m/" + world.link(PickupWorld.MARIA).value());
        assertEquals(200, asked.status(), "it is asked again");
        assertEquals(303, maria.get("/m/" + world.link(PickupWorld.MARIA).value()).status());
    }

    @Test
    void thisDeviceIsForgottenAtOnce() throws IOException {
        String thread = remembered(maria);
        Page list = maria.get("/devices");
        Page gone =
                maria.post(
                        "/devices/forget",
                        Map.of("form", list.hidden("form"), "device", list.hidden("device")));
        assertEquals("/bye?forgot=1&lang=en", gone.field("Location"));
        assertEquals("\"cache\", \"storage\"", gone.field("Clear-Site-Data"));
        assertTrue(cookie(gone, "__Host-dev").contains("Max-Age=0"));
        assertTrue(maria.get("/bye?forgot=1").text().contains("We forgot this device"));
        assertEquals(403, maria.get(thread).status());
        assertEquals(200, maria.get("/m/" + world.link(PickupWorld.MARIA).value()).status());
    }

    @Test
    void aCodeReadOffOneDeviceOpensAnother() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        PageClient laptop = new PageClient(world);
        assertFalse(laptop.get("/m/" + token).text().contains("from my other phone"));
        remembered(maria);
        Page list = maria.get("/devices");
        Page shown = maria.post("/devices/code", Map.of("form", list.hidden("form")));
        Matcher digits =
                Pattern.compile("<p class=\"code\"[^>]*>([0-9]{3} [0-9]{3})</p>")
                        .matcher(shown.text());
        assertTrue(digits.find(), shown.text());
        assertTrue(laptop.get("/m/" + token).text().contains("from my other phone"));
        Page door = laptop.get("/m/" + token + "?by=device-code");
        assertTrue(door.text().contains("from your other phone or computer"));
        Map<String, String> form =
                Map.of("token", token, "check", "device-code", "answer", digits.group(1));
        assertEquals(303, laptop.post("/open", form).status());
        assertEquals(422, new PageClient(world).post("/open", form).status(), "used once");
        String other = world.link(PickupWorld.PABLO).value();
        Page foreign =
                laptop.post(
                        "/open",
                        Map.of("token", other, "check", "device-code", "answer", digits.group(1)));
        assertNotEquals(303, foreign.status());
    }
}

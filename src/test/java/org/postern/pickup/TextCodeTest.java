package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.check.PatientFile;
import org.postern.mail.Address;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;
import org.postern.policy.Protection.Level;
import org.postern.testkit.TestVault;

/// The code by text message, and what each level asks for (T3, T4, T28).
class TextCodeTest {
    @TempDir Path data;
    private PickupWorld world;
    private PageClient reader;

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
        reader = new PageClient(world);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private StoredMessage guarded(Address patient, Level level, Optional<String> pin)
            throws IOException {
        return world.deliver(
                patient,
                PickupWorld.plain("Canary", "Canary words"),
                List.of(),
                new Guard(level, pin));
    }

    private String sent() {
        return world.sms.taken().getLast().path("text").asText();
    }

    private static String digits(String text) {
        return text.substring(text.lastIndexOf('#') + 1);
    }

    @Test
    void aNumberOnFileGetsACodeThatAPhoneCanFillIn() throws IOException {
        String token = world.link(PickupWorld.ROSA).value();
        Page door = reader.get("/m/" + token);
        assertTrue(door.text().contains("We will send a code to your mobile phone."));
        assertFalse(door.text().contains("birth date"), "a patient never chooses less");
        assertFalse(door.text().contains("5550100177"), "the number is nobody's business");
        Page asked = reader.post("/code", Map.of("token", token, "check", "sms"));
        assertTrue(asked.text().contains("We sent a code to your mobile phone."));
        assertTrue(asked.text().contains("autocomplete=\"one-time-code\""));
        assertEquals("+15550100177", world.sms.taken().getFirst().path("to").asText());
        assertEquals(List.of("Bearer s3cret"), world.sms.tokens());
        String code = digits(sent());
        assertEquals(
                code
                        + " is your code to read a message. It is good for 10 minutes. Tell it to"
                        + " nobody.\n\n@localhost #"
                        + code,
                sent());
        Page birth =
                reader.post(
                        "/open",
                        Map.of(
                                "token",
                                token,
                                "check",
                                "birth-date",
                                "answer",
                                PickupWorld.BIRTH_DATE));
        assertEquals(422, birth.status(), "it is judged as a code");
        Page opened = reader.post("/open", Map.of("token", token, "check", "sms", "answer", code));
        assertEquals(303, opened.status());
        assertEquals("sms", world.steps.getLast().check());
    }

    /// Another browser asked for nothing, so the code is worth nothing there.
    @Test
    void aCodeIsBoundToTheBrowserThatAsked() throws IOException {
        String token = world.link(PickupWorld.PEDRO).value();
        reader.post("/code", Map.of("token", token));
        Map<String, String> form = Map.of("token", token, "check", "sms", "answer", digits(sent()));
        PageClient other = new PageClient(world);
        assertEquals(403, other.post("/open", form).status());
        world.clock.advance(Duration.ofSeconds(31));
        other.post("/code", Map.of("token", token));
        assertEquals(2, world.sms.taken().size());
        if (!digits(sent()).equals(form.get("answer"))) {
            assertEquals(422, other.post("/open", form).status());
        }
        assertEquals(303, reader.post("/open", form).status());
    }

    @Test
    void aServiceThatIsDownLeadsToTheNextCheck() throws IOException {
        String token = world.link(PickupWorld.ROSA).value();
        for (int status : new int[] {500, 302, 401}) {
            world.sms.answers(status);
            Page next = reader.post("/code", Map.of("token", token));
            assertEquals(200, next.status());
            assertTrue(next.text().contains("We cannot send a text message right now."));
            assertTrue(next.text().contains("Your birth date"));
            world.clock.advance(Duration.ofMinutes(11));
        }
        world.sms.answers(202);
        world.sms.falls();
        Page slow = reader.post("/code", Map.of("token", token));
        assertTrue(slow.text().contains("Your birth date"), "its deadline is over");
        reader.open(token, PickupWorld.BIRTH_DATE);
        assertEquals(List.of(), world.sms.taken());
    }

    @Test
    void whereOnlyANumberIsOnFileNothingLessIsAsked() throws IOException {
        String token =
                world.grant(guarded(PickupWorld.ROSA, Level.SENSITIVE, Optional.empty())).value();
        world.sms.answers(500);
        Page refused = reader.post("/code", Map.of("token", token));
        assertEquals(503, refused.status());
        assertFalse(refused.text().contains("birth date"));
        Map<String, String> birth =
                Map.of("token", token, "check", "birth-date", "answer", PickupWorld.BIRTH_DATE);
        assertEquals(200, reader.post("/open", birth).status(), "nothing can be asked");
        assertTrue(reader.post("/open", birth).text().contains("you need a PIN"));
    }

    @Test
    void sensitiveMailRefusesBirthDateAndMailedCode() throws IOException {
        String token =
                world.grant(guarded(PickupWorld.MARIA, Level.SENSITIVE, Optional.empty())).value();
        assertTrue(reader.get("/m/" + token).text().contains("you need a PIN from the clinic"));
        for (String check : List.of("birth-date", "code", "none", "device-code")) {
            Page page =
                    reader.post(
                            "/open",
                            Map.of("token", token, "check", check, "answer", "1972-04-09"));
            assertEquals(200, page.status(), check);
            assertEquals("", page.field("Set-Cookie"));
        }
        reader.post("/code", Map.of("token", token, "check", "code"));
        assertEquals(List.of(), world.codes);
    }

    /// An open session, and a known device, are not enough for a conversation that became
    /// sensitive.
    @Test
    void aConversationIsAsSensitiveAsItsMostSensitiveMessage() throws IOException {
        StoredMessage first =
                world.deliver(PickupWorld.PABLO, PickupWorld.plain("Hello", "First words"));
        String thread = reader.open(world.grant(first).value(), PickupWorld.PIN);
        Page read = reader.get(thread);
        reader.post("/devices/remember", Map.of("form", read.hidden("form")));
        assertEquals(200, reader.get(thread).status());
        world.clock.advance(Duration.ofHours(13));
        String token = world.grant(first).value();
        assertEquals(303, reader.get("/m/" + token).status(), "a known device");
        world.mailbox.store(
                new NewMessage(
                        new org.postern.mail.QueueId("B".repeat(16)),
                        first.message().direction(),
                        first.message().clinician(),
                        PickupWorld.PABLO,
                        "b@clinic.example",
                        List.of(first.message().messageId()),
                        world.clock.instant(),
                        new Guard(Level.SENSITIVE, Optional.empty())),
                world.mailbox.content(first.key()));
        Page again = reader.get(thread);
        assertEquals(303, again.status());
        assertTrue(again.field("Location").startsWith("/again/"));
        assertEquals(404, reader.get("/a/" + first.key() + "/0").status());
        assertEquals(200, reader.get("/m/" + token).status(), "asked again after 12 hours");
        reader.open(token, PickupWorld.PIN);
        assertEquals(200, reader.get(thread).status());
    }

    @Test
    void aPinOfTheMessageOpensItAndNoOtherDoes() throws IOException {
        String hash = PatientFile.hashOfPin(TestVault.one(), PickupWorld.MARIA, "4821");
        String token =
                world.grant(guarded(PickupWorld.MARIA, Level.NORMAL, Optional.of(hash))).value();
        assertTrue(reader.get("/m/" + token).text().contains("Your PIN from the clinic"));
        Map<String, String> birth = Map.of("token", token, "answer", PickupWorld.BIRTH_DATE);
        assertEquals(422, reader.post("/open", birth).status());
        reader.open(token, "4821");
    }

    @Test
    void openMailTakesAButtonAndTheMarkSaysSo() throws IOException {
        String token =
                world.grant(guarded(PickupWorld.MARIA, Level.OPEN, Optional.empty())).value();
        Page door = reader.get("/m/" + token);
        assertTrue(door.text().contains("This message is not private."));
        assertEquals(List.of(), world.acts(), "looking opens nothing");
        Page opened = reader.post("/open", Map.of("token", token));
        assertEquals(303, opened.status());
        assertEquals("none", world.steps.getLast().check());
        Page read = reader.get(opened.field("Location").replaceFirst("#.*", ""));
        assertTrue(read.text().contains("Canary words"));
        assertFalse(read.text().contains("Do only you use"), "nobody was shown to be anybody");
        assertFalse(read.text().contains("href=\"/word"), "and nobody chooses a word for her");
        assertTrue(read.text().contains("data-draft=\"\""), "nothing is kept for who comes next");
        String path = opened.field("Location").replaceFirst("[?#].*", "");
        Page kept =
                reader.reply(
                        path + "/draft",
                        List.of(
                                Map.entry("form", read.hidden("form")),
                                Map.entry("once", read.hidden("once")),
                                Map.entry("text", "Half a sentence")),
                        List.of());
        assertEquals(404, kept.status());
        assertFalse(reader.get(path).text().contains("Half a sentence"));
        Page usual = reader.get("/m/" + world.link(PickupWorld.MARIA).value());
        assertTrue(usual.text().contains("Your birth date"), "it opens no other");
    }

    /// Whoever holds the link presses the button; the patient gets a code of her own at once.
    @Test
    void nobodyKeepsHerFromHerCode() throws IOException {
        String token = world.link(PickupWorld.PEDRO).value();
        PageClient other = new PageClient(world);
        for (int i = 0; i < 6; i++) {
            other.post("/code", Map.of("token", token));
            world.clock.advance(Duration.ofSeconds(31));
        }
        assertEquals(5, world.sms.taken().size(), "five an hour for one browser");
        Page asked = reader.post("/code", Map.of("token", token));
        assertEquals(6, world.sms.taken().size());
        assertTrue(asked.text().contains("name=\"answer\""));
        Map<String, String> form = Map.of("token", token, "check", "sms", "answer", digits(sent()));
        assertEquals(303, reader.post("/open", form).status());
    }

    /// All browsers together have a limit; beyond it nobody is asked for a code that went
    /// elsewhere.
    @Test
    void whereNoCodeWasSentNoneIsAskedFor() throws IOException {
        String token = world.link(PickupWorld.PEDRO).value();
        for (int i = 0; i < 20; i++) {
            new PageClient(world).post("/code", Map.of("token", token));
        }
        Page refused = reader.post("/code", Map.of("token", token));
        assertEquals(20, world.sms.taken().size());
        assertEquals(429, refused.status());
        assertTrue(refused.text().contains("We cannot send you another code right now."));
        assertFalse(refused.text().contains("name=\"answer\""));
        world.clock.advance(Duration.ofHours(1));
        assertTrue(reader.post("/code", Map.of("token", token)).text().contains("name=\"answer\""));
    }
}

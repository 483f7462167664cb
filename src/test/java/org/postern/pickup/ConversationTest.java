package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.conversation.ThreadView;
import org.postern.mailbox.Fate;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;
import org.postern.pickup.PageClient.Upload;

/// The conversation as it is read: days, pictures, answers of one tap, messages as files.
class ConversationTest {
    private static final Path FACE = Path.of("policy-config/photos/anna-reyes.png");

    @TempDir Path data;
    private PickupWorld world;
    private PageClient maria;
    private StoredMessage first;
    private String thread;

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
        maria = new PageClient(world);
        first = world.deliver(PickupWorld.MARIA, PickupWorld.plain("Your knee", "It looks good."));
        thread = maria.open(world.grant(first).value(), PickupWorld.BIRTH_DATE);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    @Test
    void messagesStandUnderTheirDays() throws IOException {
        world.clock.advance(Duration.ofMinutes(1));
        send("text", "Thank you", List.of());
        world.clock.advance(Duration.ofDays(1));
        reopen();
        send("text", "One more thing", List.of());
        assertEquals(List.of("Yesterday", "Today"), days(maria.get(thread).text()));
        assertEquals(List.of("Ayer", "Hoy"), days(maria.get(thread + "?lang=es").text()));
        world.clock.advance(Duration.ofDays(2));
        reopen();
        assertEquals(
                List.of("Monday, March 2", "Tuesday, March 3"), days(maria.get(thread).text()));
        assertEquals(
                List.of("Lunes, 2 de marzo", "Martes, 3 de marzo"),
                days(maria.get(thread + "?lang=es").text()));
    }

    @Test
    void oneTapSendsItsWords() throws IOException {
        world.clock.advance(Duration.ofMinutes(1));
        Page sent = send("quick", "call", List.of());
        assertEquals(303, sent.status());
        assertEquals(1, world.reception.received().size());
        assertTrue(world.reception.received().getFirst().body().contains("Please call me."));
        Page after = maria.get(thread);
        assertTrue(after.text().contains("Please call me."));
        assertFalse(after.text().contains("name=\"quick\""), "she has answered");
    }

    @Test
    void whatOneTapSaysIsInHerLanguage() throws IOException {
        Page page = maria.get(thread + "?lang=es");
        maria.reply(
                thread + "/reply",
                List.of(
                        Map.entry("form", page.hidden("form")),
                        Map.entry("once", page.hidden("once")),
                        Map.entry("lang", "es"),
                        Map.entry("quick", "ok")),
                List.of());
        assertTrue(world.reception.received().getFirst().body().contains("Entendido. Gracias."));
    }

    /// T32: a program that follows links answers nothing.
    @Test
    void noAddressSendsAnAnswer() throws IOException {
        for (String path : List.of(thread + "?r=call", thread + "?quick=call", thread + "/reply")) {
            var _ = maria.get(path);
        }
        assertEquals(List.of(), world.reception.received());
    }

    @Test
    void anAnswerThatIsNotOfferedIsNotSent() throws IOException {
        assertEquals(422, send("quick", "refund", List.of()).status());
        assertEquals(List.of(), world.reception.received());
    }

    /// What can be said, and nothing more: nobody here knows whether the clinician has read it.
    @Test
    void herOwnMessagesSayHowTheyStand() throws IOException {
        send("text", "Thank you", List.of());
        assertTrue(maria.get(thread).text().contains("class=\"mark sent\">Sent<"));
        stands(Fate.DELIVERED);
        String page = maria.get(thread).text();
        assertTrue(page.contains("class=\"mark delivered\">Delivered to the clinic<"), page);
        assertEquals(1, page.split("class=\"mark", -1).length - 1, "only below her own");
        assertTrue(maria.get(thread + "?lang=es").text().contains("Entregado a la clínica"));
        stands(Fate.FAILED);
        assertTrue(
                maria.get(thread)
                        .text()
                        .contains("Not delivered. Please call the clinic at +1 555 0100."));
    }

    /// Nobody has looked at its files yet, so nobody gets them from here.
    @Test
    void aMessageThatIsHeldGivesNoFileOut() throws IOException {
        byte[] photo = Files.readAllBytes(FACE);
        send("text", "See", List.of(new Upload("knee.png", "image/png", photo)));
        StoredMessage mine = mine();
        List<String> paths =
                List.of(
                        "/a/" + mine.key() + "/0",
                        "/a/" + mine.key() + "/0?small=1",
                        thread + "/eml/" + mine.key());
        for (String path : paths) {
            assertEquals(200, maria.get(path).status(), path);
        }
        stands(Fate.HELD);
        String page = maria.get(thread + "?sent=1").text();
        assertTrue(page.contains("The clinic has to check this first"), page);
        assertTrue(page.contains("Your message is here. The clinic has to check it"), page);
        assertFalse(page.contains("Sent to Dr. Ana Ruiz"), page);
        assertTrue(page.contains("knee.png"), "its name is told");
        assertFalse(page.contains("/a/" + mine.key()), page);
        for (String path : paths) {
            assertEquals(404, maria.get(path).status(), path);
        }
        stands(Fate.DELIVERED);
        assertEquals(200, maria.get(paths.getFirst()).status());
    }

    private StoredMessage mine() throws IOException {
        return world.mailbox.thread(first.thread()).stream()
                .filter(ThreadView::isMine)
                .findFirst()
                .orElseThrow();
    }

    private void stands(Fate fate) throws IOException {
        world.mailbox.noteFate(
                mine().message().queueId(), Optional.of(fate), world.clock.instant());
    }

    @Test
    void aPhotoHasASmallPicture() throws IOException {
        byte[] photo = Files.readAllBytes(FACE);
        send("text", "See", List.of(new Upload("knee.png", "image/png", photo)));
        Matcher small =
                Pattern.compile("src=\"(/a/[^\"]+\\?small=1)\"").matcher(maria.get(thread).text());
        assertTrue(small.find());
        Page picture = maria.get(small.group(1));
        assertEquals(200, picture.status());
        assertEquals("image/jpeg", picture.field("Content-Type"));
        assertEquals("nosniff", picture.field("X-Content-Type-Options"));
        assertTrue(picture.field("Content-Security-Policy").startsWith("sandbox"));
        assertEquals(404, new PageClient(world).get(small.group(1)).status());
    }

    @Test
    void aMessageCanBeKeptAsItCame() throws IOException {
        String path = thread + "/eml/" + first.key();
        Page saved = maria.get(path);
        assertEquals(
                "attachment; filename=\"message.eml\"",
                saved.field("Content-Disposition").split("; filename\\*", 2)[0]);
        byte[] whole;
        try (var in = world.mailbox.content(first.key()).open()) {
            whole = in.readAllBytes();
        }
        assertArrayEquals(whole, saved.text().getBytes(StandardCharsets.UTF_8));
        StoredMessage other =
                world.deliver(PickupWorld.STRANGER, PickupWorld.plain("Secret", "Of another"));
        for (String foreign :
                List.of(
                        thread + "/eml/" + other.key(),
                        "/t/" + other.thread() + "/eml/" + other.key())) {
            assertEquals(404, maria.get(foreign).status());
        }
        assertEquals(404, new PageClient(world).get(path).status());
    }

    private void reopen() throws IOException {
        maria = new PageClient(world);
        thread = maria.open(world.grant(first).value(), PickupWorld.BIRTH_DATE);
    }

    private Page send(String field, String value, List<Upload> files) throws IOException {
        Page page = maria.get(thread);
        return maria.reply(
                thread + "/reply",
                List.of(
                        Map.entry("form", page.hidden("form")),
                        Map.entry("once", page.hidden("once")),
                        Map.entry(field, value)),
                files);
    }

    private static List<String> days(String page) {
        List<String> days = new ArrayList<>();
        Matcher day = Pattern.compile("<h2 class=\"day\"[^>]*><time[^>]*>([^<]+)<").matcher(page);
        while (day.find()) {
            days.add(day.group(1));
        }
        return days;
    }
}

package org.postern.pickup;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Reply;
import org.postern.pickup.PageClient.Page;
import org.postern.pickup.PageClient.Upload;
import org.postern.testkit.MemoryReception;
import org.postern.vault.LookupHash;
import org.postern.writing.Unsent;
import org.postern.writing.Writing;

/// No word that a patient typed is lost: whatever is refused gives it back, and what was not sent
/// stands in the form when she comes again.
class DraftsTest {
    private static final String WORDS = "My knee hurts <again> since Monday";
    private static final String SHOWN = "My knee hurts &lt;again&gt; since Monday</textarea>";
    private static final String FOUND = "You typed this before";

    private static final Upload PROGRAM =
            new Upload("run.exe", "application/octet-stream", new byte[] {'M', 'Z'});

    @TempDir Path data;
    private PickupWorld world;
    private PageClient maria;
    private String thread;
    private List<String> forms;

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
        maria = new PageClient(world);
        thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        forms = List.of(thread, thread.replace("/t/", "/c/"));
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    /// The form of an answer, or of a new message.
    private static String action(String path) {
        return path.startsWith("/t/") ? path + "/reply" : path;
    }

    private Page send(String path, Page form, Upload... files) throws IOException {
        return maria.reply(action(path), fields(form, WORDS), List.of(files));
    }

    private static List<Map.Entry<String, String>> fields(Page form, String words) {
        return List.of(
                Map.entry("form", form.hidden("form")),
                Map.entry("once", once(form)),
                Map.entry("from", form.hidden("from")),
                Map.entry("lang", "en"),
                Map.entry("text", words));
    }

    /// That of the form below the quick answers.
    private static String once(Page form) {
        return form.hidden("once").replaceFirst("-q$", "");
    }

    @Test
    void aRefusedFileKeepsTheWordsUntilTheyAreSent() throws IOException {
        for (String path : forms) {
            assertFalse(maria.get(path).text().contains(FOUND));
            Page refused = send(path, maria.get(path), PROGRAM);
            assertEquals(422, refused.status());
            assertTrue(refused.text().contains(SHOWN), refused.text());
            Page again = maria.get(path);
            assertTrue(again.text().contains(SHOWN), again.text());
            assertTrue(again.text().contains(FOUND));
            assertEquals(303, send(path, again).status());
            Page after = maria.get(path);
            assertFalse(after.text().contains(FOUND), "what was sent is still kept");
            assertFalse(after.text().contains(SHOWN));
        }
    }

    @Test
    void aSessionThatIsOverGivesTheWordsBack() throws IOException {
        List<Page> open = new ArrayList<>();
        for (String path : forms) {
            open.add(maria.get(path));
        }
        world.clock.advance(Duration.ofMinutes(16));
        for (int i = 0; i < forms.size(); i++) {
            Page late = send(forms.get(i), open.get(i));
            assertEquals(403, late.status());
            assertTrue(late.text().contains("This message was NOT sent"), late.text());
            assertTrue(late.text().contains(SHOWN), late.text());
        }
        assertEquals(List.of(), world.reception.received());
    }

    /// She opened another message in another tab: that ended the session before.
    @Test
    void aFormOfTheSessionBeforeGivesTheWordsBack() throws IOException {
        List<Page> open = new ArrayList<>();
        for (String path : forms) {
            open.add(maria.get(path));
        }
        maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        for (int i = 0; i < forms.size(); i++) {
            Page other = send(forms.get(i), open.get(i));
            assertEquals(404, other.status());
            assertTrue(other.text().contains(SHOWN), other.text());
            Page forged = maria.reply(action(forms.get(i)), fields(open.get(i), " "), List.of());
            assertEquals(404, forged.status());
            assertFalse(forged.text().contains("textarea"), "it says more than a dead link");
        }
        assertEquals(List.of(), world.reception.received());
    }

    @Test
    void aWrongTokenGivesTheWordsBack() throws IOException {
        for (String path : forms) {
            Page refused =
                    maria.reply(
                            action(path),
                            List.of(Map.entry("form", "forged"), Map.entry("text", WORDS)),
                            List.of());
            assertEquals(403, refused.status());
            assertTrue(refused.text().contains(SHOWN), refused.text());
            assertFalse(maria.get(path).text().contains(FOUND), "a stranger's form was kept");
        }
    }

    /// A disk without room, at the beginning or in the middle; an audit that cannot be written; a
    /// gateway that takes nothing now, or never.
    @Test
    void whateverCannotBeTakenGivesTheWordsBack() throws IOException {
        for (String path : forms) {
            world.draftFault = new IOException("no room");
            Page full = send(path, maria.get(path));
            assertEquals(503, full.status());
            assertTrue(full.text().contains(SHOWN), full.text());
            world.draftFault = null;

            world.draftOctetsMax = 100;
            givesBack(path, "not sent yet");
            world.draftOctetsMax = Integer.MAX_VALUE;

            Page form = maria.get(path);
            world.journalFault = new IOException("no room");
            Page unwritten = send(path, form);
            assertEquals(422, unwritten.status());
            assertTrue(unwritten.text().contains(SHOWN), unwritten.text());
            world.journalFault = null;

            world.refuseAnswers(PickupWorld.LATER);
            givesBack(path, "not sent yet");
            world.refuseAnswers(new Reply(554, "5.7.1", "no"));
            givesBack(path, "was not sent");
            assertEquals(0, world.reception.openDrafts());
            world.reception =
                    MemoryReception.ruling(_ -> {
                        throw new IllegalStateException("a fault of ours");
                    });
            Page fault = send(path, maria.get(path));
            assertEquals(503, fault.status());
            assertTrue(fault.text().contains(SHOWN), fault.text());
        }
        assertEquals(List.of(), world.reception.received());
    }

    private void givesBack(String path, String alert) throws IOException {
        Page page = send(path, maria.get(path));
        assertEquals(422, page.status());
        assertTrue(page.text().contains(alert), page.text());
        assertTrue(page.text().contains(SHOWN), page.text());
        assertTrue(maria.get(path).text().contains(FOUND), path);
    }

    /// After a stop nobody knows what was handed over: what is sent again bears the same
    /// Message-ID.
    @Test
    void oneWritingHasOneMessageId() throws IOException {
        for (String path : forms) {
            Page tab = maria.get(path);
            assertEquals(303, send(path, tab).status());
            String id =
                    LookupHash.of("reply-id", PickupWorld.MARIA + " " + once(tab) + " " + WORDS)
                            .substring(0, 32);
            String letter = world.reception.received().getLast().text();
            assertTrue(letter.contains("Message-ID: <" + id + "@"), letter);
        }
    }

    @Test
    void aFullDiskGivesBackWhatAStrangerWrote() throws IOException {
        PageClient browser = new PageClient(world);
        browser.post("/to/dr-ruiz", Map.of("address", "new@patients.example"));
        String path = world.started(1).path();
        world.draftFault = new IOException("no room");
        Page full =
                browser.reply(
                        "/w",
                        List.of(Map.entry("token", path.substring(3)), Map.entry("text", WORDS)),
                        List.of());
        assertEquals(503, full.status());
        assertTrue(full.text().contains(SHOWN), full.text());
    }

    @Test
    void whatIsTypedIsKeptForItsWriterAlone() throws IOException {
        for (String path : forms) {
            Page form = maria.get(path);
            assertTrue(form.text().contains("data-draft=\"" + path + "/draft\""), form.text());
            assertEquals(200, save(maria, path, form.hidden("form"), WORDS));
            assertTrue(maria.get(path).text().contains(SHOWN));
            for (int more = 1; more < 40; more++) {
                assertEquals(200, save(maria, path, form.hidden("form"), WORDS));
            }
            assertEquals(429, save(maria, path, form.hidden("form"), WORDS + "!"));
            world.clock.advance(Duration.ofMinutes(1));
            assertEquals(200, save(maria, path, form.hidden("form"), " "));
            assertFalse(maria.get(path).text().contains(FOUND), "emptied words are kept");
            world.clock.advance(Duration.ofMinutes(1));
            assertEquals(200, save(maria, path, form.hidden("form"), WORDS));
        }
        PageClient pablo = new PageClient(world);
        String his = pablo.open(world.link(PickupWorld.PABLO).value(), PickupWorld.PIN);
        assertFalse(pablo.get(his).text().contains("My knee hurts"));
        for (String path : forms) {
            assertEquals(404, save(pablo, path, pablo.get(his).hidden("form"), "Ha"), path);
            assertEquals(403, save(maria, path, "forged", "Ha"), path);
            assertEquals(403, save(new PageClient(world), path, "forged", "Ha"), path);
            assertTrue(maria.get(path).text().contains(SHOWN));
        }
    }

    @Test
    void wordsAreForgottenAfterSomeDays() throws IOException {
        Page form = maria.get(thread);
        assertEquals(200, save(maria, thread, form.hidden("form"), WORDS));
        world.clock.advance(Unsent.LIFE.minusSeconds(1));
        String link = world.link(PickupWorld.MARIA).value();
        assertEquals(
                WORDS,
                world.parts
                        .store()
                        .unsent()
                        .find(new Unsent.Place(PickupWorld.MARIA, thread), world.clock.instant())
                        .orElseThrow()
                        .words());
        world.clock.advance(Duration.ofSeconds(1));
        assertFalse(maria.get(maria.open(link, PickupWorld.BIRTH_DATE)).text().contains(FOUND));
    }

    /// One tap beside the form neither sends nor loses what stands in it.
    @Test
    void aQuickReplyLeavesTheWords() throws IOException {
        Page form = maria.get(thread);
        assertEquals(200, save(maria, thread, form.hidden("form"), WORDS));
        Page sent =
                maria.reply(
                        thread + "/reply",
                        List.of(
                                Map.entry("form", form.hidden("form")),
                                Map.entry("once", form.hidden("once") + "-q"),
                                Map.entry("quick", "ok")),
                        List.of());
        assertEquals(303, sent.status());
        assertTrue(maria.get(thread).text().contains(SHOWN));
    }

    private static int save(PageClient browser, String path, String token, String words)
            throws IOException {
        return save(browser, path, List.of("form", token, "once", "a-tab"), words);
    }

    /// The script of a page that was loaded.
    private int type(String path, Page tab, String words) throws IOException {
        return save(
                maria,
                path,
                List.of("form", tab.hidden("form"), "once", once(tab), "from", tab.hidden("from")),
                words);
    }

    private static int save(PageClient browser, String path, List<String> hidden, String words)
            throws IOException {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (int i = 0; i < hidden.size(); i += 2) {
            fields.add(Map.entry(hidden.get(i), hidden.get(i + 1)));
        }
        fields.add(Map.entry("text", words));
        return browser.reply(path + "/draft", fields, List.of()).status();
    }

    /// The script had words on the way when she pressed Send: they come in behind the letter.
    @Test
    void whatWasOnTheWayWhenItWasSentStaysGone() throws IOException {
        for (String path : forms) {
            Page tab = maria.get(path);
            assertEquals(200, type(path, tab, WORDS));
            assertEquals(303, send(path, tab).status());
            assertEquals(200, type(path, tab, WORDS));
            assertFalse(maria.get(path).text().contains(FOUND), path);
            // Much later somebody types into a form that a browser brought back.
            world.clock.advance(Unsent.ON_THE_WAY);
            assertEquals(200, type(path, tab, WORDS));
            assertTrue(maria.get(path).text().contains(SHOWN), path);
            assertEquals(200, type(path, tab, ""));
        }
    }

    /// Two tabs with the same form: what one sends or empties takes nothing of the other away.
    @Test
    void eachTabHasItsOwnWords() throws IOException {
        for (String path : forms) {
            Page first = maria.get(path);
            Page second = maria.get(path);
            assertEquals(200, type(path, first, "The first tab"));
            world.clock.advance(Duration.ofSeconds(1));
            assertEquals(200, type(path, second, WORDS));
            assertEquals(303, send(path, second).status());
            Page third = maria.get(path);
            assertTrue(third.text().contains("The first tab</textarea>"), third.text());

            // It goes on with the words of the first, in which somebody types on meanwhile.
            world.clock.advance(Unsent.RELOAD.plusSeconds(1));
            assertEquals(200, type(path, first, "The first tab, and more"));
            assertEquals(303, send(path, third).status());
            Page fourth = maria.get(path);
            assertTrue(fourth.text().contains("The first tab, and more</textarea>"));

            // And now nobody does: sent is sent.
            world.clock.advance(Duration.ofSeconds(1));
            assertEquals(200, type(path, fourth, "The first tab, and more, to the end"));
            assertEquals(303, send(path, fourth).status());
            assertFalse(maria.get(path).text().contains(FOUND), path);
        }
    }

    /// What comes back is kept under the name that it has then.
    @Test
    void wordsThatWereRefusedAreKeptOnce() throws IOException {
        for (String path : forms) {
            Page tab = maria.get(path);
            assertEquals(200, type(path, tab, WORDS));
            Page refused = send(path, tab, PROGRAM);
            assertEquals(422, refused.status());
            assertEquals(200, type(path, tab, WORDS), "it was on the way");
            assertTrue(maria.get(path).text().contains(SHOWN));
            assertEquals(303, send(path, refused).status());
            assertFalse(maria.get(path).text().contains(FOUND), path);
        }
    }

    /// Who is not known costs no more than the words that are given back: neither without a
    /// session, nor with a forged token, nor with a dead link. What comes behind is thrown away.
    @Test
    void littleIsReadOfStrangers() throws IOException {
        PageClient stranger = new PageClient(world);
        assertUnread(stranger, thread + "/reply", "form");
        assertUnread(maria, thread + "/reply", "form");
        assertUnread(stranger, forms.get(1), "form");
        assertUnread(stranger, "/w", "token");
        assertEquals(List.of(), world.reception.received());
    }

    private static void assertUnread(PageClient browser, String path, String field)
            throws IOException {
        int room = (int) Writing.STRANGER_OCTETS_MAX;
        for (int before : new int[] {room / 2, room}) {
            Page page =
                    browser.reply(
                            path,
                            List.of(
                                    Map.entry(field, "x".repeat(43)),
                                    Map.entry("filler", "x".repeat(before)),
                                    Map.entry("text", WORDS)),
                            List.of());
            assertTrue(page.status() >= 400 && page.status() < 500, path + " " + page.status());
            assertEquals(before < room, page.text().contains(SHOWN), path);
        }
    }

    @Test
    void noWordLiesInTheClear() throws IOException {
        assertEquals(200, save(maria, thread, maria.get(thread).hidden("form"), WORDS));
        try (var files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String octets = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(octets.contains("My knee hurts"), file.toString());
            }
        }
    }
}

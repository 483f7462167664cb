package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Reply;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;
import org.postern.pickup.PageClient.Upload;
import org.postern.pickup.PickupWorld.Started;
import org.postern.start.Desk;
import org.postern.testkit.MemoryReception.Received;

/// Patients write first, over HTTP.
class StartTest extends Visit {
    private static final String STRANGER = "nobody.knows@patients.example";

    private Page ask(String address) throws IOException {
        return browser.post("/to/dr-ruiz", Map.of("address", address, "lang", "en"));
    }

    /// The link that was mailed to an address.
    private Started link(String address) throws IOException {
        int before = world.starts.size();
        assertEquals(200, ask(address).status());
        return world.started(before + 1);
    }

    private void await(int starts) {
        world.started(starts);
        assertEquals(starts, world.starts.size());
    }

    private Page write(Started link, Map<String, String> more, Upload... files) throws IOException {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        fields.add(Map.entry("token", link.token().value()));
        fields.add(Map.entry("lang", "en"));
        fields.addAll(more.entrySet());
        return browser.reply("/w", fields, List.of(files));
    }

    private Received only() {
        assertEquals(1, world.reception.received().size());
        return world.reception.received().getFirst();
    }

    @Test
    void aStrangerWritesFirstWithoutAnAccount() throws IOException {
        Page page = browser.get("/to/dr-ruiz?lang=en");
        assertEquals(200, page.status());
        assertTrue(page.text().contains("Write to Dr. Ana Ruiz"));
        // It is a Monday, and the Wednesday is a holiday.
        assertTrue(page.text().contains("Most answers come by Thursday, March 5."), page.text());
        assertTrue(page.text().contains("call 911"));
        assertTrue(page.text().contains("+1 555 0100"));
        Started link = link(STRANGER);
        assertEquals(PickupWorld.RUIZ, link.request().clinician());
        assertTrue(browser.get(link.path()).text().contains("Your message"));
        Page sent =
                write(
                        link,
                        Map.of("text", "My knee hurts.", "name", "Nora Noone"),
                        new Upload(
                                "knee.txt",
                                "text/plain",
                                "swollen".getBytes(StandardCharsets.UTF_8)));
        assertEquals(303, sent.status(), sent.text());
        assertTrue(browser.get(sent.field("Location")).text().contains("Sent to Dr. Ana Ruiz on"));
        Received received = only();
        assertEquals(STRANGER, String.valueOf(received.envelope().reversePath()));
        assertEquals(List.of(PickupWorld.RUIZ), received.envelope().recipients());
        assertTrue(received.text().contains("From: " + STRANGER + "\r\n"));
        assertTrue(received.text().contains("Subject: Message from Nora Noone\r\n"));
        assertTrue(received.text().contains("X-Postern-Arrival: started; check=mailbox\r\n"));
        String words = received.text().replace("=\r\n", "");
        assertTrue(words.contains("Only the mailbox was checked"), words);
        assertTrue(words.contains("My knee hurts."), words);
        assertTrue(words.contains("filename=knee.txt") || words.contains("filename=\"knee.txt\""));
        assertEquals(List.of("start-asked", "started"), world.acts());
        assertEquals("mailbox", world.steps.getLast().check());
    }

    /// Her clinician's answer comes into the conversation that she began.
    @Test
    void theAnswerJoinsHerConversation() throws IOException {
        write(link(STRANGER), Map.of("text", "My knee hurts."));
        String id = only().text().replaceAll("(?s).*Message-ID: <([^>]+)>.*", "$1");
        StoredMessage answer =
                world.deliver(
                        PickupWorld.STRANGER, PickupWorld.plain("Re: x", "Rest it."), List.of(id));
        List<StoredMessage> thread = world.mailbox.thread(answer.thread());
        assertEquals(2, thread.size());
        assertTrue(
                new String(octets(thread.getFirst()), StandardCharsets.UTF_8)
                        .contains("My knee hurts."));
    }

    private byte[] octets(StoredMessage message) throws IOException {
        try (var in = world.mailbox.content(message.key()).open()) {
            return in.readAllBytes();
        }
    }

    @Test
    void aTeamGetsItWithItsMembers() throws IOException {
        browser.post("/to/nurses", Map.of("address", STRANGER));
        write(world.started(1), Map.of("text", "Hello"));
        assertEquals(List.of(PickupWorld.NURSES, PickupWorld.SAM), only().envelope().recipients());
        assertTrue(only().text().contains("To: nurses@clinic.example\r\n"));
    }

    // T9: nobody learns who is a patient, and nobody's mailbox is filled

    @Test
    void theAnswerIsTheSameForEverybody() throws IOException {
        Page known = ask("maria@patients.example");
        Page unknown = ask(STRANGER);
        Page ours = ask("anybody@clinic.example");
        for (int i = 0; i < 5; i++) {
            ask("Maria@patients.example");
        }
        Page over = ask("maria@patients.example");
        for (Page page : List.of(unknown, ours, over)) {
            assertEquals(200, page.status());
            assertEquals(known.text(), page.text());
        }
        await(4);
        assertTrue(
                world.starts.stream()
                        .noneMatch(it -> it.request().patient().domain().name().equals("clinic")));
        Set<String> fields = new HashSet<>(known.response().headers().map().keySet());
        assertEquals(fields, over.response().headers().map().keySet());
    }

    @Test
    void anAddressGetsThreeAnHourAndTenADay() throws IOException {
        for (int hour = 0; hour < 12; hour++) {
            for (int i = 0; i < 5; i++) {
                ask(STRANGER);
            }
            await(Math.min(10, 3 * (hour + 1)));
            world.clock.advance(Duration.ofMinutes(61));
        }
        world.clock.advance(Duration.ofHours(20));
        ask(STRANGER);
        await(11);
    }

    @Test
    void whatIsNoAddressIsSaidSo() throws IOException {
        for (String bad :
                List.of(
                        "",
                        "maria",
                        "maria@",
                        "a@b.example, c@d.example",
                        "a@b.example\r\nBcc: c@d.example",
                        "Maria <a@b.example>",
                        "a b@c.example",
                        "josé@c.example",
                        "\"[pin 1] [open]\"@c.example",
                        "\"The birth date was checked\"@c.example",
                        "=?utf-8?q?front=40clinic.example=3e?=@c.example",
                        "x".repeat(300) + "@c.example")) {
            Page page = ask(bad);
            assertEquals(422, page.status(), bad);
            assertTrue(page.text().contains("That is not an e-mail address."));
        }
        assertEquals(List.of(), world.steps);
    }

    // T1, T6, T32: looking changes nothing; a link sends one message

    @Test
    void aLinkIsLookedAtAsOftenAsAnybodyLikes() throws IOException {
        Started link = link(STRANGER);
        for (int i = 0; i < 20; i++) {
            assertEquals(200, browser.get(link.path()).status());
            assertEquals(200, browser.head(link.path()).status());
            assertEquals(422, write(link, Map.of("text", "  \r\n ")).status());
        }
        assertEquals(0, world.reception.received().size());
        assertEquals(List.of("start-asked"), world.acts());
        assertEquals(303, write(link, Map.of("text", "Hello")).status());
    }

    @Test
    void aLinkSendsOneMessage() throws IOException {
        Started link = link(STRANGER);
        assertEquals(303, write(link, Map.of("text", "Hello")).status());
        Page again = write(link, Map.of("text", "Hello"));
        assertEquals(200, again.status());
        assertTrue(again.text().contains("Sent to Dr. Ana Ruiz on"));
        assertFalse(browser.get(link.path()).text().contains("<textarea"));
        only();
    }

    /// M7: other words are never taken for sent.
    @Test
    void otherWordsWithAUsedLinkComeBack() throws IOException {
        Started link = link(STRANGER);
        assertEquals(303, write(link, Map.of("text", "Hello")).status());
        Upload file = new Upload("a.txt", "text/plain", "Hello".getBytes(StandardCharsets.UTF_8));
        for (Page other :
                List.of(
                        write(link, Map.of("text", "Something <else>")),
                        write(link, Map.of("text", "Something <else>"), file))) {
            assertEquals(409, other.status());
            assertTrue(other.text().contains("This link was used already"), other.text());
            assertTrue(other.text().contains("This message was NOT sent."));
            assertTrue(other.text().contains("Something &lt;else&gt;</textarea>"));
            assertTrue(other.text().contains("href=\"/to/dr-ruiz?lang=en\""));
        }
        assertEquals(409, write(link, Map.of("text", "Hello"), file).status(), "another file");
        assertEquals(200, write(link, Map.of("text", "Hello")).status());
        only();
    }

    @Test
    void otherWordsOfAPageThatWasSentComeBack() throws IOException {
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), "1972-04-09");
        String path = thread.replace("/t/", "/c/");
        Page form = browser.get(path + "?lang=en");
        assertEquals(303, known(path, form, "Hello").status());
        Page other = known(path, form, "Something else");
        assertEquals(422, other.status());
        assertTrue(other.text().contains("This message was NOT sent yet."), other.text());
        assertTrue(other.text().contains("Something else"));
        only();
        assertEquals(303, known(path, other, "Something else").status());
        assertEquals(2, world.reception.received().size());
    }

    /// M8: a link may die while she writes, and her words do not die with it.
    @Test
    void aLinkThatDiedGivesTheWordsBack() throws IOException {
        Started link = link(STRANGER);
        world.clock.advance(Duration.ofHours(24));
        Page page = write(link, Map.of("text", "A <long> story"), file(3));
        assertEquals(404, page.status());
        assertTrue(page.text().contains("This link no longer works"), page.text());
        assertTrue(page.text().contains("This message was NOT sent."));
        assertTrue(page.text().contains("A &lt;long&gt; story</textarea>"));
        assertEquals(0, world.reception.received().size());
    }

    @Test
    void deadLinksLookAllTheSame() throws IOException {
        Started link = link(STRANGER);
        world.clock.advance(Duration.ofHours(24));
        Page old = browser.get(link.path());
        Page never = browser.get("/w/" + "A".repeat(43));
        Page nonsense = browser.get("/w/x");
        assertEquals(404, old.status());
        assertEquals(old.text(), never.text());
        assertEquals(old.text(), nonsense.text());
        assertEquals(404, write(link, Map.of("text", "Hello")).status());
        assertEquals(0, world.reception.received().size());
        assertEquals(404, browser.get("/to/nobody").status());
        assertEquals(400, browser.get("/to/..%2f").status());
    }

    /// What was not taken is not lost: the page comes back with the words.
    @Test
    void whatIsNotTakenStandsInTheFormAgain() throws IOException {
        Started link = link(STRANGER);
        world.refuseAnswers(new Reply(451, "4.3.0", "Later"));
        Page page = write(link, Map.of("text", "My knee <hurts>", "name", "Nora"));
        assertEquals(422, page.status());
        assertTrue(page.text().contains("My knee &lt;hurts&gt;"));
        assertTrue(page.text().contains("Nora"));
        world.reception = org.postern.testkit.MemoryReception.accepting();
        assertEquals(303, write(link, Map.of("text", "My knee <hurts>")).status());
        only();
    }

    /// The audit goes first: without its entry nothing is sent.
    @Test
    void withoutTheAuditNothingIsSent() throws IOException {
        Started link = link(STRANGER);
        world.journalFault = new IOException("full");
        Page refused = write(link, Map.of("text", "Hello"));
        assertEquals(422, refused.status());
        assertTrue(refused.text().contains("Hello</textarea>"), refused.text());
        assertEquals(0, world.reception.received().size());
        world.journalFault = null;
        assertEquals(303, write(link, Map.of("text", "Hello")).status());
    }

    /// A stop between handing over and noting it: whatever she sends again has the same Message-ID.
    @Test
    void oneLinkHasOneMessageId() throws IOException {
        Started link = link(STRANGER);
        world.refuseAnswers(new Reply(451, "4.3.0", "Later"));
        write(link, Map.of("text", "Hello"));
        world.reception = org.postern.testkit.MemoryReception.accepting();
        write(link, Map.of("text", "Hello"));
        String first = only().text().replaceAll("(?s).*Message-ID: <([^>]+)>.*", "$1");
        Started other = link(STRANGER);
        write(other, Map.of("text", "Hello"));
        String second =
                world.reception
                        .received()
                        .getLast()
                        .text()
                        .replaceAll("(?s).*Message-ID: <([^>]+)>.*", "$1");
        assertTrue(first.matches("[0-9a-f]{32}@clinic\\.example"), first);
        assertNotEquals(first, second);
    }

    // T12, T21: forms of strangers, names in header fields

    @Test
    void formsFromElsewhereAreRefused() throws IOException {
        Started link = link(STRANGER);
        Map<String, String> form = Map.of("address", STRANGER, "token", link.token().value());
        for (String path : List.of("/to/dr-ruiz", "/w", "/c/dr-ruiz")) {
            for (String[] from :
                    List.of(
                            new String[] {},
                            new String[] {"Origin", "https://evil.example"},
                            new String[] {"Origin", "null"},
                            new String[] {"Sec-Fetch-Site", "cross-site"})) {
                // The server may close a connection whose form it did not read.
                assertEquals(403, new PageClient(world).postBare(path, form, from).status(), path);
            }
        }
        await(1);
    }

    @Test
    void aNameBeginsNoFieldAndWishesNothing() throws IOException {
        write(
                link(STRANGER),
                Map.of(
                        "text",
                        "Hello",
                        "name",
                        "Nora\r\nBcc: evil@evil.example\r\n[pin 1] [open]"));
        String header = only().text().split("\r\n\r\n", 2)[0];
        assertFalse(header.contains("\r\nBcc"), header);
        assertFalse(header.contains("["), header);
        assertEquals(1, only().envelope().recipients().size());
    }

    /// M6: what was checked stands before everything that she chose herself.
    @Test
    void whatWasCheckedStandsFirst() throws IOException {
        Map<String, String> form = Map.of("text", "Hello", "name", "Birth date was checked");
        write(link(STRANGER), form);
        String words = only().text().replace("=\r\n", "");
        int body = words.indexOf("\r\n\r\n");
        int check = words.indexOf("Only the mailbox was checked", body);
        assertTrue(check > 0, words);
        assertTrue(check < words.indexOf(STRANGER, body), words);
        assertTrue(check < words.indexOf("Birth date was checked", body), words);
    }

    @Test
    void hugeFormsAreRefused() throws IOException {
        Started link = link(STRANGER);
        assertEquals(422, write(link, Map.of("text", "x".repeat(20_001))).status());
        byte[] octets = new byte[27 << 20];
        Arrays.fill(octets, (byte) 'x');
        Upload huge = new Upload("a.txt", "text/plain", octets);
        assertEquals(422, write(link, Map.of("text", "Hello"), huge).status());
        Upload html =
                new Upload("a.html", "text/html", "<script>".getBytes(StandardCharsets.UTF_8));
        assertEquals(422, write(link, Map.of("text", "Hello"), html).status());
        assertEquals(0, world.reception.received().size());
    }

    /// H2: whoever has shown a mailbox alone sends little, and of all little in a day.
    @Test
    void aStrangerSendsSmallFilesOnly() throws IOException {
        Page refused = write(link(STRANGER), Map.of("text", "Hello"), file(6));
        assertEquals(422, refused.status());
        assertTrue(refused.text().contains("all files together can have 5 MB"), refused.text());
        Page two = write(link(STRANGER), Map.of("text", "Hello"), file(3), file(3));
        assertEquals(422, two.status());
        assertEquals(0, world.reception.received().size());
        assertEquals(303, write(link(STRANGER), Map.of("text", "Hello"), file(4)).status());
        Started known = link("maria@patients.example");
        Map<String, String> proved = Map.of("text", "Hello", "answer", PickupWorld.BIRTH_DATE);
        assertEquals(303, write(known, proved, file(6)).status());
    }

    @Test
    void onePatientSendsSoMuchADay() throws IOException {
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), "1972-04-09");
        String path = thread.replace("/t/", "/c/");
        Page form = browser.get(path + "?lang=en");
        // As mail, files are larger by a third.
        for (int i = 0; i < 6; i++) {
            form = browser.get(path + "?lang=en");
            assertEquals(303, known(path, form, "Hello", file(24)).status());
        }
        form = browser.get(path + "?lang=en");
        Page refused = known(path, form, "Hello", file(24));
        assertEquals(422, refused.status());
        assertTrue(refused.text().contains("You sent a lot today"), refused.text());
        form = browser.get(path + "?lang=en");
        assertEquals(303, known(path, form, "Words alone").status());
    }

    private static Upload file(int mebibytes) {
        byte[] octets = new byte[mebibytes << 20];
        Arrays.fill(octets, (byte) 'x');
        return new Upload("a.txt", "text/plain", octets);
    }

    // what is on file may be given

    @Test
    void aBirthDateOnFileIsAskedAndSaid() throws IOException {
        Started link = link("maria@patients.example");
        assertTrue(browser.get(link.path()).text().contains("Your birth date"));
        assertFalse(browser.get(link(STRANGER).path()).text().contains("Your birth date"));
        Page wrong = write(link, Map.of("text", "Hello", "answer", "01/02/1980"));
        assertEquals(422, wrong.status());
        assertTrue(wrong.text().contains("You have 4 tries left."));
        assertTrue(wrong.text().contains("aria-describedby=\"hint alert\" aria-invalid=\"true\""));
        assertTrue(wrong.text().contains("Hello"));
        assertEquals(0, world.reception.received().size());
        assertEquals(
                303,
                write(link, Map.of("text", "Hello", "answer", PickupWorld.BIRTH_DATE)).status());
        assertTrue(only().text().contains("X-Postern-Arrival: started; check=birth-date\r\n"));
        assertEquals("birth-date", world.steps.getLast().check());
        assertTrue(world.acts().contains("wrong-answer"));
    }

    @Test
    void whoGivesNoneIsSaidToHaveShownTheMailboxAlone() throws IOException {
        write(link("maria@patients.example"), Map.of("text", "Hello", "answer", " "));
        assertTrue(only().text().contains("check=mailbox\r\n"));
    }

    /// T7: the tries here and those at the door are the same; a new link gives no new ones.
    @Test
    void triesAreCountedWithThoseAtTheDoor() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        for (int i = 0; i < 3; i++) {
            browser.post("/open", Map.of("token", token, "answer", "01/02/1980"));
        }
        for (int i = 0; i < 2; i++) {
            Started link = link("maria@patients.example");
            Page wrong = write(link, Map.of("text", "Hello", "answer", "01/02/1981"));
            assertEquals(422, wrong.status());
        }
        Started link = link("maria@patients.example");
        Page waits = write(link, Map.of("text", "Hello", "answer", PickupWorld.BIRTH_DATE));
        assertEquals(422, waits.status());
        assertTrue(waits.text().contains("We cannot check this now."));
        assertEquals(429, browser.post("/open", Map.of("token", token, "answer", "1")).status());
        assertEquals(0, world.reception.received().size());
        assertEquals(303, write(link, Map.of("text", "Hello")).status());
        assertTrue(only().text().contains("check=mailbox\r\n"));
    }

    /// M9: what was not looked at is no wrong answer.
    @Test
    void onlyCountedAnswersAreNotedAsWrong() throws IOException {
        Started link = link("maria@patients.example");
        for (String slip : List.of("1", "04/19")) {
            assertEquals(422, write(link, Map.of("text", "Hello", "answer", slip)).status());
        }
        assertEquals(List.of("start-asked"), world.acts());
        for (int i = 0; i < 8; i++) {
            write(link, Map.of("text", "Hello", "answer", "01/02/1980"));
        }
        long noted = world.acts().stream().filter("wrong-answer"::equals).count();
        assertEquals(5, noted, "the sixth was not looked at");
    }

    /// L4: a name of a writing is one that our pages give.
    @Test
    void aStrangeNameOfAWritingIsRefused() throws IOException {
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), "1972-04-09");
        String path = thread.replace("/t/", "/c/");
        Page form = browser.get(path + "?lang=en");
        for (String once : List.of("", "a b", "x".repeat(65), "x".repeat(60_000))) {
            List<Map.Entry<String, String>> fields =
                    List.of(
                            Map.entry("form", form.hidden("form")),
                            Map.entry("once", once),
                            Map.entry("text", "Hello"));
            assertEquals(400, browser.reply(path, fields, List.of()).status());
        }
        assertEquals(0, world.reception.received().size());
    }

    @Test
    void tagsOfOneMailboxShareItsLinks() throws IOException {
        for (int i = 0; i < 6; i++) {
            ask("nobody+" + i + "@patients.example");
        }
        await(3);
    }

    // away, and who is there instead

    @Test
    void anAbsenceShowsOnItsDays() throws IOException {
        world.absence =
                new Desk.Absence(
                        LocalDate.of(2026, 3, 2),
                        LocalDate.of(2026, 3, 4),
                        Optional.of(PickupWorld.NURSES));
        Page away = browser.get("/to/dr-ruiz?lang=en");
        assertTrue(away.text().contains("Dr. Ana Ruiz is away until Wednesday, March 4."));
        assertTrue(away.text().contains("Until then, please write to The nurses."));
        assertTrue(away.text().contains("href=\"/to/nurses?lang=en\""));
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), "1972-04-09");
        assertTrue(
                browser.get(thread.replace("/t/", "/c/") + "?lang=en")
                        .text()
                        .contains("away until"));
        // In New York it is still the fourth.
        world.clock.advance(Duration.ofHours(56));
        assertTrue(browser.get("/to/dr-ruiz?lang=en").text().contains("away until"));
        world.clock.advance(Duration.ofHours(2));
        assertFalse(browser.get("/to/dr-ruiz?lang=en").text().contains("away until"));
    }

    // S7: somebody who is in

    @Test
    void aReaderBeginsAnotherConversation() throws IOException {
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), "1972-04-09");
        Page reading = browser.get(thread + "?lang=en");
        String path = thread.replace("/t/", "/c/");
        assertTrue(reading.text().contains("href=\"" + path + "?lang=en\""));
        Page form = browser.get(path + "?lang=en");
        assertEquals(200, form.status());
        Page sent = known(path, form, "Another thing");
        assertEquals(303, sent.status());
        assertEquals(303, known(path, form, "Another thing").status(), "a second tap");
        assertTrue(browser.get(sent.field("Location")).text().contains("Sent to Dr. Ana Ruiz"));
        Received received = only();
        assertFalse(received.text().contains("In-Reply-To"));
        assertTrue(received.text().contains("Subject: Message from maria@patients.example"));
        assertFalse(received.text().contains("Only the mailbox"));
        assertEquals("birth-date", world.steps.getLast().check());
        assertEquals("started", world.acts().getLast());
        String id = received.text().replaceAll("(?s).*Message-ID: <([^>]+)>.*", "$1");
        StoredMessage answer =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("Re", "Yes."), List.of(id));
        assertNotEquals(thread, "/t/" + answer.thread());
        assertEquals(2, world.mailbox.thread(answer.thread()).size());
    }

    private Page known(String path, Page form, String text, Upload... files) throws IOException {
        return browser.reply(
                path,
                List.of(
                        Map.entry("form", form.hidden("form")),
                        Map.entry("once", form.hidden("once")),
                        Map.entry("lang", "en"),
                        Map.entry("text", text)),
                List.of(files));
    }

    @Test
    void nobodyWritesInAnothersName() throws IOException {
        StoredMessage pablos =
                world.deliver(PickupWorld.PABLO, PickupWorld.plain("Knee", "For Pablo"));
        assertEquals(403, browser.get("/c/" + pablos.thread()).status());
        assertEquals(303, browser.get("/c/dr-ruiz").status());
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), "1972-04-09");
        Page foreign = browser.get("/c/" + pablos.thread());
        assertEquals(404, foreign.status());
        assertEquals(foreign.text(), browser.get("/c/" + "A".repeat(22)).text());
        Page form = browser.get(thread.replace("/t/", "/c/"));
        Page forged =
                browser.reply(
                        "/c/dr-ruiz",
                        List.of(Map.entry("form", "x"), Map.entry("text", "Hello")),
                        List.of());
        assertEquals(403, forged.status());
        assertEquals(404, known("/c/" + pablos.thread(), form, "Hello").status());
        assertEquals(0, world.reception.received().size());
    }

    @Test
    void aKnownDeviceWritesByItsBookmark() throws IOException {
        String thread = browser.open(world.link(PickupWorld.MARIA).value(), "1972-04-09");
        Page reading = browser.get(thread);
        browser.post("/devices/remember", Map.of("form", reading.hidden("form")));
        world.clock.advance(Duration.ofDays(3));
        Page in = browser.get("/c/dr-ruiz");
        assertEquals(303, in.status());
        assertEquals("/c/dr-ruiz?lang=en", in.field("Location"));
        assertTrue(browser.get("/to/dr-ruiz?lang=en").text().contains("Write now"));
        Page form = browser.get("/c/dr-ruiz");
        assertTrue(form.text().contains("maria@patients.example"));
        Upload note =
                new Upload("n.txt", "text/plain", "It itches".getBytes(StandardCharsets.UTF_8));
        assertEquals(303, known("/c/dr-ruiz", form, "Hello", note).status());
        assertTrue(world.steps.getLast().check().startsWith("device+"));
        assertTrue(only().text().contains("n.txt"));
    }

    // T32: a link in a notice chooses the words and sends nothing

    @Test
    void aQuickReplyOfTheNoticeOnlyFillsTheFormIn() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        Page door = browser.get("/m/" + token + "?r=call&lang=en");
        assertEquals("call", door.hidden("r"));
        Page opened =
                browser.post(
                        "/open",
                        Map.of("token", token, "answer", "1972-04-09", "r", "call", "lang", "en"));
        assertTrue(opened.field("Location").endsWith("&r=call#reply"), opened.field("Location"));
        String path = opened.field("Location").replaceFirst("#.*", "");
        Page reading = browser.get(path);
        assertTrue(reading.text().contains(">\nPlease call me.</textarea>"));
        for (String word : List.of("call", "ok", "question", "x", "%3Cscript%3E")) {
            browser.get("/m/" + token + "?r=" + word);
            browser.head("/m/" + token + "?r=" + word);
            browser.get(path.replaceFirst("r=call", "r=" + word));
        }
        assertFalse(browser.get("/m/" + token + "?r=x").text().contains("name=\"r\""));
        assertEquals(0, world.reception.received().size());
        assertFalse(world.acts().contains("replied"));
    }
}

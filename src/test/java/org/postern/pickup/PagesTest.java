package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.check.PatientFile;
import org.postern.mail.Reply;
import org.postern.mailbox.StoredMessage;
import org.postern.pickup.PageClient.Page;
import org.postern.pickup.PageClient.Upload;
import org.postern.testkit.Photo;

/// From the link to the answer, over HTTP.
class PagesTest {
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

    @Test
    void aLinkShowsTheDoorAndNothingOfTheMessage() throws IOException {
        StoredMessage message =
                world.deliver(
                        PickupWorld.MARIA, PickupWorld.plain("Canary subject", "Canary text"));
        String path = "/m/" + world.grant(message).value();
        Page door = maria.get(path);
        assertEquals(200, door.status());
        assertTrue(door.text().contains("Dr. Ana Ruiz sent you a private message"));
        assertTrue(door.text().contains("Your birth date"));
        assertFalse(door.text().contains("Canary"));
        assertFalse(door.text().contains("maria@"));
        assertEquals("", door.field("Set-Cookie"));
    }

    @Test
    void lookingChangesNothing() throws IOException {
        StoredMessage message =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("Hello", "Text"));
        String path = "/m/" + world.grant(message).value();
        for (int i = 0; i < 3; i++) {
            assertEquals(200, maria.get(path).status());
            Page head = maria.head(path);
            assertEquals(200, head.status());
            assertEquals("", head.text());
        }
        assertEquals(List.of(), world.acts());
        assertTrue(world.mailbox.message(message.key()).orElseThrow().read().isEmpty());
    }

    @Test
    void theRightBirthDateOpensTheConversation() throws IOException {
        StoredMessage message =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", "It looks good."));
        String token = world.grant(message).value();
        Page opened = maria.post("/open", Map.of("token", token, "answer", "04/09/1972"));
        assertEquals(303, opened.status());
        String cookie = opened.field("Set-Cookie");
        assertTrue(cookie.startsWith("__Host-s="), cookie);
        assertTrue(cookie.endsWith("; Path=/; HttpOnly; SameSite=Lax; Secure"), cookie);
        assertFalse(opened.field("Location").contains(token));
        Page read = maria.get("/t/" + message.thread());
        assertEquals(200, read.status());
        assertTrue(read.text().contains("It looks good."));
        assertEquals(List.of("opened"), world.acts());
        assertTrue(world.mailbox.message(message.key()).orElseThrow().read().isPresent());
    }

    @Test
    void aLinkOpensAsOftenAsItIsUsed() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        new PageClient(world).open(token, "4-9-1972");
        new PageClient(world).open(token, "1972-04-09");
        new PageClient(world).open(token, "09/04/1972");
    }

    @Test
    void aPinOpensToo() throws IOException {
        String token = world.link(PickupWorld.PABLO).value();
        assertTrue(maria.get("/m/" + token).text().contains("Your PIN"));
        maria.open(token, PickupWorld.PIN);
    }

    @Test
    void withNothingOnFileACodeIsMailed() throws IOException {
        String token = world.link(PickupWorld.STRANGER).value();
        assertTrue(maria.get("/m/" + token).text().contains("Send me the code"));
        Page asked = maria.post("/code", Map.of("token", token));
        assertEquals(200, asked.status());
        assertTrue(asked.text().contains("autocomplete=\"one-time-code\""));
        assertEquals(1, world.codes.size());
        String wrong = world.codes.getFirst().equals("000000") ? "111111" : "000000";
        assertEquals(422, maria.post("/open", Map.of("token", token, "answer", wrong)).status());
        maria.post("/code", Map.of("token", token));
        assertEquals(1, world.codes.size(), "a second code within 30 seconds");
        maria.open(token, world.codes.getFirst());
        assertEquals(List.of("code-sent", "wrong-answer", "opened"), world.acts());
    }

    @Test
    void aCodeIsNoWayAroundTheBirthDate() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        assertEquals(303, maria.post("/code", Map.of("token", token)).status());
        assertEquals(0, world.codes.size());
    }

    @Test
    void wrongAnswersAreCountedAndMakeWait() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        Map<String, String> wrong = Map.of("token", token, "answer", "01/01/1980");
        for (int left = 4; left >= 1; left--) {
            Page page = maria.post("/open", wrong);
            assertEquals(422, page.status());
            assertTrue(page.text().contains("You have " + left + " tr"), "left " + left);
        }
        waits(wrong, Duration.ofMinutes(1));
        waits(wrong, Duration.ofMinutes(5));
        waits(wrong, Duration.ofMinutes(30));
        // Then the link pauses; a fresh one lifts the pause and not the count.
        Page closed = maria.post("/open", wrong);
        assertEquals(429, closed.status());
        assertTrue(closed.text().contains("This link is closed for now"));
        world.clock.advance(Duration.ofDays(2));
        assertEquals(429, maria.get("/m/" + token).status());
        Page right = maria.post("/open", Map.of("token", token, "answer", PickupWorld.BIRTH_DATE));
        assertEquals(429, right.status());
        String fresh = world.link(PickupWorld.MARIA).value();
        Page once = maria.post("/open", Map.of("token", fresh, "answer", "01/01/1980"));
        assertTrue(once.text().contains("This link is closed for now"));
        world.clock.advance(Duration.ofMinutes(30));
        maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
    }

    /// One more wrong answer starts a pause, in which even the right one is not taken.
    private void waits(Map<String, String> wrong, Duration pause) throws IOException {
        Page page = maria.post("/open", wrong);
        assertEquals(429, page.status());
        assertEquals(Long.toString(pause.toSeconds()), page.field("Retry-After"));
        Map<String, String> right =
                Map.of("token", wrong.get("token"), "answer", PickupWorld.BIRTH_DATE);
        world.clock.advance(pause.minusSeconds(1));
        assertEquals(429, maria.post("/open", right).status());
        world.clock.advance(Duration.ofSeconds(1));
    }

    @Test
    void aNewLinkDoesNotResetTheCount() throws IOException {
        Map<String, String> first =
                Map.of("token", world.link(PickupWorld.MARIA).value(), "answer", "01/01/1980");
        for (int i = 0; i < 5; i++) {
            maria.post("/open", first);
        }
        String fresh = world.link(PickupWorld.MARIA).value();
        Page page = maria.post("/open", Map.of("token", fresh, "answer", PickupWorld.BIRTH_DATE));
        assertEquals(429, page.status());
    }

    @Test
    void aHundredAnswersAtOnceAreFiveTries() throws Exception {
        Map<String, String> wrong =
                Map.of("token", world.link(PickupWorld.MARIA).value(), "answer", "01/01/1980");
        List<Thread> threads = new java.util.ArrayList<>();
        for (int i = 0; i < 30; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    maria.post("/open", wrong);
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(5, world.acts().stream().filter(act -> act.equals("wrong-answer")).count());
    }

    @Test
    void aSlipOfTheFingerCostsNoTry() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        for (String slip : List.of("", "  ", "april", "4/9")) {
            Page page = maria.post("/open", Map.of("token", token, "answer", slip));
            assertEquals(422, page.status(), slip);
        }
        assertEquals(List.of(), world.acts());
    }

    @Test
    void deadLinksAllLookTheSame() throws IOException {
        StoredMessage message = world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", "Text"));
        String revoked = world.grant(message).value();
        world.mailbox.revokeGrants(message.key());
        String expired = world.grant(message).value();
        world.clock.advance(Duration.ofDays(31));
        String madeUp = "A".repeat(43);
        Page first = maria.get("/m/" + madeUp);
        assertEquals(404, first.status());
        for (String dead : List.of(revoked, expired, "short", "A".repeat(44))) {
            Page page = maria.get("/m/" + dead);
            assertEquals(404, page.status());
            assertEquals(first.text(), page.text());
            assertEquals(
                    fields(first), fields(page), "fields of a dead link must not tell them apart");
            Page posted = maria.post("/open", Map.of("token", dead, "answer", "04/09/1972"));
            assertEquals(404, posted.status());
            assertEquals(first.text(), posted.text());
        }
        assertEquals(404, maria.get("/notme/" + madeUp).status());
    }

    private static Map<String, List<String>> fields(Page page) {
        Map<String, List<String>> fields = new java.util.TreeMap<>(page.response().headers().map());
        fields.remove("date");
        return fields;
    }

    @Test
    void aForgottenMessageLooksLikeADeadLink() throws IOException {
        StoredMessage message =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", "It looks good."));
        String token = world.grant(message).value();
        maria.open(token, PickupWorld.BIRTH_DATE);
        String thread = "/t/" + message.thread();
        assertEquals(200, maria.get(thread).status());
        String madeUp = maria.get("/m/" + "A".repeat(43)).text();
        assertEquals(1, world.mailbox.forget(message.message().arrived().plusMillis(1)));
        for (String path : List.of(thread, "/m/" + token)) {
            Page page = maria.get(path);
            assertEquals(404, page.status(), path);
            assertEquals(madeUp, page.text(), path);
        }
        Page posted = maria.post("/open", Map.of("token", token, "answer", "04/09/1972"));
        assertEquals(404, posted.status());
    }

    @Test
    void foreignThreadsAndFilesLookLikeDeadLinks() throws IOException {
        StoredMessage theirs =
                world.deliver(PickupWorld.PABLO, PickupWorld.plain("Other", "Not for Maria"));
        maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        String dead = maria.get("/m/" + "A".repeat(43)).text();
        for (String path :
                List.of(
                        "/t/" + theirs.thread(),
                        "/t/" + theirs.thread() + "/look/" + theirs.key(),
                        "/t/" + theirs.thread() + "/original/" + theirs.key(),
                        "/a/" + theirs.key() + "/0",
                        "/t/" + "A".repeat(22))) {
            Page page = maria.get(path);
            assertEquals(404, page.status(), path);
            assertEquals(dead, page.text(), path);
        }
        Page reply = maria.reply("/t/" + theirs.thread() + "/reply", List.of(), List.of());
        assertEquals(404, reply.status());
    }

    @Test
    void withoutASessionNothingIsShown() throws IOException {
        StoredMessage message =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", "Secret"));
        Page page = maria.get("/t/" + message.thread());
        assertEquals(403, page.status());
        assertTrue(page.text().contains("You are signed out"));
        assertEquals(page.text(), maria.get("/t/" + "A".repeat(22)).text());
        assertEquals(404, maria.get("/a/" + message.key() + "/0").status());
    }

    @Test
    void aSessionEndsAfterAWhileAndAtSignOut() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        world.clock.advance(Duration.ofMinutes(16));
        assertEquals(403, maria.get(thread).status());
        String again = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        assertEquals(200, maria.get(again).status());
        Page out = maria.post("/logout", Map.of());
        assertEquals(303, out.status());
        assertEquals("\"cache\", \"storage\"", out.field("Clear-Site-Data"));
        assertEquals(403, maria.get(again).status());
    }

    /// What the clinic has on file, until she asks for another language; then the browser.
    @Test
    void theLanguageOnFileIsSpoken() throws IOException {
        String link = "/m/" + world.link(PickupWorld.MARIA).value();
        assertTrue(maria.get(link, "Accept-Language", "es").text().contains("lang=\"es\""));
        PatientFile.addLanguage(data.resolve("patients"), PickupWorld.MARIA, "es");
        Page door = maria.get(link, "Accept-Language", "en");
        assertTrue(door.text().contains("<html lang=\"es\" dir=\"ltr\">"), door.text());
        assertTrue(maria.get(link + "?lang=en").text().contains("<html lang=\"en\""));
        Page unknown = maria.get(link + "?lang=xx", "Accept-Language", "en");
        assertTrue(unknown.text().contains("<html lang=\"es\""), "a language nobody speaks here");
        PatientFile.addLanguage(data.resolve("patients"), PickupWorld.MARIA, "vi");
        assertTrue(maria.get(link).text().contains("<html lang=\"en\""), "no words are there");
    }

    @Test
    void eachOpeningHasANewSession() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        Map<String, String> form = Map.of("token", token, "answer", PickupWorld.BIRTH_DATE);
        String first = maria.post("/open", form).field("Set-Cookie");
        String second = maria.post("/open", form).field("Set-Cookie");
        assertNotEquals(first, second);
        Page withOld =
                new PageClient(world)
                        .get("/t/" + "A".repeat(22), "Cookie", first.replaceFirst(";.*", ""));
        assertEquals(403, withOld.status(), "the session before is over");
    }

    @Test
    void aMessageThatCannotBeRecordedIsNotShown() throws IOException {
        String token = world.link(PickupWorld.MARIA).value();
        world.journalFault = new IOException("disk full");
        Page page = maria.post("/open", Map.of("token", token, "answer", PickupWorld.BIRTH_DATE));
        assertEquals(503, page.status());
        assertEquals("", page.field("Set-Cookie"));
    }

    @Test
    void anAnswerReachesTheClinicAsThreadedMail() throws IOException {
        StoredMessage message =
                world.deliver(
                        PickupWorld.MARIA,
                        PickupWorld.plain("=?utf-8?q?Rodilla_=E2=80=93_plan?=", "How is it?"));
        String thread = maria.open(world.grant(message).value(), PickupWorld.BIRTH_DATE);
        Page sent = send(thread, "Much better, thank you!\nMaría", List.of());
        assertEquals(303, sent.status(), sent.text());
        String mail = world.reception.received().getFirst().text();
        var envelope = world.reception.received().getFirst().envelope();
        assertEquals(List.of(PickupWorld.RUIZ), envelope.recipients());
        assertEquals(PickupWorld.MARIA, envelope.reversePath());
        assertTrue(mail.contains("From: maria@patients.example\r\n"));
        assertTrue(mail.contains("To: ana.ruiz@clinic.example\r\n"));
        assertTrue(mail.contains("Subject: =?UTF-8?"), mail);
        assertTrue(mail.contains("In-Reply-To: <" + message.message().messageId() + ">\r\n"), mail);
        assertTrue(mail.contains("Much better, thank you!\r\nMar=C3=ADa\r\n"), mail);
        Page read = maria.get(sent.field("Location").replaceFirst("#.*", ""));
        assertTrue(read.text().contains("Sent to Dr. Ana Ruiz at"));
        assertTrue(read.text().contains("Much better, thank you!<br>María"), read.text());
        assertEquals(List.of("opened", "replied"), world.acts());
        assertEquals(0, world.reception.openDrafts());
    }

    @Test
    void pressingSendTwiceSendsOnce() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        Page page = maria.get(thread);
        var fields =
                List.of(
                        Map.entry("form", page.hidden("form")),
                        Map.entry("once", page.hidden("once")),
                        Map.entry("text", "Hello"));
        assertEquals(303, maria.reply(thread + "/reply", fields, List.of()).status());
        assertEquals(303, maria.reply(thread + "/reply", fields, List.of()).status());
        assertEquals(1, world.reception.received().size());
    }

    @Test
    void onlyAPositiveReplySaysSent() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        world.refuseAnswers(PickupWorld.LATER);
        Page page = send(thread, "Please <keep> my words", List.of());
        assertEquals(422, page.status());
        assertTrue(page.text().contains("was not sent yet"));
        assertTrue(page.text().contains("Please &lt;keep&gt; my words"));
        Page again = maria.get(thread);
        assertTrue(again.text().contains("You typed this before"), "her words are not kept");
        assertFalse(again.text().contains("class=\"line mine"), "it stands as sent");
    }

    /// A disk that fills up in the middle of a file must not cut the answer short in silence.
    @Test
    void anAnswerThatCannotBeWrittenIsNotSent() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        world.draftOctetsMax = 50_000;
        byte[] pdf = new byte[100_000];
        System.arraycopy("%PDF-1.7".getBytes(StandardCharsets.US_ASCII), 0, pdf, 0, 8);
        Page page = send(thread, "Scan", List.of(new Upload("a.pdf", "application/pdf", pdf)));
        assertEquals(422, page.status());
        assertTrue(page.text().contains("not sent yet"));
        assertTrue(page.text().contains("Scan</textarea>"));
        assertEquals(List.of(), world.reception.received());
        assertEquals(0, world.reception.openDrafts());
    }

    @Test
    void aFormOfAStrangerIsRefused() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        for (String token : List.of("", "x".repeat(43))) {
            Page page =
                    maria.reply(
                            thread + "/reply",
                            List.of(Map.entry("form", token), Map.entry("text", "Hi")),
                            List.of());
            assertEquals(403, page.status());
        }
        Page late =
                maria.reply(
                        thread + "/reply",
                        List.of(Map.entry("text", "Hi")),
                        List.of(new Upload("a.txt", "text/plain", new byte[] {65, 66})));
        assertEquals(403, late.status());
        assertEquals(List.of(), world.reception.received());
        for (String path : List.of("/open", "/code", "/fresh", "/notme", "/logout")) {
            assertEquals(403, maria.postBare(path, Map.of()).status(), path);
            Page foreign = maria.postBare(path, Map.of(), "Origin", "https://evil.example");
            assertEquals(403, foreign.status(), path);
        }
    }

    @Test
    void filesGoAlongAndComeBack() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        byte[] png = Photo.of("png", 300, 200);
        byte[] told =
                Photo.withChunk(png, "tEXt", Photo.SECRET.getBytes(StandardCharsets.US_ASCII));
        Page sent = send(thread, "", List.of(new Upload("rodilla – año.png", "image/png", told)));
        assertEquals(303, sent.status(), sent.text());
        String read = maria.get(thread).text();
        assertTrue(read.contains("rodilla – año.png"), read);
        String path = read.replaceAll("(?s).*href=\"(/a/[^\"?]+)\".*", "$1");
        Page file = maria.get(path);
        assertEquals("image/png", file.field("Content-Type"));
        assertEquals("sandbox; default-src 'none'", file.field("Content-Security-Policy"));
        assertEquals(
                "attachment; filename=\"rodilla _ a_o.png\";"
                        + " filename*=UTF-8''rodilla%20%E2%80%93%20a%C3%B1o.png",
                file.field("Content-Disposition"));
        assertEquals(java.nio.ByteBuffer.wrap(png), java.nio.ByteBuffer.wrap(maria.octets(path)));
        assertTrue(maria.get(path + "?view=1").field("Content-Disposition").startsWith("inline"));
    }

    /// Neither the clinic nor the patient's own copy holds where a photo was taken.
    @Test
    void aPhotoGoesWithoutItsPlace() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        byte[] photo = Photo.withExif(Photo.of("jpeg", 300, 200), 6);
        assertEquals(
                303, send(thread, "", List.of(new Upload("a.jpg", "image/jpeg", photo))).status());
        String mail = world.reception.received().getFirst().text();
        String base64 = mail.replaceAll("(?s).*base64\r\n\r\n(.*)\r\n--=_.*", "$1");
        byte[] received = Base64.getMimeDecoder().decode(base64);
        String octets = new String(received, StandardCharsets.ISO_8859_1);
        assertTrue(octets.startsWith("\u00FF\u00D8\u00FF"));
        assertFalse(octets.contains("GPS"), "the place went along");
        assertTrue(octets.contains("Exif"), "the turn is lost");
        Page broken =
                send(
                        thread,
                        "My knee",
                        List.of(new Upload("b.jpg", "image/jpeg", Arrays.copyOf(photo, 100))));
        assertEquals(422, broken.status());
        assertTrue(broken.text().contains("We cannot read this picture: b.jpg"), broken.text());
        assertEquals(1, world.reception.received().size());
    }

    @Test
    void filesThatAreNotWhatTheySayAreRefused() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        byte[] page = "<html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
        for (String name : List.of("photo.png", "page.html", "run.exe", "noending", "a.svg")) {
            Page refused = send(thread, "See", List.of(new Upload(name, "image/png", page)));
            assertEquals(422, refused.status(), name);
            assertTrue(refused.text().contains("We cannot take this kind of file"), name);
        }
        assertEquals(List.of(), world.reception.received());
        assertEquals(0, world.reception.openDrafts());
    }

    @Test
    void anAnswerThatIsTooBigIsToldSo() throws IOException {
        String thread = maria.open(world.link(PickupWorld.MARIA).value(), PickupWorld.BIRTH_DATE);
        byte[] big = new byte[30 * 1024 * 1024];
        System.arraycopy("%PDF-1.7".getBytes(StandardCharsets.US_ASCII), 0, big, 0, 8);
        Page refused =
                send(thread, "My scan", List.of(new Upload("a.pdf", "application/pdf", big)));
        assertEquals(422, refused.status());
        assertTrue(refused.text().contains("too big"));
        assertTrue(refused.text().contains("My scan"));
        assertEquals(List.of(), world.reception.received());
    }

    @Test
    void aFreshLinkIsPromisedToEverybodyAndSentToFew() throws IOException {
        Page known = maria.post("/fresh", Map.of("address", "maria@patients.example"));
        Page unknown = maria.post("/fresh", Map.of("address", "not an address"));
        assertEquals(200, known.status());
        assertEquals(known.text(), unknown.text());
        for (int i = 0; i < 5; i++) {
            maria.post("/fresh", Map.of("address", "MARIA@patients.example"));
        }
        world.clock.advance(Duration.ofMinutes(61));
        maria.post("/fresh", Map.of("address", "maria@patients.example"));
        assertEquals(4, world.freshLinks(4).size());
    }

    /// T35: whoever has the conversation open reads nothing any more; a link says who took it back.
    @Test
    void recalledWhileOpen() throws IOException {
        StoredMessage message =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("Knee", "The plan is long."));
        String token = world.grant(message).value();
        maria.open(token, PickupWorld.BIRTH_DATE);
        String thread = "/t/" + message.thread();
        assertTrue(maria.get(thread).text().contains("The plan is long."));
        world.mailbox.recall(message.key(), world.clock.instant());
        Page reloaded = maria.get(thread);
        assertTrue(reloaded.text().contains("Dr. Ana Ruiz took this message back"));
        assertFalse(reloaded.text().contains("The plan"), reloaded.text());
        assertEquals(404, maria.get(thread + "/look/" + message.key()).status());
        assertEquals(404, maria.get(thread + "/original/" + message.key()).status());
        assertEquals(404, maria.get("/a/" + message.key() + "/0").status());
        PageClient other = new PageClient(world);
        Page link = other.get("/m/" + token);
        assertEquals(410, link.status());
        assertTrue(link.text().contains("Dr. Ana Ruiz took this message back"), link.text());
        Map<String, String> answer = Map.of("token", token, "answer", PickupWorld.BIRTH_DATE);
        assertEquals(410, other.post("/open", answer).status());
        assertEquals(410, other.post("/code", Map.of("token", token)).status());
    }

    @Test
    void aDamagedBodyLeavesItsPlaceEmpty() throws IOException {
        StoredMessage first =
                world.deliver(PickupWorld.MARIA, PickupWorld.plain("One", "First words"));
        world.deliver(
                PickupWorld.MARIA,
                PickupWorld.plain("Two", "Second words"),
                List.of(first.message().messageId()));
        try (var files = java.nio.file.Files.walk(data.resolve("bodies"))) {
            for (Path body :
                    files.filter(java.nio.file.Files::isRegularFile)
                            .filter(f -> f.toString().contains(first.key().value()))
                            .toList()) {
                byte[] octets = java.nio.file.Files.readAllBytes(body);
                octets[octets.length - 20] ^= 1;
                java.nio.file.Files.write(body, octets);
            }
        }
        String thread = maria.open(world.grant(first).value(), PickupWorld.BIRTH_DATE);
        String read = maria.get(thread).text();
        assertTrue(read.contains("We cannot show this message"), read);
        assertTrue(read.contains("Second words"));
    }

    @Test
    void languagesAreChosenByLinkThenBrowser() throws IOException {
        String path = "/m/" + world.link(PickupWorld.MARIA).value();
        assertTrue(maria.get(path).text().contains("<html lang=\"en\""));
        assertTrue(
                maria.get(path, "Accept-Language", "es-MX,es;q=0.9,en;q=0.5")
                        .text()
                        .contains("Su fecha de nacimiento"));
        assertTrue(
                maria.get(path + "?lang=en", "Accept-Language", "es")
                        .text()
                        .contains("Your birth date"));
        assertTrue(maria.get(path, "Accept-Language", "fr").text().contains("Your birth date"));
    }

    /// Every way that ends in the log, with words that must not be there.
    @Test
    void theLogHoldsNoSecretAndNoContent() throws IOException {
        var root =
                (ch.qos.logback.classic.Logger)
                        org.slf4j.LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var lines =
                new ch.qos.logback.core.read.ListAppender<
                        ch.qos.logback.classic.spi.ILoggingEvent>();
        lines.start();
        root.addAppender(lines);
        String token;
        try {
            StoredMessage message =
                    world.deliver(
                            PickupWorld.MARIA, PickupWorld.plain("Canary subject", "Canary text"));
            token = world.grant(message).value();
            maria.get("/m/" + token);
            String thread = maria.open(token, PickupWorld.BIRTH_DATE);
            world.refuseAnswers(new Reply(550, "5.7.1", "No"));
            send(thread, "Canary answer", List.of());
            world.journalFault = new IOException("disk full");
            maria.post("/open", Map.of("token", token, "answer", PickupWorld.BIRTH_DATE));
            maria.post("/notme", Map.of("token", token));
        } finally {
            root.detachAppender(lines);
        }
        // Whoever is in the middle of a line ends it first.
        synchronized (lines) {
            for (var line : lines.list) {
                String text = line.getFormattedMessage();
                assertFalse(text.contains("anary") || text.contains(token), text);
                assertFalse(text.contains("1972"), text);
            }
            assertFalse(lines.list.isEmpty());
        }
    }

    private Page send(String thread, String text, List<Upload> files) throws IOException {
        Page page = maria.get(thread);
        return maria.reply(
                thread + "/reply",
                List.of(
                        Map.entry("form", page.hidden("form")),
                        Map.entry("once", page.hidden("once")),
                        Map.entry("text", text)),
                files);
    }
}

package org.postern.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.Command;
import org.postern.story.DeskBrowser.Page;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.GatewayProcess;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;
import org.postern.vault.PasswordHash;

/// Held mail is decided by people: by command, on the page, or by the clock; and everybody hears of
/// it who has to.
class HeldStory {
    private static final String LETTER =
            """
            From: Anna Reyes <anna.reyes@mapleclinic.example>
            To: undisclosed-recipients:;
            Message-ID: <held-1@mapleclinic.example>
            Subject: canarysubject

            canarybody
            """
                    .replace("\n", "\r\n");

    private static final String REASON = "The privacy officer looks at this first.";
    private static final String LEE = "lee.park@mapleclinic.example";
    private static final String LEE_PASSWORD = "lee-decides-1";

    @TempDir Path home;

    private static String rule(String more) {
        return """
          - name: looked at first
            when: { recipient: { list: lists/outside.txt } }
            then: { hold: { reason: "%s", approvers: lists/privacy.txt%s } }
        """
                .formatted(REASON, more);
    }

    /// A clinic that holds what goes to patients, with one person asked.
    private StagedClinic clinic(SmtpSink sink, Clock clock, String rules) throws IOException {
        StagedClinic staged = StagedClinic.in(home, clock);
        staged.write(sink.port(), "none").rules(rules);
        list(staged, "outside.txt", "# patients\nhomemail.example");
        list(staged, "privacy.txt", SAM);
        list(staged, "others.txt", LEE);
        Files.writeString(
                staged.clinic().data().resolve("users"),
                LEE + ":" + PasswordHash.of(LEE_PASSWORD.toCharArray(), new SecureRandom()) + "\n",
                StandardOpenOption.APPEND);
        return staged;
    }

    private static void list(StagedClinic staged, String name, String text) throws IOException {
        Path lists = Files.createDirectories(staged.clinic().config().resolve("lists"));
        Files.writeString(lists.resolve(name), text + "\n");
    }

    private static Answer held(Path config, String... words) {
        return Answer.to(config, "held", words);
    }

    private static Answer held(StagedClinic staged, String... words) {
        return held(staged.clinic().config(), words);
    }

    /// Sends a letter and waits until it is held.
    private static String send(StagedClinic staged, String to) throws Exception {
        try (MailClient doctor = staged.submission()) {
            doctor.send(to, LETTER);
        }
        staged.awaitAudit(to, "held (none)");
        return held(staged, "list").id();
    }

    private static Optional<String> mail(SmtpSink sink, String to, String words) {
        return sink.taken().stream()
                .filter(taken -> taken.recipients().contains(to))
                .map(HeldStory::text)
                .filter(text -> text.contains(words))
                .findFirst();
    }

    private static String text(Taken taken) {
        try {
            return taken.field("Subject") + "\n" + MailText.of(taken.content());
        } catch (MessagingException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String awaitMail(SmtpSink sink, String to, String words) {
        RunningClinic.await(
                "mail to " + to + " with \"" + words + "\" in " + sink.taken(),
                () -> mail(sink, to, words).isPresent());
        return mail(sink, to, words).orElseThrow();
    }

    private static void assertNoContent(SmtpSink sink) {
        assertTrue(
                sink.wires().stream()
                        .map(wire -> new String(wire, ISO_8859_1))
                        .noneMatch(wire -> wire.contains("canary")),
                "nothing of the content travels in clear");
    }

    @Test
    void aCommandDecidesAndEverybodyHearsOfIt() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged =
                        clinic(sink, Clock.systemUTC(), rule(", limit: 2 days, then: reject"))) {
            staged.open();
            String id = send(staged, MARIA);
            String asked = awaitMail(sink, SAM, "waits for your decision");
            assertTrue(asked.contains("/held/" + id), asked);
            assertTrue(asked.contains(ANNA) && asked.contains(REASON), asked);
            assertFalse(asked.contains(MARIA), asked);
            String told = awaitMail(sink, ANNA, "waits to be looked at");
            assertTrue(told.contains("It will be looked at by: " + SAM), told);
            assertTrue(told.contains("it comes back to you"), told);

            Answer shown = held(staged, "show", id);
            assertTrue(shown.out().contains("decided by lists/privacy.txt"), shown.out());
            assertTrue(shown.out().contains("47h: reject"), shown.out());
            assertEquals(Command.MISUSED, held(staged, "release").code(), "nothing is named");
            Answer released = held(staged, "release", id);
            assertEquals(Command.OK, released.code(), released.err() + released.out());
            staged.awaitAudit(id, "release by", "1 recipient released", "looked at first");
            staged.awaitAudit(MARIA, "waits in the secure mailbox");
            awaitMail(sink, ANNA, "let your message");
            staged.awaitEmptySpool();
            Answer late = held(staged, "reject", id, "--because", "too late");
            assertEquals(Command.FAILED, late.code());
            assertTrue(late.out().contains("decided before: release by"), late.out());
            Answer again = QueueStory.queue(staged, "release", id);
            assertEquals(Command.FAILED, again.code());
            assertTrue(again.out().contains("decided before: release by"), again.out());
            assertNoContent(sink);
        }
    }

    @Test
    void whatIsGivenBackComesWithItsReasonOrByAnotherWay() throws Exception {
        String reason = "Please ask Señora Gómez first.";
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = clinic(sink, Clock.systemUTC(), rule(""))) {
            staged.open();
            String id = send(staged, MARIA);
            Answer rejected = held(staged, "reject", id, "--because", reason);
            assertEquals(Command.OK, rejected.code(), rejected.err() + rejected.out());
            String report = awaitMail(sink, ANNA, "was not delivered");
            assertTrue(report.contains("It was held, and was not let go: " + reason), report);
            staged.awaitEmptySpool();
            assertFalse(String.join("\n", staged.audit()).contains("Señora"), "not in the audit");

            String other = send(staged, "x@homemail.example");
            // Nothing proves that server, so this way is not possible and the same are asked again.
            held(staged, "forward", other, "--by", "tls");
            staged.awaitAudit(other, "send by", "protect: [tls]");
            RunningClinic.await(
                    "another hold",
                    () -> held(staged, "show", other).out().contains("no protection that"));
            assertTrue(held(staged, "show", other).out().contains("lists/privacy.txt"));
            held(staged, "forward", other, "--by", "smime,pickup");
            staged.awaitAudit("x@homemail.example", "waits in the secure mailbox");
            staged.awaitEmptySpool();
            assertNoContent(sink);
        }
    }

    /// One rule holds it for people in two domains, and IT names one of them.
    @Test
    void aDomainThatIsNamedIsDecidedAlone() throws Exception {
        String other = "x@slow.example";
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = clinic(sink, Clock.systemUTC(), rule(""))) {
            list(staged, "outside.txt", "homemail.example\nslow.example");
            staged.open();
            try (MailClient doctor = staged.submission()) {
                doctor.send(List.of(MARIA, other), LETTER);
            }
            staged.awaitAudit(other, "held (none)");
            Answer listed = held(staged, "list", "--domain", "slow.example");
            assertTrue(listed.out().contains("held by rule \"looked at first\""), listed.out());
            Answer wrong = held(staged, "release", listed.id(), "--domain", "slow..example");
            assertEquals(Command.MISUSED, wrong.code(), wrong.out());
            assertTrue(wrong.err().contains("--domain takes a domain"), wrong.err());
            Answer nobody = held(staged, "release", listed.id(), "--sender", "anna@@x.example");
            assertEquals(Command.MISUSED, nobody.code(), nobody.out());
            assertTrue(nobody.err().contains("--sender takes an address"), nobody.err());

            // The other command lets nobody else's go either.
            Answer let = QueueStory.queue(staged, "release", "--domain", "slow.example");
            assertEquals(Command.OK, let.code(), let.err() + let.out());
            assertTrue(
                    let.out()
                            .contains(
                                    "1 recipient in slow.example released,"
                                            + " 1 recipient held still"),
                    let.out());
            String told = awaitMail(sink, ANNA, "let your message");
            assertTrue(told.contains(other) && !told.contains(MARIA), told);
            staged.awaitAudit(other, "waits in the secure mailbox");
            String left = held(staged, "list", "--domain", "slow.example").out();
            assertFalse(left.contains(listed.id()), left);

            Answer back =
                    held(
                            staged,
                            "reject",
                            listed.id(),
                            "--domain",
                            "homemail.example",
                            "--rule",
                            "looked at first",
                            "--asked",
                            "privacy",
                            "--because",
                            "Ask first.");
            assertEquals(Command.OK, back.code(), back.err() + back.out());
            String report = awaitMail(sink, ANNA, "was not delivered");
            assertTrue(report.contains(MARIA) && !report.contains(other), report);
            staged.awaitEmptySpool();
            assertNoContent(sink);
        }
    }

    /// An attempt that was under way when somebody decided knows nothing of it, and does not undo
    /// it.
    @Test
    void aDecisionDuringAnAttemptCounts() throws Exception {
        String open =
                """
                  - name: open
                    when: { recipient: { address: x@open.example } }
                    then: { deliver: unprotected }
                """;
        FakeNextHop hop = FakeNextHop.plain();
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            hop.on("CONTENT", FakeNextHop.Act.hang());
            staged.write(hop.port(), "none").rules(open).open();
            try (MailClient doctor = staged.submission()) {
                doctor.send("x@open.example", LETTER);
            }
            RunningClinic.await("the attempt", () -> hop.commands().contains("DATA"));
            Answer hold = QueueStory.queue(staged, "hold", "--sender", "mapleclinic.example");
            assertEquals(Command.OK, hold.code(), hold.err());
            String id = held(staged, "list").id();
            Answer rejected = held(staged, "reject", id, "--because", "Not so.");
            assertEquals(Command.OK, rejected.code(), rejected.err() + rejected.out());
            hop.close();
            staged.awaitAudit(id, "delayed");
            RunningClinic.await(
                    "that it is not sent any more",
                    () -> !QueueStory.queue(staged, "list").out().contains(id));
        } finally {
            hop.close();
        }
    }

    @Test
    void thePageDecidesBehindASignInAndNothingElseDoes() throws Exception {
        String others =
                """
                  - name: of other people
                    when: { recipient: { domain: others.example } }
                    then: { hold: { reason: "Others look.", approvers: lists/others.txt } }
                """;
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = clinic(sink, Clock.systemUTC(), rule("") + others);
                DeskBrowser sam = new DeskBrowser(staged.clinic().pickupUrl());
                DeskBrowser lee = new DeskBrowser(staged.clinic().pickupUrl());
                DeskBrowser scanner = new DeskBrowser(staged.clinic().pickupUrl())) {
            staged.open();
            String id = send(staged, MARIA);
            String path = "/held/" + id;
            // The link alone shows nothing, and the same as any other.
            Page door = scanner.get(path);
            assertEquals(200, door.status());
            assertFalse(door.text().contains("canary"), door.text());
            assertEquals(
                    door.text().replace(id, "X"),
                    scanner.get("/held/0123456789ABCDEF").text().replace("0123456789ABCDEF", "X"));
            Page unsigned =
                    scanner.post(path, Map.of("act", "release", "form", "x", "review", "1"));
            assertTrue(unsigned.text().contains("type=\"password\""), unsigned.text());
            assertEquals(422, sam.signIn(id, SAM, "wrong").status());
            assertEquals(
                    403, sam.signIn(id, ANNA, "a long demo password").status(), "no rule asks her");

            Page in = sam.signIn(id, SAM, "another long demo password");
            assertEquals(303, in.status(), in.text());
            assertTrue(in.location().startsWith(path), in.location());
            Page letter = sam.get(path);
            assertTrue(letter.text().contains("canarysubject"), letter.text());
            assertTrue(letter.text().contains("canarybody"), letter.text());
            assertTrue(letter.text().contains(MARIA) && letter.text().contains(REASON));
            staged.awaitAudit(id, "look by " + SAM);
            assertTrue(sam.get("/held").text().contains(path));

            // Whoever is asked about something else sees a message that does not exist.
            assertEquals(303, lee.signIn("", LEE, LEE_PASSWORD).status());
            Page foreign = lee.get(path);
            assertEquals(404, foreign.status());
            assertEquals(
                    foreign.text().replace(id, "X"),
                    lee.get("/held/0123456789ABCDEF").text().replace("0123456789ABCDEF", "X"));
            Page forged = lee.decide(id, letter, Map.of("act", "release"));
            assertEquals(403, forged.status(), "a form of another session");
            assertEquals(
                    403,
                    sam.postFrom(
                                    "https://evil.example",
                                    path,
                                    Map.of("act", "release", "form", letter.hidden("form")))
                            .status());
            assertEquals(
                    403,
                    sam.post(path, Map.of("act", "release", "form", "x")).status(),
                    "without the token of the session");
            assertEquals(
                    422, sam.decide(id, letter, Map.of("act", "reject", "reason", " ")).status());
            for (String get : List.of(path + "?act=release", path + "/look", "/held?act=release")) {
                sam.get(get);
            }
            assertTrue(held(staged, "list").out().contains("1 message"), "nothing has decided yet");

            Page done = sam.decide(id, letter, Map.of("act", "release"));
            assertEquals(200, done.status(), done.text());
            assertTrue(done.text().contains("It is on its way"), done.text());
            staged.awaitAudit(id, "release by " + SAM);
            staged.awaitAudit(MARIA, "waits in the secure mailbox");
            Page replayed = sam.decide(id, letter, Map.of("act", "reject", "reason", "No."));
            assertEquals(409, replayed.status(), replayed.text());
            assertTrue(replayed.text().contains("It was decided before"), replayed.text());
            sam.post("/held/sign-out", Map.of("lang", "en"));
            assertTrue(sam.get("/held").text().contains("type=\"password\""));
            staged.awaitEmptySpool();
            assertNoContent(sink);
        }
    }

    @Test
    void whoeverIsFirstDecidesAndTwoPeopleAgree() throws Exception {
        String two =
                """
                  - name: two look
                    when: { recipient: { domain: two.example } }
                    then:
                      hold: { reason: "Two look.", approvers: lists/two.txt, two-people: true }
                """;
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = clinic(sink, Clock.systemUTC(), rule("") + two);
                DeskBrowser anna = new DeskBrowser(staged.clinic().pickupUrl());
                DeskBrowser sam = new DeskBrowser(staged.clinic().pickupUrl());
                DeskBrowser lee = new DeskBrowser(staged.clinic().pickupUrl())) {
            list(staged, "two.txt", String.join("\n", ANNA, SAM, LEE));
            list(staged, "privacy.txt", SAM + "\n" + LEE);
            staged.open();
            anna.signIn("", ANNA, "a long demo password");
            sam.signIn("", SAM, "another long demo password");
            lee.signIn("", LEE, LEE_PASSWORD);
            String id = send(staged, "x@two.example");
            Page own = anna.get("/held/" + id);
            assertTrue(own.text().contains("You wrote this message"), own.text());
            Page samSees = sam.get("/held/" + id);
            assertTrue(
                    sam.decide(id, samSees, Map.of("act", "release"))
                            .text()
                            .contains("One more person has to agree"));
            assertTrue(
                    sam.decide(id, samSees, Map.of("act", "release"))
                            .text()
                            .contains("One more person has to agree"),
                    "the same person twice is one");
            Page leeSees = lee.get("/held/" + id);
            assertTrue(leeSees.text().contains(SAM + " agreed: release"), leeSees.text());
            lee.decide(id, leeSees, Map.of("act", "send", "by", "pickup"));
            assertTrue(
                    held(staged, "list").out().contains("1 message"),
                    "they do not agree on the way");
            assertTrue(
                    lee.decide(id, leeSees, Map.of("act", "release"))
                            .text()
                            .contains("It is on its way"));
            staged.awaitAudit(id, "release by " + LEE);
            staged.awaitEmptySpool();

            String once = send(staged, MARIA);
            Page first = sam.get("/held/" + once);
            Page second = lee.get("/held/" + once);
            try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Page>> acts =
                        List.of(
                                () -> sam.decide(once, first, Map.of("act", "release")),
                                () -> lee.decide(once, second, Map.of("act", "release")));
                List<Integer> statuses = new ArrayList<>();
                for (Future<Page> each : both.invokeAll(acts)) {
                    statuses.add(each.get().status());
                }
                statuses.sort(null);
                assertEquals(List.of(200, 409), statuses, "one was first");
            }
            staged.awaitEmptySpool();
            assertEquals(
                    1,
                    staged.audit().stream()
                            .filter(line -> line.contains(once) && line.contains("release by"))
                            .count());
        }
    }

    @Test
    void theClockDecidesAlsoOverAStop() throws Exception {
        ManualClock clock = new ManualClock(Clock.systemUTC().instant());
        String back =
                """
                  - name: back after a day
                    when: { recipient: { domain: back.example } }
                    then: { hold: { reason: "Back.", limit: 1 day, then: reject } }
                """;
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged =
                        clinic(
                                sink,
                                clock,
                                rule(", limit: 90 minutes, then: release-protected") + back)) {
            staged.open();
            String id = send(staged, MARIA);
            send(staged, "x@back.example");
            clock.advance(Duration.ofMinutes(91));
            staged.awaitAudit(id, "time-out by the time limit");
            staged.awaitAudit(MARIA, "waits in the secure mailbox");
            awaitMail(sink, ANNA, "Nobody decided about your message");
            staged.stop();
            clock.advance(Duration.ofDays(2));
            staged.open();
            String report = awaitMail(sink, ANNA, "was not delivered");
            assertTrue(report.contains("Nobody decided about it in time."), report);
            staged.awaitEmptySpool();
            assertNoContent(sink);
        }
    }

    /// Killed before anybody decided, and again right behind the decision.
    @Test
    void aKillForgetsNoHoldAndNoDecision() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = clinic(sink, Clock.systemUTC(), rule(""))) {
            Path config = staged.clinic().config();
            Path log = home.resolve("gateway.log");
            String id;
            try (GatewayProcess gateway = GatewayProcess.start(config, log)) {
                id = send(staged, MARIA);
                gateway.kill();
            }
            try (GatewayProcess gateway = GatewayProcess.start(config, log)) {
                assertTrue(held(config, "list").out().contains("lists/privacy.txt"));
                assertEquals(Command.OK, held(config, "release", id).code());
                gateway.kill();
            }
            try (GatewayProcess gateway = GatewayProcess.start(config, log)) {
                staged.awaitAudit(MARIA, "waits in the secure mailbox");
                awaitMail(sink, ANNA, "let your message");
                staged.awaitEmptySpool();
                assertEquals(0, gateway.stop());
            }
            assertEquals(
                    1, staged.audit().stream().filter(line -> line.contains("release by")).count());
            assertNoContent(sink);
        }
    }
}

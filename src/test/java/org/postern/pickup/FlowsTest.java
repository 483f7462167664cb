package org.postern.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.notice.Letterhead;
import org.postern.notice.NoticeComposer;
import org.postern.notice.NoticeTemplate;
import org.postern.notice.PickupNotice;
import org.postern.notice.PickupNotice.Question;
import org.postern.testkit.Hand;
import org.postern.testkit.MailProgram;
import org.postern.testkit.PatientBrowser;
import org.postern.testkit.PatientBrowser.Look;
import org.postern.testkit.VirtualKey;
import org.postern.wording.NoticeKind;

/// What a patient has to do, counted in a real browser from the button in the notice on: a new
/// phone takes two taps and one short answer, a known one takes one tap. Every count is exact, so
/// that a step more is noticed.
class FlowsTest {
    private static final Path WORDS = Path.of("policy-config/notices");
    private static final String OPEN = "form[action='/open'] .button";

    private static PatientBrowser browser;

    @TempDir Path data;
    private PickupWorld world;

    @BeforeAll
    static void start() {
        browser = PatientBrowser.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private static Look phone(boolean scripts) {
        return scripts ? Look.PHONE : Look.PHONE.withoutScripts();
    }

    /// The notice of a new letter lies open in the mail program.
    private Hand notice(Page page, Address patient, Question question) throws IOException {
        URI link = world.server.link(world.link(patient));
        NoticeComposer composer =
                new NoticeComposer(new Domain("clinic.example"), world.clock, new SecureRandom());
        NoticeTemplate words =
                NoticeTemplate.of(
                        NoticeKind.PICKUP,
                        Files.readString(WORDS.resolve("pickup.en.txt")),
                        Files.readString(WORDS.resolve("pickup.en.html")));
        Letterhead from =
                new Letterhead(
                        PickupWorld.RUIZ,
                        "Dr. Ana Ruiz",
                        "Maple Street Clinic",
                        "+1 555 0100",
                        "#0a6c74",
                        Optional.empty());
        URI notMe = URI.create(link.toString().replace("/m/", "/notme/"));
        PickupNotice notice =
                new PickupNotice(List.of(words), from, patient, link, notMe, question, "thread");
        page.navigate("about:blank");
        page.setContent(MailProgram.html(composer.pickup(notice)));
        return new Hand(page);
    }

    private Hand tapped(Page page, Address patient, Question question) throws IOException {
        Hand hand = notice(page, patient, question);
        hand.follow("a.button");
        return hand;
    }

    private static void reads(Page page, Hand hand, int taps, int keys) {
        page.getByText("Your knee looks good.").first().waitFor();
        assertEquals(taps, hand.taps(), "taps");
        assertEquals(keys, hand.keys(), "keys");
    }

    private void remember(Page page) throws IOException {
        Hand hand = tapped(page, PickupWorld.MARIA, Question.BIRTH_DATE);
        hand.type("04091972");
        hand.follow(OPEN);
        hand.follow("#keep .button");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNewPhoneTakesTwoTapsAndOneShortAnswer(boolean scripts) throws IOException {
        Page page = browser.page(phone(scripts));
        Hand hand = tapped(page, PickupWorld.MARIA, Question.BIRTH_DATE);
        hand.type("04091972");
        hand.follow(OPEN);
        reads(page, hand, 2, 8);
        page.context().close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKnownPhoneTakesOneTap(boolean scripts) throws IOException {
        Page page = browser.page(phone(scripts));
        remember(page);
        world.clock.advance(Duration.ofDays(30));
        Hand hand = tapped(page, PickupWorld.MARIA, Question.BIRTH_DATE);
        reads(page, hand, 1, 0);
        page.context().close();
    }

    @Test
    void aPasskeyTakesTwoTapsAndNoKey() throws IOException {
        Page page = browser.page(Look.PHONE);
        VirtualKey.in(page);
        remember(page);
        page.locator("form[action='/passkey/add'] .button").tap();
        page.waitForURL("**key=1**");
        page.context().clearCookies();
        Hand hand = tapped(page, PickupWorld.MARIA, Question.BIRTH_DATE);
        hand.tap("form[action='/passkey/open'] .button");
        reads(page, hand, 2, 0);
        page.context().close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPinTakesTwoTapsAndSixKeys(boolean scripts) throws IOException {
        Page page = browser.page(phone(scripts));
        Hand hand = tapped(page, PickupWorld.PABLO, Question.PIN);
        hand.type(PickupWorld.PIN);
        hand.follow(OPEN);
        reads(page, hand, 2, 6);
        page.context().close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCodeByTextTakesThreeTapsAndSixKeys(boolean scripts) throws IOException {
        Page page = browser.page(phone(scripts));
        Hand hand = tapped(page, PickupWorld.ROSA, Question.TEXT_CODE);
        hand.follow("form[action='/code'] .button");
        String text = world.sms.taken().getLast().path("text").asText();
        hand.type(text.substring(text.lastIndexOf('#') + 1));
        hand.follow(OPEN);
        reads(page, hand, 3, 6);
        page.context().close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCodeByMailTakesThreeTapsAndSixKeys(boolean scripts) throws IOException {
        Page page = browser.page(phone(scripts));
        Hand hand = tapped(page, PickupWorld.STRANGER, Question.MAILED_CODE);
        hand.follow("form[action='/code'] .button");
        hand.type(world.codes.getLast());
        hand.follow(OPEN);
        reads(page, hand, 3, 6);
        page.context().close();
    }

    /// One tap into the field, one on Send: like a text message.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerTakesTwoTapsAndItsWords(boolean scripts) throws IOException {
        Page page = browser.page(phone(scripts));
        remember(page);
        Hand hand = tapped(page, PickupWorld.MARIA, Question.BIRTH_DATE);
        hand.tap("#text");
        hand.type("Thanks!");
        hand.follow("#reply > form:not(.quick) .button");
        assertTrue(page.getByText("Sent to Dr. Ana Ruiz at").isVisible());
        assertEquals(3, hand.taps(), "with the one on the notice");
        assertEquals("Thanks!".length(), hand.keys());
        assertEquals(1, world.reception.received().size());
        page.context().close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQuickAnswerTakesOneTap(boolean scripts) throws IOException {
        Page page = browser.page(phone(scripts));
        remember(page);
        Hand hand = tapped(page, PickupWorld.MARIA, Question.BIRTH_DATE);
        hand.follow(".pill");
        assertTrue(page.getByText("Sent to Dr. Ana Ruiz at").isVisible());
        assertEquals(2, hand.taps(), "with the one on the notice");
        assertEquals(0, hand.keys());
        assertTrue(world.reception.received().getFirst().text().contains("Got it. Thank you."));
        page.context().close();
    }
}

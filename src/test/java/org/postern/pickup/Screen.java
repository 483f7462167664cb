package org.postern.pickup;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.postern.mailbox.Fate;
import org.postern.mailbox.StoredMessage;
import org.postern.mailbox.ThreadId;
import org.postern.policy.Protection.Level;
import org.postern.start.Desk;

/// Every screen and state of the pages, each with the way that leads there from an empty browser.
/// Whoever adds a screen adds it here; then it is looked at, measured and photographed like all
/// others.
///
/// @param name as pictures and findings call it
record Screen(String name, Walk.Way way) {
    private static final String REPLY = "form[action$='/reply#alert']";

    /// The way to the pages, and what is asked there.
    private static final List<Screen> DOORS =
            List.of(
                    new Screen("home", walk -> walk.to("/")),
                    new Screen(
                            "typed-wrong",
                            walk -> {
                                walk.to("/").page().locator("#code").fill("K7QP-29FM-X4TD-8HWN");
                                walk.press("form[action='/type'] .button");
                            }),
                    new Screen("word", walk -> walk.reading().press("a[href^='/word']")),
                    new Screen(
                            "word-done",
                            walk ->
                                    walk.reading()
                                            .press("a[href^='/word']")
                                            .open("input[name=word] >> nth=2")
                                            .press("form[action='/word'] .button")),
                    new Screen("key", walk -> walk.reading().press("a[href^='/key']")),
                    new Screen(
                            "key-asked",
                            walk ->
                                    walk.reading()
                                            .press("a[href^='/key']")
                                            .press("form[action='/key/ask'] .button")),
                    new Screen("door-birth-date", walk -> walk.door(PickupWorld.MARIA)),
                    new Screen("door-pin", walk -> walk.door(PickupWorld.PABLO)),
                    new Screen("door-text", walk -> walk.door(PickupWorld.ROSA)),
                    new Screen(
                            "door-text-code",
                            walk -> walk.door(PickupWorld.ROSA).press("form .button")),
                    new Screen(
                            "door-text-wrong",
                            walk ->
                                    walk.door(PickupWorld.ROSA)
                                            .press("form .button")
                                            .answer("000000")),
                    new Screen("door-text-failed", walk -> withoutTexts(walk, PickupWorld.ROSA)),
                    new Screen("door-text-down", walk -> withoutTexts(walk, PickupWorld.PEDRO)),
                    new Screen("door-mail", walk -> walk.door(PickupWorld.STRANGER)),
                    new Screen(
                            "door-mail-code",
                            walk -> walk.door(PickupWorld.STRANGER).press("form .button")),
                    new Screen(
                            "door-mail-soon",
                            walk ->
                                    walk.door(PickupWorld.STRANGER)
                                            .press("form .button")
                                            .press(".button.second")),
                    new Screen(
                            "door-device-code",
                            walk -> {
                                walk.remembered().page().context().clearCookies();
                                walk.door(PickupWorld.MARIA).press("a[href*='by=device-code']");
                            }),
                    new Screen(
                            "door-passkey",
                            walk -> {
                                walk.withKey().page().context().clearCookies();
                                walk.door(PickupWorld.MARIA);
                            }),
                    new Screen(
                            "door-open",
                            walk ->
                                    walk.to(
                                            walk.path(
                                                    walk.guarded(PickupWorld.MARIA, Level.OPEN)))),
                    new Screen(
                            "door-nothing",
                            walk ->
                                    walk.to(
                                            walk.path(
                                                    walk.guarded(
                                                            PickupWorld.MARIA, Level.SENSITIVE)))));

    /// Where the door stays shut.
    private static final List<Screen> REFUSALS =
            List.of(
                    new Screen("wrong", walk -> walk.door(PickupWorld.MARIA).answer(Walk.WRONG)),
                    new Screen("wrong-last", walk -> walk.guess(4)),
                    new Screen("wrong-date", walk -> walk.door(PickupWorld.MARIA).answer("april")),
                    new Screen("waiting", walk -> walk.guess(5)),
                    new Screen("waiting-long", walk -> walk.guess(7)),
                    new Screen("link-paused", walk -> walk.guess(8)),
                    new Screen("barred", walk -> walk.guess(20)),
                    new Screen("slower", Walk::crowd),
                    new Screen("held", Screen::held),
                    new Screen(
                            "recalled-link",
                            walk -> {
                                StoredMessage message = walk.letter(PickupWorld.MARIA);
                                String path = walk.path(message);
                                recall(walk, message);
                                walk.to(path);
                            }),
                    new Screen("dead", walk -> walk.to("/m/" + "A".repeat(43))),
                    new Screen(
                            "fresh",
                            walk -> {
                                walk.to("/").page().locator("#address").fill("maria@x.example");
                                walk.press("form[action='/fresh'] .button");
                            }),
                    new Screen("notme", Screen::notMe),
                    new Screen(
                            "notme-choose",
                            walk -> {
                                notMe(walk);
                                walk.pressUnchecked("form[action='/notme']");
                            }),
                    new Screen(
                            "notme-done",
                            walk -> {
                                notMe(walk);
                                walk.open("input[value=other]").press("form .button");
                            }),
                    new Screen("error-404", walk -> walk.to("/nothing/here")),
                    new Screen("error-405", walk -> walk.to("/open")),
                    new Screen(
                            "error-403",
                            walk -> walk.talking().forge("form", "forged").press("#keep .button")),
                    new Screen(
                            "error-413",
                            walk ->
                                    walk.door(PickupWorld.MARIA)
                                            .forge("lang", "x".repeat(70_000))
                                            .answer(PickupWorld.BIRTH_DATE)),
                    new Screen("error-503", Screen::unavailable));

    /// What is behind the door.
    private static final List<Screen> ROOMS =
            List.of(
                    new Screen("reading", Walk::talking),
                    new Screen(
                            "reading-more",
                            walk -> walk.talking().open(".more summary").open(".words summary")),
                    new Screen("reading-long", Walk::longTalk),
                    new Screen(
                            "reading-open",
                            walk ->
                                    walk.to(walk.path(walk.guarded(PickupWorld.MARIA, Level.OPEN)))
                                            .press("form .button")),
                    new Screen(
                            "reading-recalled",
                            walk -> {
                                StoredMessage newest = walk.conversation();
                                walk.to(walk.path(newest)).answer(PickupWorld.BIRTH_DATE);
                                recall(walk, newest);
                                walk.page().reload();
                            }),
                    new Screen("reading-unreadable", Screen::unreadable),
                    new Screen("reply-empty", walk -> walk.reading().pressUnchecked(REPLY)),
                    new Screen(
                            "reply-type",
                            walk -> walk.reading().attach("run.exe", "MZ").write("See this")),
                    new Screen(
                            "reply-refused",
                            walk -> {
                                walk.reading();
                                walk.world().refuseAnswers(PickupWorld.LATER);
                                walk.write("Thank you!");
                            }),
                    new Screen(
                            "reply-held",
                            walk -> {
                                walk.talking()
                                        .later(Duration.ofMinutes(1))
                                        .attach("scan.pdf", "%PDF-1.7")
                                        .write("This is the scan of my knee.");
                                stands(walk, Fate.HELD);
                                walk.page().reload();
                            }),
                    new Screen(
                            "reading-marks",
                            walk -> {
                                walk.talking().write("One.");
                                stands(walk, Fate.DELIVERED);
                                walk.later(Duration.ofMinutes(1)).write("Two.");
                                stands(walk, Fate.FAILED);
                                walk.later(Duration.ofMinutes(1)).write("Three.");
                            }),
                    new Screen(
                            "reply-found",
                            walk ->
                                    walk.reading()
                                            .attach("run.exe", "MZ")
                                            .write("Does it heal?")
                                            .to(walk.thread())),
                    new Screen(
                            "reply-kept",
                            walk ->
                                    walk.reading()
                                            .later(Duration.ofMinutes(16))
                                            .write("Does it heal?")),
                    new Screen(
                            "reply-sent",
                            walk ->
                                    walk.talking()
                                            .later(Duration.ofMinutes(1))
                                            .attach("note.txt", "Hello")
                                            .write("¡Gracias! 12:30?")),
                    new Screen("reply-quick", walk -> walk.reading().press(".pill")),
                    new Screen("keep-done", walk -> walk.remembered()),
                    new Screen("passkey-added", Walk::withKey),
                    new Screen(
                            "idle",
                            walk -> {
                                walk.reading();
                                walk.page().locator(".idle").evaluate("e => { e.hidden = false; }");
                            }),
                    new Screen("devices", Walk::devices),
                    new Screen("devices-none", walk -> walk.reading().press("a[href^='/devices']")),
                    new Screen(
                            "devices-code",
                            walk -> walk.devices().press("form[action='/devices/code'] button")),
                    new Screen(
                            "again",
                            walk -> walk.devices().later(Duration.ofMinutes(11)).to("/devices")),
                    new Screen(
                            "look",
                            walk ->
                                    walk.reading()
                                            .open(".more summary")
                                            .press("a[href*='/look/']")),
                    new Screen(
                            "signed-out",
                            walk -> {
                                walk.reading().later(Duration.ofMinutes(16));
                                walk.page().reload();
                            }),
                    new Screen("bye", walk -> walk.reading().press("form[action='/logout'] .link")),
                    new Screen(
                            "forgot",
                            walk -> walk.devices().press("form[action='/devices/forget'] .link")),
                    new Screen(
                            "cookies",
                            walk -> {
                                walk.reading().page().context().clearCookies();
                                walk.page().reload();
                            }));

    /// Where a patient writes first.
    private static final List<Screen> DESKS =
            List.of(
                    new Screen("to", walk -> walk.to("/to/dr-ruiz")),
                    new Screen("to-team", walk -> walk.to("/to/nurses")),
                    new Screen(
                            "to-away",
                            walk -> {
                                walk.world().absence =
                                        new Desk.Absence(
                                                LocalDate.of(2026, 3, 1),
                                                LocalDate.of(2026, 3, 20),
                                                Optional.of(PickupWorld.NURSES));
                                walk.to("/to/dr-ruiz");
                            }),
                    new Screen(
                            "to-alert",
                            walk -> {
                                walk.to("/to/dr-ruiz").page().locator("#address").fill("maria");
                                walk.pressUnchecked("form[action^='/to/']");
                            }),
                    new Screen("to-known", walk -> walk.remembered().to("/to/dr-ruiz")),
                    new Screen("to-sent", Walk::askToWrite),
                    new Screen("write", Walk::toWrite),
                    new Screen(
                            "write-alert", walk -> walk.toWrite().press("form[enctype] .button")),
                    new Screen(
                            "write-sent",
                            walk -> {
                                walk.toWrite().page().locator("#text").fill("A question");
                                walk.press("form[enctype] .button");
                            }),
                    new Screen(
                            "write-wrong",
                            walk -> {
                                walk.toWrite().page().locator("#text").fill("A question");
                                walk.page().locator("#answer").fill(Walk.WRONG);
                                walk.press("form[enctype] .button");
                            }),
                    new Screen("write-dead", walk -> walk.to("/w/" + "A".repeat(43))),
                    new Screen("caregivers-none", Walk::caregivers),
                    new Screen("caregivers-told", Walk::invite),
                    new Screen("caregivers", walk -> walk.invite().to("/caregivers")),
                    new Screen(
                            "caregivers-alert",
                            walk ->
                                    walk.caregivers()
                                            .pressUnchecked("form[action^='/caregivers/invite']")),
                    new Screen("caredoor", Walk::invited),
                    new Screen(
                            "caredoor-wrong",
                            walk -> {
                                walk.invited();
                                walk.show("1");
                            }),
                    new Screen("reading-along", walk -> walk.show(walk.invited())),
                    new Screen("write-new", walk -> walk.reading().press("a[href^='/c/']")),
                    new Screen("choice", Walk::choosing),
                    new Screen(
                            "choice-chosen",
                            walk ->
                                    walk.choosing()
                                            .press("form[action='/mail-choice/choose'] .button")),
                    new Screen(
                            "choice-kept",
                            walk ->
                                    walk.choosing()
                                            .press("form[action='/mail-choice/keep'] .button")),
                    new Screen("choice-soon", Walk::choosingOften));

    static List<Screen> all() {
        return java.util.stream.Stream.of(DOORS, REFUSALS, ROOMS, DESKS)
                .flatMap(List::stream)
                .toList();
    }

    /// Goes there, in a world and with a browser that nobody has used before.
    Walk reach(PickupWorld world, Page page) throws IOException {
        Walk walk = new Walk(world, page);
        way.go(walk);
        return walk;
    }

    @Override
    public String toString() {
        return name;
    }

    /// The message that was written last.
    private static void stands(Walk walk, Fate fate) throws IOException {
        StoredMessage last =
                walk.world().mailbox.thread(new ThreadId(walk.thread().substring(3))).getLast();
        walk.world()
                .mailbox
                .noteFate(
                        last.message().queueId(), Optional.of(fate), walk.world().clock.instant());
    }

    private static void withoutTexts(Walk walk, org.postern.mail.Address patient)
            throws IOException {
        walk.world().sms.answers(500);
        walk.door(patient).press("form .button");
    }

    private static void recall(Walk walk, StoredMessage message) throws IOException {
        walk.world().mailbox.recall(message.key(), walk.world().clock.instant());
    }

    private static void notMe(Walk walk) throws IOException {
        walk.to(walk.path(walk.letter(PickupWorld.MARIA)).replace("/m/", "/notme/"));
    }

    private static void held(Walk walk) throws IOException {
        String path = walk.path(walk.letter(PickupWorld.MARIA));
        walk.world().mailbox.pauseLinks(PickupWorld.MARIA, walk.world().clock.instant());
        walk.to(path);
    }

    private static void unavailable(Walk walk) throws IOException {
        walk.door(PickupWorld.MARIA);
        walk.world().journalFault = new IOException("no room");
        walk.answer(PickupWorld.BIRTH_DATE);
    }

    /// A letter of one huge word list: longer than what is made safe.
    private static void unreadable(Walk walk) throws IOException {
        String huge = "<p>" + "word ".repeat(500_000) + "</p>";
        StoredMessage message = walk.world().deliver(PickupWorld.MARIA, PickupWorld.html(huge));
        walk.to(walk.path(message)).answer(PickupWorld.BIRTH_DATE);
    }
}

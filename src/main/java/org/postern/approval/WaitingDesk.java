package org.postern.approval;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.approval.DeskSessions.Seat;
import org.postern.approval.LetterPage.Seen;
import org.postern.conversation.FileCard;
import org.postern.held.HeldList;
import org.postern.held.HeldList.Wanted;
import org.postern.http.BadRequest;
import org.postern.http.Disposition;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mime.MimePart;
import org.postern.page.HeldViews;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views.Look;
import org.postern.policy.Hearing;
import org.postern.reader.OpenedLetter;
import org.postern.reader.OriginalLook;
import org.postern.spool.QueuedMessage;

/// What waits for somebody who has signed in, and each message of it to be read. Looking at it
/// decides nothing, whoever follows a link; whatever is shown is in the audit first.
final class WaitingDesk {
    /// Characters of an address that is looked for, and of what there is to choose from.
    private static final int FROM_MAX = 100;

    private static final int CHOICE_MAX = 80;

    private static final String FILE_POLICY = "sandbox; default-src 'none'";

    private final Stage stage;
    private final SignInDesk door;
    private final LetterPage letters;
    private final ApprovalParts parts;

    WaitingDesk(Stage stage, SignInDesk door, LetterPage letters, ApprovalParts parts) {
        this.stage = stage;
        this.door = door;
        this.letters = letters;
        this.parts = parts;
    }

    /// `GET /held`
    WebResponse list(WebRequest request) throws IOException {
        Optional<Seat> seat = door.seat(request);
        if (seat.isEmpty()) {
            return door.ask(request, "");
        }
        Texts texts = stage.texts(request);
        Wanted wanted = wanted(request);
        HeldList.Page page =
                parts.desk().list().page(seat.get().approver(), wanted, after(request));
        List<HeldViews.Row> rows = new ArrayList<>();
        for (QueuedMessage message : page.messages()) {
            letters.seen(texts, seat.get(), message).ifPresent(seen -> rows.add(letters.row(seen)));
        }
        HeldViews.Waiting waiting =
                new HeldViews.Waiting(
                        rows,
                        pager(texts, page, wanted),
                        choice(texts, page, wanted),
                        seat.get().approver().address().toString());
        return stage.page(200, Setting.at(texts, "/held"), "held", waiting);
    }

    /// What is typed is looked for as it is; what cannot be an address finds nothing.
    private static Wanted wanted(WebRequest request) throws BadRequest {
        String from = request.query("from").orElse("").strip();
        return new Wanted(
                request.query("why").orElse(""),
                request.query("rule").orElse(""),
                request.query("asked").orElse(""),
                from.substring(0, Math.min(from.length(), FROM_MAX)));
    }

    private static String after(WebRequest request) throws BadRequest {
        return request.query("after").filter(it -> it.matches("[0-9A-Z]{16}")).orElse("");
    }

    private static HeldViews.Pager pager(Texts texts, HeldList.Page page, Wanted wanted) {
        int last = Math.min(page.count(), page.first() + HeldList.PAGE);
        String position =
                page.previous().isPresent() || page.next().isPresent()
                        ? texts.say("desk.position", page.first() + 1, last, page.count())
                        : texts.say("desk.count", page.count());
        return new HeldViews.Pager(
                page.count() == 0 ? "" : position,
                page.previous().map(after -> path(texts, wanted, after)),
                page.next().map(after -> path(texts, wanted, after)));
    }

    private static String path(Texts texts, Wanted wanted, String after) {
        return "/held?lang=%s&after=%s&why=%s&rule=%s&asked=%s&from=%s"
                .formatted(
                        texts.language().tag(),
                        after,
                        encoded(wanted.reason()),
                        encoded(wanted.rule()),
                        encoded(wanted.asked()),
                        encoded(wanted.from()));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /// Empty where everything is on one page and waits for the same.
    private static Optional<HeldViews.Choice> choice(
            Texts texts, HeldList.Page page, Wanted wanted) {
        HeldList.Choices choices = page.choices();
        if (page.waiting() <= HeldList.PAGE && choices.isEmpty() && wanted.equals(Wanted.ALL)) {
            return Optional.empty();
        }
        List<HeldViews.Select> selects =
                Stream.of(
                                new HeldViews.Select(
                                        "why",
                                        texts.say("desk.why"),
                                        texts.say("desk.filter.any"),
                                        options(choices.reasons(), wanted.reason())),
                                new HeldViews.Select(
                                        "rule",
                                        texts.say("desk.filter.rule"),
                                        texts.say("desk.filter.rule.any"),
                                        options(choices.rules(), wanted.rule())),
                                new HeldViews.Select(
                                        "asked",
                                        texts.say("desk.filter.asked"),
                                        texts.say("desk.filter.asked.any"),
                                        lists(choices.lists(), wanted.asked())))
                        .filter(WaitingDesk::isOfUse)
                        .toList();
        return Optional.of(
                new HeldViews.Choice(selects, wanted.from(), !wanted.equals(Wanted.ALL)));
    }

    /// What was chosen is shown, also where nothing else is left by now.
    private static boolean isOfUse(HeldViews.Select select) {
        return select.options().size() > 1
                || select.options().stream().anyMatch(HeldViews.Option::chosen);
    }

    private static List<HeldViews.Option> options(List<String> all, String chosen) {
        return all.stream()
                .map(words -> {
                    String code = HeldList.code(words);
                    return new HeldViews.Option(code, cut(words), code.equals(chosen));
                })
                .toList();
    }

    private static List<HeldViews.Option> lists(List<String> all, String chosen) {
        return options(all, chosen).stream()
                .map(list ->
                        new HeldViews.Option(
                                list.code(), Hearing.listWords(list.words()), list.chosen()))
                .toList();
    }

    private static String cut(String words) {
        return words.length() <= CHOICE_MAX ? words : words.substring(0, CHOICE_MAX) + "…";
    }

    /// `GET /held/{id}`
    WebResponse read(WebRequest request) throws IOException {
        Optional<Seat> seat = door.seat(request);
        if (seat.isEmpty()) {
            return door.ask(request, request.captured("id"));
        }
        Optional<Seen> seen = seen(request, seat.get());
        if (seen.isEmpty()) {
            return letters.nothing(stage.texts(request));
        }
        noteLooking(request, seen.get());
        return letters.page(200, seen.get(), "", Optional.empty());
    }

    /// `GET /held/{id}/look`
    WebResponse look(WebRequest request) throws IOException {
        Texts texts = stage.texts(request);
        Optional<Seen> seen = seen(request);
        if (seen.isEmpty()) {
            return letters.nothing(texts);
        }
        String back = "/held/" + seen.get().id();
        return stage.page(
                200, Setting.at(texts, back + "/look"), "look", new Look(back + "/original", back));
    }

    /// `GET /held/{id}/original`: may be framed, by us.
    WebResponse original(WebRequest request) throws IOException {
        Optional<Seen> seen = seen(request);
        Optional<OpenedLetter> letter = seen.flatMap(it -> letters.open(it.id()));
        Optional<String> document = letter.isEmpty() ? Optional.empty() : letter.get().look();
        if (document.isEmpty()) {
            return letters.nothing(stage.texts(request));
        }
        noteLooking(request, seen.orElseThrow());
        return WebResponse.html(200, document.get())
                .with("Content-Security-Policy", OriginalLook.POLICY)
                .with("Referrer-Policy", "no-referrer");
    }

    /// `GET /held/{id}/file/{number}`, to be saved.
    WebResponse file(WebRequest request) throws IOException {
        Optional<Seen> seen = seen(request);
        Optional<OpenedLetter> opened = seen.flatMap(it -> letters.open(it.id()));
        String number = request.captured("number");
        if (opened.isEmpty()
                || !number.matches("[0-9]{1,4}")
                || Integer.parseInt(number) >= opened.get().files().size()) {
            return letters.nothing(stage.texts(request));
        }
        noteLooking(request, seen.orElseThrow());
        int index = Integer.parseInt(number);
        OpenedLetter letter = opened.get();
        MimePart file = letter.files().get(index);
        return WebResponse.stream(
                        "application/octet-stream",
                        out -> {
                            try (InputStream in = letter.open(file)) {
                                in.transferTo(out);
                            }
                        })
                .with("Content-Disposition", Disposition.attachment(FileCard.name(file, index)))
                .with("Content-Security-Policy", FILE_POLICY)
                .with("Referrer-Policy", "no-referrer");
    }

    private Optional<Seen> seen(WebRequest request) throws IOException {
        Optional<Seat> seat = door.seat(request);
        return seat.isEmpty() ? Optional.empty() : seen(request, seat.get());
    }

    private Optional<Seen> seen(WebRequest request, Seat seat) throws IOException {
        return letters.find(stage.texts(request), seat, request.captured("id"));
    }

    private void noteLooking(WebRequest request, Seen seen) throws IOException {
        if (!request.isHead()) {
            parts.desk().noteLooking(seen.seat().approver(), seen.id());
        }
    }
}

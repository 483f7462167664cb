package org.postern.approval;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postern.approval.DeskSessions.Seat;
import org.postern.conversation.FileCard;
import org.postern.held.HeldMail;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mime.MimeException;
import org.postern.mime.MimePart;
import org.postern.page.HeldViews;
import org.postern.page.HeldViews.Decide;
import org.postern.page.HeldViews.Fact;
import org.postern.page.HeldViews.Letter;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.page.Views;
import org.postern.page.Views.Note;
import org.postern.reader.OpenedLetter;
import org.postern.reader.ReaderView;
import org.postern.reader.SafeHtml;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Review;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A held message made ready to be read and decided about.
final class LetterPage {
    private static final Logger LOG = LoggerFactory.getLogger(LetterPage.class);

    /// Addresses that are named; of more their number is.
    private static final int NAMED_MAX = 20;

    private final Stage stage;
    private final ApprovalParts parts;

    LetterPage(Stage stage, ApprovalParts parts) {
        this.stage = stage;
        this.parts = parts;
    }

    /// A message as one person sees it.
    record Seen(Texts texts, Seat seat, QueuedMessage message, Review review) {
        QueueId id() {
            return message.id();
        }
    }

    /// The message, if it waits for this person.
    Optional<Seen> find(Texts texts, Seat seat, String id) throws IOException {
        Optional<QueuedMessage> message =
                QueueId.isValid(id)
                        ? parts.desk().find(seat.approver(), new QueueId(id))
                        : Optional.empty();
        return message.flatMap(found -> seen(texts, seat, found));
    }

    /// The same for a message that is read already.
    Optional<Seen> seen(Texts texts, Seat seat, QueuedMessage message) {
        return parts.desk()
                .review(seat.approver(), message)
                .map(review -> new Seen(texts, seat, message, review));
    }

    /// Empty, and told to the log, for one that cannot be opened.
    Optional<OpenedLetter> open(QueueId id) {
        try {
            return Optional.of(OpenedLetter.of(parts.contents().of(id)));
        } catch (IOException | MimeException e) {
            LOG.error("{} cannot be shown: {}", id, e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /// @param reason what was typed and could not be taken
    /// @param alert why
    WebResponse page(int status, Seen seen, String reason, Optional<String> alert)
            throws IOException {
        Texts texts = seen.texts();
        Optional<OpenedLetter> opened = open(seen.id());
        ReaderView view = new ReaderView(texts.say("quote"));
        Optional<SafeHtml> words = opened.isEmpty() ? Optional.empty() : opened.get().words(view);
        boolean look = opened.isPresent() && opened.get().hasLook();
        String path = "/held/" + seen.id();
        Letter letter =
                new Letter(
                        facts(seen),
                        opened.map(OpenedLetter::subject).orElse(""),
                        words.orElseGet(() -> view.ofText("")),
                        words.isEmpty() ? Optional.of(texts.say("unreadable")) : Optional.empty(),
                        files(texts, opened, path),
                        look
                                ? Optional.of(path + "/look?lang=" + texts.language().tag())
                                : Optional.empty(),
                        decide(seen, reason, alert));
        String language = status == 200 ? path : "";
        return stage.page(status, Setting.at(texts, language), "heldletter", letter);
    }

    private static List<Views.File> files(Texts texts, Optional<OpenedLetter> opened, String path) {
        List<Views.File> files = new ArrayList<>();
        if (opened.isPresent()) {
            for (MimePart part : opened.get().files()) {
                int index = files.size();
                files.add(FileCard.saved(texts, part, index, path + "/file/" + index));
            }
        }
        return files;
    }

    private List<Fact> facts(Seen seen) {
        Texts texts = seen.texts();
        QueuedMessage message = seen.message();
        List<Address> mine = mine(seen);
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(texts.say("desk.from"), from(message)));
        facts.add(new Fact(texts.say("desk.to"), HeldMail.named(mine, NAMED_MAX)));
        // Copies that a rule makes are no recipients of the author's.
        List<Address> named = HeldMail.hers(message, message.envelope().recipients());
        long others = named.stream().filter(it -> !mine.contains(it)).count();
        if (others > 0) {
            facts.add(new Fact(texts.say("desk.others"), Long.toString(others)));
        }
        facts.add(new Fact(texts.say("desk.came"), time(texts, message.arrived())));
        facts.add(new Fact(texts.say("desk.why"), reason(message, mine)));
        return facts;
    }

    /// Those of the author's recipients whom a decision would be about.
    private List<Address> mine(Seen seen) {
        return shown(
                seen.message(), parts.desk().recipients(seen.seat().approver(), seen.message()));
    }

    /// Without copies that a rule makes, unless nothing else waits: they go with the message.
    static List<Address> shown(QueuedMessage message, List<Address> asked) {
        List<Address> hers = HeldMail.hers(message, asked);
        return hers.isEmpty() ? asked : hers;
    }

    private static String reason(QueuedMessage message, List<Address> mine) {
        return mine.stream()
                .map(recipient -> message.states().get(recipient))
                .filter(RecipientState.Held.class::isInstance)
                .map(state -> ((RecipientState.Held) state).reason())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    private static String from(QueuedMessage message) {
        Address from = message.envelope().reversePath();
        return from == null ? "<>" : from.toString();
    }

    private Decide decide(Seen seen, String reason, Optional<String> alert) throws IOException {
        Review review = seen.review();
        boolean own =
                review.hearing().twoPeople()
                        && parts.desk().isOwn(seen.seat().approver(), seen.message());
        return new Decide(
                "/held/" + seen.id(),
                seen.seat().secret().formToken(),
                Long.toString(review.since().toEpochMilli()),
                terms(seen),
                !own,
                reason,
                alert,
                seen.seat().approver().address().toString());
    }

    /// What happens by itself, and who agreed already.
    private List<String> terms(Seen seen) {
        Texts texts = seen.texts();
        Review review = seen.review();
        List<String> terms = new ArrayList<>();
        if (review.hearing().twoPeople()) {
            terms.add(texts.say("desk.two"));
            terms.addAll(
                    agreed(
                            texts,
                            review,
                            parts.desk().recipients(seen.seat().approver(), seen.message()).stream()
                                    .flatMap(it -> seen.message().review(it).stream())
                                    .toList()));
        }
        review.end()
                .ifPresent(end ->
                        terms.add(
                                texts.say(
                                        switch (review.hearing().then()) {
                                            case RELEASE_PROTECTED -> "desk.late.release";
                                            case REJECT -> "desk.late.reject";
                                        },
                                        time(texts, end))));
        return terms;
    }

    /// Somebody's word about one way.
    private record Word(String person, String way) {}

    /// Who agreed already; and about how many, where it is not about all. What another rule holds
    /// for others may have begun at the same time.
    ///
    /// @param all of the message that she is asked about, one for each recipient
    static List<String> agreed(Texts texts, Review one, List<Review> all) {
        List<Review> reviews = all.stream().filter(it -> hold(it).equals(hold(one))).toList();
        Map<Word, Integer> words = new LinkedHashMap<>();
        for (Review review : reviews) {
            new TreeMap<>(review.agreed())
                    .forEach((person, way) -> words.merge(new Word(person, way), 1, Integer::sum));
        }
        List<String> agreed = new ArrayList<>();
        words.forEach((word, count) ->
                agreed.add(
                        count == reviews.size()
                                ? texts.say("desk.agreed", word.person(), word.way())
                                : texts.say(
                                        "desk.agreed.part",
                                        word.person(),
                                        word.way(),
                                        count + "/" + reviews.size())));
        return agreed;
    }

    /// The same for all recipients whom it holds a message for.
    private static Review hold(Review review) {
        return review.whoeverAgreed().whenTold();
    }

    /// A message of the list.
    HeldViews.Row row(Seen seen) {
        Texts texts = seen.texts();
        List<Address> mine = mine(seen);
        List<String> facts = new ArrayList<>();
        facts.add(
                mine.size() == 1
                        ? texts.say("desk.one", time(texts, seen.message().arrived()))
                        : texts.say(
                                "desk.many", mine.size(), time(texts, seen.message().arrived())));
        facts.addAll(terms(seen));
        return new HeldViews.Row(
                "/held/" + seen.id() + "?lang=" + texts.language().tag(),
                from(seen.message()),
                reason(seen.message(), mine),
                facts);
    }

    /// The same for a message that never was, one of others, and one that is decided.
    WebResponse nothing(Texts texts) {
        Note note =
                Note.of(texts.say("desk.gone.heading"), texts.say("desk.gone.why"))
                        .withNext("/held?lang=" + texts.language().tag(), texts.say("desk.back"));
        return stage.note(404, Setting.at(texts, "/held"), note);
    }

    private String time(Texts texts, Instant at) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(texts.language().locale())
                .withZone(stage.clinic().zone())
                .format(at)
                .replaceAll("\\h", " ");
    }
}

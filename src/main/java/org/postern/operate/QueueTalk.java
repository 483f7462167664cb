package org.postern.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ControlClient;
import org.postern.control.ControlServer;
import org.postern.control.HeldRequests;
import org.postern.control.PickupRequests;
import org.postern.control.QueueFilter;
import org.postern.control.QueueRequests;
import org.postern.control.RequestException;
import org.postern.control.ReversePath;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;
import org.postern.store.FileDisk;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;

/// Asks a running gateway about its queue, or looks into the spool of a stopped one, and shows what
/// comes back.
final class QueueTalk {
    private static final int OK = Command.OK;
    private static final int FAILED = Command.FAILED;
    private static final Set<String> STATES = Set.of("waiting", "held", "done");

    /// What `--help` says of the exit codes.
    static final String CODES =
            """
            Exit codes: 0 where all that was meant was done, even if a second person has to
            agree; 1 where something was not, where no message was meant, or where it could not
            be asked; 2 where the command was not understood. For list 0 also where nothing is
            shown; for show 1 where one of the messages is not there.\
            """;

    /// How a gateway answers that was started before an update.
    private static final String UNKNOWN = "this gateway does not know";

    private final Console console;
    private final InstantSource clock;

    QueueTalk(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    /// How lines are shown.
    ///
    /// @param whole with rule and decision, and who decides
    /// @param act whether something was done
    /// @param page which page it is, from 1 on; 0 for everything
    /// @param named messages that were named one by one
    record View(boolean json, boolean whole, boolean act, int page, int named) {}

    int run(Storage storage, ObjectNode request, View view) throws IOException {
        ControlClient client = new ControlClient(ControlWiring.socket(storage));
        AtomicLong undone = new AtomicLong();
        AtomicLong held = new AtomicLong();
        try {
            Optional<ObjectNode> end =
                    client.ask(
                            request,
                            line -> {
                                undone.addAndGet(
                                        view.act() && !line.path("done").asBoolean() ? 1 : 0);
                                held.addAndGet(line.path("held").asBoolean() ? 1 : 0);
                                show(line, view);
                            });
            if (end.isEmpty()) {
                return withoutGateway(storage, request, view);
            }
            return finish(end.get(), view, undone.get(), held.get());
        } catch (RequestException e) {
            String hint =
                    e.getMessage().startsWith(UNKNOWN)
                            ? "; if it was started before an update, start it again"
                            : "";
            console.error(console.bad("gateway: ") + e.getMessage() + hint);
            return FAILED;
        }
    }

    private int finish(ObjectNode end, View view, long undone, long held) {
        long count = end.path("end").path("count").asLong();
        if (!view.json() && !view.act()) {
            console.line(messages(count) + shown(count, view));
        }
        // Of one message its line says all; of many, what was left out stands somewhere above.
        if (!view.json() && view.act() && count + undone != 1) {
            console.line(
                    messages(count)
                            + " done"
                            + (held > 0 ? ", " + held + " of them still held in whole or part" : "")
                            + (undone > 0 ? ", " + undone + " not" : ""));
        }
        if (view.act() && count + undone == 0) {
            // Whoever decides about nothing has meant something: a script has to hear of it.
            console.error(console.bad("gateway: ") + "no message is meant, so nothing was done");
        }
        boolean nothing = (view.act() || view.whole()) && count == 0;
        boolean missing = view.whole() && count < view.named();
        return undone > 0 || nothing || missing ? FAILED : OK;
    }

    private static String messages(long count) {
        return count + (count == 1 ? " message" : " messages");
    }

    /// Which of many are on the page, and how the next ones are shown.
    private static String shown(long count, View view) {
        if (view.page() == 0 || (view.page() == 1 && count <= QueueRequests.PAGE)) {
            return "";
        }
        long first = (view.page() - 1L) * QueueRequests.PAGE + 1;
        long last = Math.min(count, (long) view.page() * QueueRequests.PAGE);
        if (first > count) {
            long pages = Math.max(1, (count + QueueRequests.PAGE - 1) / QueueRequests.PAGE);
            return " in all, none on this page; the last one is --page " + pages;
        }
        return ", these are %d to %d".formatted(first, last)
                + (last < count ? "; the next ones: --page " + (view.page() + 1) : "");
    }

    /// The spool can be shown as long as nobody works in it; its lock is taken for that time.
    private int withoutGateway(Storage storage, ObjectNode request, View view) throws IOException {
        if (view.act()) {
            console.error(
                    console.bad("gateway: ")
                            + "the gateway does not run, so nothing was changed; start it first");
            return FAILED;
        }
        console.error("The gateway does not run. This is what lies in its spool:");
        Vault vault =
                Vault.open(
                        storage.keystore(),
                        Secrets.firstLine(storage.keystorePassword()).toCharArray());
        try (Spool spool =
                new FileSpool(
                        new FileSpool.Settings(storage.data().resolve("spool"), 0),
                        new FileDisk(),
                        vault,
                        clock,
                        new SecureRandom())) {
            QueueRequests requests = new QueueRequests(new Idle(spool), clock);
            ObjectNode end =
                    requests.answer(
                            new ControlServer.Request(request, "nobody"), line -> show(line, view));
            return finish(end, view, 0, 0);
        } catch (RequestException e) {
            console.error(console.bad("gateway: ") + e.getMessage());
            return FAILED;
        }
    }

    /// A spool in which nobody works.
    private record Idle(Spool spool) implements QueueRequests.Queue {
        @Override
        public void forEach(Spool.Visitor visitor) throws IOException {
            spool.forEach(visitor);
        }

        @Override
        public Optional<QueuedMessage> find(QueueId id) throws IOException {
            return spool.find(id);
        }

        @Override
        public Set<String> lists() {
            return Set.of();
        }

        @Override
        public PickupRequests.What act(
                QueueRequests.Act act, HeldRequests.Part part, String operator) {
            return PickupRequests.What.NOTHING;
        }
    }

    private void show(ObjectNode line, View view) {
        if (view.json()) {
            console.line(line.toString());
        } else if (view.act()) {
            console.line(line.path("id").asText() + "  " + line.path("what").asText());
        } else {
            showMessage(line, view.whole());
        }
    }

    private void showMessage(ObjectNode line, boolean whole) {
        Duration age =
                Duration.between(Instant.parse(line.path("arrived").asText()), clock.instant());
        console.line(
                "%s  %s old, %d octets, from %s"
                        .formatted(
                                console.strong(line.path("id").asText()),
                                words(age),
                                line.path("size").asLong(),
                                line.path("from").asText()));
        for (JsonNode recipient : line.path("recipients")) {
            console.line("    " + recipient.path("recipient").asText() + "  " + state(recipient));
            if (whole) {
                console.line(
                        console.faint(
                                "        rule \"%s\": %s"
                                        .formatted(
                                                recipient.path("rule").asText(),
                                                recipient.path("decision").asText())));
            }
            review(recipient).ifPresent(it -> console.line(console.faint("        " + it)));
        }
    }

    /// Which rule holds it now, who decides, and until when.
    private Optional<String> review(JsonNode recipient) {
        JsonNode review = recipient.path("review");
        if (review.isMissingNode()) {
            return Optional.empty();
        }
        String who = review.path("approvers").asText("");
        String words =
                "held by rule \"%s\"; ".formatted(review.path("rule").asText())
                        + (who.isEmpty()
                                ? "decided by command"
                                : "decided by " + who + ", or by command");
        if (review.has("until")) {
            words +=
                    "; in %s: %s"
                            .formatted(
                                    words(
                                            Duration.between(
                                                    clock.instant(),
                                                    Instant.parse(review.path("until").asText()))),
                                    review.path("then").asText());
        }
        if (review.path("twoPeople").asBoolean()) {
            words += "; two people have to let it go";
        }
        StringBuilder agreed = new StringBuilder();
        review.path("agreed")
                .properties()
                .forEach(it ->
                        agreed.append("; ")
                                .append(it.getKey())
                                .append(" agreed: ")
                                .append(it.getValue().asText()));
        return Optional.of(words + agreed);
    }

    private String state(JsonNode recipient) {
        String word = recipient.path("state").asText();
        String reason = recipient.path("reason").asText();
        String shown = word.equals("held") ? console.bad(word) : word;
        if (recipient.has("next")) {
            Duration wait =
                    Duration.between(
                            clock.instant(), Instant.parse(recipient.path("next").asText()));
            shown +=
                    " (%d attempts, next in %s)"
                            .formatted(recipient.path("attempts").asInt(), words(wait));
        }
        return reason.isEmpty() ? shown : shown + ": " + reason;
    }

    private static String words(Duration time) {
        if (time.isNegative()) {
            return "0m";
        }
        return time.toHours() >= 48
                ? time.toDays() + "d"
                : time.toMinutes() >= 120 ? time.toHours() + "h" : time.toMinutes() + "m";
    }

    static QueueFilter filter(Arguments arguments) throws UsageException {
        @Nullable String state = arguments.value("state").orElse(null);
        if (state != null && !STATES.contains(state)) {
            throw new UsageException("--state is waiting, held or done");
        }
        return new QueueFilter(
                domain(arguments),
                sender(arguments),
                state,
                arguments.duration("age").orElse(null),
                text(arguments, "reason"),
                text(arguments, "rule"),
                text(arguments, "asked"));
    }

    /// @param not why an act cannot be about what was said
    static void refuse(Optional<String> not) throws UsageException {
        if (not.isPresent()) {
            throw new UsageException(not.get());
        }
    }

    /// A blank text is a part of every other.
    private static @Nullable String text(Arguments arguments, String option) throws UsageException {
        Optional<String> text = arguments.value(option);
        if (text.filter(String::isBlank).isPresent()) {
            throw new UsageException("--" + option + " is blank, which would mean everything");
        }
        return text.orElse(null);
    }

    private static @Nullable Domain domain(Arguments arguments) throws UsageException {
        Optional<String> text = arguments.value("domain");
        Optional<Domain> domain = text.flatMap(Domain::parse);
        if (text.isPresent() && domain.isEmpty()) {
            throw new UsageException("--domain takes a domain, as in --domain clinic.example");
        }
        return domain.orElse(null);
    }

    private static @Nullable ReversePath sender(Arguments arguments) throws UsageException {
        Optional<String> text = arguments.value("sender");
        Optional<ReversePath> sender = text.flatMap(ReversePath::parse);
        if (text.isPresent() && sender.isEmpty()) {
            throw new UsageException("--sender takes " + ReversePath.WANTED);
        }
        return sender.orElse(null);
    }

    static List<QueueId> ids(Arguments arguments) throws UsageException {
        List<QueueId> ids = new ArrayList<>();
        for (String word : arguments.words().subList(1, arguments.words().size())) {
            if (!QueueId.isValid(word)) {
                throw new UsageException("\"" + word + "\" is not a queue id");
            }
            ids.add(new QueueId(word));
        }
        return ids;
    }
}

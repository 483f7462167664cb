package org.postern.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.LinkRequests;
import org.postern.control.PickupRequests;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.store.FileDisk;

/// `pickup`: what can be done about a message after its notice went out, and how many are read.
/// Acts ask the running gateway; figures come from the audit, with or without one.
public final class Pickup implements Command {
    private static final int DAYS_USUAL = 30;
    private static final int DAYS_MAX = 3_650;

    private final Console console;
    private final InstantSource clock;

    public Pickup(Console console) {
        this(console, Clock.systemUTC());
    }

    Pickup(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "pickup";
    }

    @Override
    public String summary() {
        return "takes messages back, reminds of them, and counts what is read";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "recall|extend|remind QUEUE-ID [ADDRESS], unlock ADDRESS, or"
                                + " stats [--days N] [--json]",
                        """
                        pickup recall QUEUE-ID [ADDRESS]   takes the message back: nobody can read
                                                           it any more, and the page says so
                        pickup extend QUEUE-ID [ADDRESS]   gives the living links their whole time
                                                           again
                        pickup remind QUEUE-ID [ADDRESS]   mails a new link; links that pause work
                                                           again
                        pickup unlock ADDRESS              forgets the patient's wrong answers, and
                                                           lets links open again that pause; make
                                                           sure by telephone that it is she
                        pickup stats                       how many were told, read and answered

                        The queue id stands in the reply to the client and in the log. Without
                        ADDRESS all patients of the message are meant. Every act is audited with the
                        name of who did it.\
                        """)
                .withValue("days", "N", "counts what was told in the last N days; 30 if left out")
                .withSwitch("json", "as JSON");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "recall, extend, remind, unlock or stats");
        if (verb.equals("stats")) {
            arguments.atMostWords(1);
            int days = days(arguments);
            return Configured.run(
                    console, arguments, config -> stats(config.storage(), days, arguments));
        }
        if (verb.equals("unlock")) {
            Address patient = Arguments.address(arguments.word(1, "ADDRESS"));
            arguments.atMostWords(2);
            ObjectNode request = LinkRequests.unlock(patient);
            return Configured.run(
                    console,
                    arguments,
                    config -> act(config.storage(), request, arguments.has("json")));
        }
        if (!PickupRequests.ACTS.contains(verb)) {
            throw new UsageException("unknown word \"" + verb + "\"");
        }
        String id = arguments.word(1, "QUEUE-ID");
        arguments.atMostWords(3);
        if (!QueueId.isValid(id)) {
            throw new UsageException("\"" + id + "\" is not a queue id");
        }
        Optional<Address> patient =
                arguments.words().size() > 2
                        ? Optional.of(Arguments.address(arguments.words().get(2)))
                        : Optional.empty();
        ObjectNode request = PickupRequests.request(verb, new QueueId(id), patient);
        return Configured.run(
                console,
                arguments,
                config -> act(config.storage(), request, arguments.has("json")));
    }

    private static int days(Arguments arguments) throws UsageException {
        Optional<String> days = arguments.value("days");
        if (days.isEmpty()) {
            return DAYS_USUAL;
        }
        if (!days.get().matches("[1-9][0-9]{0,3}") || Integer.parseInt(days.get()) > DAYS_MAX) {
            throw new UsageException("--days is a number from 1 to " + DAYS_MAX);
        }
        return Integer.parseInt(days.get());
    }

    private int act(Storage storage, ObjectNode request, boolean json) throws IOException {
        AtomicLong undone = new AtomicLong();
        Optional<ObjectNode> end =
                Configured.ask(
                        console,
                        storage,
                        request,
                        line -> {
                            undone.addAndGet(line.path("done").asBoolean() ? 0 : 1);
                            console.line(
                                    json
                                            ? line.toString()
                                            : line.path("patient").asText()
                                                    + "  "
                                                    + line.path("what").asText());
                        });
        return end.isPresent() && undone.get() == 0 ? OK : FAILED;
    }

    private int stats(Storage storage, int days, Arguments arguments) throws IOException {
        Instant now = clock.instant();
        Instant since = now.minus(Duration.ofDays(days));
        Funnel funnel = new Funnel(since);
        new AuditReader(new AuditFolder(new FileDisk(), storage.data().resolve("audit")))
                .read(since, funnel::take);
        ObjectNode figures = funnel.json(now);
        if (arguments.has("json")) {
            console.line(figures.toString());
        } else {
            show(figures, days);
        }
        return OK;
    }

    private void show(ObjectNode figures, int days) {
        console.line("Patients who were told of a message in the last " + days + " days:");
        long notified = figures.path("notified").asLong();
        line(figures, "notified", "told", notified);
        line(figures, "opened", "opened", notified);
        line(figures, "answered", "answered", notified);
        line(figures, "answeredByMail", "  by ordinary mail", notified);
        line(figures, "abandoned", "gave up at the check", notified);
        line(figures, "reminded", "were reminded", notified);
        line(figures, "recalled", "taken back", notified);
        line(figures, "undeliverable", "notice came back", notified);
        line(figures, "notTheirs", "\"this is not me\"", notified);
        console.line(
                "Patients began %d conversations, and asked for %d links to do so."
                        .formatted(
                                figures.path("started").asLong(),
                                figures.path("startAsked").asLong()));
        if (!figures.path("medianSecondsToRead").isNull()) {
            long seconds = figures.path("medianSecondsToRead").asLong();
            console.line("Half of the readers had read after " + words(seconds) + ".");
        }
    }

    private void line(ObjectNode figures, String key, String words, long whole) {
        long count = figures.path(key).asLong();
        String share = whole == 0 ? "" : "  %3d %%".formatted(Math.round(count * 100.0 / whole));
        console.line("  %-22s %7d%s".formatted(words, count, share));
    }

    private static String words(long seconds) {
        Duration time = Duration.ofSeconds(seconds);
        if (time.toHours() >= 48) {
            return time.toDays() + " days";
        }
        return time.toMinutes() >= 120
                ? time.toHours() + " hours"
                : Math.max(1, time.toMinutes()) + " min";
    }
}

package org.postern.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ControlClient;
import org.postern.control.ControlServer;
import org.postern.control.QueueFilter;
import org.postern.control.QueueRequests;
import org.postern.control.RequestException;
import org.postern.mail.QueueId;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;
import org.postern.store.FileDisk;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;

/// `queue`: what waits or is held, why, and what a person may do about it. It asks the running
/// gateway; without one it can show what lies in the spool, and change nothing.
public final class Queue implements Command {
    private static final Set<String> ACTS = Set.of("retry", "hold", "release", "delete");
    private static final Set<String> STATES = Set.of("waiting", "held", "done");
    private static final Pattern AGE = Pattern.compile("(\\d{1,6})(m|h|d)");

    private final Console console;
    private final InstantSource clock;

    public Queue(Console console) {
        this(console, Clock.systemUTC());
    }

    Queue(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public String summary() {
        return "shows what waits or is held, and lets a person decide about it";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "list|show|retry|hold|release|delete [QUEUE-ID …] [--domain …] [--json]",
                        """
                        queue list                 shows all messages, oldest first
                        queue show QUEUE-ID …      shows these, with rule and decision
                        queue retry QUEUE-ID …     tries now what waits for its time
                        queue hold QUEUE-ID …      keeps what waits, until somebody releases it
                        queue release QUEUE-ID …   lets go what is held, protected as the policy
                                                   ruled; what a rule holds goes out by smime, tls
                                                   or pickup, and never in clear
                        queue delete QUEUE-ID …    destroys messages; nobody is told

                        Instead of ids, filters say which messages are meant. Every act is audited
                        with the name of who did it. Filters on recipients find a message if one of
                        its recipients fits; an act concerns all recipients of the message.\
                        """)
                .withValue("domain", "DOMAIN", "with a recipient in this domain")
                .withValue("sender", "ADDRESS", "from this address or domain; <> is the empty one")
                .withValue("state", "STATE", "with a recipient that is waiting, held or done")
                .withValue("age", "AGE", "older than this: 90m, 4h, 2d")
                .withValue("reason", "TEXT", "with this text in the reason")
                .withSwitch("json", "one JSON object a line")
                .withSwitch("yes", "deletes without asking");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "list, show, retry, hold, release or delete");
        QueueFilter filter = filter(arguments);
        List<QueueId> ids = ids(arguments);
        boolean act = ACTS.contains(verb);
        if (!act && !verb.equals("list") && !verb.equals("show")) {
            throw new UsageException("unknown word \"" + verb + "\"");
        }
        if (verb.equals("list") && !ids.isEmpty()) {
            throw new UsageException("list takes filters; write: queue show QUEUE-ID");
        }
        boolean nothing = ids.isEmpty() && (verb.equals("show") || isAll(filter));
        if (nothing && (act || verb.equals("show"))) {
            throw new UsageException("QUEUE-ID is missing");
        }
        if (verb.equals("delete") && !arguments.has("yes") && !isWanted()) {
            throw new UsageException("nothing was deleted; --yes deletes without asking");
        }
        return Configured.run(
                console,
                arguments,
                config -> {
                    View view = new View(arguments.has("json"), verb.equals("show"), act);
                    return run(config.storage(), QueueRequests.request(verb, ids, filter), view);
                });
    }

    private static boolean isAll(QueueFilter filter) {
        return filter.equals(QueueFilter.ALL);
    }

    private boolean isWanted() {
        return console.hasPerson()
                && console.ask("Delete for good? Nobody is told. Write yes: ")
                        .filter("yes"::equals)
                        .isPresent();
    }

    /// How lines are shown.
    private record View(boolean json, boolean whole, boolean act) {}

    private int run(Storage storage, ObjectNode request, View view) throws IOException {
        ControlClient client = new ControlClient(ControlWiring.socket(storage));
        AtomicLong undone = new AtomicLong();
        try {
            Optional<ObjectNode> end =
                    client.ask(
                            request,
                            line -> {
                                undone.addAndGet(
                                        view.act() && !line.path("done").asBoolean() ? 1 : 0);
                                show(line, view);
                            });
            if (end.isEmpty()) {
                return withoutGateway(storage, request, view);
            }
            return finish(end.get(), view, undone.get());
        } catch (RequestException e) {
            console.error(console.bad("gateway: ") + e.getMessage());
            return FAILED;
        }
    }

    private int finish(ObjectNode end, View view, long undone) {
        long count = end.path("end").path("count").asLong();
        if (!view.json() && !view.act()) {
            console.line(count + (count == 1 ? " message" : " messages"));
        }
        return undone > 0 || (view.whole() && count == 0) ? FAILED : OK;
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
            return finish(end, view, 0);
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
        public Optional<String> act(QueueRequests.Act act, QueueId id, String operator) {
            return Optional.empty();
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
        }
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

    private static QueueFilter filter(Arguments arguments) throws UsageException {
        @Nullable String state = arguments.value("state").orElse(null);
        if (state != null && !STATES.contains(state)) {
            throw new UsageException("--state is waiting, held or done");
        }
        Optional<String> age = arguments.value("age");
        return new QueueFilter(
                arguments.value("domain").orElse(null),
                arguments.value("sender").orElse(null),
                state,
                age.isEmpty() ? null : age(age.get()),
                arguments.value("reason").orElse(null));
    }

    private static Duration age(String text) throws UsageException {
        Matcher age = AGE.matcher(text);
        if (!age.matches()) {
            throw new UsageException("--age is a number with m, h or d, such as 4h");
        }
        long number = Long.parseLong(age.group(1));
        return switch (age.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    private static List<QueueId> ids(Arguments arguments) throws UsageException {
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

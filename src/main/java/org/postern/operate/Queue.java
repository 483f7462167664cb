package org.postern.operate;

import java.io.IOException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.control.QueueFilter;
import org.postern.control.QueueRequests;
import org.postern.mail.QueueId;

/// `queue`: what waits or is held, why, and what a person may do about it. It asks the running
/// gateway; without one it can show what lies in the spool, and change nothing.
public final class Queue implements Command {
    private static final Set<String> ACTS = Set.of("retry", "hold", "release", "delete");

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
                        queue release QUEUE-ID …   lets go what is held, as the policy ruled; what
                                                   a rule holds as the other rules say, see held
                        queue delete QUEUE-ID …    destroys messages; nobody is told

                        Instead of ids, filters say which messages are meant. Every act is audited
                        with the name of who did it. Filters on recipients find a message if one of
                        its recipients fits. An act concerns all recipients of the message; but a
                        release with --domain those in that domain alone, as in held.

                        """
                                + QueueTalk.CODES)
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
        QueueFilter filter = QueueTalk.filter(arguments);
        List<QueueId> ids = QueueTalk.ids(arguments);
        boolean act = ACTS.contains(verb);
        if (!act && !verb.equals("list") && !verb.equals("show")) {
            throw new UsageException("unknown word \"" + verb + "\"");
        }
        if (verb.equals("list") && !ids.isEmpty()) {
            throw new UsageException("list takes filters; write: queue show QUEUE-ID");
        }
        if (act) {
            QueueTalk.refuse(verb.equals("release") ? filter.notDecided(ids) : filter.notDone(ids));
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
                    QueueTalk.View view =
                            new QueueTalk.View(
                                    arguments.has("json"), verb.equals("show"), act, 0, ids.size());
                    return new QueueTalk(console, clock)
                            .run(config.storage(), QueueRequests.request(verb, ids, filter), view);
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
}

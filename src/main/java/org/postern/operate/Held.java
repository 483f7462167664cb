package org.postern.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.control.HeldRequests;
import org.postern.control.HeldRequests.Act;
import org.postern.control.HeldRequests.Wish;
import org.postern.control.QueueFilter;
import org.postern.control.QueueRequests;
import org.postern.held.Ask;
import org.postern.mail.QueueId;
import org.postern.policy.Protection;

/// `held`: what people decide about, who is asked until when, and the decision itself.
public final class Held implements Command {
    private static final Map<String, Act> ACTS =
            Map.of("release", Act.RELEASE, "reject", Act.REJECT, "forward", Act.FORWARD);

    private final Console console;
    private final InstantSource clock;

    public Held(Console console) {
        this(console, Clock.systemUTC());
    }

    Held(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "held";
    }

    @Override
    public String summary() {
        return "shows held mail, and decides about it";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "list|show|release|reject|forward [QUEUE-ID …] [--domain …] [--json]",
                        """
                        held list                  shows what is held, oldest first, 50 at a time;
                                                   with --json everything, unless --page is there
                        held show QUEUE-ID …       shows these, with who decides and until when
                        held release QUEUE-ID …    lets go, as the other rules of the policy say
                                                   now; the rule that held it does not count
                        held reject QUEUE-ID … --because TEXT
                                                   gives back to the author, who reads the text
                        held forward QUEUE-ID … --by smime,tls,pickup
                                                   sends by the first of these that is possible

                        Instead of ids, filters say which messages are meant. With --domain the
                        recipients in that domain alone are decided about; the others stay held.
                        The author is told what was decided, and every decision is audited with
                        the name of who made it. What was decided first stays. Where a rule wants
                        two people, a release waits for the second.

                        """
                                + QueueTalk.CODES)
                .withValue("because", "TEXT", "why it goes back; the author reads it")
                .withValue("by", "PROTECTION,…", "smime, tls or pickup; several in their order")
                .withValue("domain", "DOMAIN", "with a recipient in this domain; see above")
                .withValue("sender", "ADDRESS", "from this address or domain; <> is the empty one")
                .withValue("age", "AGE", "older than this: 90m, 4h, 2d")
                .withValue("reason", "TEXT", "with this text in the reason")
                .withValue("rule", "NAME", "held by the rule of this name")
                .withValue("asked", "LIST", "where the people of this list decide, as in privacy")
                .withValue("page", "NUMBER", "of the list: 1 is the first")
                .withSwitch("json", "one JSON object a line");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "list, show, release, reject or forward");
        QueueFilter filter = QueueTalk.filter(arguments).held();
        List<QueueId> ids = QueueTalk.ids(arguments);
        boolean act = ACTS.containsKey(verb);
        if (!act && !verb.equals("list") && !verb.equals("show")) {
            throw new UsageException("unknown word \"" + verb + "\"");
        }
        if (verb.equals("list") && !ids.isEmpty()) {
            throw new UsageException("list takes filters; write: held show QUEUE-ID");
        }
        if (act) {
            QueueTalk.refuse(filter.notDecided(ids));
        }
        boolean meant = !ids.isEmpty() || !filter.equals(QueueFilter.ALL.held());
        if (!meant && !verb.equals("list")) {
            throw new UsageException("QUEUE-ID is missing");
        }
        int page = page(verb, arguments);
        ObjectNode request =
                act
                        ? HeldRequests.request(wish(verb, arguments), ids, filter)
                        : QueueRequests.paged(QueueRequests.request(verb, ids, filter), page);
        QueueTalk.View view =
                new QueueTalk.View(
                        arguments.has("json"), verb.equals("show"), act, page, ids.size());
        return Configured.run(
                console,
                arguments,
                config -> new QueueTalk(console, clock).run(config.storage(), request, view));
    }

    /// 0 for everything.
    private static int page(String verb, Arguments arguments) throws UsageException {
        Optional<String> page = arguments.value("page");
        if (page.isEmpty()) {
            return verb.equals("list") && !arguments.has("json") ? 1 : 0;
        }
        if (!verb.equals("list") || !page.get().matches("[1-9][0-9]{0,5}")) {
            throw new UsageException("--page takes a number from 1 on, and goes with held list");
        }
        return Integer.parseInt(page.get());
    }

    private static Wish wish(String verb, Arguments arguments) throws UsageException {
        return switch (ACTS.getOrDefault(verb, Act.RELEASE)) {
            case RELEASE -> new Wish(Act.RELEASE, "", List.of());
            case REJECT -> new Wish(Act.REJECT, because(arguments), List.of());
            case FORWARD -> new Wish(Act.FORWARD, "", by(arguments));
        };
    }

    private static String because(Arguments arguments) throws UsageException {
        String text = arguments.value("because").orElse("").strip();
        if (text.isEmpty()
                || text.length() > Ask.Way.Reject.CHARACTERS_MAX
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new UsageException(
                    "--because takes one line of at most "
                            + Ask.Way.Reject.CHARACTERS_MAX
                            + " characters, which the author reads");
        }
        return text;
    }

    private static List<Protection> by(Arguments arguments) throws UsageException {
        List<Protection> by = new ArrayList<>();
        for (String word : arguments.value("by").orElse("").split(",", -1)) {
            Optional<Protection> protection = HeldRequests.protection(word.strip());
            if (protection.isEmpty() || by.contains(protection.get())) {
                throw new UsageException(
                        "--by takes smime, tls or pickup, each once, as in --by tls,pickup");
            }
            by.add(protection.get());
        }
        return by;
    }
}

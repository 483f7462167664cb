package org.postern.reach;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postern.facts.Facts;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Answer;
import org.postern.facts.Reach.Means;
import org.postern.facts.Reach.Question;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.policy.Policy;
import org.postern.route.Prospect;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a fact of the means by which recipients can be reached, before the rules decide. All that
/// a message needs is asked at once, within one deadline; what comes too late is not known for this
/// message, and is remembered below for whoever tries again.
///
/// Safe for use by many threads.
public final class ReachAsking implements AutoCloseable {
    /// A client waits for it behind DATA, for minutes (RFC 5321 §4.5.3.2.6), and a person before
    /// it.
    static final Duration DEADLINE = Duration.ofSeconds(20);

    /// Questions at the same time, of all messages.
    static final int AT_ONCE = 32;

    /// And of those about one domain, whose servers may be slow.
    static final int OF_DOMAIN_AT_ONCE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(ReachAsking.class);

    private final Possibilities possible;
    private final Duration deadline;
    private final Turns turns = new Turns(AT_ONCE, OF_DOMAIN_AT_ONCE);
    private final PutOffs putOffs;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("reach-", 0).factory());

    public ReachAsking(Possibilities possible) {
        this(possible, DEADLINE);
    }

    ReachAsking(Possibilities possible, Duration deadline) {
        this(possible, deadline, new PutOffs());
    }

    ReachAsking(Possibilities possible, Duration deadline, PutOffs putOffs) {
        this.possible = possible;
        this.deadline = deadline;
        this.putOffs = putOffs;
    }

    /// Whether a message that would be put off now, because something about a recipient is not
    /// known, was put off for so long that it is better taken: the rule holds it for that recipient
    /// then, and the others get theirs.
    ///
    /// @param message its content and its envelope, or what tells both from others
    public boolean wasPutOffEnough(String message) {
        return putOffs.isEnough(message);
    }

    /// An answer, and why it is none.
    private record Said(Answer answer, Optional<String> trouble) {
        static Said of(Answer answer) {
            return new Said(answer, Optional.empty());
        }

        static Said unknown(String reason) {
            return new Said(Answer.UNKNOWN, Optional.of(reason));
        }
    }

    /// The same facts with all that these rules need to know of ways to recipients.
    public Facts in(Policy policy, Facts facts) {
        Set<Question> questions = policy.reachQuestions(facts);
        return questions.isEmpty() ? facts : facts.with(facts.reach().and(asked(questions)));
    }

    private Reach asked(Set<Question> questions) {
        Map<Question, CompletableFuture<Said>> asked = new HashMap<>();
        Map<Domain, CompletableFuture<Said>> ways = new HashMap<>();
        for (Question each : questions) {
            asked.put(
                    each,
                    switch (each.means()) {
                        case SMIME -> start(each);
                        // All people of a domain have one way.
                        case TLS ->
                                ways.computeIfAbsent(each.recipient().domain(), _ -> start(each));
                    });
        }
        Said otherwise = await(asked.values());
        Map<Means, Map<String, Answer>> answers = new EnumMap<>(Means.class);
        Optional<String> trouble = Optional.empty();
        for (Map.Entry<Question, CompletableFuture<Said>> each : asked.entrySet()) {
            Said said = each.getValue().getNow(otherwise);
            Question question = each.getKey();
            answers.computeIfAbsent(question.means(), _ -> new HashMap<>())
                    .put(question.recipient().key(), said.answer());
            trouble = trouble.or(said::trouble);
        }
        return new Reach(answers, Answer.NOT_ASKED, trouble);
    }

    /// @return what is said of whatever has no answer by then
    private Said await(Collection<CompletableFuture<Said>> asked) {
        try {
            CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                    .get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            return Said.unknown("It was not asked.");
        } catch (TimeoutException _) {
            return Said.unknown(
                    "It takes longer than %d s to find out.".formatted(deadline.toSeconds()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Said.unknown("It was not asked, because the gateway stops.");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a question answers its own faults", e);
        }
    }

    private CompletableFuture<Said> start(Question question) {
        return CompletableFuture.supplyAsync(() -> inTurn(question), threads);
    }

    private Said inTurn(Question question) {
        boolean turn = false;
        try {
            turn = turns.take(question.recipient().domain(), deadline);
            return turn ? said(question) : Said.unknown("Too many others ask at this moment.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Said.unknown("It was not asked, because the gateway stops.");
        } catch (RuntimeException e) {
            // The text of the exception may name somebody.
            LOG.error("a look for ways to a recipient ended by {}", e.getClass().getName());
            return Said.unknown("A fault of the gateway: " + e.getClass().getSimpleName() + ".");
        } finally {
            if (turn) {
                turns.giveBack(question.recipient().domain());
            }
        }
    }

    private Said said(Question question) {
        Address recipient = question.recipient();
        return switch (question.means()) {
            case SMIME -> said(possible.smime(recipient));
            case TLS -> {
                Possibility<Prospect> there = possible.tls(recipient);
                // It would be tried, and reach nobody.
                yield there instanceof Possibility.Possible<Prospect>(Prospect.Nowhere _)
                        ? Said.of(Answer.CANNOT)
                        : said(there);
            }
        };
    }

    private static Said said(Possibility<?> possibility) {
        return switch (possibility) {
            case Possibility.Possible<?> _ -> Said.of(Answer.CAN);
            case Possibility.Impossible<?> _ -> Said.of(Answer.CANNOT);
            case Possibility.Doubtful<?> _ -> Said.of(Answer.SEEMS_NOT);
            case Possibility.Unknown<?> unknown -> Said.unknown(sentence(unknown.reason()));
        };
    }

    private static String sentence(String reason) {
        String first = reason.substring(0, 1);
        return first.toUpperCase(Locale.ROOT)
                + reason.substring(1)
                + (reason.endsWith(".") ? "" : ".");
    }

    /// Ends what is under way; nobody waits for it any more.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}

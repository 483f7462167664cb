package org.postern.origin;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The look-ups for one message: all of them together take so long and are so many, and no name is
/// asked for twice. What goes beyond cannot be found out now. Belongs to one thread.
final class TimedDns implements OriginDns {
    /// All look-ups for one message.
    static final Duration TOTAL_MAX = Duration.ofSeconds(20);

    /// One look-up.
    static final Duration LOOK_UP_MAX = Duration.ofSeconds(8);

    /// Look-ups for one message. SPF may need 10 terms with 10 hosts each, DKIM 10 keys, DMARC 2
    /// for each author.
    static final int LOOK_UPS_MAX = 160;

    private final OriginDns dns;
    private final long deadline;
    private final Map<Question, Answer> answers = new HashMap<>();
    private int asked;

    private record Question(String name, Kind kind) {}

    private sealed interface Answer {
        record Known(List<String> records) implements Answer {}

        record Unknown(String reason) implements Answer {}
    }

    TimedDns(OriginDns dns) {
        this(dns, TOTAL_MAX);
    }

    /// @param total from now on
    TimedDns(OriginDns dns, Duration total) {
        this.dns = dns;
        this.deadline = System.nanoTime() + total.toNanos();
    }

    @Override
    public List<String> look(String name, Kind kind) throws IOException {
        Question question = new Question(name, kind);
        Answer answer = answers.get(question);
        if (answer == null) {
            answer = ask(question);
            answers.put(question, answer);
        }
        return switch (answer) {
            case Answer.Known(List<String> records) -> records;
            case Answer.Unknown(String reason) -> throw new IOException(reason);
        };
    }

    private Answer ask(Question question) {
        long left = Math.min(deadline - System.nanoTime(), LOOK_UP_MAX.toNanos());
        if (left <= 0 || ++asked > LOOK_UPS_MAX) {
            return new Answer.Unknown("too many or too slow look-ups");
        }
        FutureTask<List<String>> looking =
                new FutureTask<>(() -> dns.look(question.name(), question.kind()));
        Thread.ofVirtual().name("look-up").start(looking);
        try {
            return new Answer.Known(List.copyOf(looking.get(left, TimeUnit.NANOSECONDS)));
        } catch (TimeoutException e) {
            return new Answer.Unknown("a look-up took too long");
        } catch (ExecutionException e) {
            return new Answer.Unknown("a look-up failed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Unknown("interrupted");
        } finally {
            looking.cancel(true);
        }
    }
}

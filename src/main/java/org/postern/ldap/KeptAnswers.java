package org.postern.ldap;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;

/// A directory whose answers are remembered for a while, also that there is nobody. That it did not
/// answer is remembered shortly, for whomever it is asked: a letter to many people waits for it
/// once, and a refused login is not tried for each of them, which might lock it.
public final class KeptAnswers implements LdapDirectory {
    /// For how long an answer counts.
    static final Duration KEPT = Duration.ofMinutes(10);

    /// The same for none.
    static final Duration SILENCE_KEPT = Duration.ofSeconds(30);

    /// Those that were needed least lately go.
    static final int ANSWERS_MAX = 2_000;

    private final LdapDirectory behind;
    private final InstantSource clock;

    @SuppressWarnings("serial") // never written
    private final Map<Question, Kept> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Question, Kept> eldest) {
                    return size() > ANSWERS_MAX;
                }
            };

    /// What it said last when it told nobody anything; guarded by `kept`.
    private @Nullable Kept silence;

    private record Question(Address address, Set<String> attributes) {
        Question {
            attributes = Set.copyOf(attributes);
        }
    }

    private record Kept(Answer answer, Instant at) {
        boolean isFresh(Instant now) {
            Duration life =
                    switch (answer) {
                        case Answer.Known _ -> KEPT;
                        case Answer.Unknown _ -> SILENCE_KEPT;
                    };
            // A clock that goes back asks again.
            return !now.isBefore(at) && now.isBefore(at.plus(life));
        }
    }

    public KeptAnswers(LdapDirectory behind, InstantSource clock) {
        this.behind = behind;
        this.clock = clock;
    }

    @Override
    public Answer ask(Address address, Set<String> attributes) {
        Question question = new Question(address, attributes);
        Instant now = clock.instant();
        synchronized (kept) {
            Kept known = kept.get(question);
            if (known != null && known.isFresh(now)) {
                return known.answer();
            }
            if (silence != null && silence.isFresh(now)) {
                return silence.answer();
            }
        }
        Answer answer = behind.ask(address, attributes);
        synchronized (kept) {
            Kept fresh = new Kept(answer, clock.instant());
            if (answer instanceof Answer.Unknown(var _, boolean isSilent) && isSilent) {
                silence = fresh;
            } else {
                kept.put(question, fresh);
            }
        }
        return answer;
    }
}

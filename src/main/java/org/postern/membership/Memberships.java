package org.postern.membership;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Choices;
import org.postern.facts.Choices.Choice;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Groups.Membership;
import org.postern.facts.Groups.Question;
import org.postern.facts.Groups.Trouble;
import org.postern.ldap.GroupAsking;
import org.postern.ldap.GroupAsking.Pair;
import org.postern.ldap.GroupServer;
import org.postern.ldap.LdapDirectory.Answer.Unknown;
import org.postern.mail.Address;
import org.postern.policy.Policy;

/// Makes a fact of who belongs to which group, before the rules decide. What was answered counts
/// for a while; that the directory was silent is remembered shortly, for whomever it is asked. What
/// it said before it became too late is not lost: who tries again goes on from there.
///
/// What people chose is looked up besides, anew each time: it lies in the gateway itself.
///
/// Safe for use by many threads.
public final class Memberships {
    /// For how long somebody counts as a member after the directory said so.
    static final Duration MEMBER_KEPT = Duration.ofMinutes(5);

    /// The same for no member.
    static final Duration NO_MEMBER_KEPT = Duration.ofMinutes(1);

    /// The same for its silence.
    static final Duration SILENCE_KEPT = Duration.ofSeconds(15);

    /// Those that were needed least lately go.
    static final int ANSWERS_MAX = 10_000;

    private final @Nullable GroupServer server;
    private final GroupAsking asking;
    private final InstantSource clock;
    private final Choosing choosing;

    @SuppressWarnings("serial") // never written
    private final Map<Pair, Kept> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Pair, Kept> eldest) {
                    return size() > ANSWERS_MAX;
                }
            };

    /// Guarded by `kept`, as is what follows it.
    private @Nullable Trouble silence;

    private Instant silentAt = Instant.MIN;

    private record Kept(boolean member, Instant at) {}

    /// @param server null where none is named; then every question stays open
    public Memberships(@Nullable GroupServer server, GroupAsking asking, InstantSource clock) {
        this(server, asking, clock, Choosing.NO_RECORD);
    }

    private Memberships(
            @Nullable GroupServer server,
            GroupAsking asking,
            InstantSource clock,
            Choosing choosing) {
        this.server = server;
        this.asking = asking;
        this.clock = clock;
        this.choosing = choosing;
    }

    /// Where it is on record what people chose.
    @FunctionalInterface
    public interface Choosing {
        /// There is no record at all, so nobody knows.
        Choosing NO_RECORD = _ -> Choice.UNKNOWN;

        /// What somebody chose: `UNKNOWN` if the record cannot be read, and never `NOT_ASKED`.
        Choice of(Address person);
    }

    /// The same directory, with such a record beside it.
    public Memberships with(Choosing record) {
        return new Memberships(server, asking, clock, record);
    }

    /// Where there is no directory.
    public static Memberships none() {
        return new Memberships(
                null,
                _ -> new GroupAsking.Answers(Map.of(), Optional.empty()),
                InstantSource.system());
    }

    /// The same facts with all that these rules need to know of groups, and of what people chose.
    public Facts in(Policy policy, Facts facts) {
        Set<Address> choosers = policy.choosers(facts);
        Facts chosen =
                choosers.isEmpty() ? facts : facts.with(facts.choices().and(chosen(choosers)));
        Set<Question> questions = policy.questions(chosen);
        return questions.isEmpty() ? chosen : chosen.with(chosen.groups().and(asked(questions)));
    }

    private Choices chosen(Set<Address> people) {
        Map<String, Choice> answers = new HashMap<>();
        people.forEach(person -> answers.put(person.key(), choosing.of(person)));
        return new Choices(answers, Choice.NOT_ASKED);
    }

    private Groups asked(Set<Question> questions) {
        Map<String, Map<String, Membership>> answers = new HashMap<>();
        Map<Question, Pair> open = new HashMap<>();
        Optional<Trouble> trouble = Optional.empty();
        for (Question question : questions) {
            Optional<String> name =
                    Optional.ofNullable(server).flatMap(it -> it.group(question.group()));
            if (server == null || name.isEmpty()) {
                trouble = Optional.of(new Trouble("No directory knows that group.", false));
                put(answers, question, Membership.UNKNOWN);
            } else if (!server.server().domains().contains(question.person().domain())) {
                // Nobody else's address is told to it, and nobody else is in it.
                put(answers, question, Membership.NOT_MEMBER);
            } else {
                open.put(question, new Pair(question.person(), name.get()));
            }
        }
        Optional<Trouble> unnamed = trouble;
        Known known = known(Set.copyOf(open.values()));
        open.forEach(
                (question, pair) -> put(answers, question, membership(known.answers().get(pair))));
        return new Groups(answers, Membership.NOT_ASKED, known.trouble().or(() -> unnamed));
    }

    private static Membership membership(@Nullable Boolean member) {
        if (member == null) {
            return Membership.UNKNOWN;
        }
        return member ? Membership.MEMBER : Membership.NOT_MEMBER;
    }

    private static void put(
            Map<String, Map<String, Membership>> answers, Question question, Membership said) {
        answers.computeIfAbsent(question.group(), _ -> new HashMap<>())
                .put(question.person().key(), said);
    }

    private record Known(Map<Pair, Boolean> answers, Optional<Trouble> trouble) {}

    private Known known(Set<Pair> questions) {
        Map<Pair, Boolean> answers = new HashMap<>();
        Set<Pair> fresh = new HashSet<>();
        Instant now = clock.instant();
        synchronized (kept) {
            for (Pair each : questions) {
                Kept before = kept.get(each);
                if (before != null && isFresh(before, now)) {
                    answers.put(each, before.member());
                } else {
                    fresh.add(each);
                }
            }
            boolean silent =
                    silence != null
                            && !now.isBefore(silentAt)
                            && now.isBefore(silentAt.plus(SILENCE_KEPT));
            if (fresh.isEmpty() || silent) {
                return new Known(
                        answers, fresh.isEmpty() ? Optional.empty() : Optional.ofNullable(silence));
            }
        }
        GroupAsking.Answers asked = asking.ask(fresh);
        Optional<Trouble> trouble = asked.trouble().map(Memberships::trouble);
        answers.putAll(asked.known());
        synchronized (kept) {
            Instant then = clock.instant();
            asked.known().forEach((pair, member) -> kept.put(pair, new Kept(member, then)));
            if (asked.lasts()) {
                silence = trouble.orElse(null);
                silentAt = then;
            } else if (trouble.filter(Trouble::isSilent).isEmpty()) {
                silence = null;
            }
        }
        return new Known(answers, trouble);
    }

    /// A clock that goes back asks again.
    private static boolean isFresh(Kept it, Instant now) {
        Duration life = it.member() ? MEMBER_KEPT : NO_MEMBER_KEPT;
        return !now.isBefore(it.at()) && now.isBefore(it.at().plus(life));
    }

    private static Trouble trouble(Unknown unknown) {
        return new Trouble(unknown.reason(), unknown.isSilent());
    }
}

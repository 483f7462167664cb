package org.postern.held;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.notice.ClinicianMail;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Afresh;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;
import org.postern.transit.OwnMail;
import org.postern.wording.NoticeKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells an originator what happens to her held mail, and has those written to who are asked. What
/// comes back to her she hears of by the report that every failure has.
public final class HeldMail {
    private static final Logger LOG = LoggerFactory.getLogger(HeldMail.class);

    /// How long what a defect keeps from being noted waits.
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /// Addresses that are named in a mail; of more their number is.
    private static final int NAMED_MAX = 10;

    private final Spool spool;
    private final OwnMail ownMail;
    private final ClinicianMail words;
    private final Asking asking;

    /// The lists of which the book knows; null until it was looked through.
    private @Nullable Map<String, List<Address>> noted;

    public HeldMail(Spool spool, OwnMail ownMail, ClinicianMail words, Asking asking) {
        this.spool = spool;
        this.ownMail = ownMail;
        this.words = words;
        this.asking = asking;
    }

    /// Writes to those who are asked, where it is time to. At the first look, and when the lists of
    /// the policy have changed, it is made sure that the book has everybody who is to be asked; of
    /// a hold that is met later, as soon as it is.
    void look(Policy policy, Docket docket, Instant now) {
        // Before the holds are gone through: what comes meanwhile is looked at once more.
        Set<QueueId> met = docket.takeMet(now);
        boolean all = !policy.approvers().equals(noted);
        Set<QueueId> left = met;
        Instant again = now;
        try {
            if (all || !met.isEmpty()) {
                List<Glance> held =
                        docket.glances().stream()
                                .filter(glance -> all || met.contains(glance.id()))
                                .toList();
                left = noteAll(policy, held);
                again = now.plus(AGAIN);
                noted = policy.approvers();
            }
        } catch (IOException e) {
            LOG.warn("who is asked about held mail is written down later: {}", e.getMessage());
        } finally {
            // Also where a defect ends it: nothing else brings them back before the next start.
            docket.giveBackMet(left, again);
        }
        asking.look(policy);
    }

    /// Where a defect keeps one from being noted, each is noted by itself: it keeps nobody from
    /// hearing of the others.
    ///
    /// @return those that are not noted
    private Set<QueueId> noteAll(Policy policy, List<Glance> held) throws IOException {
        Teller.Faults faults = new Teller.Faults();
        try {
            note(policy, held);
            return Set.of();
        } catch (RuntimeException | Error e) {
            faults.ofAll(e);
        }
        for (Glance glance : held) {
            try {
                note(policy, List.of(glance));
            } catch (RuntimeException | Error e) {
                faults.of(glance.id(), e);
            }
        }
        faults.log(held.size());
        return faults.about();
    }

    private void note(Policy policy, List<Glance> held) throws IOException {
        List<Asking.Asked> all = new ArrayList<>();
        for (Glance glance : held) {
            for (Glance.Hold hold : glance.holds()) {
                Review review = hold.review();
                all.add(new Asking.Asked(glance.id(), review, asked(review.hearing(), policy)));
            }
        }
        asking.note(all);
    }

    /// Tells all who do not know yet of what holds a message, or of how it was decided. On return
    /// it is on disk; after a crash it may be told a second time.
    ///
    /// @param policy whose lists say who is asked
    void tell(QueuedMessage message, Policy policy) throws IOException {
        ask(List.of(message), policy);
        tellAuthor(message, policy);
    }

    /// Notes who is asked about all that holds these messages and is not told yet, in one write. On
    /// return it is on disk.
    ///
    /// @param policy whose lists say who is asked
    void ask(List<QueuedMessage> messages, Policy policy) throws IOException {
        List<Asking.Asked> all = new ArrayList<>();
        for (QueuedMessage message : messages) {
            for (Review review : untold(message).keySet()) {
                List<Address> asked = asked(review.hearing(), policy);
                if (asked.isEmpty() && review.hearing().asked().isPresent()) {
                    LOG.error(
                            "{} nobody is asked: the policy has no list {} any more",
                            message.id(),
                            review.hearing().approvers());
                }
                all.add(new Asking.Asked(message.id(), review, asked));
            }
        }
        asking.note(all);
    }

    /// What holds a message and is not told yet, with those whom it holds it for.
    private static Map<Review, List<Address>> untold(QueuedMessage message) {
        Map<Review, List<Address>> held = new LinkedHashMap<>();
        for (Address recipient : message.envelope().recipients()) {
            if (message.states().get(recipient) instanceof RecipientState.Held state) {
                state.review()
                        .filter(review -> !review.told())
                        .ifPresent(it -> add(held, it.whoeverAgreed(), recipient));
            }
        }
        return held;
    }

    /// Tells the author of what holds her message, or of how it was decided, as far as she does not
    /// know yet. On return it is on disk; after a crash it may be told a second time.
    void tellAuthor(QueuedMessage message, Policy policy) throws IOException {
        for (Map.Entry<Review, List<Address>> each : untold(message).entrySet()) {
            About about =
                    new About(
                            each.getValue(),
                            reason(message, each.getValue().getFirst()),
                            asked(each.getKey().hearing(), policy));
            tellHeld(message, each.getKey(), about);
        }
        Map<Afresh, List<Address>> decided = new LinkedHashMap<>();
        for (Address recipient : message.envelope().recipients()) {
            if (message.states().get(recipient) instanceof RecipientState.Waiting state) {
                state.afresh()
                        .filter(afresh -> !afresh.told())
                        .ifPresent(it -> add(decided, it, recipient));
            }
        }
        for (Map.Entry<Afresh, List<Address>> each : decided.entrySet()) {
            tellDecided(message, each.getKey(), each.getValue());
        }
    }

    private static <T> void add(Map<T, List<Address>> to, T key, Address recipient) {
        to.computeIfAbsent(key, _ -> new ArrayList<>()).add(recipient);
    }

    /// Whom a mail is about, why they wait, and who is asked.
    private record About(List<Address> recipients, String reason, List<Address> asked) {}

    private static String reason(QueuedMessage message, Address recipient) {
        return message.states().get(recipient) instanceof RecipientState.Held held
                ? held.reason()
                : "";
    }

    /// Those who are asked, as the policy has them now.
    static List<Address> asked(Hearing hearing, Policy policy) {
        return hearing.asked()
                .map(name -> policy.approvers().getOrDefault(name, List.of()))
                .orElse(List.of());
    }

    private void tellHeld(QueuedMessage message, Review review, About about) throws IOException {
        Optional<Address> originator = originator(message);
        List<Address> hers = hers(message, about.recipients());
        if (originator.isEmpty() || hers.isEmpty()) {
            return;
        }
        Map<String, String> values = values(message, hers);
        values.put("reason", AskLetters.line(about.reason()));
        List<String> marks = new ArrayList<>(ending(review.hearing()));
        if (about.asked().isEmpty()) {
            marks.add("#nobody");
        } else {
            values.put("who", named(about.asked(), NAMED_MAX));
        }
        post(
                new Posted("held", message.id(), hers, round(review)),
                new ClinicianMail.AboutHeld(
                        NoticeKind.HELD,
                        originator.get(),
                        values,
                        until(message, review),
                        marks,
                        messageId(message)));
    }

    private void tellDecided(QueuedMessage message, Afresh afresh, List<Address> recipients)
            throws IOException {
        Optional<Address> originator = originator(message);
        List<Address> hers = hers(message, recipients);
        if (originator.isEmpty() || hers.isEmpty()) {
            return;
        }
        Map<String, String> values = values(message, hers);
        boolean late = afresh.by().equals(Afresh.TIME);
        values.put("by", afresh.by());
        values.put("way", way(afresh.decision()));
        post(
                new Posted("held-done", message.id(), hers, afresh.passed().size()),
                new ClinicianMail.AboutHeld(
                        NoticeKind.HELD_DONE,
                        originator.get(),
                        values,
                        Map.of("sent", message.arrived()),
                        List.of(late ? "#late" : "#released"),
                        messageId(message)));
    }

    /// As the policy files say it, which clinicians read in receipts as well.
    private static String way(Decision decision) {
        return switch (decision) {
            case Decision.Protect protect ->
                    protect.inOrder().stream()
                            .map(each -> each.word())
                            .collect(Collectors.joining(", "));
            case Decision.Deliver(Decision.Route route, _) -> route.word();
            case Decision.Hold _, Decision.Refuse _, Decision.Return _ -> "none";
        };
    }

    /// Who may hear of it: what the world sent names whom it likes (RFC 5321 §6.2), and a patient
    /// reads on her page how her message stands.
    private Optional<Address> originator(QueuedMessage message) {
        Listener listener = message.envelope().arrival().listener();
        boolean own = listener == Listener.SUBMISSION || listener == Listener.RELAY;
        return own ? ownMail.originator(message.envelope()) : Optional.empty();
    }

    /// Those whom the originator named: of copies she is not told.
    public static List<Address> hers(QueuedMessage message, List<Address> recipients) {
        return recipients.stream().filter(it -> !message.ruling().isCopy(it)).toList();
    }

    private static Map<String, String> values(QueuedMessage message, List<Address> recipients) {
        Map<String, String> values = new HashMap<>();
        values.put("id", message.id().value());
        values.put("recipients", named(recipients, NAMED_MAX));
        return values;
    }

    /// The first of many, and how many more there are.
    ///
    /// @param most that are named
    public static String named(List<Address> addresses, int most) {
        String first =
                addresses.stream()
                        .limit(most)
                        .map(Address::toString)
                        .collect(Collectors.joining(", "));
        int more = addresses.size() - most;
        return more > 0 ? first + ", +" + more : first;
    }

    static List<String> ending(Hearing hearing) {
        if (hearing.limit() == null) {
            return List.of();
        }
        return switch (hearing.then()) {
            case RELEASE_PROTECTED -> List.of("#late-release");
            case REJECT -> List.of("#late-reject");
        };
    }

    static Map<String, Instant> until(Review review) {
        return review.end().map(end -> Map.of("until", end)).orElse(Map.of());
    }

    private static Map<String, Instant> until(QueuedMessage message, Review review) {
        Map<String, Instant> times = new HashMap<>(until(review));
        times.put("sent", message.arrived());
        return times;
    }

    /// The first hold of a message, or another.
    private static int round(Review review) {
        return review.passed().size();
    }

    private record Posted(String kind, QueueId cause, List<Address> about, int round) {}

    /// Nobody hears of a letter that cannot be delivered: it is a courtesy, and the page shows what
    /// waits.
    private void post(Posted posted, ClinicianMail.AboutHeld mail) throws IOException {
        String kind = posted.round() == 0 ? posted.kind() : posted.kind() + "-" + posted.round();
        ownMail.commitOnce(
                        new OwnMail.Letter(
                                kind,
                                posted.cause(),
                                posted.about(),
                                null,
                                mail.to(),
                                words.aboutHeld(mail)))
                .ifPresent(ownMail::release);
    }

    private String messageId(QueuedMessage message) {
        try {
            return HeaderSection.read(spool.content(message.id()))
                    .first("Message-ID")
                    .map(field -> field.body().strip())
                    .filter(id -> id.startsWith("<") && id.endsWith(">"))
                    .map(id -> id.substring(1, id.length() - 1))
                    .orElse("");
        } catch (IOException | MimeException e) {
            // It only puts the mail into the thread of her message.
            return "";
        }
    }
}

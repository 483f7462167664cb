package org.postern.transit;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.ContentWriter;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Domain;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.policy.Decision;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings mail of the gateway's own making into the queue: notices, codes and reports. Each is
/// caused by another message, and is queued once for it even if a crash repeats the attempt that
/// wrote it.
///
/// A letter is put on disk and released later, when its cause is recorded as done: until then it is
/// not sent, so that after a crash it is found and not written a second time.
public final class OwnMail {
    public static final String NOTICE = "notice";
    static final String CODE = "code";
    static final String ALERT = "alert";

    /// A notice once more, because somebody asks for it or the message is not read.
    public static final String REMINDER = "reminder";

    public static final String FIRST_REMINDER = "reminder-1";
    public static final String SECOND_REMINDER = "reminder-2";

    /// A link to write first.
    public static final String START = "start";

    /// A link for somebody who reads along for a patient.
    public static final String CAREGIVER = "caregiver";

    /// To IT, about certificates that end.
    public static final String EXPIRY = "expiry";

    /// To IT, about a patient who asks for a key of her own.
    public static final String KEY_ASKED = "key-asked";

    /// To IT, about notices that came back and whose author is not written to.
    public static final String UNTOLD = "untold";

    static final String REPORT = "report";
    static final String DELAY = "delay";
    static final String SUCCESS = "success";
    static final String POSTMASTER = "postmaster";

    /// The automatic answer to a patient's ordinary mail. Nobody is told if it cannot be delivered
    /// (RFC 3834 §3.3).
    public static final String ANSWER = "answer";

    /// Letters whose cause is recorded in the spool as done when they are on disk.
    private static final Set<String> RECORDED = Set.of(NOTICE, REPORT, POSTMASTER, DELAY, SUCCESS);

    /// Letters to patients and to those who read along: that something waits, a link, a code. They
    /// hold nothing of any message. All others are for the clinic's people, and name patients.
    private static final Set<String> TO_PATIENTS =
            Set.of(
                    NOTICE,
                    REMINDER,
                    FIRST_REMINDER,
                    SECOND_REMINDER,
                    CODE,
                    ALERT,
                    START,
                    CAREGIVER,
                    ANSWER);

    /// What stands for a rule in the ruling of our own mail.
    private static final String RULE = "(the gateway's own mail)";

    /// Letters that tell of one outcome, and are wrong when there was another.
    private static final Set<String> REPORTS = Set.of(REPORT, POSTMASTER, DELAY, SUCCESS);

    private static final Reply WITHDRAWN =
            new Reply(554, "5.7.0", "Withdrawn: what it tells of did not happen in the end");

    private static final Logger LOG = LoggerFactory.getLogger(OwnMail.class);

    private final Spool spool;
    private final AuditLog audit;
    private final Agenda agenda;
    private final Set<Domain> internal;
    private final Set<String> recovered = ConcurrentHashMap.newKeySet();
    private final Map<String, QueuedMessage> unreleased = new ConcurrentHashMap<>();

    /// @param internal the clinic's own domains
    public OwnMail(Spool spool, AuditLog audit, Agenda agenda, Set<Domain> internal) {
        this.spool = spool;
        this.audit = audit;
        this.agenda = agenda;
        this.internal = Set.copyOf(internal);
    }

    /// One mail of ours.
    ///
    /// @param kind a word of its own for each way in which a message can cause one
    /// @param cause the message it is about
    /// @param about the recipients of that message whom it is about
    /// @param returnTo who hears of it if it cannot be delivered; null for nobody (RFC 5321 §4.5.5)
    public record Letter(
            String kind,
            QueueId cause,
            List<Address> about,
            @Nullable Address returnTo,
            Address to,
            ContentWriter content) {
        public Letter {
            about = List.copyOf(about);
        }

        String name() {
            return OwnMail.name(kind, cause, about);
        }
    }

    private static String name(String kind, QueueId cause, List<Address> about) {
        return about.stream()
                .map(address -> parted(address.key()))
                .sorted()
                .collect(joining(",", kind + ":" + cause + ":", ""));
    }

    /// A local part may hold a comma.
    private static String parted(String key) {
        return key.replace("%", "%25").replace(",", "%2C");
    }

    /// What the name of a letter says of its cause.
    ///
    /// @param about the keys of the addresses that it is about
    public record Cause(String kind, QueueId cause, List<String> about) {
        static Cause of(String name) {
            String[] parts = name.split(":", 3);
            List<String> about =
                    Stream.of(parts[2].split(","))
                            .map(key -> key.replace("%2C", ",").replace("%25", "%"))
                            .toList();
            return new Cause(parts[0], new QueueId(parts[1]), about);
        }
    }

    /// A report that has no content yet.
    record Addressed(String kind, QueueId cause, List<Address> about, Address to) {
        /// Nobody hears of a report that cannot be delivered (RFC 3464 §2).
        Letter with(ContentWriter content) {
            return new Letter(kind, cause, about, null, to, content);
        }
    }

    /// Whether a message is one of ours.
    static boolean isLetter(QueuedMessage message) {
        return message.envelope().arrival().listener() == Listener.GATEWAY;
    }

    /// Whether a message is one of ours, and of this kind.
    static boolean isOfKind(String kind, Arrival arrival) {
        return arrival.listener() == Listener.GATEWAY && arrival.peer().startsWith(kind + ":");
    }

    /// Whether a message is a letter of ours to somebody outside that tells nothing of any message,
    /// so that it may leave as all mail without a route does.
    static boolean isPublic(QueuedMessage message) {
        String name = message.envelope().arrival().peer();
        Address to = message.envelope().recipients().getFirst();
        return isLetter(message)
                && TO_PATIENTS.contains(Cause.of(name).kind())
                && message.decision(to) instanceof Decision.Deliver(Decision.Route route, _)
                && !route.isInside();
    }

    /// Whom we may write to about a message: its return handler, if that is more than what somebody
    /// out there wrote into it, on whom a report would fall that has nothing to do with it (RFC
    /// 5321 §6.2). A log-in vouches for hers, and we for ours. The clinic's own server, which
    /// nobody logs in at, also passes on what came from the world: there only the clinic's own
    /// domains count.
    public Optional<Address> originator(Envelope envelope) {
        Optional<Address> named = Optional.ofNullable(envelope.reversePath());
        return switch (envelope.arrival().listener()) {
            case SUBMISSION, PICKUP, GATEWAY -> named;
            case RELAY -> named.filter(it -> internal.contains(it.domain()));
            case INBOUND -> Optional.empty();
        };
    }

    /// How a message stays, with whether the author whom it names is written to about it. By the
    /// same reason: a log-in has to be hers, and what the clinic's own server passes on counts only
    /// if both who submitted it and its author are in the clinic's own domains.
    Stay telling(Address author, QueuedMessage message, Stay stay) {
        Envelope envelope = message.envelope();
        boolean told =
                switch (envelope.arrival().listener()) {
                    case SUBMISSION, PICKUP, GATEWAY -> true;
                    case RELAY ->
                            originator(envelope).isPresent() && internal.contains(author.domain());
                    case INBOUND -> false;
                };
        return told ? stay : stay.untold();
    }

    /// Notes a message that the spool held at the start, if it is a letter of ours.
    public void recovered(QueuedMessage message) {
        if (isLetter(message)) {
            recovered.add(message.envelope().arrival().peer());
        }
    }

    /// Keeps a letter that the spool held at the start back, if its cause is not recorded as done
    /// yet: were it sent and the process stopped again, the attempt that is repeated would write it
    /// a second time. `commitOnce` hands it over. Call it when all is known that the spool holds.
    ///
    /// If the attempt ends in another way this time, `withdrawOthers` takes the letter back.
    ///
    /// @return whether it is kept back; if not, it is to go into the queue
    boolean keepsBack(QueuedMessage letter) throws IOException {
        String name = letter.envelope().arrival().peer();
        Cause cause = Cause.of(name);
        Optional<QueuedMessage> caused;
        try {
            caused = RECORDED.contains(cause.kind()) ? spool.find(cause.cause()) : Optional.empty();
        } catch (IOException e) {
            // The disk may give it back later; until then nobody knows whether it is done.
            LOG.warn("{} waits for {}, which cannot be read", letter.id(), cause.cause());
            unreleased.put(name, letter);
            return true;
        }
        if (caused.isEmpty() || !isOpen(cause, caused.get())) {
            return false;
        }
        recovered.remove(name);
        unreleased.put(name, letter);
        return true;
    }

    private static boolean isOpen(Cause cause, QueuedMessage message) {
        return message.states().entrySet().stream()
                .filter(entry -> cause.about().contains(entry.getKey().key()))
                .anyMatch(entry ->
                        entry.getValue() instanceof RecipientState.Waiting waiting
                                && !(cause.kind().equals(DELAY) && waiting.told()));
    }

    /// The causes of letters of some kinds that the spool held at the start; they are handed over
    /// once. As long as the queue does not run, each letter is still there: whoever records them as
    /// done now writes none of them a second time, whatever comes.
    public List<Cause> takeRecovered(Set<String> kinds) {
        List<Cause> taken = new ArrayList<>();
        for (String name : Set.copyOf(recovered)) {
            if (kinds.contains(name.substring(0, name.indexOf(':'))) && recovered.remove(name)) {
                taken.add(Cause.of(name));
            }
        }
        return taken;
    }

    /// Makes a letter durable that must be written once only.
    ///
    /// @return the letter, to be released; empty if it was in the queue before a crash
    public Optional<QueuedMessage> commitOnce(Letter letter) throws IOException {
        if (recovered.remove(letter.name())) {
            return Optional.empty();
        }
        // An attempt that broke off behind this line comes again: the letter is there already.
        QueuedMessage known = unreleased.get(letter.name());
        QueuedMessage committed = known == null ? commit(letter) : known;
        unreleased.put(letter.name(), committed);
        return Optional.of(committed);
    }

    /// Makes a letter durable.
    ///
    /// @return the letter, to be released
    public QueuedMessage commit(Letter letter) throws IOException {
        try (Draft draft = spool.openForHeldMail()) {
            letter.content().writeTo(draft.out());
            draft.finish();
            Arrival arrival = Arrival.own(letter.name());
            Envelope envelope = new Envelope(arrival, letter.returnTo(), List.of(letter.to()));
            audit.append(new AuditEvent.Derived(draft.id(), letter.cause(), letter.kind()));
            return spool.commit(draft, envelope, ruling(letter.to()));
        }
    }

    /// Queues a letter to somebody of the clinic, caused by no message; durable on return.
    ///
    /// @param cause names the event in the audit
    public void tell(String kind, QueueId cause, Address to, ContentWriter content)
            throws IOException {
        release(commit(new Letter(kind, cause, List.of(to), null, to, content)));
    }

    /// Lets a letter go out.
    public void release(QueuedMessage letter) {
        unreleased.remove(letter.envelope().arrival().peer());
        agenda.add(letter);
    }

    /// Lets a letter go out that is kept back, if there is one: what it waits for was done before
    /// the stop, so that nobody asks for it by `commitOnce`.
    ///
    /// @return whether there was one
    public boolean releaseKept(String kind, QueueId cause, Address about) {
        QueuedMessage letter = unreleased.get(name(kind, cause, List.of(about)));
        if (letter == null) {
            return false;
        }
        release(letter);
        return true;
    }

    /// Takes reports back that are kept back and tell of these recipients what the attempt before a
    /// stop came to. Call it before anything else is recorded of them: were a stop to come between,
    /// the next start would take the cause for done and send them.
    ///
    /// @param right the letters that tell what is about to be recorded
    void withdrawOthers(QueueId cause, Set<Address> about, List<QueuedMessage> right)
            throws IOException {
        for (QueuedMessage letter : List.copyOf(unreleased.values())) {
            String name = letter.envelope().arrival().peer();
            Cause of = Cause.of(name);
            if (of.cause().equals(cause)
                    && REPORTS.contains(of.kind())
                    && about.stream().anyMatch(it -> of.about().contains(it.key()))
                    && right.stream().noneMatch(it -> it.id().equals(letter.id()))) {
                withdraw(letter);
            }
        }
    }

    /// An audit that cannot be written is no reason to stop: what the next hop has taken is
    /// recorded behind this, and would be sent again. `AuditGap` makes up for it at the next start.
    private void withdraw(QueuedMessage letter) throws IOException {
        DeliveryOutcome outcome = new DeliveryOutcome.Failed(WITHDRAWN);
        Address to = letter.envelope().recipients().getFirst();
        spool.record(letter.id(), Map.of(to, new RecipientState.Done(outcome)));
        unreleased.remove(letter.envelope().arrival().peer());
        try {
            audit.append(new AuditEvent.Attempted(letter.id(), to, "none", outcome, ""));
        } catch (IOException e) {
            LOG.warn("{} withdrawn, and audited at the next start", letter.id());
            return;
        }
        spool.retire(letter.id());
        LOG.info("{} withdrawn: what it tells of did not happen in the end", letter.id());
    }

    private Ruling ruling(Address to) {
        Decision.Route route =
                internal.contains(to.domain())
                        ? Decision.Route.INTERNAL
                        : Decision.Route.UNPROTECTED;
        return new Ruling(List.of(new Ruling.ForRecipient(to, new Decision.Deliver(route), RULE)));
    }
}

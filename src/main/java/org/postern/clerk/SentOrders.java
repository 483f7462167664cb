package org.postern.clerk;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.bridge.Orders;
import org.postern.follow.Command;
import org.postern.follow.FollowUp;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.ClinicianMail.Done;
import org.postern.sent.SentOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Orders by keyword, obeyed as the one word is that an author replies to a receipt: the same
/// commands, the same audit, the same mail that says what came of it.
public final class SentOrders implements Orders {
    private static final Logger LOG = LoggerFactory.getLogger(SentOrders.class);

    /// A program that synchronises keywords may set one again and again, and nobody at it knows.
    private static final Duration SAME_ORDERS_APART = Duration.ofHours(1);

    private static final Result NO_LETTER = new Result(false, "this is no message to a patient");

    private final MailboxStore mailbox;
    private final FollowUp followUp;
    private final InstantSource clock;

    /// What can be done again, as it was last asked for by a keyword; a restart forgets it.
    private final Map<Given, Attempt> given = new ConcurrentHashMap<>();

    private record Given(MessageKey key, SentOrder order) {}

    /// @param came empty while it is being done
    private record Attempt(Instant at, Optional<Done> came) {
        boolean isDone() {
            return came.filter(it -> result(it).done()).isPresent();
        }

        boolean isRefused() {
            return came.isPresent() && !isDone();
        }
    }

    public SentOrders(MailboxStore mailbox, FollowUp followUp, InstantSource clock) {
        this.mailbox = mailbox;
        this.followUp = followUp;
        this.clock = clock;
    }

    @Override
    public Result give(Address by, MessageKey key, SentOrder order) throws IOException {
        Optional<StoredMessage> found = mailbox.message(key);
        if (found.isEmpty()) {
            return NO_LETTER;
        }
        Result result = obey(by, found.get(), order);
        if (!result.done()) {
            // Whoever asks for what may not be, or cannot be done, is in the audit as well.
            followUp.noteRefused(found.get(), refusalOf(order), by, result.words());
        }
        return result;
    }

    @Override
    public void noteRefused(Address by, MessageKey key, SentOrder order, String why)
            throws IOException {
        Optional<StoredMessage> found = mailbox.message(key);
        if (found.isPresent()) {
            followUp.noteRefused(found.get(), refusalOf(order), by, why);
        }
    }

    private static String refusalOf(SentOrder order) {
        return order.name().toLowerCase(Locale.ROOT) + "-refused";
    }

    private Result obey(Address by, StoredMessage stored, SentOrder order) throws IOException {
        if (stored.message().direction() != Direction.TO_PATIENT) {
            return NO_LETTER;
        }
        if (!stored.message().clinician().key().equals(by.key())) {
            return new Result(false, "somebody else wrote it");
        }
        MessageKey key = stored.key();
        return switch (order) {
            case RECALL -> {
                Command.Outcome outcome = perform(Command.RECALL, stored);
                confirm(stored, outcome);
                yield result(outcome.done());
            }
            case REMIND -> once(Command.REMIND, stored, new Given(key, order));
            case EXTEND -> once(Command.EXTEND, stored, new Given(key, order));
        };
    }

    /// What was refused is looked at anew each time, for it may be possible now; a mail says so
    /// once.
    private Result once(Command command, StoredMessage stored, Given order) throws IOException {
        Instant now = clock.instant();
        given.values().removeIf(it -> !it.at().plus(SAME_ORDERS_APART).isAfter(now));
        Attempt mine = new Attempt(now, Optional.empty());
        Attempt before = given.putIfAbsent(order, mine);
        if (before != null && !(before.isRefused() && given.replace(order, before, mine))) {
            return new Result(false, before.isDone() ? done(command) : "it is being done");
        }
        try {
            Command.Outcome outcome = perform(command, stored);
            Optional<Done> came = Optional.of(outcome.done());
            given.replace(order, mine, new Attempt(now, came));
            if (outcome.done() == Done.REMINDED) {
                // She has another link now, and that one was given no time yet.
                given.remove(new Given(order.key(), SentOrder.EXTEND));
            }
            if (before == null || !before.came().equals(came)) {
                confirm(stored, outcome);
            }
            return result(outcome.done());
        } catch (IOException | RuntimeException e) {
            given.remove(order, mine);
            throw e;
        }
    }

    private static String done(Command command) {
        return command == Command.REMIND
                ? "a reminder went out within the last hour"
                : "its link was given more time within the last hour";
    }

    private Command.Outcome perform(Command command, StoredMessage stored) throws IOException {
        return followUp.commands()
                .perform(command, stored, stored.message().clinician().toString());
    }

    private static Result result(Done done) {
        return switch (done) {
            case RECALLED -> new Result(true, "it is taken back");
            case REMINDED -> new Result(true, "the patient gets a new link now");
            case EXTENDED -> new Result(true, "its link lives longer");
            case EXPIRED -> new Result(false, "the link of this message is over");
            case GONE -> new Result(false, "it was taken back before");
            case UNKNOWN -> new Result(false, "there is nothing of that kind");
        };
    }

    /// Many programs show no text of a server. What was done is done, whatever becomes of the mail.
    private void confirm(StoredMessage stored, Command.Outcome outcome) {
        try {
            followUp.confirm(stored, outcome, "");
        } catch (IOException e) {
            LOG.warn("{} no confirmation was sent: {}", stored.message().queueId(), e.getMessage());
        }
    }
}

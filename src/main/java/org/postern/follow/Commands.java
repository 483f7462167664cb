package org.postern.follow;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.config.GatewayConfig.PickupTerms;
import org.postern.mail.QueueId;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.ClinicianMail.Done;
import org.postern.transit.OwnMail;
import org.postern.transit.SecureMailbox;

/// Does what an author asks for after her message went out. Each act is in the audit, with a name,
/// before it is done; doing it twice does no harm.
public final class Commands {
    private final MailboxStore mailbox;
    private final SecureMailbox secure;
    private final FollowTable table;
    private final Outbox outbox;
    private final AuditLog audit;
    private final Ladder ladder;
    private final PickupTerms terms;
    private final InstantSource clock;

    Commands(Ladder.Parts parts, Ladder ladder, PickupTerms terms, InstantSource clock) {
        this.mailbox = parts.mailbox();
        this.secure = parts.secure();
        this.table = parts.table();
        this.outbox = parts.outbox();
        this.audit = parts.audit();
        this.ladder = ladder;
        this.terms = terms;
        this.clock = clock;
    }

    /// The messages to patients that came under one queue id.
    public List<StoredMessage> messages(QueueId id) throws IOException {
        List<StoredMessage> messages = new ArrayList<>();
        for (MessageKey key : table.messages(id)) {
            mailbox.message(key).ifPresent(messages::add);
        }
        return messages;
    }

    /// Does it; durable on return.
    ///
    /// @param by the author's address, or who asked on the command line
    public Command.Outcome perform(Command command, StoredMessage stored, String by)
            throws IOException {
        if (stored.recalled().isPresent()) {
            // Once more, in case the first call could not finish.
            mailbox.recall(stored.key(), clock.instant());
            return Command.Outcome.of(Done.GONE);
        }
        // No link opens it any more, though it is there until the next hour.
        boolean over = stored.message().stay().isOver(clock.instant());
        if (over && command != Command.RECALL) {
            return Command.Outcome.of(Done.EXPIRED);
        }
        return switch (command) {
            case RECALL -> recall(stored, by);
            case EXTEND -> extend(stored, by);
            case REMIND -> remind(stored, by);
        };
    }

    private Command.Outcome recall(StoredMessage stored, String by) throws IOException {
        note(stored, "recalled", by);
        mailbox.recall(stored.key(), clock.instant());
        table.stop(stored.key());
        return Command.Outcome.of(Done.RECALLED);
    }

    /// A link never lives longer than its message.
    private Command.Outcome extend(StoredMessage stored, String by) throws IOException {
        Instant now = clock.instant();
        Instant end = stored.message().stay().within(kept(stored).plus(terms.keep()));
        Instant wanted = now.plus(terms.link());
        Instant until = wanted.isBefore(end) ? wanted : end;
        // A message whose time is over is there until retention comes to it.
        if (!until.isAfter(now) || !table.isOpen(stored.key(), now)) {
            return Command.Outcome.of(Done.EXPIRED);
        }
        note(stored, "extended", by);
        Optional<Instant> ends = mailbox.extendGrants(stored.key(), now, until);
        if (ends.isEmpty()) {
            // It ended, or was paused, between the question and the act.
            note(stored, "extend-failed", by);
            return Command.Outcome.of(Done.EXPIRED);
        }
        return new Command.Outcome(Done.EXTENDED, ends);
    }

    /// Mail that waited, such as for a person, is kept from when it could be read. That is by the
    /// mailbox's own time, and links end by the wall clock's.
    private Instant kept(StoredMessage stored) {
        Instant arrived = stored.message().arrived();
        Instant since = stored.kept().since().minus(mailbox.ahead());
        return since.isAfter(arrived) ? since : arrived;
    }

    /// She knows her patient: with her word, paused links work again.
    private Command.Outcome remind(StoredMessage stored, String by) throws IOException {
        if (table.isPaused(stored.key())) {
            note(stored, "links-resumed", by);
            mailbox.resumeLinks(stored.message().patient());
        }
        note(stored, "reminded", by);
        outbox.now(secure.reminder(OwnMail.REMINDER, stored));
        if (terms.reminds()) {
            ladder.again(stored, clock.instant());
        }
        return Command.Outcome.of(Done.REMINDED);
    }

    private void note(StoredMessage stored, String act, String by) throws IOException {
        audit.append(
                new AuditEvent.Followed(
                        stored.message().queueId(), stored.message().patient(), act, by));
    }
}

package org.postern.clerk;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.bridge.Releases;
import org.postern.held.Answer;
import org.postern.held.Ask;
import org.postern.held.Decider.Approver;
import org.postern.held.HeldDesk;
import org.postern.holding.HeldMessages;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;

/// Held mail as a folder, over the same desk as the page and the command: who may see it, who may
/// let it go, and what she has to be told.
public final class HeldFolder implements HeldMessages, Releases {
    /// Messages in one folder; the next ones show when these are decided.
    private static final int SHOWN_MAX = 10_000;

    private final HeldDesk desk;
    private final Spool spool;
    private final MailboxStore folder;
    private final AuditLog audit;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private HeldFolder(HeldDesk desk, HeldDesk.Stores stores, MailboxStore folder) {
        this.desk = desk;
        this.spool = stores.spool();
        this.audit = stores.audit();
        this.folder = folder;
    }

    /// @param stores those of the desk
    /// @param folder where the folder has its rows
    public static HeldFolder over(HeldDesk desk, HeldDesk.Stores stores, MailboxStore folder) {
        HeldFolder held = new HeldFolder(desk, stores, folder);
        desk.listen(held::tell);
        return held;
    }

    /// Held mail, or who decides about it, has changed.
    public void tell() {
        listeners.forEach(Runnable::run);
    }

    private static final Result DECIDED = new Result(false, "it was decided before");

    private static boolean isSame(Instant since, Instant seen) {
        return since.toEpochMilli() == seen.toEpochMilli();
    }

    private static Approver person(Address address) {
        return new Approver(address, Set.of());
    }

    @Override
    public List<Entry> seenBy(Address person) {
        return desk.list().seenBy(person(person), SHOWN_MAX).stream()
                .map(seen -> new Entry(seen.id(), seen.since(), seen.octets()))
                .toList();
    }

    @Override
    public Content content(Address person, QueueId id) throws IOException {
        Optional<Review> review =
                spool.find(id).flatMap(message -> desk.holding(person(person), message));
        if (review.isEmpty()) {
            throw new IOException("the message is not held any more, or not for her to see");
        }
        return spool.content(id);
    }

    @Override
    public boolean decides(Address person) {
        return desk.isApprover(person(person));
    }

    @Override
    public boolean isHeld(QueueId id) throws IOException {
        return desk.isHeld(id);
    }

    @Override
    public void listen(Runnable changed) {
        listeners.add(changed);
    }

    @Override
    public Result release(Person person, MessageKey key) throws IOException {
        Optional<NewMessage> row = row(person, key);
        if (row.isEmpty()) {
            return DECIDED;
        }
        QueueId id = row.get().queueId();
        Approver approver = new Approver(person.by(), person.sendAs());
        if (!person.ordinary()) {
            return refused(
                    id,
                    approver,
                    "a device's password or token lets nothing go: use the page, or a program with"
                            + " your ordinary password");
        }
        Optional<Instant> holding =
                spool.find(id)
                        .flatMap(message -> desk.holding(approver, message))
                        .map(Review::since);
        if (holding.filter(it -> isSame(it, row.get().arrived())).isEmpty()) {
            // Held again since, perhaps by another rule: she has not seen that.
            return DECIDED;
        }
        return switch (desk.decide(new Ask(id, approver, new Ask.Way.Release(), holding))) {
            case Answer.Done _ -> new Result(true, "it goes out as the other rules say");
            case Answer.StillHeld(String words) ->
                    new Result(false, "something of it is held still: " + words);
            case Answer.Noted _ ->
                    new Result(false, "noted; somebody else has to agree, and it stays here");
            case Answer.Late(String words) -> new Result(false, words);
            case Answer.Refused(Answer.Why why, _) ->
                    refused(
                            id,
                            approver,
                            switch (why) {
                                case OWN_MESSAGE -> "you wrote it: two others have to agree";
                                case POLICY -> "another rule refuses it: give it back instead";
                            });
            case Answer.Unknown() -> refused(id, approver, "you are not asked about it");
        };
    }

    private Optional<NewMessage> row(Person person, MessageKey key) throws IOException {
        return folder.message(key)
                .map(StoredMessage::message)
                .filter(it -> it.direction() == Direction.HELD)
                .filter(it -> it.clinician().key().equals(person.by().key()));
    }

    @Override
    public void noteRefused(Person person, MessageKey key, String why) throws IOException {
        Optional<NewMessage> row = row(person, key);
        if (row.isPresent()) {
            refused(row.get().queueId(), new Approver(person.by(), person.sendAs()), why);
        }
    }

    /// Whoever tries what she may not is in the audit as well.
    private Result refused(QueueId id, Approver by, String words) throws IOException {
        audit.append(new AuditEvent.Operated(id, "release-refused", by.name(), words));
        return new Result(false, words);
    }
}

package org.postern.telling;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable;
import org.postern.follow.LinkLetters;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;
import org.postern.transit.SecureMailbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Those who read along, and how they hear of messages.
///
/// @param link how long a link is good
/// @param one held while somebody is told, so that nobody is told twice
public record Along(
        CaregiverTable table,
        LinkLetters letters,
        MailboxStore mailbox,
        Duration link,
        InstantSource clock,
        Lock one) {
    private static final Logger LOG = LoggerFactory.getLogger(Along.class);

    public Along(
            CaregiverTable table,
            LinkLetters letters,
            MailboxStore mailbox,
            Duration link,
            InstantSource clock) {
        this(table, letters, mailbox, link, clock, new ReentrantLock());
    }

    /// What watches over a message from its notice on, and with it the caregivers' own notices.
    public SecureMailbox.FollowUp after(SecureMailbox.FollowUp first) {
        return new SecureMailbox.FollowUp() {
            @Override
            public void begin(StoredMessage message) throws IOException {
                first.begin(message);
            }

            @Override
            public void told(StoredMessage message) {
                first.told(message);
                tellAll(message);
            }
        };
    }

    /// What is wrong with one caregiver, or with all, is nobody else's loss: the patient has her
    /// notice, and the other caregivers get theirs. `look` tries again.
    private void tellAll(StoredMessage stored) {
        List<Caregiver> all = List.of();
        try {
            all = table.of(stored.message().patient(), clock.instant());
        } catch (IOException | RuntimeException e) {
            logUntold("any caregiver", stored, e);
        }
        for (Caregiver each : all) {
            tell(each, stored);
        }
    }

    private void tell(Caregiver each, StoredMessage stored) {
        one.lock();
        try {
            if (mayRead(each, stored) && !table.isMailed(each.id(), stored.key())) {
                PickupToken token = token(each, stored);
                letters.caregiverOnce(
                        wanted(each, stored), token, () -> table.mailed(token, clock.instant()));
            }
        } catch (IOException | RuntimeException e) {
            logUntold("caregiver " + each.id(), stored, e);
        } finally {
            one.unlock();
        }
    }

    /// One look for those whom a full disk, a stop or a broken row kept from a mail.
    public void look() {
        Instant now = clock.instant();
        List<CaregiverTable.Untold> all = List.of();
        try {
            all = table.untold(now.minus(CaregiverTable.LATE_MAX), now, mailbox.ahead());
        } catch (IOException | RuntimeException e) {
            LOG.error("who may not have heard of a message: {}", e.getClass().getName());
        }
        for (CaregiverTable.Untold each : all) {
            look(each, now);
        }
    }

    /// A row that cannot be read keeps nobody behind it from a mail.
    private void look(CaregiverTable.Untold untold, Instant now) {
        try {
            Optional<Caregiver> caregiver = table.find(untold.caregiver(), now);
            Optional<StoredMessage> stored = mailbox.message(untold.message());
            if (caregiver.isPresent() && stored.isPresent()) {
                tell(caregiver.get(), stored.get());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "whether caregiver {} has heard of a message: {}",
                    untold.caregiver(),
                    e.getClass().getName());
        }
    }

    private static void logUntold(String who, StoredMessage stored, Throwable e) {
        LOG.error(
                "No link to message {} was sent to {}: {}",
                stored.message().queueId(),
                who,
                e.getClass().getName());
    }

    /// Mails a link to a message at once, because somebody is invited.
    public void invite(Caregiver caregiver, StoredMessage stored) throws IOException {
        if (mayRead(caregiver, stored)) {
            PickupToken token = token(caregiver, stored);
            letters.caregiver(wanted(caregiver, stored), token);
            table.mailed(token, clock.instant());
        }
    }

    /// While the patient's own links pause, nobody hears of a message in her stead.
    private boolean mayRead(Caregiver caregiver, StoredMessage stored) throws IOException {
        if (mailbox.isPaused(caregiver.patient())) {
            return false;
        }
        return Guard.of(mailbox.thread(stored.thread())).isOpenAlong(caregiver.sensitive());
    }

    private PickupToken token(Caregiver caregiver, StoredMessage stored) throws IOException {
        Instant now = clock.instant();
        return table.link(caregiver, stored.key(), now, now.plus(link));
    }

    private LinkLetters.Wanted wanted(Caregiver caregiver, StoredMessage stored) {
        return new LinkLetters.Wanted(
                stored.message().queueId(),
                stored.message().clinician(),
                caregiver.address(),
                link);
    }
}

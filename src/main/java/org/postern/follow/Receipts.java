package org.postern.follow;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.config.GatewayConfig;
import org.postern.follow.FollowTable.Due;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.ClinicianMail.About;
import org.postern.notice.ClinicianMail.Reading;

/// Tells clinicians of first openings, each once: at once, or every morning in one mail for all
/// that were before it.
final class Receipts {
    private final MailboxStore mailbox;
    private final FollowTable table;
    private final ClinicianDesk desk;
    private final Outbox outbox;
    private final GatewayConfig.Receipts manner;
    private final ClinicHours hours;

    Receipts(
            MailboxStore mailbox,
            FollowTable table,
            ClinicianDesk desk,
            Outbox outbox,
            GatewayConfig.Receipts manner,
            ClinicHours hours) {
        this.mailbox = mailbox;
        this.table = table;
        this.desk = desk;
        this.outbox = outbox;
        this.manner = manner;
        this.hours = hours;
    }

    /// Tells what is to be told now.
    void look(Instant now) throws IOException {
        switch (manner) {
            case EACH -> {
                for (Due due : table.openings(now.plusMillis(1))) {
                    tell(due);
                }
            }
            case DAILY -> {
                gather(hours.lastMorning(now));
                for (QueueId batch : table.batches()) {
                    send(batch);
                }
            }
            case NONE -> {
                // Marked all the same: another setting tomorrow tells nothing of today.
                for (Due due : table.openings(now.plusMillis(1))) {
                    table.receiptSent(due.key());
                }
            }
        }
    }

    private void tell(Due due) throws IOException {
        Optional<StoredMessage> stored = mailbox.message(due.key());
        if (stored.isPresent() && isToBeTold(stored.get())) {
            outbox.once(
                    desk.receipt(stored.get(), due.reading()), () -> table.receiptSent(due.key()));
        }
    }

    /// An author whom nobody is to write to is marked as told, as where no receipts are sent.
    private boolean isToBeTold(StoredMessage stored) throws IOException {
        boolean told = stored.message().stay().told();
        if (!told) {
            table.receiptSent(stored.key());
        }
        return told;
    }

    /// Which openings are one digest is recorded first, so that a crash does not change it.
    private void gather(Instant before) throws IOException {
        Map<String, List<StoredMessage>> byClinician = new LinkedHashMap<>();
        for (Due due : table.openings(before)) {
            Optional<StoredMessage> found = mailbox.message(due.key());
            if (found.isPresent() && isToBeTold(found.get())) {
                String clinician = found.get().message().clinician().key();
                byClinician.computeIfAbsent(clinician, _ -> new ArrayList<>()).add(found.get());
            }
        }
        for (List<StoredMessage> together : byClinician.values()) {
            List<MessageKey> keys = together.stream().map(StoredMessage::key).toList();
            table.gather(keys, together.getFirst().message().queueId());
        }
    }

    private void send(QueueId batch) throws IOException {
        Map<About, Reading> readings = new LinkedHashMap<>();
        Optional<Address> clinician = Optional.empty();
        for (Due due : table.batch(batch)) {
            Optional<StoredMessage> stored = mailbox.message(due.key());
            if (stored.isPresent()) {
                clinician = Optional.of(stored.get().message().clinician());
                readings.put(desk.about(stored.get()), due.reading());
            }
        }
        if (clinician.isPresent()) {
            outbox.once(
                    desk.digest(batch, clinician.get(), readings), () -> table.batchSent(batch));
        }
    }
}

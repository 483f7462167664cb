package org.postern.follow;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.ClinicianMail;
import org.postern.notice.ClinicianMail.About;
import org.postern.notice.ClinicianMail.Reading;
import org.postern.transit.OwnMail.Letter;

/// Writes to clinicians about messages of theirs: what about, with which number on file, and where
/// a reply goes. When to write it leaves to others.
final class ClinicianDesk {
    private final ClinicianMail mail;
    private final ReturnAddresses addresses;
    private final @Nullable Telephone telephone;

    /// @param telephone null where the clinic has no numbers on file
    ClinicianDesk(ClinicianMail mail, ReturnAddresses addresses, @Nullable Telephone telephone) {
        this.mail = mail;
        this.addresses = addresses;
        this.telephone = telephone;
    }

    /// The message as a clinician is told of it.
    About about(StoredMessage stored) {
        NewMessage message = stored.message();
        return new About(
                message.clinician(),
                message.patient(),
                message.queueId().value(),
                message.arrived(),
                message.messageId(),
                message.references(),
                addresses.command(stored.key()));
    }

    String ordinaryMark(boolean patient) {
        return mail.ordinary(patient);
    }

    Letter receipt(StoredMessage stored, Reading reading) {
        return letter("receipt", stored, mail.receipt(about(stored), reading));
    }

    /// @param batch the queue id by which it is known
    Letter digest(QueueId batch, Address clinician, Map<About, Reading> readings) {
        return new Letter(
                "digest",
                batch,
                List.of(clinician),
                null,
                clinician,
                mail.digest(clinician, readings));
    }

    Letter unread(StoredMessage stored, Instant notified, Instant now) throws IOException {
        long days = Duration.between(notified, now).toDays();
        return letter("unread", stored, mail.unread(about(stored), days, phone(stored)));
    }

    Letter returned(StoredMessage stored, String status) throws IOException {
        return letter("returned", stored, mail.returned(about(stored), status, phone(stored)));
    }

    Letter stranger(StoredMessage stored) throws IOException {
        return letter("not-me", stored, mail.stranger(about(stored), phone(stored)));
    }

    /// Says what came of a command.
    Letter done(StoredMessage stored, Command.Outcome outcome, String command) {
        return letter(
                "confirmation",
                stored,
                mail.done(about(stored), outcome.done(), command, outcome.until()));
    }

    private static Letter letter(String kind, StoredMessage stored, Content content) {
        return new Letter(
                kind,
                stored.message().queueId(),
                List.of(stored.message().patient()),
                null,
                stored.message().clinician(),
                content);
    }

    private Optional<String> phone(StoredMessage stored) throws IOException {
        Address patient = stored.message().patient();
        return telephone == null ? Optional.empty() : telephone.number(patient);
    }
}

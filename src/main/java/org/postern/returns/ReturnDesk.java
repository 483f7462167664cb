package org.postern.returns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.follow.Command;
import org.postern.follow.FollowUp;
import org.postern.follow.ReturnAddresses;
import org.postern.follow.ReturnAddresses.Kind;
import org.postern.follow.ReturnAddresses.Reference;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.NoRoomException;
import org.postern.mail.Reception;
import org.postern.mail.Reply;
import org.postern.mailbox.StoredMessage;
import org.postern.mime.DisplayAddress;
import org.postern.mime.DisplayAddress.Single;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.notice.ClinicianMail.Done;
import org.postern.transit.Inspection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes mail to the gateway's own return addresses before the story of all other mail: a command
/// of an author who has logged in, a patient's ordinary answer, a report about a notice. Whatever
/// goes to others passes through.
public final class ReturnDesk implements Reception {
    private static final Logger LOG = LoggerFactory.getLogger(ReturnDesk.class);

    private static final Reply DONE = new Reply(250, "2.0.0", "Ok: done");
    private static final Reply NOT_HERE =
            new Reply(550, "5.7.1", "Not taken here; write to the patient's own address");
    private static final Reply GONE =
            new Reply(550, "5.1.6", "The message that this is about is no longer kept");
    private static final Reply ALONE =
            new Reply(550, "5.7.1", "Write a command to this address alone");
    private static final Reply NOT_AUTHOR =
            new Reply(550, "5.7.1", "Only the author of the message can do this, logged in");
    private static final Reply NO_ROOM =
            new Reply(452, "4.3.1", "No room for a message now; try again later");
    private static final Reply LOCAL_ERROR =
            new Reply(451, "4.3.0", "Local error; nothing was done, try again later");

    private final Reception story;
    private final Draft.Source drafts;
    private final Inspection inspection;
    private final Inside inside;

    /// What is behind the addresses.
    public record Inside(ReturnAddresses addresses, FollowUp followUp) {}

    /// @param story takes all other mail, and patients' answers
    /// @param drafts where those are written, in the spool of the story
    public ReturnDesk(Reception story, Draft.Source drafts, Inspection inspection, Inside inside) {
        this.story = story;
        this.drafts = drafts;
        this.inspection = inspection;
        this.inside = inside;
    }

    /// A message on its way in.
    ///
    /// @param ours what our own addresses among the recipients name
    private record Incoming(
            Envelope envelope, Draft draft, Map<Address, Reference> ours, List<Address> others) {
        boolean has(Kind kind) {
            return ours.values().stream().anyMatch(it -> it.kind() == kind);
        }

        Incoming to(List<Address> recipients) {
            Envelope changed =
                    new Envelope(
                            envelope.arrival(),
                            envelope.reversePath(),
                            recipients,
                            envelope.options(),
                            envelope.findings());
            return new Incoming(changed, draft, Map.of(), List.of());
        }
    }

    /// Whether mail from outside may go to this address of ours.
    public static boolean isOpen(ReturnAddresses addresses, Address recipient) {
        return addresses.read(recipient).filter(it -> it.kind() != Kind.COMMAND).isPresent();
    }

    @Override
    public Reply receive(Envelope envelope, Draft draft) {
        Domain host = inside.addresses().host();
        if (envelope.recipients().stream().noneMatch(it -> it.domain().equals(host))) {
            return story.receive(envelope, draft);
        }
        Map<Address, Reference> ours = new LinkedHashMap<>();
        List<Address> others = new ArrayList<>();
        for (Address recipient : envelope.recipients()) {
            Optional<Reference> reference = inside.addresses().read(recipient);
            reference.ifPresentOrElse(it -> ours.put(recipient, it), () -> others.add(recipient));
        }
        if (ours.isEmpty()) {
            return story.receive(envelope, draft);
        }
        Incoming in = new Incoming(envelope, draft, ours, others);
        try {
            return switch (envelope.arrival().listener()) {
                case SUBMISSION -> in.has(Kind.COMMAND) ? command(in) : NOT_HERE;
                case INBOUND -> fromOutside(in);
                // Nobody has logged in there.
                case RELAY -> in.has(Kind.COMMAND) ? NOT_AUTHOR : NOT_HERE;
                case PICKUP, GATEWAY -> NOT_HERE;
            };
        } catch (NoRoomException e) {
            LOG.warn("{} not taken: {}", draft.id(), e.getMessage());
            return NO_ROOM;
        } catch (IOException e) {
            LOG.error("{} not taken: {}", draft.id(), e.getMessage());
            return LOCAL_ERROR;
        } catch (MimeException e) {
            return new Reply(554, "5.6.0", "The message cannot be read: " + e.reason());
        }
    }

    // -- commands --

    private Reply command(Incoming in) throws IOException, MimeException {
        if (in.ours().size() > 1 || !in.others().isEmpty()) {
            return ALONE;
        }
        if (inspection.inspect(in.envelope(), in.draft().finish())
                instanceof Inspection.Unacceptable(Reply refusal)) {
            return refusal;
        }
        Reference reference = in.ours().values().iterator().next();
        Optional<StoredMessage> found = inside.followUp().message(reference);
        if (found.isEmpty()) {
            return GONE;
        }
        StoredMessage stored = found.get();
        HeaderSection header = HeaderSection.read(in.draft().finish());
        if (!isAuthor(in.envelope(), header, stored)) {
            inside.followUp().note(stored, "command-refused", peer(in));
            return NOT_AUTHOR;
        }
        if (AutomaticMail.is(in.envelope(), header)) {
            inside.followUp().note(stored, "automatic-mail", peer(in));
            return DONE;
        }
        Optional<Command> command = CommandText.read(in.draft().finish());
        Command.Outcome outcome =
                command.isEmpty()
                        ? Command.Outcome.of(Done.UNKNOWN)
                        : inside.followUp()
                                .commands()
                                .perform(
                                        command.get(),
                                        stored,
                                        stored.message().clinician().toString());
        inside.followUp().confirm(stored, outcome, messageId(header));
        return DONE;
    }

    /// T31: she logged in, and what she logged in as may write under the address that wrote the
    /// message. The inspection has compared From with both.
    private static boolean isAuthor(Envelope envelope, HeaderSection header, StoredMessage stored) {
        return envelope.arrival().listener() == Listener.SUBMISSION
                && envelope.arrival().authenticated() != null
                && DisplayAddress.single(header, "From") instanceof Single.One(_, Address from)
                && from.key().equals(stored.message().clinician().key());
    }

    private static String peer(Incoming in) {
        Address authenticated = in.envelope().arrival().authenticated();
        return authenticated == null ? in.envelope().arrival().peer() : authenticated.toString();
    }

    // -- from outside --

    private Reply fromOutside(Incoming in) throws IOException, MimeException {
        if (in.has(Kind.COMMAND)) {
            return NOT_AUTHOR;
        }
        HeaderSection header = HeaderSection.read(in.draft().finish());
        for (Reference reference : in.ours().values()) {
            if (reference.kind() == Kind.BOUNCE) {
                returned(reference, in);
            }
        }
        if (in.has(Kind.REPLY) && !AutomaticMail.is(in.envelope(), header)) {
            return answer(in, header);
        }
        for (Reference reference : in.ours().values()) {
            Optional<StoredMessage> stored = inside.followUp().message(reference);
            if (reference.kind() == Kind.REPLY && stored.isPresent()) {
                inside.followUp().note(stored.get(), "automatic-mail", peer(in));
            }
        }
        return passOn(in);
    }

    private Reply passOn(Incoming in) {
        return in.others().isEmpty()
                ? DONE
                : story.receive(in.to(in.others()).envelope(), in.draft());
    }

    /// An absence note goes to the return path too: only a report of failure counts.
    private void returned(Reference reference, Incoming in) throws IOException, MimeException {
        Optional<StoredMessage> stored = inside.followUp().message(reference);
        if (stored.isEmpty()) {
            return;
        }
        Optional<String> status = FailureReport.status(in.draft().finish());
        if (status.isPresent()) {
            inside.followUp().returned(stored.get(), status.get());
        } else {
            inside.followUp().note(stored.get(), "automatic-mail", peer(in));
        }
    }

    private Reply answer(Incoming in, HeaderSection header) throws IOException, MimeException {
        Map.Entry<Address, Reference> first =
                in.ours().entrySet().stream()
                        .filter(it -> it.getValue().kind() == Kind.REPLY)
                        .findFirst()
                        .orElseThrow();
        Optional<StoredMessage> found = inside.followUp().message(first.getValue());
        if (found.isEmpty()) {
            return GONE;
        }
        StoredMessage stored = found.get();
        return switch (inspection.inspect(in.envelope(), in.draft().finish())) {
            case Inspection.Unacceptable(Reply refusal) -> refusal;
            case Inspection.Acceptable acceptable -> {
                boolean patient = isPatient(in.envelope(), stored);
                Incoming looked =
                        new Incoming(acceptable.envelope(), in.draft(), in.ours(), in.others());
                Reply reply = deliver(looked, stored, marks(first.getKey(), stored, patient));
                if (reply.isPositive()) {
                    boolean answered =
                            patient && AutomaticMail.mayBeAnswered(in.envelope(), header);
                    afterwards(stored, header, patient, answered);
                }
                yield reply;
            }
        };
    }

    /// Whether it comes from the address that the notice went to: a link goes nowhere else.
    private static boolean isPatient(Envelope envelope, StoredMessage stored) {
        Address from = envelope.reversePath();
        return from != null && from.key().equals(stored.message().patient().key());
    }

    private OrdinaryAnswer.Marks marks(Address own, StoredMessage stored, boolean patient) {
        List<String> thread = new ArrayList<>(stored.message().references());
        if (!stored.message().messageId().isEmpty()) {
            thread.add(stored.message().messageId());
        }
        return new OrdinaryAnswer.Marks(
                inside.followUp().ordinaryMark(patient),
                HeaderField.of(
                        "X-Postern-Arrival",
                        patient ? "ordinary mail" : "ordinary mail from another address"),
                own,
                stored.message().clinician(),
                thread);
    }

    private Reply deliver(Incoming in, StoredMessage stored, OrdinaryAnswer.Marks marks)
            throws IOException, MimeException {
        Address clinician = stored.message().clinician();
        List<Address> recipients = new ArrayList<>(in.others());
        if (recipients.stream().noneMatch(it -> it.key().equals(clinician.key()))) {
            recipients.add(clinician);
        }
        try (Draft rewritten = drafts.open()) {
            OrdinaryAnswer.of(in.draft().finish(), marks).writeTo(rewritten.out());
            rewritten.finish();
            return story.receive(in.to(recipients).envelope(), rewritten);
        }
    }

    /// Her mail is taken; whatever fails now is no reason to say that it was not.
    private void afterwards(
            StoredMessage stored, HeaderSection header, boolean patient, boolean answered) {
        try {
            inside.followUp().answeredByMail(stored, patient);
            if (answered) {
                inside.followUp().answer(stored, messageId(header));
            }
        } catch (IOException e) {
            LOG.warn("{} no answer was sent: {}", stored.message().queueId(), e.getMessage());
        }
    }

    private static String messageId(HeaderSection header) {
        return header.first("Message-ID")
                .map(field -> field.body().strip())
                .filter(id -> id.matches("<[\\x21-\\x7E&&[^<>]]{1,200}>"))
                .map(id -> id.substring(1, id.length() - 1))
                .orElse("");
    }
}

package org.postern.start;

import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;
import org.postern.check.CheckKind;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Draft;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.writing.WrittenLetter;

/// The first letter of a conversation that a patient begins: its header section, and what the
/// clinician is told of its writer.
///
/// @param id the left side of its Message-ID
record NewLetter(Draft draft, String id, Desk desk, Address patient, Instant now) {
    /// As the patient's own copy is kept.
    NewMessage message() {
        return new NewMessage(
                draft.id(),
                Direction.FROM_PATIENT,
                desk.address(),
                patient,
                id + "@" + desk.address().domain(),
                List.of(),
                now);
    }

    /// @param name as she typed it, made harmless; empty if she did not
    /// @param arrival for programs: what was shown
    WrittenLetter.Head head(Texts clinic, String name, String arrival) {
        NewMessage message = message();
        return new WrittenLetter.Head(
                patient,
                desk.address(),
                subject(clinic, name),
                message.messageId(),
                List.of(),
                arrival,
                now);
    }

    /// An address may hold anything in quotes, and words in brackets are wishes to the policy,
    /// which the clinician's answer would repeat.
    private String subject(Texts clinic, String name) {
        String who = name.isEmpty() ? patient.toString().replaceAll("[\\[\\]]", "") : name;
        return clinic.say("write.subject", who);
    }

    /// What stands before her words: nobody shall take a mailbox for a person. What was checked
    /// stands before all that she chose herself, her address and her name.
    ///
    /// @param shown what she showed besides her mailbox, or `BUTTON` if nothing
    String mark(Texts clinic, String name, CheckKind shown) {
        StringJoiner mark = new StringJoiner("\n", "[", "]");
        mark.add(clinic.say("write.mark.heading"));
        mark.add(
                switch (shown) {
                    case BIRTH_DATE ->
                            clinic.say(
                                    "write.mark.check",
                                    patient,
                                    clinic.say("write.mark.birth-date"));
                    case PIN ->
                            clinic.say("write.mark.check", patient, clinic.say("write.mark.pin"));
                    case PASSKEY, SMS, DEVICE_CODE, MAILED_CODE, BUTTON ->
                            clinic.say("write.mark.mailbox", patient);
                });
        if (!name.isEmpty()) {
            mark.add(clinic.say("write.mark.name", name));
        }
        return mark.toString();
    }
}

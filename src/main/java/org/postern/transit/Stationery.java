package org.postern.transit;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.Letterhead;
import org.postern.notice.NoticeTemplate;
import org.postern.notice.PickupNotice.Question;

/// What the clinic's configuration says about the look and the words of its own mail.
public interface Stationery {
    /// Name, clinic and face of whoever wrote a message.
    Letterhead letterhead(Address clinician);

    /// The clinic as such, with the clinician's address alone: for mail that she does not send.
    Letterhead clinic(Address clinician);

    /// The words of the notice of a message, in the languages that its reader may read.
    List<NoticeTemplate> noticeWords(NewMessage message);

    /// The words of the notice that a message still waits.
    List<NoticeTemplate> reminderWords(NewMessage message);

    /// The words of the answer to a patient's ordinary mail.
    ///
    /// @param message hers
    List<NoticeTemplate> answerWords(NewMessage message);

    /// Where an ordinary answer to a notice goes; empty if to its author's own address.
    Optional<Address> replyTo(MessageKey message);

    /// Who hears that a notice cannot be delivered.
    Address returnTo(StoredMessage message);

    /// The words of a mailed code.
    List<NoticeTemplate> codeWords(Address patient);

    /// The words that bring a link to write first, in the language of the page it was asked on.
    List<NoticeTemplate> startWords(Locale language);

    /// The words that bring a link to somebody who reads along for a patient.
    List<NoticeTemplate> caregiverWords();

    /// The words that tell of something odd.
    List<NoticeTemplate> alertWords(Address patient);

    /// What the page will ask this patient.
    ///
    /// @param guard of the message that she is told of
    Question question(Address patient, Guard guard);
}

package org.postern.transit;

import java.util.List;
import org.postern.mail.Address;
import org.postern.notice.Letterhead;
import org.postern.notice.NoticeTemplate;
import org.postern.notice.PickupNotice.Question;

/// What the clinic's configuration says about the look and the words of its own mail.
public interface Stationery {
    /// Name, clinic and face of whoever wrote a message.
    Letterhead letterhead(Address clinician);

    /// The clinic as such, with the clinician's address alone: for mail that she does not send.
    Letterhead clinic(Address clinician);

    /// The words of a notice, in the languages that this patient may read.
    List<NoticeTemplate> noticeWords(Address patient);

    /// The words of a mailed code.
    List<NoticeTemplate> codeWords(Address patient);

    /// What the page will ask this patient.
    Question question(Address patient);
}

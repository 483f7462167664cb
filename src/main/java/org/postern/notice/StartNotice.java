package org.postern.notice;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.postern.mail.Address;

/// One mail with a link to write to a clinician, for somebody who asked for it on a page. Whoever
/// has the mailbox has the link, and that is all that it proves.
///
/// @param words one template for each language that the reader may read
/// @param from the clinic as such
/// @param clinician whom she wants to write to, such as `Dr. Ana Ruiz`
/// @param link a secret
/// @param life how long the link is good
public record StartNotice(
        List<NoticeTemplate> words,
        Letterhead from,
        String clinician,
        Address to,
        URI link,
        Duration life) {
    public StartNotice {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a notice needs words in at least one language");
        }
    }

    /// Without the link.
    @Override
    public String toString() {
        return "StartNotice[" + to + "]";
    }
}

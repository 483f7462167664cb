package org.postern.notice;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.postern.mail.Address;

/// One mail with a link for somebody who is no reader of her own: who wants to write first, or who
/// reads along for a patient.
///
/// @param words one template for each language that the reader may read
/// @param from the clinic as such
/// @param clinician whom it is about, such as `Dr. Ana Ruiz`
/// @param link a secret
/// @param life how long the link is good
public record LinkNotice(
        List<NoticeTemplate> words,
        Letterhead from,
        String clinician,
        Address to,
        URI link,
        Duration life) {
    public LinkNotice {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a notice needs words in at least one language");
        }
    }

    /// Without the link.
    @Override
    public String toString() {
        return "LinkNotice[" + to + "]";
    }
}

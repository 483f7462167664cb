package org.postern.notice;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;

/// One pickup notice: the mail that tells a patient that a message waits.
///
/// @param words one template for each language that the patient may read, the likeliest first
/// @param question what the page will ask
/// @param replyTo takes the reader's ordinary answer; empty if the clinician's own address does
/// @param thread stable for the conversation, so that mail programs keep its notices together; a
///   name of the mailbox, never a Message-ID of the original
/// @param word that she chose, by which she knows our mail
public record PickupNotice(
        List<NoticeTemplate> words,
        Letterhead from,
        Address to,
        Ways ways,
        Question question,
        String thread,
        Optional<Address> replyTo,
        Optional<String> word) {
    /// @param link of the pickup page, a secret
    /// @param notMe of the page that says "this is not me"
    /// @param typed what she may type instead of tapping the link
    public record Ways(URI link, URI notMe, Optional<String> typed) {
        /// Without the link.
        @Override
        public String toString() {
            return "Ways[hidden]";
        }
    }

    public PickupNotice {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a notice needs words in at least one language");
        }
        if (!thread.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException("not a name of a thread");
        }
    }

    /// One that is answered to its author.
    public PickupNotice(
            List<NoticeTemplate> words,
            Letterhead from,
            Address to,
            URI link,
            URI notMe,
            Question question,
            String thread) {
        this(
                words,
                from,
                to,
                new Ways(link, notMe, Optional.empty()),
                question,
                thread,
                Optional.empty(),
                Optional.empty());
    }

    public enum Question {
        BIRTH_DATE("#birth-date"),
        PIN("#pin"),
        MAILED_CODE("#code"),
        TEXT_CODE("#text"),
        /// Nothing, or nothing that is known yet.
        NOTHING("#nothing");

        private final String mark;

        Question(String mark) {
            this.mark = mark;
        }

        String mark() {
            return mark;
        }
    }

    /// Without the link.
    @Override
    public String toString() {
        return "PickupNotice[" + thread + "]";
    }
}

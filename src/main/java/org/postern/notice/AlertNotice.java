package org.postern.notice;

import java.util.List;
import org.postern.mail.Address;

/// One mail that tells a patient of something odd about her pickup page.
///
/// @param words one template for each language that the patient may read
/// @param host of the pages
public record AlertNotice(
        List<NoticeTemplate> words, Letterhead from, Address to, String host, Reason reason) {
    public AlertNotice {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a notice needs words in at least one language");
        }
    }

    /// What happened.
    public enum Reason {
        /// Several wrong answers in a row.
        TRIES("#tries"),
        /// A copy of a device's cookie was used, and the device was forgotten.
        STOLEN("#stolen"),
        /// A device was remembered.
        NEW_DEVICE("#new-device"),
        /// Somebody was invited to read along.
        NEW_CAREGIVER("#new-caregiver"),
        /// Ordinary mail was chosen.
        ORDINARY_MAIL("#ordinary-mail");

        private final String mark;

        Reason(String mark) {
            this.mark = mark;
        }

        String mark() {
            return mark;
        }
    }
}

package org.postern.notice;

import java.time.Duration;
import java.util.List;
import org.postern.mail.Address;

/// One mailed code.
///
/// @param words one template for each language that the patient may read
/// @param code digits, a secret
/// @param host of the pages, where alone the code may be typed
/// @param life how long the code is good
public record CodeNotice(
        List<NoticeTemplate> words,
        Letterhead from,
        Address to,
        String code,
        String host,
        Duration life) {
    public CodeNotice {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a notice needs words in at least one language");
        }
        if (!code.matches("[0-9]{4,12}")) {
            throw new IllegalArgumentException("not a code");
        }
    }

    /// Without the code.
    @Override
    public String toString() {
        return "CodeNotice[" + to + "]";
    }
}

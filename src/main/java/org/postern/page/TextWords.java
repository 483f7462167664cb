package org.postern.page;

import org.postern.language.Texts;

/// The words of text messages. No name of a person, nothing of a message.
///
/// @param host of the pages, with its port where that is not the usual one
public record TextWords(Texts texts, String host) {
    /// A code. The last line lets a telephone fill it in on our pages alone (the format of
    /// origin-bound one-time codes).
    public String code(String digits) {
        return texts.say("sms.code", digits) + "\n\n@" + host + " #" + digits;
    }

    /// A message waits.
    public String waiting() {
        return texts.say("sms.waiting", host);
    }

    /// A device was remembered.
    public String newDevice() {
        return texts.say("sms.device", host);
    }

    /// Ordinary mail was chosen.
    public String ordinaryMail() {
        return texts.say("sms.ordinary", host);
    }

    /// Somebody was invited to read along.
    public String newCaregiver() {
        return texts.say("sms.caregiver", host);
    }
}

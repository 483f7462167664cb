package org.postern.check;

import java.util.Arrays;
import java.util.Optional;

/// A way in which a reader shows who she is, the strongest first.
public enum CheckKind {
    /// A key on a device of hers, WebAuthn.
    PASSKEY("passkey"),
    /// A code sent to the telephone number that the clinic has on file.
    SMS("sms"),
    /// A PIN that the clinic gave her, or that the clinician told her for one message.
    PIN("pin"),
    /// A code read off a device of hers that is known.
    DEVICE_CODE("device-code"),
    /// Tells the right person from a stranger, not from her family; at no level an authenticator.
    BIRTH_DATE("birth-date"),
    /// A code sent to the mailbox that got the link: it proves the mailbox and nothing more.
    MAILED_CODE("code"),
    /// Nothing but a tap on a button.
    BUTTON("none");

    private final String word;

    CheckKind(String word) {
        this.word = word;
    }

    /// Its name in the audit, in the count of wrong answers and beside the read mark.
    public String word() {
        return word;
    }

    public static Optional<CheckKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    /// Whether it also stops somebody of the family, and whoever has the mailbox.
    public boolean isStrong() {
        return switch (this) {
            case PASSKEY, SMS, PIN -> true;
            case DEVICE_CODE, BIRTH_DATE, MAILED_CODE, BUTTON -> false;
        };
    }

    /// Whether it says anything of the person.
    public boolean isPersonal() {
        return this != BUTTON;
    }

    boolean isWeakerThan(CheckKind other) {
        return compareTo(other) > 0;
    }
}

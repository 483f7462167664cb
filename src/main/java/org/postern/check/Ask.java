package org.postern.check;

import org.postern.mail.Address;
import org.postern.vault.LookupHash;

/// Somebody asked for a code; only the same one may answer with it (OWASP ASVS 5.0, 6.6.2).
///
/// @param id names the request: random and known to the browser that asked, a secret
/// @param kind how the code travels
public record Ask(String id, Address patient, CheckKind kind) {
    /// A code for a device that is not known yet: it is shown on a known device of the patient and
    /// typed elsewhere, so it is bound to her alone. One of them is alive at a time.
    public static Ask ofDevice(Address patient) {
        return new Ask("of " + patient.key(), patient, CheckKind.DEVICE_CODE);
    }

    String hash() {
        return LookupHash.of("ask " + kind.word(), id);
    }

    /// Without the id.
    @Override
    public String toString() {
        return "Ask[" + kind + "]";
    }
}

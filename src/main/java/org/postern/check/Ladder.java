package org.postern.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.postern.mail.Address;
import org.postern.policy.Protection.Level;

/// Which check a reader is asked for: the best one for which the clinic has the facts. A message
/// may ask for more; a patient never chooses less.
public final class Ladder {
    private final PatientFile patients;
    private final Predicate<Address> canText;

    /// @param canText whether a text message can be sent to a patient now
    public Ladder(PatientFile patients, Predicate<Address> canText) {
        this.patients = patients;
        this.canText = canText;
    }

    /// What can be asked.
    ///
    /// @param ownPin whether a PIN was set for the message itself
    record Facts(boolean ownPin, boolean text, boolean pin, boolean birthDate) {}

    /// The checks that open a conversation, each of them enough by itself, the one that is asked
    /// first. Empty if the clinic has to give the patient something first.
    ///
    /// @param ownPin whether a PIN was set for the message itself
    public List<CheckKind> checks(Address patient, Level level, boolean ownPin) {
        return of(
                level,
                new Facts(
                        ownPin,
                        canText.test(patient),
                        patients.knows(patient, PatientCheck.PIN),
                        patients.knows(patient, PatientCheck.BIRTH_DATE)));
    }

    static List<CheckKind> of(Level level, Facts facts) {
        if (level == Level.OPEN) {
            return List.of(CheckKind.BUTTON);
        }
        List<CheckKind> strong = new ArrayList<>();
        if (facts.text()) {
            strong.add(CheckKind.SMS);
        }
        if (facts.ownPin()) {
            strong.addFirst(CheckKind.PIN);
        } else if (facts.pin()) {
            strong.add(CheckKind.PIN);
        }
        if (!strong.isEmpty() || level == Level.SENSITIVE) {
            return strong;
        }
        return List.of(facts.birthDate() ? CheckKind.BIRTH_DATE : CheckKind.MAILED_CODE);
    }
}

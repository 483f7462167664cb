package org.postern.demo;

import java.util.List;
import java.util.Locale;
import org.postern.mail.Address;

/// Somebody in the demo, with a mailbox in the outside world.
enum Person {
    CLINICIAN("Anna Reyes, MD", "anna.reyes@mapleclinic.example", "a long demo password"),
    COLLEAGUE("Sam Okafor, RN", "sam.okafor@mapleclinic.example", "another long demo password"),
    PARTNER("Dr. Chidi Obi", "chidi.obi@stmary.example", "partner demo password"),
    PATIENT("Maria Gomez", "maria.gomez@homemail.example", "patient demo password");

    static final List<Person> ALL = List.of(values());

    /// The answer to the patient's check.
    static final String PATIENT_BIRTH_DATE = "1972-04-09";

    private final String fullName;
    private final String address;
    private final String password;

    Person(String fullName, String address, String password) {
        this.fullName = fullName;
        this.address = address;
        this.password = password;
    }

    String fullName() {
        return fullName;
    }

    Address address() {
        return Address.of(address);
    }

    /// Of the mailbox, and of the submission listener for the clinic's people.
    String password() {
        return password;
    }

    /// The role in lower case, as the demo's pages and JSON have it.
    String role() {
        return name().toLowerCase(Locale.ROOT);
    }
}

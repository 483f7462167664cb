package org.postern.start;

import java.util.Optional;
import org.postern.mail.Address;

/// Knows where patients may write first, as the clinic decided.
public interface Desks {
    /// The desk of a page's name; empty if there is none.
    Optional<Desk> named(String name);

    /// What is known of somebody to whom a patient who is in may write: always something, but
    /// without a name where strangers may not.
    Desk of(Address clinician);

    /// Whether an address is the clinic's own: nobody writes from there as a patient.
    boolean isOurs(Address address);
}

package org.postern.page;

import org.postern.mail.Address;

/// Knows the clinicians by their addresses.
@FunctionalInterface
public interface Clinicians {
    /// Never fails: of an address that is not known the clinic's name must do.
    Clinician of(Address address);
}

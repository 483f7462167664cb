package org.postern.device;

import java.time.LocalDate;
import java.util.Optional;
import org.postern.mail.Address;

/// What is known of the password of one device. The password itself is not.
///
/// @param id by which it is taken back; no secret
/// @param label what the owner calls the device
/// @param scram whether it can be proved by SCRAM; those from before there was that cannot
/// @param used the day of the last log-in, UTC; empty if there was none
public record AppPassword(
        String id,
        Address owner,
        String label,
        boolean scram,
        LocalDate created,
        Optional<LocalDate> used) {}

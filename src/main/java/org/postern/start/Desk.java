package org.postern.start;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;

/// Where a patient may write first: a clinician, or a team with a mailbox of its own.
///
/// @param name the last part of the page's address
/// @param copies who gets what is written besides
/// @param answerDays working days until an answer usually comes; 0 for the same day; empty if
///   nobody says
/// @param absence an absence, of now or of another time
public record Desk(
        String name,
        Address address,
        List<Address> copies,
        Optional<Integer> answerDays,
        Optional<Absence> absence) {
    public Desk {
        copies = List.copyOf(copies);
    }

    /// @param from the first day
    /// @param until the last day
    /// @param cover who takes the place meanwhile
    public record Absence(LocalDate from, LocalDate until, Optional<Address> cover) {
        boolean isOn(LocalDate day) {
            return !day.isBefore(from) && !day.isAfter(until);
        }
    }

    Optional<Absence> absence(LocalDate today) {
        return absence.filter(it -> it.isOn(today));
    }
}

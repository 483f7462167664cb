package org.postern.caregiver;

import java.time.Instant;
import org.postern.mail.Address;

/// Somebody who reads along for a patient.
///
/// @param id names her on the patient's page; it opens nothing
/// @param address her own, where her links go
/// @param name as whoever invited her wrote it
/// @param sensitive whether she may read what is sensitive too
/// @param by who invited her
/// @param ends when it is over by itself
public record Caregiver(
        String id,
        Address patient,
        Address address,
        String name,
        boolean sensitive,
        By by,
        Instant invited,
        Instant ends) {
    /// Who invited.
    public enum By {
        PATIENT("patient"),
        CLINIC("clinic");

        private final String word;

        By(String word) {
            this.word = word;
        }

        /// As it is kept and audited.
        public String word() {
            return word;
        }
    }

    /// Without the name.
    @Override
    public String toString() {
        return "Caregiver[" + id + "]";
    }
}

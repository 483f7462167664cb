package org.postern.page;

import java.io.IOException;
import org.postern.mail.Address;
import org.postern.page.Views.Face;

/// The clinician of a conversation, as the page shows her.
public record Faces(Clinicians clinicians, StaticFiles files) {
    /// Face and name of a clinician.
    ///
    /// @throws IOException if the photo cannot be read
    public Face of(Address clinician) throws IOException {
        Clinician person = clinicians.of(clinician);
        return new Face(person.name(), person.title(), files.face(person), person.initials());
    }
}

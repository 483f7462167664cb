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

    /// The same for the door, which most see once: a small photo stands in the page itself.
    ///
    /// @throws IOException as above
    public Face atDoor(Address clinician) throws IOException {
        Clinician person = clinicians.of(clinician);
        return new Face(person.name(), person.title(), files.smallFace(person), person.initials());
    }
}

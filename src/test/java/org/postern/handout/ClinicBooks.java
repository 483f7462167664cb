package org.postern.handout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Issuing;
import org.postern.keyring.IssuingException;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Domain;
import org.postern.pki.KeyKind;

/// An authority and its records in the folder of a test.
record ClinicBooks(Path folder, Keyring keyring, Issuing issuing) {
    static ClinicBooks in(Path home, InstantSource clock) throws IOException {
        Path password = Files.writeString(home.resolve("password"), "open sesame\n");
        Path folder = home.resolve("smime");
        Keyring keyring =
                Keyring.of(
                        new Keyring.Places(folder, password, home.resolve("crl"), "Clinic"), clock);
        Issuing.Clinic clinic =
                new Issuing.Clinic(
                        "Clinic", Set.of(new Domain("clinic.example")), Optional.empty());
        return new ClinicBooks(folder, keyring, new Issuing(keyring, clinic, clock));
    }

    /// As another process sees it.
    IssuedBook issued() {
        return new IssuedBook(folder);
    }

    IssuedBook.Issued issue(Owner.Person owner) throws IOException, IssuingException {
        return issued().add(owner, issuing.issueOutside(owner, KeyKind.P_256).chain());
    }

    Handout.Books books() {
        return new Handout.Books(issuing, issued(), keyring.revoked());
    }
}

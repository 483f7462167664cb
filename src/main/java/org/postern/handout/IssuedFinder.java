package org.postern.handout;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.RevokedBook;
import org.postern.mail.Address;
import org.postern.pki.Finder;
import org.postern.pki.Lookup;
import org.postern.pki.Verdict;

/// Finds the certificates that the clinic itself has issued to people outside, once somebody has
/// said that their mail programs have the keys. One that was revoked is found no more, whatever
/// else says.
public final class IssuedFinder implements Finder {
    private static final String PLACE = "the clinic's record of what it has issued";

    private final IssuedBook issued;
    private final RevokedBook revoked;
    private final Duration patience;
    private final InstantSource clock;

    /// @param patience for how long a message waits if it cannot be read what was revoked
    public IssuedFinder(
            IssuedBook issued, RevokedBook revoked, Duration patience, InstantSource clock) {
        this.issued = issued;
        this.revoked = revoked;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public Looked look(Address address) {
        try {
            List<X509Certificate> good = new ArrayList<>();
            boolean isRevoked = false;
            for (IssuedBook.Issued each : issued.of(address, clock.instant())) {
                X509Certificate certificate = each.entry().certificate();
                if (each.isUsed() && revoked.holds(certificate)) {
                    isRevoked = true;
                } else if (each.isUsed()) {
                    good.add(certificate);
                }
            }
            return isRevoked && good.isEmpty()
                    ? new Looked.Refused(Verdict.REVOKED, PLACE)
                    : new Looked.Known(good, 0, PLACE, Lookup.Trust.ISSUED);
        } catch (IOException e) {
            return new Looked.Unknown(
                    "What the clinic has issued or revoked cannot be read: %s."
                            .formatted(e.getMessage()));
        }
    }

    @Override
    public Duration patience() {
        return patience;
    }
}

package org.postern.keyring;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.postern.pki.PartnerDirectory.Revocation;
import org.postern.pki.PartnerDirectory.Standing;

/// Says of each certificate that the clinic's own authorities have issued, wherever it was found,
/// whether the [RevokedBook] has it; what others say comes after that. So a certificate that was
/// given away and revoked is of no use although it still lies among those of partners, with an
/// anchor.
///
/// Safe for use by many threads.
public final class OwnRevocation implements Revocation {
    private final Keyring keyring;
    private final Duration patience;
    private final Revocation others;

    /// @param patience for how long a message waits at least while the book cannot be read
    /// @param others asked about what is not revoked here
    public OwnRevocation(Keyring keyring, Duration patience, Revocation others) {
        this.keyring = keyring;
        this.patience = patience;
        this.others = others;
    }

    @Override
    public Standing of(List<X509Certificate> path, Instant now) {
        for (X509Certificate each : path) {
            Standing standing = of(each);
            if (!(standing instanceof Standing.Good)) {
                return standing;
            }
        }
        return others.of(path, now);
    }

    private Standing of(X509Certificate certificate) {
        try {
            return keyring.revoked().holds(certificate) && isOurs(certificate)
                    ? new Standing.Revoked(false)
                    : new Standing.Good();
        } catch (IOException _) {
            // For one that is pinned this counts as well: it is we who have to know it.
            return mayBeOurs(certificate) ? new Standing.Awaited(true) : new Standing.Good();
        }
    }

    private boolean mayBeOurs(X509Certificate certificate) {
        try {
            return isOurs(certificate);
        } catch (IOException _) {
            return true;
        }
    }

    /// By the key and not the name: anybody can name an authority as we do ours.
    private boolean isOurs(X509Certificate certificate) throws IOException {
        return keyring.authorities().stream().anyMatch(it -> hasSigned(it, certificate));
    }

    private static boolean hasSigned(X509Certificate authority, X509Certificate certificate) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    @Override
    public Duration patience() {
        return others.patience().compareTo(patience) > 0 ? others.patience() : patience;
    }

    @Override
    public Instant now(Instant at) {
        return others.now(at);
    }
}

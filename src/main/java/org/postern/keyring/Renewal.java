package org.postern.keyring;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.pki.KeyKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after certificates that end: what the clinic's own authority issued is renewed a month
/// ahead, with a new key; of all others IT is warned, a month and a week ahead.
public final class Renewal {
    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    /// How often it looks: each look repeats its warnings.
    public static final Duration EVERY = Duration.ofDays(1);

    static final Duration AHEAD = Duration.ofDays(30);
    static final Duration URGENT = Duration.ofDays(7);

    private final Keyring keyring;
    private final Issuing issuing;
    private final InstantSource clock;

    public Renewal(Keyring keyring, Issuing issuing, InstantSource clock) {
        this.keyring = keyring;
        this.issuing = issuing;
        this.clock = clock;
    }

    /// One look at all that is in the keyring.
    public void look() {
        try {
            keyring.problems().forEach(problem -> LOG.error("{}", problem));
            Set<Map.Entry<Owner, Boolean>> seen = new HashSet<>();
            for (Keyring.Entry entry : keyring.entries()) {
                // The first of each owner and purpose is the newest; older ones may end. What was
                // revoked has
                // ended by a person's hand, and only such a hand makes another one.
                if (seen.add(Map.entry(entry.owner(), entry.signs()))
                        && !keyring.revoked().holds(entry.certificate())) {
                    look(entry);
                }
            }
        } catch (IOException e) {
            LOG.error("the keys for S/MIME were not looked at: {}", e.getMessage());
        }
    }

    private void look(Keyring.Entry entry) {
        Instant now = clock.instant();
        if (now.isBefore(entry.notAfter().minus(AHEAD))) {
            return;
        }
        try {
            Optional<KeyKind> kind = KeyKind.of(entry.certificate().getPublicKey());
            if (kind.isPresent() && isOurs(entry)) {
                Keyring.Entry renewed = issuing.issue(entry.owner(), kind.get());
                LOG.info(
                        "the certificate of {} was renewed until {}",
                        entry.owner().word(),
                        renewed.notAfter());
                return;
            }
        } catch (IOException | IssuingException e) {
            LOG.error(
                    "the certificate of {} was not renewed: {}",
                    entry.owner().word(),
                    e.getMessage());
        }
        warn(entry, now);
    }

    private static void warn(Keyring.Entry entry, Instant now) {
        String text = "the certificate of {} ends at {}: import or issue another one in time";
        if (now.isBefore(entry.notAfter().minus(URGENT))) {
            LOG.warn(text, entry.owner().word(), entry.notAfter());
        } else {
            LOG.error(text, entry.owner().word(), entry.notAfter());
        }
    }

    /// Whether our own authority issued it, and can do so again.
    private boolean isOurs(Keyring.Entry entry) throws IOException {
        Optional<Keyring.Entry> authority = keyring.newest(new Owner.Authority());
        if (entry.owner() instanceof Owner.Authority || authority.isEmpty()) {
            return false;
        }
        X509Certificate issuer = authority.get().certificate();
        // An authority that ends soon would issue nothing that lasts.
        return entry.certificate().getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                && authority.get().notAfter().isAfter(clock.instant().plus(AHEAD));
    }
}

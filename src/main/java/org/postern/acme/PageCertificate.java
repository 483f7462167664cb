package org.postern.acme;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.postern.net.KeyPin;
import org.postern.net.TlsMaterial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that the pages have a certificate: gets the first one, and renews it in time. What
/// fails is told in the log, tried again ever more seldom, and leaves the certificate that is there
/// in use. A file that cannot be used is never replaced by itself: a person looks at it, and until
/// then the pages answer nobody, while all else of the gateway runs.
///
/// An order is noted before it is placed, and without that note none is. What comes is shown at
/// once, also where it cannot be kept yet: it was looked at, and nothing that it replaces is lost.
public final class PageCertificate {
    /// How often [#look] is to be called.
    public static final Duration EVERY = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(PageCertificate.class);

    /// How often the authority is asked when it wants a certificate to be renewed: RFC 9773 §4.3.
    private static final Duration ASKS_EVERY = Duration.ofHours(6);

    private final Authority authority;
    private final AcmeFolder folder;
    private final PageIdentity identity;
    private final Journal journal;
    private final InstantSource clock;
    private final SecureRandom random;

    private boolean started;

    /// What failed last. The file is for the time after a start: a disk that is full must not let
    /// the authority be asked each minute.
    private Optional<Trouble> trouble = Optional.empty();

    /// What was issued, is shown, and could not be kept yet.
    private Optional<Issued> unkept = Optional.empty();

    /// Why it could not be kept at the last try.
    private String unkeptWhy = "";

    /// What could not be written into the audit yet.
    private Optional<String> untold = Optional.empty();

    /// Why the certificate that is kept is not shown; empty if nothing is wrong with it.
    private Optional<String> problem = Optional.empty();

    private Instant asked = Instant.MIN;
    private Optional<Authority.Window> window = Optional.empty();

    /// Where in the window of the present certificate it is renewed.
    private double part;

    /// @param placed the note of its order
    private record Issued(KeyPair key, List<X509Certificate> chain, Trouble placed) {
        Instant end() {
            return chain.getFirst().getNotAfter().toInstant();
        }
    }

    /// Notes what was done, for the audit.
    @FunctionalInterface
    public interface Journal {
        /// Durable on return.
        void note(String act, String detail) throws IOException;
    }

    public PageCertificate(
            Authority authority,
            AcmeFolder folder,
            PageIdentity identity,
            Journal journal,
            InstantSource clock,
            SecureRandom random) {
        this.authority = authority;
        this.folder = folder;
        this.identity = identity;
        this.journal = journal;
        this.clock = clock;
        this.random = random;
        this.part = random.nextDouble();
    }

    /// Shows the certificate that is kept, if there is one that can be used.
    public synchronized void open() {
        Optional<String> before = problem;
        try {
            folder.material(clock.instant()).ifPresent(identity::use);
            problem = Optional.empty();
        } catch (IOException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        if (problem.isPresent() && !problem.equals(before)) {
            LOG.error("the pages answer nobody: {}", problem.get());
        }
    }

    /// One look; the next one tries again.
    public synchronized void look() {
        Instant now = clock.instant();
        if (problem.isPresent()) {
            open();
        }
        if (!started) {
            trouble = kept(now);
            sweep();
        }
        boolean waits =
                trouble.isPresent()
                        // A clock that was ahead is not waited for.
                        && !now.isBefore(trouble.get().last())
                        && now.isBefore(trouble.get().next())
                        && (started || !trouble.get().mayTryAfterStart(now));
        started = true;
        tell();
        keepAgain();
        if (problem.isEmpty() && !waits) {
            renewIfDue(now);
        }
    }

    private Optional<Trouble> kept(Instant now) {
        try {
            return folder.trouble();
        } catch (IOException e) {
            LOG.error("what went wrong before cannot be read: {}", e.getMessage());
            return Optional.of(Trouble.longest(now, "what went wrong before cannot be read"));
        }
    }

    /// Takes away a note that says no more, as that of an order whose certificate is kept.
    private void sweep() {
        if (trouble.isEmpty()) {
            try {
                folder.forgetTrouble();
            } catch (IOException e) {
                LOG.warn("an old note of the pages' certificate stays there: {}", e.getMessage());
            }
        }
    }

    private void renewIfDue(Instant now) {
        try {
            if (isDue(now)) {
                renew(now);
            }
        } catch (AuthorityException e) {
            fail(Trouble.after(trouble, now, e));
        } catch (IOException | RuntimeException e) {
            fail(Trouble.after(trouble, now, "a fault here, not there: " + e.getMessage()));
        }
    }

    private boolean isDue(Instant now) {
        Optional<X509Certificate> own = identity.certificate();
        if (own.isEmpty()) {
            return true;
        }
        if (!now.isBefore(asked.plus(ASKS_EVERY))) {
            asked = now;
            try {
                window = authority.window(own.get());
            } catch (AuthorityException e) {
                // Then it is renewed by its age.
                LOG.info("the authority did not say when to renew: {}", e.getMessage());
                window = Optional.empty();
            }
        }
        return !now.isBefore(RenewalTime.of(own.get(), window, part));
    }

    private void renew(Instant now) throws IOException, AuthorityException {
        KeyPair key = AcmeFolder.newKey(random);
        Trouble placed = notePlaced(now, KeyPin.of(key.getPublic()));
        Issued issued = order(key, placed, now);
        trouble = Optional.empty();
        show(issued);
        unkept = Optional.of(issued);
        keepAgain();
    }

    /// Without the note a gateway that stops now would order again at each start.
    private Trouble notePlaced(Instant now, KeyPin key) throws IOException {
        String why = "a certificate was ordered, and nothing noted since";
        Trouble placed = Trouble.placed(trouble, now, why, key);
        try {
            folder.note(placed);
            return placed;
        } catch (IOException e) {
            throw new IOException(
                    "the order cannot be noted in the data folder, so none was placed: "
                            + e.getMessage(),
                    e);
        }
    }

    private void show(Issued issued) throws AuthorityException {
        identity.use(fitting(issued.key(), issued.chain()));
        part = random.nextDouble();
        asked = Instant.MIN;
        window = Optional.empty();
        LOG.info("the pages have a certificate for {} until {}", folder.host(), issued.end());
        untold = Optional.of(folder.host() + " until " + issued.end());
        tell();
    }

    /// Keeps what is shown and not kept; at each look, because the authority is not asked for it.
    private void keepAgain() {
        if (unkept.isEmpty()) {
            return;
        }
        try {
            folder.keep(unkept.get().key(), unkept.get().chain());
            folder.forgetTrouble();
            unkept = Optional.empty();
            unkeptWhy = "";
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(unkeptWhy)) {
                unkeptWhy = why;
                notKept(unkept.get().placed(), why);
            }
        }
    }

    private void notKept(Trouble placed, String why) {
        LOG.error(
                "the new certificate for {} is in use and cannot be kept: {}. It is tried each"
                        + " minute; a start before it is kept goes back to the one before.",
                folder.host(),
                why);
        try {
            folder.note(placed.because("a certificate came, is in use and cannot be kept: " + why));
        } catch (IOException _) {
            // The note of the order is there, and says as much as doctor has to know.
        }
    }

    private Issued order(KeyPair key, Trouble placed, Instant now) throws AuthorityException {
        List<X509Certificate> chain = authority.issue(key, identity.certificate(), identity);
        require(key, chain, now);
        return new Issued(key, chain, placed);
    }

    private void tell() {
        if (untold.isPresent()) {
            try {
                journal.note("page certificate", untold.get());
                untold = Optional.empty();
            } catch (IOException e) {
                LOG.error(
                        "a new certificate of the pages is not in the audit yet: {}", e.toString());
            }
        }
    }

    /// What an authority sends is not put in the place of one that works before it was looked at.
    private void require(KeyPair key, List<X509Certificate> chain, Instant now)
            throws AuthorityException {
        X509Certificate own = chain.getFirst();
        var _ = fitting(key, chain);
        if (!names(own)) {
            throw new AuthorityException("what was issued is not for " + folder.host(), null);
        }
        if (!now.isBefore(own.getNotAfter().toInstant())) {
            throw new AuthorityException("what was issued has ended already", null);
        }
    }

    private static TlsMaterial fitting(KeyPair key, List<X509Certificate> chain)
            throws AuthorityException {
        try {
            return TlsMaterial.of(key.getPrivate(), chain);
        } catch (GeneralSecurityException e) {
            throw new AuthorityException("what was issued does not fit: " + e.getMessage(), e);
        }
    }

    /// RFC 6125 §6.4: the names in the certificate, and not its subject.
    private boolean names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .anyMatch(name ->
                                    name.get(1) instanceof String text
                                            && text.equalsIgnoreCase(folder.host()));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private void fail(Trouble failure) {
        trouble = Optional.of(failure);
        try {
            folder.note(failure);
        } catch (IOException e) {
            LOG.error("this failure is forgotten at the next start: {}", e.getMessage());
        }
        LOG.error(
                "no certificate for {} (try {}; the next one at {}): {}. {}",
                folder.host(),
                failure.tries(),
                failure.next(),
                failure.why(),
                identity.certificate().isPresent()
                        ? "The old one stays in use."
                        : "Until there is one the pages answer nobody.");
    }
}

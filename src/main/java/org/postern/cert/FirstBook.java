package org.postern.cert;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.keyring.BookLostException;
import org.postern.store.FileDisk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the book of revoked certificates for a clinic whose authority is older than such books, if
/// what lies in the data folder proves that nothing was ever revoked: no list was published, no act
/// waits for the audit, and the audit goes back to before the authority and tells of no revocation.
/// Without that proof a person has to say so, because a start cannot tell such a clinic from one
/// that has lost a disk.
final class FirstBook {
    private static final Logger LOG = LoggerFactory.getLogger(FirstBook.class);

    /// Certificates are valid from so long before they are made.
    private static final Duration BACKDATED = Duration.ofHours(1);

    private final OwnKeys own;
    private final Path data;
    private final Acts acts;
    private boolean looked;

    /// @param data the data folder
    FirstBook(OwnKeys own, Path data, InstantSource clock) {
        this.own = own;
        this.data = data;
        this.acts = new Acts(data, clock);
    }

    /// Looks once, at the start.
    synchronized void look() {
        if (looked) {
            return;
        }
        looked = true;
        try {
            own.keyring().revoked().lines();
        } catch (BookLostException e) {
            make(e);
        } catch (IOException e) {
            LOG.error("the book of revoked certificates cannot be read: {}", e.getMessage());
        }
    }

    private void make(BookLostException missing) {
        try {
            Optional<String> doubt = doubt();
            if (doubt.isPresent()) {
                LOG.error("{} ({})", missing.getMessage(), doubt.get());
                return;
            }
            Acts.Begun act =
                    acts.begin("book of revoked certificates begun", "nothing was revoked");
            own.keyring().revoked().restore(own.lists().unwritten());
            act.done();
            LOG.info("the book of revoked certificates was made: nothing was ever revoked");
        } catch (IOException e) {
            LOG.error("{} ({})", missing.getMessage(), e.getMessage());
        }
    }

    /// What keeps it from being certain that nothing was revoked: a clause for people.
    private Optional<String> doubt() throws IOException {
        if (own.lists().isAnyPublished()) {
            return Optional.of("lists were published");
        }
        if (acts.isAny()) {
            return Optional.of("what commands did is not in the audit yet");
        }
        if (!own.keyring().problems().isEmpty()) {
            return Optional.of("not all keys can be read");
        }
        Optional<Instant> oldest =
                own.keyring().authorities().stream()
                        .map(X509Certificate::getNotBefore)
                        .min(Comparator.naturalOrder())
                        .map(it -> it.toInstant().plus(BACKDATED));
        if (oldest.isEmpty()) {
            return Optional.of("the authority's own certificate is gone");
        }
        Audited audited = new Audited();
        new AuditReader(new AuditFolder(new FileDisk(), data.resolve("audit")))
                .read(entry -> audited.take(entry.at(), entry.text("act")));
        Instant first = audited.first;
        if (first == null || first.isAfter(oldest.get())) {
            return Optional.of("the audit does not go back to before the authority");
        }
        return audited.revocations > 0
                ? Optional.of("the audit tells of revocations")
                : Optional.empty();
    }

    /// What the audit tells.
    private static final class Audited {
        private @Nullable Instant first;
        private long revocations;

        void take(Instant at, String act) {
            if (first == null) {
                first = at;
            }
            if (act.contains("revoked")) {
                revocations++;
            }
        }
    }
}

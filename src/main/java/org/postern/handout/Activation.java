package org.postern.handout;

import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.IssuedBook.Issued;
import org.postern.keyring.IssuedBook.Use;
import org.postern.keyring.RevokedBook;
import org.postern.mail.Address;
import org.postern.mime.HeaderSection;
import org.postern.opening.Reading;
import org.postern.opening.SignedAuthor;
import org.postern.opening.Signer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a certificate that was given away into use when its owner writes a mail that is signed
/// with it: then her mail program has the key, and nobody needs to say so. Nothing else of a
/// message does it: the signature has to fit, the certificate to be the very one that was issued to
/// the one author, valid, and not revoked.
public final class Activation {
    private static final Logger LOG = LoggerFactory.getLogger(Activation.class);

    private final IssuedBook issued;
    private final RevokedBook revoked;
    private final Handout.Journal journal;
    private final InstantSource clock;

    public Activation(
            IssuedBook issued, RevokedBook revoked, Handout.Journal journal, InstantSource clock) {
        this.issued = issued;
        this.revoked = revoked;
        this.journal = journal;
        this.clock = clock;
    }

    /// Looks at a message that was read. Whatever fails, the message goes its way.
    ///
    /// @param outer its header section as it came
    /// @return whether it was signed by a certificate of the record, used or not: nobody needs to
    ///   review that one
    public boolean note(HeaderSection outer, Reading reading, Instant received) {
        Optional<SignedAuthor> author = SignedAuthor.of(outer, reading);
        if (author.isEmpty()) {
            return false;
        }
        boolean known = false;
        try {
            for (Signer signer : author.get().signers()) {
                Optional<Issued> meant = find(author.get().address(), signer.chain().getFirst());
                if (meant.isPresent()) {
                    // Whatever fails from here on: it is one of the record.
                    known = true;
                    consider(meant.get(), received);
                }
            }
        } catch (IOException | CertificateEncodingException | RuntimeException e) {
            // Its text might name a file, and so an address.
            LOG.error("a certificate was not taken into use: {}", e.getClass().getName());
        }
        return known;
    }

    private Optional<Issued> find(Address author, X509Certificate signer)
            throws IOException, CertificateEncodingException {
        for (Issued each : issued.of(author, clock.instant())) {
            byte[] certificate = each.entry().certificate().getEncoded();
            if (Arrays.equals(certificate, signer.getEncoded())) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private void consider(Issued meant, Instant received) throws IOException {
        Instant now = clock.instant();
        if (!meant.isUsed()
                && meant.entry().isValidAt(now)
                && meant.entry().isValidAt(received)
                && !revoked.holds(meant.entry().certificate())) {
            activate(meant, now);
        }
    }

    /// The audit first, and once: what was found may be a moment old, and another mail of hers be
    /// on its way at the same time.
    private synchronized void activate(Issued meant, Instant now) throws IOException {
        for (Issued each : issued.all()) {
            if (each.entry().equals(meant.entry()) && each.isUsed()) {
                return;
            }
        }
        journal.append(
                "certificate activated",
                "%s (%d), by a mail that was signed with it"
                        .formatted(meant.entry().owner().word(), meant.entry().number()));
        issued.use(meant, Use.BY_SIGNED_MAIL, now);
    }
}

package org.postern.harvest;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mime.DisplayAddress;
import org.postern.mime.HeaderSection;
import org.postern.opening.Layer;
import org.postern.opening.LayerVerdict;
import org.postern.opening.MessageVerdict;
import org.postern.opening.Reading;
import org.postern.opening.Signer;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the certificates of those who sign mail to the clinic, so that answers to them can be
/// encrypted: into a list that a person goes through (C17). A certificate comes into it only if its
/// signature fits, it names the one author of the message, and mail could be encrypted to it; whose
/// it really is, the person finds out.
///
/// Nothing that is in use is replaced by it.
public final class Harvest {
    private static final Logger LOG = LoggerFactory.getLogger(Harvest.class);

    private final ReviewFolder folder;
    private final PartnerDirectory partners;
    private final Journal journal;

    /// Where it is written down that a certificate was taken.
    @FunctionalInterface
    public interface Journal {
        void taken(String id, Address address) throws IOException;
    }

    public Harvest(ReviewFolder folder, PartnerDirectory partners, Journal journal) {
        this.folder = folder;
        this.partners = partners;
        this.journal = journal;
    }

    /// Looks at a message that was read. Whatever fails, the message goes its way.
    ///
    /// @param outer its header section as it came
    public void note(HeaderSection outer, Reading reading, Instant received) {
        Optional<Address> author = author(outer);
        if (author.isEmpty() || !author.get().isAscii()) {
            return;
        }
        for (Signer signer : signers(reading)) {
            if (signer.addresses().contains(author.get().key())) {
                offer(author.get(), signer.chain(), received);
            }
        }
    }

    private static Optional<Address> author(HeaderSection outer) {
        return switch (DisplayAddress.single(outer, "From")) {
            case DisplayAddress.Single.One(_, Address address) -> Optional.of(address);
            case DisplayAddress.Single.NotOne _ -> Optional.empty();
        };
    }

    /// Those of the innermost signature, if it fits and the only doubt is who vouches for them.
    private static List<Signer> signers(Reading reading) {
        boolean fits =
                reading.verdict().isSigned() || reading.verdict() == MessageVerdict.UNTRUSTED;
        if (!fits) {
            return List.of();
        }
        return reading.layers().stream()
                .filter(Layer.Signed.class::isInstance)
                .map(Layer.Signed.class::cast)
                .reduce((_, inner) -> inner)
                .map(Layer.Signed::signers)
                .orElse(List.of())
                .stream()
                .filter(Harvest::isGood)
                .toList();
    }

    private static boolean isGood(Signer signer) {
        return signer.verdict() == LayerVerdict.Signature.VALID
                || (signer.verdict() instanceof LayerVerdict.Certificate(Verdict fault)
                        && fault == Verdict.NO_PATH);
    }

    private void offer(Address author, List<X509Certificate> chain, Instant received) {
        try {
            if (chain.isEmpty()
                    || !PartnerDirectory.canEncrypt(chain.getFirst(), received)
                    || partners.holds(chain.getFirst(), received)) {
                return;
            }
            switch (folder.offer(author, received, chain)) {
                case TAKEN -> {
                    String id = ReviewFolder.id(chain.getFirst());
                    LOG.info("certificate {} of {} waits for review", id, author.domain());
                    journal.taken(id, author);
                }
                case KNOWN -> {
                    // The usual case: she writes often.
                }
                case FULL ->
                        LOG.warn(
                                "a certificate of {} was not kept: too many wait; ./gateway cert"
                                        + " review",
                                author.domain());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("a certificate was not kept for review: {}", e.getClass().getName());
        }
    }
}

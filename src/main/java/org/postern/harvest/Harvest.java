package org.postern.harvest;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mime.HeaderSection;
import org.postern.opening.LayerVerdict;
import org.postern.opening.Reading;
import org.postern.opening.SignedAuthor;
import org.postern.opening.Signer;
import org.postern.pki.PartnerDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the certificates of those who sign mail to the clinic, so that answers to them can be
/// encrypted: into a list that a person goes through (C17). A certificate comes into it only if its
/// signature fits, it names the one author of the message, and mail could be encrypted to it; whose
/// it really is, the person finds out.
///
/// If the authorities of the author's own domain vouch for it, nobody has to look: it is accepted,
/// unless another one of anybody whom it names is pinned, or a person has rejected it. Nothing that
/// lies in `partners/` is replaced by it.
public final class Harvest {
    private static final Logger LOG = LoggerFactory.getLogger(Harvest.class);

    private final Folders folders;
    private final PartnerDirectory partners;
    private final Journal journal;

    /// Where certificates are kept.
    ///
    /// @param accepted empty if a person looks at all of them
    public record Folders(ReviewFolder review, Optional<AcceptedFolder> accepted) {}

    /// What became of a certificate.
    public enum Taken {
        FOR_REVIEW("certificate for review"),
        ACCEPTED("certificate accepted by its authority");

        private final String act;

        Taken(String act) {
            this.act = act;
        }

        /// As the audit calls it.
        public String act() {
            return act;
        }
    }

    /// Where it is written down that a certificate was taken.
    @FunctionalInterface
    public interface Journal {
        void taken(Taken how, String id, Address address) throws IOException;
    }

    public Harvest(Folders folders, PartnerDirectory partners, Journal journal) {
        this.folders = folders;
        this.partners = partners;
        this.journal = journal;
    }

    /// Looks at a message that was read. Whatever fails, the message goes its way.
    ///
    /// @param outer its header section as it came
    public void note(HeaderSection outer, Reading reading, Instant received) {
        Optional<SignedAuthor> author = SignedAuthor.of(outer, reading);
        if (author.isEmpty() || !author.get().address().isAscii()) {
            return;
        }
        Address address = author.get().address();
        for (Signer signer : author.get().signers()) {
            boolean vouched =
                    reading.verdict().isSigned()
                            && signer.verdict() == LayerVerdict.Signature.VALID
                            && partners.hasOwnAnchors(address.domain(), received);
            offer(new Offer(address, signer.chain(), vouched), received);
        }
    }

    /// @param vouched whether the authorities of her domain vouch for it
    private record Offer(Address author, List<X509Certificate> chain, boolean vouched) {
        X509Certificate certificate() {
            return chain.getFirst();
        }

        String id() {
            return Shelf.id(certificate());
        }
    }

    private void offer(Offer offer, Instant received) {
        Address author = offer.author();
        try {
            if (offer.chain().isEmpty()
                    || !PartnerDirectory.canEncrypt(offer.certificate(), received)
                    || partners.holds(offer.certificate(), received)
                    || accepted(offer, received)) {
                return;
            }
            switch (folders.review().offer(author, received, offer.chain())) {
                case TAKEN -> {
                    LOG.info("certificate {} of {} waits for review", offer.id(), author.domain());
                    journal.taken(Taken.FOR_REVIEW, offer.id(), author);
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

    /// Whether it is used from now on without a person's look.
    private boolean accepted(Offer offer, Instant received) throws IOException {
        if (folders.accepted().isEmpty()
                || !offer.vouched()
                || folders.review().isRejected(offer.id())
                || partners.isAnotherPinned(offer.certificate(), received)) {
            return false;
        }
        return switch (folders.accepted().get().take(offer.author(), received, offer.chain())) {
            case TAKEN -> {
                LOG.info("certificate {} of {} is used now", offer.id(), offer.author().domain());
                journal.taken(Taken.ACCEPTED, offer.id(), offer.author());
                folders.review()
                        .settle(
                                new ReviewFolder.Waiting(
                                        offer.id(), offer.author(), received, offer.chain()));
                yield true;
            }
            case KNOWN -> true;
            case FULL -> false;
        };
    }
}

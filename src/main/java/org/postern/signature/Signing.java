package org.postern.signature;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.keyring.Issuing;
import org.postern.keyring.IssuingException;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mime.DisplayAddress;
import org.postern.mime.DisplayAddress.Single;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.pki.KeyKind;
import org.postern.smime.Payload;
import org.postern.smime.SmimeException;

/// Decides who signs a message, and has it signed. Where somebody is to sign and cannot, the
/// message is not handed back unsigned.
///
/// Safe for use by many threads.
public final class Signing {
    /// Keys that are made without being asked for; more are a flood of invented authors.
    static final int KEYS_MAX = 10_000;

    /// Every current client verifies it (RFC 8551 §2.2), and it signs five times as fast as RSA.
    private static final KeyKind NEW_KEYS = KeyKind.P_256;

    private final Keyring keyring;
    private final Issuing issuing;
    private final Terms terms;
    private final InstantSource clock;
    private final Map<Keyring.Entry, Signer> signers = new ConcurrentHashMap<>();

    /// In whose name mail is signed.
    public enum By {
        /// The one author in From.
        CLINICIAN,
        /// The clinic.
        ORGANISATION
    }

    /// What happens where a key is missing.
    public enum NewKeys {
        /// It is made, and the clinic's own authority issues the certificate.
        AUTOMATIC,
        /// The message is held until somebody makes or imports one.
        BY_HAND
    }

    /// How mail is signed.
    ///
    /// @param by door; mail of a door that is missing is not signed
    /// @param domains of the clinic: mail of other authors is not ours to sign
    public record Terms(
            Map<Listener, By> by,
            Set<Domain> domains,
            Form form,
            RsaPadding padding,
            NewKeys newKeys) {
        public Terms {
            by = Map.copyOf(by);
            domains = Set.copyOf(domains);
        }
    }

    public Signing(Keyring keyring, Issuing issuing, Terms terms, InstantSource clock) {
        this.keyring = keyring;
        this.issuing = issuing;
        this.terms = terms;
        this.clock = clock;
    }

    /// Signs the entity of a message, if somebody is to sign it.
    ///
    /// @return the entity as it is, if nobody is
    /// @throws SmimeException if somebody is to sign and a person has to do something first
    /// @throws IOException if the key or the message cannot be read now
    ContentWriter sign(Envelope envelope, HeaderSection header, Payload payload)
            throws IOException, SmimeException {
        Optional<Owner> owner = owner(envelope, header);
        return owner.isEmpty()
                ? payload.entity()
                : signer(owner.get()).sign(payload.entity(), terms.form(), clock.instant());
    }

    /// Whether the message would be signed.
    boolean concerns(Envelope envelope, HeaderSection header) throws SmimeException {
        return owner(envelope, header).isPresent();
    }

    private Optional<Owner> owner(Envelope envelope, HeaderSection header) throws SmimeException {
        By by = terms.by().get(envelope.arrival().listener());
        if (by == null) {
            return Optional.empty();
        }
        return switch (DisplayAddress.single(header, "From")) {
            case Single.NotOne(String reason) ->
                    throw new SmimeException("Nobody can sign the message: " + reason + ".");
            case Single.One(_, Address author) ->
                    terms.domains().contains(author.domain()) && isHers(envelope, by, author)
                            ? Optional.of(owner(by, author))
                            : Optional.empty();
        };
    }

    /// At the relay door nobody logs in. Mail that only claims an author, and that somebody's
    /// mailbox passes on, still names its sender in the envelope; hers is not put under it.
    private static boolean isHers(Envelope envelope, By by, Address author) {
        Address from = envelope.reversePath();
        return by == By.ORGANISATION
                || envelope.arrival().listener() == Listener.SUBMISSION
                || (from != null && from.key().equals(author.key()));
    }

    private static Owner owner(By by, Address author) throws SmimeException {
        return switch (by) {
            case ORGANISATION -> new Owner.Organisation();
            case CLINICIAN -> {
                if (!author.isPlain()) {
                    throw new SmimeException(
                            "Nobody can sign the message: no certificate can name its author.");
                }
                yield new Owner.Person(author);
            }
        };
    }

    private Signer signer(Owner owner) throws IOException, SmimeException {
        Keyring.Entry entry = entry(owner);
        Signer signer = signers.get(entry);
        if (signer == null) {
            try {
                signer = new Signer(keyring.identity(entry), terms.padding());
            } catch (IllegalArgumentException e) {
                throw new SmimeException(
                        "The key of "
                                + owner.word()
                                + " is of a kind that nothing is signed with.");
            }
            signers.put(entry, signer);
        }
        return signer;
    }

    private Keyring.Entry entry(Owner owner) throws IOException, SmimeException {
        // Without the book of what was revoked the mail waits, and goes by itself once it is there.
        Optional<Keyring.Entry> known = keyring.current(owner, clock.instant());
        return known.isPresent() ? known.get() : make(owner);
    }

    /// One at a time, so that two messages of a new author do not make two keys.
    private synchronized Keyring.Entry make(Owner owner) throws IOException, SmimeException {
        Optional<Keyring.Entry> made = keyring.current(owner, clock.instant());
        if (made.isPresent()) {
            return made.get();
        }
        boolean ended =
                keyring.entries().stream().anyMatch(it -> it.owner().equals(owner) && it.signs());
        if (terms.newKeys() == NewKeys.BY_HAND || ended || keyring.entries().size() >= KEYS_MAX) {
            throw new SmimeException(
                    "%s to sign with; ./gateway cert issue %s makes one."
                            .formatted(
                                    ended
                                            ? "The certificate of "
                                                    + owner.word()
                                                    + " has ended or was revoked: there is no key"
                                            : "There is no key of " + owner.word(),
                                    owner.lastShellWord()));
        }
        try {
            return issuing.issue(owner, NEW_KEYS);
        } catch (IssuingException e) {
            throw new SmimeException(
                    "No key of %s can be made to sign with: %s."
                            .formatted(owner.word(), e.reason()));
        }
    }

    /// The header section that tells who the author is.
    static HeaderSection header(Content message) throws IOException, SmimeException {
        try {
            return HeaderSection.read(message);
        } catch (MimeException e) {
            throw new SmimeException("The message cannot be read: " + e.reason() + ".");
        }
    }
}

package org.postern.transit;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postern.dkim.DkimSigner;
import org.postern.frame.DamagedException;
import org.postern.incoming.Incoming;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delivered;
import org.postern.mail.DeliveryOutcome.Held;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mime.MimeException;
import org.postern.outgoing.AddedWords;
import org.postern.outgoing.ArchiveReport;
import org.postern.outgoing.OutgoingContent;
import org.postern.pki.Lookup;
import org.postern.policy.Decision.Deliver;
import org.postern.policy.Decision.Route;
import org.postern.policy.Extras;
import org.postern.policy.Protection.Level;
import org.postern.reach.Possibilities;
import org.postern.reach.Possibility;
import org.postern.relay.Relay;
import org.postern.relay.RelayResult;
import org.postern.route.Dispatch;
import org.postern.route.Need;
import org.postern.route.Prospect;
import org.postern.route.Way;
import org.postern.signature.SmimeLayers;
import org.postern.smime.Recipient;
import org.postern.smime.SmimeException;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;
import org.postern.transit.Transit.Attempt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The single ways a message can take to a recipient. Each protection answers with an outcome, or
/// with nothing where it is not possible for this recipient; which one is tried the story decides.
public final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final Spool spool;
    private final Routes routes;
    private final Dispatch dispatch;
    private final Possibilities possible;
    private final Smime smime;
    private final Optional<SecureMailbox> mailbox;
    private final Optional<DkimSigner> signer;
    private final ArchiveReport archives;
    private final Clock clock;

    /// What is encrypted on its way out and opened on its way in.
    public record Smime(SmimeLayers layers, Incoming incoming) {}

    /// Where mail goes.
    ///
    /// @param possible which protections are possible on the way to whom
    public record Ways(Routes routes, Dispatch dispatch, Possibilities possible) {}

    public Delivery(
            Spool spool,
            Ways ways,
            Smime smime,
            Optional<SecureMailbox> mailbox,
            Optional<DkimSigner> signer,
            ArchiveReport archives,
            Clock clock) {
        this.spool = spool;
        this.routes = ways.routes();
        this.dispatch = ways.dispatch();
        this.possible = ways.possible();
        this.smime = smime;
        this.mailbox = mailbox;
        this.signer = signer;
        this.archives = archives;
        this.clock = clock;
    }

    /// What those have in common who share a transaction: the way and what is done besides, if they
    /// get the same octets under the same envelope.
    Object companions(QueuedMessage message, Deliver deliver, Address recipient) {
        boolean opened =
                message.envelope().arrival().listener() == Listener.INBOUND
                        && smime.incoming()
                                .isOpenedFor(recipient, () -> spool.content(message.id()));
        return opened || message.ruling().isCopy(recipient)
                ? recipient
                : List.of(routes.way(deliver.route(), recipient), deliver);
    }

    /// Relays to all recipients in one transaction, as the message is. They are companions.
    Map<Address, Attempt> unchanged(
            QueuedMessage message, Deliver deliver, List<Address> recipients)
            throws DamagedException {
        Route route = deliver.route();
        Map<Address, String> notes = new HashMap<>();
        Map<Address, DeliveryOutcome> outcomes =
                Step.attempted(
                        recipients,
                        () -> {
                            Content content = content(message, recipients.getFirst());
                            showReply(message, recipients.getFirst());
                            Way there = routes.way(route, recipients.getFirst());
                            return switch (route) {
                                case INTERNAL, MAILBOX, BOTH ->
                                        inward(message, content, recipients, notes);
                                case UNPROTECTED ->
                                        signed(
                                                inClear(message, recipients.getFirst(), content),
                                                out ->
                                                        relayed(
                                                                message,
                                                                there,
                                                                load(message, recipients, out)));
                            };
                        });
        Map<Address, Attempt> attempts = new LinkedHashMap<>();
        outcomes.forEach((recipient, out) ->
                attempts.put(
                        recipient,
                        new Attempt(route.word(), out, notes.getOrDefault(recipient, ""))));
        return attempts;
    }

    /// Only mail from outside is opened: what colleagues encrypt for one another is theirs. Each
    /// transaction by itself, so that a fault of one does not send another twice.
    private Map<Address, DeliveryOutcome> inward(
            QueuedMessage message, Content kept, List<Address> to, Map<Address, String> notes)
            throws IOException, MimeException {
        Envelope all = load(message, to, kept).envelope();
        Incoming.Relaying relaying =
                (some, as, secret) -> {
                    Envelope envelope = secret ? all.unanswered() : all;
                    // What was found out about it stands above it where the clinic reads it.
                    Content shown = as.below(all.findings());
                    Load load = new Load(envelope, some, shown);
                    return Step.attempted(some, () -> inside(message, load, shown));
                };
        return all.arrival().listener() == Listener.INBOUND
                ? smime.incoming().of(all).hand(kept, to, message.arrived(), relaying).noted(notes)
                : relaying.relay(to, kept, false);
    }

    /// To the clinic's server, into the secure mailboxes, or both: first what is done once, however
    /// often the server has to be tried.
    private Map<Address, DeliveryOutcome> inside(QueuedMessage message, Load load, Content content)
            throws IOException, MimeException {
        List<Address> to = load.recipients();
        Route route = ((Deliver) message.decision(to.getFirst())).route();
        if (route.keeps()) {
            Optional<SecureMailbox> read = mailbox.filter(SecureMailbox::isReadByPrograms);
            if (read.isEmpty()) {
                return Step.all(to, new Held(SecureMailbox.UNREAD));
            }
            for (Address each : to) {
                read.get().keepInside(message, each, content);
            }
        }
        return route == Route.MAILBOX
                ? Step.all(to, new Delivered())
                : relayed(message, routes.way(route, to.getFirst()), load);
    }

    @FunctionalInterface
    private interface Sending<R> {
        R send(ContentWriter content) throws IOException, MimeException;
    }

    /// Whatever leaves for the outside goes through here, and is signed for its domain (DKIM) if
    /// that is configured: in the very octets that are sent, or not sent.
    private <R> R signed(ContentWriter content, Sending<R> sending)
            throws IOException, MimeException {
        if (signer.isEmpty()) {
            return sending.send(content);
        }
        ContentWriter leaving =
                content instanceof Content plain ? OutgoingContent.of(plain) : content;
        try (DkimSigner.Signed signed = signer.get().sign(leaving)) {
            return sending.send(signed.content());
        }
    }

    /// Puts a patient's answer into the thread that she sees, if the page could not. The way to the
    /// clinic does not hang on it.
    private void showReply(QueuedMessage message, Address to) {
        if (message.envelope().arrival().listener() != Listener.PICKUP || mailbox.isEmpty()) {
            return;
        }
        try {
            mailbox.get().keepReply(message, written(message, to));
        } catch (IOException | MimeException e) {
            LOG.warn("{} is not shown in its thread: {}", message.id(), e.getMessage());
        }
    }

    /// With the author's S/MIME signature, if one is asked for in mail that is not encrypted.
    private ContentWriter inClear(QueuedMessage message, Address recipient, Content content)
            throws IOException, MimeException, SmimeException {
        return layers(message, recipient)
                .relayed(author(message, recipient), OutgoingContent.of(content));
    }

    /// Under whose envelope it is signed; nobody signs a report to an archive.
    private static Envelope author(QueuedMessage message, Address recipient) {
        return message.ruling().isArchive(recipient)
                ? ArchiveReport.envelope(message.envelope(), recipient)
                : message.envelope();
    }

    private SmimeLayers layers(QueuedMessage message, Address recipient) {
        boolean demanded = message.extras(recipient).signing() == Extras.Signing.DEMANDED;
        return demanded && !message.ruling().isArchive(recipient)
                ? smime.layers().demandingSignatures()
                : smime.layers();
    }

    private Content content(QueuedMessage message, Address recipient)
            throws IOException, MimeException {
        return message.ruling().isArchive(recipient)
                ? archives.to(
                        recipient,
                        new ArchiveReport.Taken(
                                message.id(),
                                message.arrived(),
                                message.envelope(),
                                message.ruling()),
                        spool.content(message.id()))
                : AddedWords.to(written(message, recipient), message.extras(recipient).added());
    }

    /// As its author wrote it, without tags that are for us.
    private Content written(QueuedMessage message, Address recipient)
            throws IOException, MimeException {
        Content kept = spool.content(message.id());
        return OutgoingContent.withoutTags(kept, message.extras(recipient).stripTags());
    }

    /// Encrypts to the recipient's certificate, if a valid and trusted one is known. What the
    /// author's own program has encrypted to such a one is passed on.
    Step.Attempted smime(QueuedMessage message, Address recipient) throws DamagedException {
        if (!message.ruling().isArchive(recipient) && isEncrypted(message, recipient)) {
            return new Step.Attempted.Possible(relayed(message, recipient, content -> content));
        }
        return Step.Attempted.of(
                possible.smime(recipient),
                age(message),
                found -> encrypted(message, recipient, found));
    }

    private DeliveryOutcome encrypted(QueuedMessage message, Address to, Lookup.Found found)
            throws DamagedException {
        return relayed(
                message,
                to,
                content ->
                        layers(message, to)
                                .encrypted(
                                        author(message, to),
                                        OutgoingContent.of(content),
                                        List.of(Recipient.of(found))));
    }

    private Duration age(QueuedMessage message) {
        return Duration.between(message.arrived(), clock.instant());
    }

    /// What cannot be read now is tried as any other message, and delayed there.
    private boolean isEncrypted(QueuedMessage message, Address recipient) throws DamagedException {
        try {
            return smime.layers()
                    .isEncrypted(spool.content(message.id()), () -> possible.usable(recipient));
        } catch (DamagedException e) {
            throw e;
        } catch (IOException e) {
            return false;
        }
    }

    private DeliveryOutcome relayed(
            QueuedMessage message, Address recipient, Step.Protecting protecting)
            throws DamagedException {
        List<Address> only = List.of(recipient);
        return Step.attempted(
                recipient,
                () ->
                        signed(
                                protecting.protect(content(message, recipient)),
                                out ->
                                        relayed(
                                                message,
                                                routes.outside(recipient),
                                                load(message, only, out))));
    }

    /// Relays over TLS to a server of the recipient's domain that proves who it is: one that IT
    /// named, or one that the domain's own policies prove. What is in doubt may be clear tomorrow.
    Step.Attempted tls(QueuedMessage message, Address recipient) throws DamagedException {
        Possibility<Prospect> seen = possible.tls(recipient);
        if (seen instanceof Possibility.Doubtful<Prospect>(String reason)) {
            return new Step.Attempted.NotYet(reason);
        }
        List<Address> only = List.of(recipient);
        AtomicReference<@Nullable RelayResult> tried = new AtomicReference<>();
        Step.Trying<Prospect> proving =
                there ->
                        Step.attempted(
                                recipient,
                                () -> {
                                    Content content = content(message, recipient);
                                    RelayResult result =
                                            signed(
                                                    inClear(message, recipient, content),
                                                    out -> prove(there, load(message, only, out)));
                                    tried.set(result);
                                    return Step.outcomes(only, result);
                                });
        Step.Attempted attempted = Step.Attempted.of(seen, age(message), proving);
        return attempted instanceof Step.Attempted.Possible(DeliveryOutcome outcome)
                ? Step.proved(tried.get(), outcome)
                : attempted;
    }

    /// Keeps the message in the secure mailbox and queues the notice, if there is a mailbox.
    Step.Attempted pickup(QueuedMessage message, Address recipient, Level level)
            throws DamagedException {
        boolean copy = message.ruling().isCopy(recipient);
        if (copy || mailbox.isEmpty()) {
            String why = copy ? Possibilities.NO_PAGE : Possibilities.NO_PICKUP;
            return new Step.Attempted.Impossible(why);
        }
        SecureMailbox secure = mailbox.get();
        return new Step.Attempted.Possible(
                Step.attempted(
                        recipient,
                        () -> {
                            Content content = content(message, recipient);
                            secure.notify(secure.keep(message, recipient, level, content));
                            return Map.of(recipient, new Delivered());
                        }));
    }

    /// What is sent to whom.
    private record Load(Envelope envelope, List<Address> recipients, ContentWriter content) {}

    /// Nobody hears what becomes of a copy of which she does not know.
    private static Load load(QueuedMessage message, List<Address> to, ContentWriter content) {
        Envelope envelope = author(message, to.getFirst());
        boolean copy = message.ruling().isCopy(to.getFirst());
        return new Load(copy ? envelope.unanswered() : envelope, to, content);
    }

    private Map<Address, DeliveryOutcome> relayed(QueuedMessage message, Way way, Load load)
            throws IOException, MimeException {
        RelayResult result = send(load, mail -> dispatch.send(way, Need.ANY, mail));
        Address first = load.recipients().getFirst();
        Optional<Way> publicWay =
                OwnMail.isPublic(message) ? routes.publicWay(first) : Optional.empty();
        if (result instanceof RelayResult.Unproved && publicWay.isPresent()) {
            result = send(load, mail -> dispatch.send(publicWay.get(), Need.ANY, mail));
        }
        return Step.outcomes(load.recipients(), result);
    }

    private RelayResult prove(Prospect there, Load load) throws IOException, MimeException {
        return send(load, mail -> dispatch.send(there, Need.PROOF, mail));
    }

    private static RelayResult send(Load load, Function<Relay.Mail, RelayResult> how)
            throws IOException, MimeException {
        ContentWriter outgoing =
                load.content() instanceof Content plain
                        ? OutgoingContent.of(plain)
                        : load.content();
        OutgoingContent.Watched watched = new OutgoingContent.Watched(outgoing);
        Envelope envelope = load.envelope();
        RelayResult result =
                how.apply(
                        new Relay.Mail(
                                envelope.reversePath(),
                                load.recipients(),
                                watched,
                                envelope.options()));
        watched.requireUndamaged();
        return result;
    }
}

package org.postern.transit;

import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Delivered;
import org.postern.mail.DeliveryOutcome.Held;
import org.postern.mail.Listener;
import org.postern.mailbox.StoredMessage;
import org.postern.mime.MimeException;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.policy.Decision.Route;
import org.postern.relay.NextHop;
import org.postern.relay.Relay;
import org.postern.relay.RelayResult;
import org.postern.smime.SmimeEncryptor;
import org.postern.smime.SmimeException;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;
import org.postern.transit.Transit.Attempt;

/// The single ways a message can take to a recipient. Each protection answers with an outcome, or
/// with nothing where it is not possible for this recipient; which one is tried the story decides.
public final class Delivery {
    private final Spool spool;
    private final Routes routes;
    private final Relay relay;
    private final PartnerDirectory partners;
    private final SmimeEncryptor encryptor;
    private final Optional<SecureMailbox> mailbox;
    private final Clock clock;

    public Delivery(
            Spool spool,
            Routes routes,
            Relay relay,
            PartnerDirectory partners,
            SmimeEncryptor encryptor,
            Optional<SecureMailbox> mailbox,
            Clock clock) {
        this.spool = spool;
        this.routes = routes;
        this.relay = relay;
        this.partners = partners;
        this.encryptor = encryptor;
        this.mailbox = mailbox;
        this.clock = clock;
    }

    /// The next hop that mail of this route takes; empty if IT configured none.
    Optional<NextHop> hop(Route route, Address recipient) {
        return routes.hop(route, recipient);
    }

    /// Relays to all recipients in one transaction, as the message is. They share a next hop.
    Map<Address, Attempt> unchanged(QueuedMessage message, Route route, List<Address> recipients) {
        String way =
                switch (route) {
                    case INTERNAL -> "internal";
                    case UNPROTECTED -> "unprotected";
                };
        Map<Address, DeliveryOutcome> outcomes =
                attempted(
                        recipients,
                        () -> {
                            Content content = spool.content(message.id());
                            if (message.envelope().arrival().listener() == Listener.PICKUP
                                    && mailbox.isPresent()) {
                                mailbox.get().keepReply(message, content);
                            }
                            return relayed(
                                    message,
                                    hop(route, recipients.getFirst()),
                                    recipients,
                                    content);
                        });
        Map<Address, Attempt> attempts = new LinkedHashMap<>();
        outcomes.forEach((recipient, out) -> attempts.put(recipient, new Attempt(way, out)));
        return attempts;
    }

    /// Encrypts to the recipient's certificate, if a valid and trusted one is known.
    Optional<DeliveryOutcome> smime(QueuedMessage message, Address recipient) {
        return switch (partners.find(recipient, clock.instant())) {
            case Lookup.Found found ->
                    Optional.of(
                            attempted(
                                    recipient,
                                    () -> {
                                        Content content = spool.content(message.id());
                                        return relayed(
                                                message,
                                                routes.outside(recipient),
                                                List.of(recipient),
                                                encryptor.encrypt(
                                                        content, List.of(found.certificate())));
                                    }));
            case Lookup.NoCertificate _, Lookup.Unusable _ -> Optional.empty();
        };
    }

    /// Relays over TLS to the next hop configured for the recipient's domain, if it proves who it
    /// is.
    Optional<DeliveryOutcome> tls(QueuedMessage message, Address recipient) {
        Optional<NextHop> hop =
                routes.partner(recipient).filter(known -> known.tls().demandsProof());
        if (hop.isEmpty()) {
            return Optional.empty();
        }
        try {
            Content content = spool.content(message.id());
            RelayResult result = send(message, hop.get(), List.of(recipient), content);
            return result instanceof RelayResult.Unproved
                    ? Optional.empty()
                    : Optional.of(of(recipient, outcomes(List.of(recipient), result)));
        } catch (MimeException e) {
            return Optional.of(new Held("the message cannot be read: " + e.reason()));
        } catch (IOException e) {
            return Optional.of(new Delayed("the queued message cannot be read now"));
        }
    }

    /// Keeps the message in the secure mailbox and queues the notice, if there is a mailbox.
    Optional<DeliveryOutcome> pickup(QueuedMessage message, Address recipient) {
        return mailbox.map(secure ->
                attempted(
                        recipient,
                        () -> {
                            StoredMessage stored =
                                    secure.keep(message, recipient, spool.content(message.id()));
                            secure.notify(stored);
                            return Map.of(recipient, new Delivered());
                        }));
    }

    private Map<Address, DeliveryOutcome> relayed(
            QueuedMessage message,
            Optional<NextHop> hop,
            List<Address> recipients,
            ContentWriter content)
            throws IOException, MimeException {
        if (hop.isEmpty()) {
            return all(
                    recipients,
                    new Delayed("no next hop is configured: see smart-host in gateway.yaml"));
        }
        return outcomes(recipients, send(message, hop.get(), recipients, content));
    }

    private RelayResult send(
            QueuedMessage message, NextHop hop, List<Address> recipients, ContentWriter content)
            throws IOException, MimeException {
        ContentWriter outgoing =
                content instanceof Content plain ? OutgoingContent.of(plain) : content;
        return relay.send(hop, message.envelope().reversePath(), recipients, outgoing);
    }

    private static Map<Address, DeliveryOutcome> outcomes(
            List<Address> recipients, RelayResult result) {
        return switch (result) {
            case RelayResult.Sent(Map<Address, DeliveryOutcome> outcomes) -> outcomes;
            case RelayResult.Unproved(String reason) -> all(recipients, new Delayed(reason));
            case RelayResult.Unreachable(String reason) -> all(recipients, new Delayed(reason));
        };
    }

    private static Map<Address, DeliveryOutcome> all(
            List<Address> recipients, DeliveryOutcome outcome) {
        Map<Address, DeliveryOutcome> outcomes = new LinkedHashMap<>();
        recipients.forEach(recipient -> outcomes.put(recipient, outcome));
        return outcomes;
    }

    /// One step that may fail because the world does: then it is delayed, or a person looks at it.
    @FunctionalInterface
    private interface Step {
        Map<Address, DeliveryOutcome> run() throws IOException, MimeException, SmimeException;
    }

    private static DeliveryOutcome attempted(Address recipient, Step step) {
        return of(recipient, attempted(List.of(recipient), step));
    }

    private static DeliveryOutcome of(Address recipient, Map<Address, DeliveryOutcome> outcomes) {
        return Objects.requireNonNull(outcomes.get(recipient), "every recipient has an outcome");
    }

    private static Map<Address, DeliveryOutcome> attempted(List<Address> recipients, Step step) {
        try {
            return step.run();
        } catch (MimeException e) {
            return all(recipients, new Held("the message cannot be read: " + e.reason()));
        } catch (SmimeException e) {
            return all(recipients, new Held("the message cannot be encrypted: " + e.reason()));
        } catch (IOException e) {
            return all(recipients, new Delayed("local storage is not to be had now"));
        }
    }
}

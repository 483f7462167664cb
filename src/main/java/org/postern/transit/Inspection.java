package org.postern.transit;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.Reply;
import org.postern.mime.DisplayAddress;
import org.postern.mime.DisplayAddress.Single;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.policy.Facts;

/// Message → facts. It reads what the policy may ask for, and says at once what no policy could
/// make acceptable: a message that cannot be read, that runs in circles, or that bears a false
/// name.
public final class Inspection {
    /// RFC 5321 §6.3: a simple count of the Received fields finds loops; fifty is what the field
    /// uses.
    private static final int HOPS_MAX = 50;

    /// How often a message may come through this gateway. An honest one does so twice at most: out,
    /// and back in by a forward.
    private static final int OWN_HOPS_MAX = 5;

    private final Set<Domain> internal;
    private final String ownHop;

    /// @param internal the clinic's own domains
    /// @param hostname the gateway's own, by which it knows its trace fields
    public Inspection(Set<Domain> internal, Domain hostname) {
        this.internal = Set.copyOf(internal);
        this.ownHop = " by " + hostname + " (Postern) with ";
    }

    sealed interface Inspected {}

    /// @param sha256 of the content, in hexadecimal
    record Acceptable(Facts facts, String sha256) implements Inspected {}

    record Unacceptable(Reply reply) implements Inspected {}

    Inspected inspect(Envelope envelope, Content content) throws IOException {
        try {
            HeaderSection header = HeaderSection.read(content);
            List<HeaderField> hops = header.all("Received");
            if (hops.size() > HOPS_MAX
                    || hops.stream().filter(this::isOurs).count() > OWN_HOPS_MAX) {
                return unacceptable("5.4.6", "Too many hops: the message runs in circles");
            }
            Optional<String> falseName = falseName(envelope, header);
            if (falseName.isPresent()) {
                return unacceptable("5.7.1", falseName.get());
            }
            Hashed hashed = new Hashed(content);
            MimeIndex.of(hashed);
            Facts facts = FactGathering.of(envelope, header, content.size(), internal);
            return new Acceptable(facts, hashed.sha256());
        } catch (MimeException e) {
            return unacceptable("5.6.0", "The message cannot be read: " + e.reason());
        }
    }

    /// Anybody can write such a field, and who does so has his own message refused.
    private boolean isOurs(HeaderField hop) {
        return hop.body().replace('\t', ' ').contains(ownHop);
    }

    private static Unacceptable unacceptable(String status, String text) {
        return new Unacceptable(new Reply(554, status, text));
    }

    /// Whoever logs in writes under a name of her own: the one mailbox of From is the address of
    /// the log-in, or the reverse-path, which the listener checked against what she may send as.
    private static Optional<String> falseName(Envelope envelope, HeaderSection header) {
        if (envelope.arrival().listener() != Listener.SUBMISSION) {
            return Optional.empty();
        }
        return switch (DisplayAddress.single(header, "From")) {
            case Single.One(_, Address author) ->
                    isOwn(author, envelope)
                            ? Optional.empty()
                            : Optional.of("You may not send under the address in From");
            case Single.NotOne(String reason) -> Optional.of("Not sent: " + reason);
        };
    }

    private static boolean isOwn(Address author, Envelope envelope) {
        @Nullable Address authenticated = envelope.arrival().authenticated();
        @Nullable Address reversePath = envelope.reversePath();
        return Stream.of(Optional.ofNullable(authenticated), Optional.ofNullable(reversePath))
                .flatMap(Optional::stream)
                .anyMatch(own -> own.key().equals(author.key()));
    }
}

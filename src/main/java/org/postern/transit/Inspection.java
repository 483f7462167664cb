package org.postern.transit;

import java.io.IOException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Facts;
import org.postern.facts.Origin;
import org.postern.gathering.FactGathering;
import org.postern.gathering.InsideLook;
import org.postern.gathering.PhiLook;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.Reply;
import org.postern.mime.DisplayAddress;
import org.postern.mime.DisplayAddress.Authors;
import org.postern.mime.DisplayAddress.Single;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.origin.AuthenticationResults;
import org.postern.origin.OriginCheck;
import org.postern.policy.Policy;
import org.postern.policy.Ruling;

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

    /// RFC 7489 §10.3.
    private static final Reply REFUSED_BY_AUTHOR =
            new Reply(
                    550,
                    "5.7.1",
                    "Refused, as the domain in From asks for mail that it does not prove (DMARC)");

    /// Nothing was taken, so whoever sends it tries again when the look-up has an answer.
    private static final Reply NOT_PROVED_YET =
            new Reply(
                    451,
                    "4.7.1",
                    "Whether the domain in From stands behind the message is not known now, and it"
                            + " asks for that (DMARC); try again later");

    private final Set<Domain> internal;
    private final Domain hostname;
    private final String ownHop;
    private final Optional<Origins> origins;
    private final Wants wants;

    /// What is looked for beyond the header section.
    ///
    /// @param inside what the policy asks of the message's parts
    /// @param clock the clinic's clock on the wall
    public record Wants(Supplier<InsideLook> inside, Supplier<LocalDateTime> clock) {
        /// Whatever the policy in force asks.
        public static Wants of(Supplier<Policy> policy, Supplier<LocalDateTime> clock) {
            int turns = PhiLook.turns(Runtime.getRuntime().maxMemory());
            PhiLook phi = new PhiLook(turns, () -> clock.get().getYear());
            return new Wants(() -> look(policy.get(), phi), clock);
        }

        /// The same, with what another policy asks.
        private Wants by(Policy policy) {
            return new Wants(() -> look(policy, inside.get().look()), clock);
        }

        private static InsideLook look(Policy policy, PhiLook phi) {
            return new InsideLook(
                    policy.asksForFiles(), policy.asksForPhi(), policy.recordForms(), phi);
        }
    }

    /// How it is found out where mail from outside comes from.
    ///
    /// @param obeys whether a message is refused if the domain of its author asks for that
    /// @param ours whether an address is one that the clinic has named as its own
    public record Origins(OriginCheck check, boolean obeys, Predicate<Address> ours) {}

    /// @param internal the clinic's own domains
    /// @param hostname the gateway's own, by which it knows its trace fields, and under which it
    ///   writes down what it found out
    /// @param origins empty where no mail from outside comes in
    public Inspection(
            Set<Domain> internal, Domain hostname, Optional<Origins> origins, Wants wants) {
        this.internal = Set.copyOf(internal);
        this.hostname = hostname;
        this.ownHop = " by " + hostname + " (Postern) with ";
        this.origins = origins;
        this.wants = wants;
    }

    /// The same for one policy, whatever is in force meanwhile: what is found by the record numbers
    /// of one must not be ruled by the rules of another.
    public Inspection by(Policy policy) {
        return new Inspection(internal, hostname, origins, wants.by(policy));
    }

    /// What came of an inspection.
    public sealed interface Inspected {}

    /// @param envelope with the findings
    /// @param sha256 of the content, in hexadecimal
    /// @param origin empty for mail that does not come from outside
    /// @param doubt why a person has to look at it first; empty if nothing is against it
    public record Acceptable(
            Envelope envelope, Facts facts, String sha256, Optional<Origin> origin, String doubt)
            implements Inspected {
        /// The same, with what was found out before about where it comes from.
        Acceptable withOrigin(Origin found) {
            return new Acceptable(envelope, facts.from(found), sha256, origin, doubt);
        }

        /// The same with more facts.
        Acceptable with(Facts more) {
            return new Acceptable(envelope, more, sha256, origin, doubt);
        }

        /// What the policy says of it.
        Ruling ruled(Policy policy) {
            Ruling ruling = policy.rule(facts);
            return doubt.isEmpty() ? ruling : ruling.doubted(doubt);
        }
    }

    public record Unacceptable(Reply reply) implements Inspected {}

    /// Looks at a message. One that comes with findings was looked at before, and its origin is not
    /// asked for again.
    public Inspected inspect(Envelope envelope, Content content) throws IOException {
        return inspect(envelope, content, this::unnamed);
    }

    /// The same for one that was taken and is held. Whom its From names was asked at the door, by
    /// what was asked there then: whoever sent it hears of no refusal any more, and the rules that
    /// are left have to know what they ask for.
    public Inspected inspectHeld(Envelope envelope, Content content) throws IOException {
        return inspect(envelope, content, (_, _) -> Optional.empty());
    }

    /// @param door why it is refused where it comes in
    private Inspected inspect(
            Envelope envelope,
            Content content,
            BiFunction<Envelope, HeaderSection, Optional<String>> door)
            throws IOException {
        try {
            Hashed hashed = new Hashed(content);
            MimeIndex index = MimeIndex.of(hashed);
            HeaderSection header = index.header();
            List<HeaderField> hops = header.all("Received");
            if (hops.size() > HOPS_MAX
                    || hops.stream().filter(this::isOurs).count() > OWN_HOPS_MAX) {
                return unacceptable("5.4.6", "Too many hops: the message runs in circles");
            }
            Optional<String> falseName = falseName(envelope, header);
            if (falseName.isPresent()) {
                return unacceptable("5.7.1", falseName.get());
            }
            Optional<String> unnamed = door.apply(envelope, header);
            if (unnamed.isPresent()) {
                return new Unacceptable(new Reply(550, "5.6.0", "Refused: " + unnamed.get()));
            }
            FactGathering.Around around = new FactGathering.Around(internal, wants.clock().get());
            Facts facts =
                    FactGathering.of(
                            envelope, header, wants.inside().get().of(index, content), around);
            return withOrigin(
                    new Acceptable(
                            envelope,
                            facts,
                            hashed.sha256(),
                            Optional.empty(),
                            index.doubt().orElse("")),
                    content,
                    header);
        } catch (MimeException e) {
            return unacceptable("5.6.0", "The message cannot be read: " + e.reason());
        }
    }

    /// Anybody can write such a field, and who does so has his own message refused.
    private boolean isOurs(HeaderField hop) {
        return hop.body().replace('\t', ' ').contains(ownHop);
    }

    /// RFC 7489 §6.6.2, last of all: it asks others, and they may take their time.
    private Inspected withOrigin(Acceptable found, Content content, HeaderSection header)
            throws IOException {
        Envelope envelope = found.envelope();
        if (!envelope.findings().isEmpty()) {
            return AuthenticationResults.verdicts(envelope.findings())
                    .<Inspected>map(found::withOrigin)
                    .orElse(found);
        }
        if (origins.isEmpty() || envelope.arrival().listener() != Listener.INBOUND) {
            return found;
        }
        Origins how = origins.get();
        Origin origin = how.check().of(envelope, header, content);
        if (how.obeys() && origin.dmarc().asksForRefusal()) {
            return new Unacceptable(REFUSED_BY_AUTHOR);
        }
        if (how.obeys() && origin.dmarc().mayAskForRefusal()) {
            return new Unacceptable(NOT_PROVED_YET);
        }
        return new Acceptable(
                envelope.withFindings(AuthenticationResults.field(hostname, origin)),
                found.facts().from(origin),
                found.sha256(),
                Optional.of(origin),
                found.doubt());
    }

    private static Unacceptable unacceptable(String status, String text) {
        return new Unacceptable(new Reply(554, status, text));
    }

    /// Whoever logs in writes under a name of her own: the one mailbox of From is the address of
    /// the log-in, or the reverse-path, which the listener checked against what she may send as. So
    /// is that of Sender, which some programs show as who really wrote (RFC 5322 §3.6.2).
    private static Optional<String> falseName(Envelope envelope, HeaderSection header) {
        if (envelope.arrival().listener() != Listener.SUBMISSION) {
            return Optional.empty();
        }
        return falseName(envelope, header, "From")
                .or(() ->
                        header.all("Sender").isEmpty()
                                ? Optional.empty()
                                : falseName(envelope, header, "Sender"));
    }

    private static Optional<String> falseName(
            Envelope envelope, HeaderSection header, String field) {
        return switch (DisplayAddress.single(header, field)) {
            case Single.One(_, Address author) ->
                    isOwn(author, envelope)
                            ? Optional.empty()
                            : Optional.of("You may not send under the address in " + field);
            case Single.NotOne(String reason) -> Optional.of("Not sent: " + reason);
        };
    }

    /// Mail from outside names its authors, in one field: RFC 5322 §3.6. Without that there is no
    /// domain that could be asked whether it stands behind it, while programs still show somebody:
    /// the first of two fields, or the last one, or a bare word completed with the clinic's own
    /// domain. Of what the clinic's own server passes on nobody asks that; but who of two wrote it
    /// is no better known there.
    ///
    /// A report of failure has no reverse-path, so nobody would hear that it was refused, and some
    /// servers write a mere word into its From, or nothing: there is no domain to be forged.
    private Optional<String> unnamed(Envelope envelope, HeaderSection header) {
        return switch (envelope.arrival().listener()) {
            case INBOUND ->
                    envelope.reversePath() == null && hasNoDomain(header)
                            ? Optional.empty()
                            : whyUnnamed(header).or(() -> completedAsOurs(header));
            case RELAY -> header.all("From").size() > 1 ? whyUnnamed(header) : Optional.empty();
            case SUBMISSION, PICKUP, GATEWAY -> Optional.empty();
        };
    }

    /// Whether there is at most one From, and nothing in it that anybody could read as an address;
    /// an encoded word may be one.
    private static boolean hasNoDomain(HeaderSection header) {
        List<HeaderField> fields = header.all("From");
        return fields.size() <= 1
                && fields.stream()
                        .map(HeaderField::body)
                        .noneMatch(body -> body.contains("@") || body.contains("=?"));
    }

    private static Optional<String> whyUnnamed(HeaderSection header) {
        return switch (DisplayAddress.authors(header)) {
            case Authors.Named _ -> Optional.empty();
            case Authors.Unnamed(String reason) -> Optional.of(reason);
        };
    }

    /// A server behind that completes bare words would make one of the clinic's people an author of
    /// `From: director, x <x@far.example>`, and DMARC is asked of the other one alone.
    private Optional<String> completedAsOurs(HeaderSection header) {
        boolean ours =
                origins.isPresent()
                        && DisplayAddress.completable(header).stream()
                                .flatMap(word ->
                                        internal.stream()
                                                .map(domain -> Address.parse(word + "@" + domain)))
                                .flatMap(Optional::stream)
                                .anyMatch(origins.get().ours());
        return ours
                ? Optional.of("the name in the From field wants quotation marks")
                : Optional.empty();
    }

    private static boolean isOwn(Address author, Envelope envelope) {
        @Nullable Address authenticated = envelope.arrival().authenticated();
        @Nullable Address reversePath = envelope.reversePath();
        return Stream.of(Optional.ofNullable(authenticated), Optional.ofNullable(reversePath))
                .flatMap(Optional::stream)
                .anyMatch(own -> own.key().equals(author.key()));
    }
}

package org.postern.incoming;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.keyring.Keyring;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Delayed;
import org.postern.mail.DeliveryOutcome.Failed;
import org.postern.mail.DeliveryOutcome.Held;
import org.postern.mail.DeliveryOutcome.Tls;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Reply;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.opening.Layer;
import org.postern.opening.LayerVerdict;
import org.postern.opening.MessageVerdict;
import org.postern.opening.Reading;
import org.postern.opening.SmimeReader;
import org.postern.origin.AuthenticationResults;
import org.postern.origin.OwnFields;
import org.postern.pki.Identity;
import org.postern.pki.PartnerDirectory;
import org.postern.scan.Scanner;
import org.postern.smime.SmimeDecryptor;
import org.postern.smime.SmimeType;

/// Mail from outside, as the clinic gets it: what is encrypted to a recipient is opened for her and
/// for nobody else, and what is found out stands above it.
///
/// All of this happens after the 250, when the message goes to the clinic: who sent it learns
/// nothing from a reply, from its time or from a report, whether or not a key fitted (C03). What
/// cannot be opened is handed on as it came.
public final class Incoming {
    private final ReaderKeys keys;
    private final PartnerDirectory partners;
    private final Voice voice;
    private final Beside beside;

    /// Who else looks at what is read.
    ///
    /// @param patience until when a message of that time waits for what authorities say
    private record Beside(Optional<Scanner> scanner, Notice notice, Patience patience) {}

    /// Says whether a message still waits for what the signer's authority says of the certificate.
    @FunctionalInterface
    public interface Patience {
        /// It does, as long as it is here.
        Patience ENDLESS = _ -> true;

        boolean waits(Instant received);
    }

    /// Is shown each message that was read, on its way.
    @FunctionalInterface
    public interface Notice {
        /// Nobody.
        Notice NONE = (_, _, _) -> {};

        /// @param outer the header section as it came
        void read(HeaderSection outer, Reading reading, Instant received);
    }

    /// As whom the gateway speaks.
    ///
    /// @param hostname under which it writes findings down
    /// @param own the fields that nobody else may write
    public record Voice(Domain hostname, OwnFields own) {}

    /// @param keyring with the keys of the clinic's people
    /// @param scanner looks through what was opened, which nobody could before
    public Incoming(
            Keyring keyring, PartnerDirectory partners, Voice voice, Optional<Scanner> scanner) {
        this(
                new ReaderKeys(keyring),
                partners,
                voice,
                new Beside(scanner, Notice.NONE, Patience.ENDLESS));
    }

    private Incoming(ReaderKeys keys, PartnerDirectory partners, Voice voice, Beside beside) {
        this.keys = keys;
        this.partners = partners;
        this.voice = voice;
        this.beside = beside;
    }

    /// The same, which shows what it reads.
    public Incoming showing(Notice other) {
        return new Incoming(
                keys, partners, voice, new Beside(beside.scanner(), other, beside.patience()));
    }

    /// The same, which waits for authorities only so long; then the message is handed on with what
    /// is known of its signature.
    public Incoming waiting(Patience patience) {
        return new Incoming(
                keys, partners, voice, new Beside(beside.scanner(), beside.notice(), patience));
    }

    /// The same for one message. If there is doubt that it comes from its author's domain, what it
    /// holds is shown to nobody: a stranger could offer certificates in her name.
    public Incoming of(Envelope envelope) {
        return AuthenticationResults.isUndoubted(envelope.findings()) ? this : showing(Notice.NONE);
    }

    /// Relays to some recipients in one transaction.
    @FunctionalInterface
    public interface Relaying {
        /// @param secret whoever sent the message is told nothing of it, by no server
        Map<Address, DeliveryOutcome> relay(
                List<Address> recipients, Content content, boolean secret) throws IOException;
    }

    /// What became of each recipient, and what was found out for her.
    ///
    /// @param verdicts empty for mail without S/MIME
    public record Handed(
            Map<Address, DeliveryOutcome> outcomes, Map<Address, MessageVerdict> verdicts) {
        /// The outcomes; the verdicts are written down for the audit.
        public Map<Address, DeliveryOutcome> noted(Map<Address, String> notes) {
            verdicts.forEach((to, verdict) -> notes.put(to, "S/MIME: " + verdict.code()));
            return outcomes;
        }
    }

    /// What some recipients get in one transaction.
    private sealed interface Share {
        /// @param content as it goes to the clinic
        /// @param verdict the one that stands above it; `PLAIN` for mail without S/MIME
        /// @param opened whether the content is another than the one that came
        /// @param secret whether a report of the clinic's server would tell whoever sent it what
        ///   was inside, or whether it could be opened (C03, C04)
        record Ready(
                List<Address> recipients,
                Content content,
                MessageVerdict verdict,
                boolean opened,
                boolean secret)
                implements Share {}

        /// What was opened cannot go on: it holds a virus, or nobody could look through it.
        record Stopped(List<Address> recipients, DeliveryOutcome outcome) implements Share {}
    }

    /// Hands a message to the clinic.
    ///
    /// @param content stays readable, and the same, until this returns
    /// @param received when the message came; certificates are judged as of then
    /// @throws IOException if the message or the list of keys cannot be read; nothing was relayed
    public Handed hand(
            Content content, List<Address> recipients, Instant received, Relaying relaying)
            throws IOException, MimeException {
        HeaderSection outer = HeaderSection.read(content);
        Map<Address, DeliveryOutcome> outcomes = new LinkedHashMap<>();
        Map<Address, MessageVerdict> verdicts = new LinkedHashMap<>();
        for (Share share : shares(outer, content, recipients, received)) {
            switch (share) {
                case Share.Ready ready -> {
                    relaying.relay(ready.recipients(), ready.content(), ready.secret())
                            .forEach((to, out) ->
                                    outcomes.put(to, ready.opened() ? quiet(out) : out));
                    if (ready.verdict() != MessageVerdict.PLAIN) {
                        ready.recipients().forEach(to -> verdicts.put(to, ready.verdict()));
                    }
                }
                case Share.Stopped(List<Address> stopped, DeliveryOutcome outcome) ->
                        stopped.forEach(to -> outcomes.put(to, outcome));
            }
        }
        return new Handed(outcomes, verdicts);
    }

    /// What is refused because of what was inside must not be reported to whoever sent it: the
    /// report would tell that it was opened, and something of what was in it (C03, C04). That there
    /// is no such recipient (RFC 3463 §3.2) has nothing to do with the content.
    private static DeliveryOutcome quiet(DeliveryOutcome outcome) {
        return outcome instanceof Failed(Reply reply, Tls tls)
                        && !reply.enhanced().startsWith("5.1.")
                ? new Held(
                        "the clinic's server refused the opened message: %d %s"
                                .formatted(reply.code(), reply.enhanced()),
                        tls)
                : outcome;
    }

    /// Whether the recipient may get a message of her own: then it is attempted, and settled, apart
    /// from those of others. A stop between two of them delivers neither again.
    ///
    /// @param message read only if there is a key of hers
    public boolean isOpenedFor(Address recipient, Kept message) {
        try {
            return keys.areAny(recipient) && mayHoldEnvelope(message.content());
        } catch (IOException | MimeException e) {
            // The attempt finds the same, and says what becomes of it.
            return false;
        }
    }

    /// A message that is kept somewhere.
    @FunctionalInterface
    public interface Kept {
        Content content() throws IOException;
    }

    /// A part below the root is never opened, but the one that is signed around counts as the root.
    private static boolean mayHoldEnvelope(Content message) throws IOException, MimeException {
        return switch (SmimeType.of(HeaderSection.read(message))) {
            case SmimeType.Plain() -> false;
            case SmimeType.Enveloped _,
                    SmimeType.Unnamed(),
                    SmimeType.OpaqueSigned(),
                    SmimeType.CertificatesOnly(),
                    SmimeType.Compressed() ->
                    true;
            case SmimeType.ClearSigned() ->
                    MimeIndex.of(message).root().children().stream()
                            .limit(1)
                            .anyMatch(part ->
                                    part.isA("application")
                                            || part.type().equals("multipart/signed"));
        };
    }

    /// Divides the recipients by what they get: those who get the same octets share.
    private List<Share> shares(
            HeaderSection outer, Content content, List<Address> recipients, Instant received)
            throws IOException, MimeException {
        if (SmimeType.of(outer) instanceof SmimeType.Plain) {
            return List.of(
                    new Share.Ready(recipients, content, MessageVerdict.PLAIN, false, false));
        }
        List<Share> shares = new ArrayList<>();
        Map<Untouched, List<Address>> untouched = new LinkedHashMap<>();
        Map<List<Identity>, Seen> seen = new HashMap<>();
        for (Address recipient : recipients) {
            ReaderKeys.Found found = keys.of(recipient);
            Seen own = seen.get(found.readable());
            if (own == null) {
                Reading reading =
                        new SmimeReader(partners, new SmimeDecryptor(found.readable()))
                                .read(content, received);
                own = Seen.of(reading, message(outer, reading), beside.scanner());
                seen.put(found.readable(), own);
                beside.notice().read(outer, reading, received);
            }
            Optional<String> hold = hold(found, own);
            if (hold.isPresent()) {
                shares.add(new Share.Stopped(List.of(recipient), new Held(hold.get())));
            } else if (own.reading().awaitsAuthority() && beside.patience().waits(received)) {
                shares.add(
                        new Share.Stopped(
                                List.of(recipient),
                                Delayed.alone("the signer's certificate is being looked up")));
            } else if (own.message().isPresent()) {
                shares.add(opened(recipient, own.reading(), own.message().get()));
            } else {
                untouched
                        .computeIfAbsent(untouched(outer, own.reading()), _ -> new ArrayList<>())
                        .add(recipient);
            }
        }
        untouched.forEach((what, together) ->
                shares.add(
                        new Share.Ready(
                                together,
                                content.below(what.fields()),
                                what.verdict(),
                                false,
                                what.secret())));
        return shares;
    }

    private Untouched untouched(HeaderSection outer, Reading reading) {
        MessageVerdict verdict =
                reading.opened().isPresent() ? MessageVerdict.NOT_OPENED : reading.verdict();
        String fields = VerdictFields.of(voice.hostname(), reading, verdict);
        return new Untouched(fields, verdict, isSecret(outer, reading));
    }

    /// Whether there is an envelope in the message, whatever its label says and wherever it lies:
    /// what becomes of the message must not depend on whether it opened.
    private static boolean isSecret(HeaderSection outer, Reading reading) {
        return reading.layers().stream().anyMatch(Layer.Enveloped.class::isInstance)
                || switch (SmimeType.of(outer)) {
                    case SmimeType.Enveloped _, SmimeType.Unnamed() -> true;
                    case SmimeType.Plain(),
                            SmimeType.OpaqueSigned(),
                            SmimeType.ClearSigned(),
                            SmimeType.CertificatesOnly(),
                            SmimeType.Compressed() ->
                            false;
                };
    }

    /// Why a person has to look before the recipient gets anything; empty if nothing is in the way.
    static Optional<String> hold(ReaderKeys.Found keys, Seen seen) {
        boolean closed =
                !seen.reading().layers().isEmpty()
                        && seen.reading().layers().getLast().verdict()
                                == LayerVerdict.Envelope.NO_KEY;
        if (closed && keys.unreadable() > 0) {
            return Optional.of(
                    "a key file of the recipient cannot be read, so the message cannot be opened");
        }
        boolean opened = seen.reading().opened().isPresent();
        return switch (seen.scanned()) {
            case Scanner.Result.Clean() -> Optional.empty();
            case Scanner.Result.Infected(String name) ->
                    Optional.of(
                            "the %s message holds a virus, %s"
                                    .formatted(opened ? "opened" : "signed", name));
            case Scanner.Result.NotScanned(String reason) ->
                    Optional.of(
                            "what %s: %s".formatted(opened ? "was opened" : "is inside", reason));
        };
    }

    /// What stands above a message that goes on as it came.
    private record Untouched(String fields, MessageVerdict verdict, boolean secret) {}

    /// @return empty if nothing was opened, or it cannot travel as mail
    private Optional<Content> message(HeaderSection outer, Reading reading)
            throws IOException, MimeException {
        return reading.opened().isEmpty()
                ? Optional.empty()
                : OpenedMessage.of(outer, reading.opened().get(), voice.own());
    }

    private Share opened(Address recipient, Reading reading, Content message) {
        String fields = VerdictFields.of(voice.hostname(), reading, reading.verdict());
        return new Share.Ready(
                List.of(recipient), message.below(fields), reading.verdict(), true, true);
    }
}

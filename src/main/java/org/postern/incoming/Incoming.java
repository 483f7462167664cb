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
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Failed;
import org.postern.mail.DeliveryOutcome.Held;
import org.postern.mail.Domain;
import org.postern.mail.Reply;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.opening.MessageVerdict;
import org.postern.opening.Reading;
import org.postern.opening.SmimeReader;
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
    private final Keyring keyring;
    private final PartnerDirectory partners;
    private final Voice voice;
    private final Optional<Scanner> scanner;

    /// As whom the gateway speaks.
    ///
    /// @param hostname under which it writes findings down
    /// @param own the fields that nobody else may write
    public record Voice(Domain hostname, OwnFields own) {}

    /// @param keyring with the keys of the clinic's people
    /// @param scanner looks through what was opened, which nobody could before
    public Incoming(
            Keyring keyring, PartnerDirectory partners, Voice voice, Optional<Scanner> scanner) {
        this.keyring = keyring;
        this.partners = partners;
        this.voice = voice;
        this.scanner = scanner;
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
        record Ready(
                List<Address> recipients, Content content, MessageVerdict verdict, boolean opened)
                implements Share {
            /// Whether a report of the clinic's server would tell whoever sent it what was inside,
            /// or whether it could be opened (C03, C04).
            boolean isSecret(HeaderSection outer) {
                return opened
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
        }

        /// What was opened cannot go on: it holds a virus, or nobody could look through it.
        record Stopped(List<Address> recipients, DeliveryOutcome outcome) implements Share {}
    }

    /// Hands a message to the clinic.
    ///
    /// @param content stays readable, and the same, until this returns
    /// @param received when the message came; certificates are judged as of then
    /// @throws IOException if the message or somebody's keys cannot be read; nothing was relayed
    public Handed hand(
            Content content, List<Address> recipients, Instant received, Relaying relaying)
            throws IOException, MimeException {
        HeaderSection outer = HeaderSection.read(content);
        Map<Address, DeliveryOutcome> outcomes = new LinkedHashMap<>();
        Map<Address, MessageVerdict> verdicts = new LinkedHashMap<>();
        for (Share share : shares(outer, content, recipients, received)) {
            switch (share) {
                case Share.Ready ready -> {
                    relaying.relay(ready.recipients(), ready.content(), ready.isSecret(outer))
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
        return outcome instanceof Failed(Reply reply) && !reply.enhanced().startsWith("5.1.")
                ? new Held(
                        "the clinic's server refused the opened message: %d %s"
                                .formatted(reply.code(), reply.enhanced()))
                : outcome;
    }

    /// Divides the recipients by what they get: those who get the same octets share.
    private List<Share> shares(
            HeaderSection outer, Content content, List<Address> recipients, Instant received)
            throws IOException, MimeException {
        if (SmimeType.of(outer) instanceof SmimeType.Plain) {
            return List.of(new Share.Ready(recipients, content, MessageVerdict.PLAIN, false));
        }
        List<Share> shares = new ArrayList<>();
        Map<Untouched, List<Address>> untouched = new LinkedHashMap<>();
        Map<List<Identity>, Reading> readings = new HashMap<>();
        for (Address recipient : recipients) {
            List<Identity> own = keysOf(recipient);
            Reading reading = readings.get(own);
            if (reading == null) {
                reading =
                        new SmimeReader(partners, new SmimeDecryptor(own)).read(content, received);
                readings.put(own, reading);
            }
            Optional<Content> message = message(outer, reading);
            if (message.isPresent()) {
                shares.add(opened(recipient, reading, message.get()));
            } else {
                MessageVerdict verdict =
                        reading.opened().isPresent()
                                ? MessageVerdict.NOT_OPENED
                                : reading.verdict();
                String fields = VerdictFields.of(voice.hostname(), reading, verdict);
                untouched
                        .computeIfAbsent(new Untouched(fields, verdict), _ -> new ArrayList<>())
                        .add(recipient);
            }
        }
        untouched.forEach((what, together) ->
                shares.add(
                        new Share.Ready(
                                together, content.below(what.fields()), what.verdict(), false)));
        return shares;
    }

    /// All keys of one recipient, older ones as well, and of nobody else (C04).
    private List<Identity> keysOf(Address recipient) throws IOException {
        List<Identity> identities = new ArrayList<>();
        if (recipient.isPlain()) {
            Owner owner = new Owner.Person(recipient);
            for (Keyring.Entry entry : keyring.entries()) {
                if (entry.owner().equals(owner)) {
                    identities.add(keyring.identity(entry));
                }
            }
        }
        return identities;
    }

    /// What stands above a message that goes on as it came.
    private record Untouched(String fields, MessageVerdict verdict) {}

    /// @return empty if nothing was opened, or it cannot travel as mail
    private Optional<Content> message(HeaderSection outer, Reading reading)
            throws IOException, MimeException {
        return reading.opened().isEmpty()
                ? Optional.empty()
                : OpenedMessage.of(outer, reading.opened().get(), voice.own());
    }

    private Share opened(Address recipient, Reading reading, Content message) {
        List<Address> only = List.of(recipient);
        Scanner.Result scanned =
                scanner.map(it -> it.scan(message)).orElseGet(Scanner.Result.Clean::new);
        return switch (scanned) {
            case Scanner.Result.Clean() -> {
                String fields = VerdictFields.of(voice.hostname(), reading, reading.verdict());
                yield new Share.Ready(only, message.below(fields), reading.verdict(), true);
            }
            case Scanner.Result.Infected(String name) ->
                    new Share.Stopped(only, new Held("the opened message holds a virus, " + name));
            case Scanner.Result.NotScanned(String reason) ->
                    new Share.Stopped(only, new Held("what was opened: " + reason));
        };
    }
}

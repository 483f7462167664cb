package org.postern.cert;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig;
import org.postern.given.Given;
import org.postern.given.Offer;
import org.postern.given.PartnersFolder;
import org.postern.harvest.AcceptedFolder;
import org.postern.harvest.ReviewFolder;
import org.postern.harvest.ReviewFolder.Waiting;
import org.postern.mail.Domain;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Verdict;

/// A person says whose certificates are believed: of those that came with signed mail (`cert
/// review`), and of those that a partner has given to the clinic in a file (`cert add`). What is
/// accepted becomes a file in the partners' folder, like any other.
final class CertReview {
    private static final String PINNED = ", pinned";

    private final Console console;
    private final ReviewFolder folder;
    private final AcceptedFolder accepted;
    private final GatewayConfig config;
    private final OwnKeys own;
    private final Acts acts;
    private final InstantSource clock;

    CertReview(Console console, GatewayConfig config, Acts acts, InstantSource clock) {
        this.console = console;
        this.config = config;
        this.own = OwnKeys.of(config, clock);
        Path harvest = config.storage().data().resolve("harvest");
        this.folder = new ReviewFolder(harvest);
        this.accepted = new AcceptedFolder(harvest);
        this.acts = acts;
        this.clock = clock;
    }

    int run(Arguments arguments) throws UsageException, IOException {
        if (arguments.words().size() == 1) {
            return list(arguments);
        }
        String act = arguments.word(1, "list, accept or reject");
        if (act.equals("list")) {
            arguments.atMostWords(2);
            return list(arguments);
        }
        String id = arguments.word(2, "ID");
        arguments.atMostWords(3);
        Optional<Waiting> waiting = folder.find(id);
        if (waiting.isEmpty() && act.equals("reject")) {
            // One that was accepted by its authority.
            waiting = accepted.find(id);
        }
        if (waiting.isEmpty()) {
            console.error("No certificate " + id + " waits; ./gateway cert review shows them.");
            return Command.FAILED;
        }
        return switch (act) {
            case "accept" -> accept(arguments, waiting.get());
            case "reject" -> reject(waiting.get());
            default -> throw new UsageException("unknown word \"" + act + "\"");
        };
    }

    private int list(Arguments arguments) throws IOException {
        List<Waiting> waiting = folder.waiting();
        if (arguments.has("json")) {
            console.line(CertFacts.json(waiting));
            return Command.OK;
        }
        PartnerDirectory partners = partners(arguments);
        for (Waiting each : waiting) {
            console.line(CertFacts.text(each));
            console.line("    " + sentence(partners, each));
        }
        if (waiting.isEmpty()) {
            console.line("No certificate waits for review.");
        }
        return Command.OK;
    }

    private PartnerDirectory partners(Arguments arguments) {
        return Authorities.OFF.over(OwnKeys.partners(config, arguments.config()), own);
    }

    private String sentence(PartnerDirectory partners, Waiting waiting) {
        Optional<Verdict> fault = fault(partners, waiting);
        StringBuilder sentence = new StringBuilder();
        List<String> others = others(partners, waiting);
        if (!others.isEmpty()) {
            sentence.append("It is a certificate of %s as well. ".formatted(Offer.shown(others)));
        }
        sentence.append(
                fault.isEmpty()
                        ? "An authority in partners/anchors vouches for it."
                        : "The certificate " + fault.get().clause() + ".");
        if (partners.isAnotherPinned(waiting.chain().getFirst(), clock.instant())) {
            sentence.append(
                    others.isEmpty()
                            ? " Another one of this person is pinned."
                            : " Another one of these people is pinned.");
        }
        return sentence.toString();
    }

    /// Whose else it is. Whoever made it wrote down all of them, and may be none of them.
    private static List<String> others(PartnerDirectory partners, Waiting waiting) {
        return partners.addresses(waiting.chain().getFirst()).stream()
                .filter(key -> !key.equals(waiting.address().key()))
                .sorted()
                .toList();
    }

    private Optional<Verdict> fault(PartnerDirectory partners, Waiting waiting) {
        X509Certificate certificate = waiting.chain().getFirst();
        Instant now = clock.instant();
        // Also where none of our authorities vouches for it: what we have revoked is not pinned.
        return own.revocationFault(certificate, now)
                .or(() ->
                        partners.signerFault(
                                certificate, waiting.chain(), now, Optional.of(waiting.address())));
    }

    private int accept(Arguments arguments, Waiting waiting) throws IOException {
        boolean pin = arguments.has("pin");
        Optional<String> refusal = refusal(partners(arguments), waiting, pin);
        if (refusal.isPresent()) {
            console.error(refusal.get());
            return Command.FAILED;
        }
        Acts.Begun act =
                acts.begin(
                        "certificate accepted",
                        "%s of %s%s".formatted(waiting.id(), waiting.address(), pin ? PINNED : ""));
        // In this order: after a stop between the two it waits still, and is accepted once more.
        Path file =
                partnersFolder(arguments)
                        .put("reviewed-" + waiting.id() + ".pem", waiting.chain(), pin);
        act.done();
        folder.settle(waiting);
        console.line("Mail to %s is encrypted to %s.".formatted(waiting.address(), file));
        return Command.OK;
    }

    /// Why it is not accepted: a sentence for people.
    private Optional<String> refusal(PartnerDirectory partners, Waiting waiting, boolean pin) {
        Instant now = clock.instant();
        X509Certificate certificate = waiting.chain().getFirst();
        List<String> others = others(partners, waiting);
        if (partners.isAnotherPinned(certificate, now)) {
            return Optional.of(
                    "A certificate of %s is pinned, and nothing replaces that by itself; take it"
                                    .formatted(
                                            waiting.address()
                                                    + (others.isEmpty()
                                                            ? ""
                                                            : ", " + Offer.shown(others)))
                            + " out of partners/pinned first, if this one is right.");
        }
        if (!PartnerDirectory.canEncrypt(certificate, now)) {
            return Optional.of("Nothing can be encrypted to it now; ask for another one.");
        }
        if (pin && !others.isEmpty()) {
            // The telephone call was about one person, and pinning asks nobody else.
            return Optional.of(
                    "It is a certificate of %s as well, and cannot be pinned for %s alone; ask for"
                                    .formatted(Offer.shown(others), waiting.address())
                            + " one of this address only.");
        }
        Optional<Verdict> fault = fault(partners, waiting);
        if (fault.isPresent() && (fault.get() != Verdict.NO_PATH || !pin)) {
            return Optional.of(
                    "The certificate %s. ".formatted(fault.get().clause())
                            + (fault.get() == Verdict.NO_PATH
                                    ? "If you have compared its fingerprint by telephone: --pin"
                                    : "Ask for another one."));
        }
        return Optional.empty();
    }

    private PartnersFolder partnersFolder(Arguments arguments) {
        return new PartnersFolder(arguments.config().resolve("partners"));
    }

    /// What a partner has given to the clinic: of a person, of a domain, or of their authority.
    int add(Arguments arguments) throws UsageException, IOException {
        Path file = Path.of(arguments.word(1, "FILE"));
        arguments.atMostWords(2);
        Offer offer = new Offer(partners(arguments), own::revocationFault, clock.instant());
        return switch (Given.of(Pem.certificates(file))) {
            case Given.OfUser user -> addUser(arguments, offer, user);
            case Given.OfAuthority authority -> addAuthority(arguments, offer, authority);
            case Given.Mixed(String sentence) -> refused(sentence);
        };
    }

    private int refused(String sentence) {
        console.error(sentence);
        return Command.FAILED;
    }

    private int addUser(Arguments arguments, Offer offer, Given.OfUser given)
            throws UsageException, IOException {
        boolean pin = arguments.has("pin");
        Offer.For.One whom =
                switch (offer.whom(given, arguments.value("for"))) {
                    case Offer.For.One one -> one;
                    case Offer.For.Nobody(String clause) -> throw new UsageException(clause);
                };
        Optional<String> refusal = offer.refusal(given, whom, pin);
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        X509Certificate certificate = given.chain().getFirst();
        String others = Offer.shown(whom.others());
        Acts.Begun act =
                acts.begin(
                        "certificate added",
                        "%s of %s%s%s"
                                .formatted(
                                        CertFacts.fingerprint(certificate),
                                        whom.name(),
                                        others.isEmpty() ? "" : ", also of " + others,
                                        pin ? PINNED : ""));
        Path file = partnersFolder(arguments).put(added(certificate), given.chain(), pin);
        act.done();
        console.line("Added as %s; ./gateway cert find shows what is used.".formatted(file));
        return shownPrint(certificate);
    }

    /// Whoever has it vouches for a whole domain, and nobody else does then.
    private int addAuthority(Arguments arguments, Offer offer, Given.OfAuthority given)
            throws UsageException, IOException {
        X509Certificate authority = given.certificate();
        String word =
                arguments
                        .value("for")
                        .orElseThrow(() ->
                                new UsageException(
                                        "it is an authority; for whose people: --for DOMAIN"));
        Domain domain =
                Domain.parse(word)
                        .orElseThrow(() -> new UsageException("\"" + word + "\" is no domain"));
        Optional<String> refusal = offer.refusal(given);
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        if (!arguments.has("pin")) {
            shownPrint(authority);
            return refused(
                    "It would vouch for everybody in %s, and only what lies in partners/anchors/%s"
                                    .formatted(domain, domain)
                            + " would. Compare its fingerprint by telephone; then: --pin");
        }
        Acts.Begun act =
                acts.begin(
                        "authority added",
                        "%s for %s".formatted(CertFacts.fingerprint(authority), domain));
        Path file = partnersFolder(arguments).put(added(authority), authority, domain);
        act.done();
        console.line(
                "Added as %s: for %s vouch the authorities in that folder alone."
                        .formatted(file, domain));
        return shownPrint(authority);
    }

    private int shownPrint(X509Certificate certificate) {
        console.line("SHA-256 " + CertFacts.fingerprint(certificate));
        return Command.OK;
    }

    /// No other certificate has a file of that name.
    private static String added(X509Certificate certificate) {
        return "added-" + CertFacts.fingerprint(certificate) + ".pem";
    }

    private int reject(Waiting waiting) throws IOException {
        Acts.Begun act =
                acts.begin("certificate rejected", waiting.id() + " of " + waiting.address());
        folder.reject(waiting);
        accepted.remove(waiting);
        act.done();
        console.line("%s is not offered again.".formatted(waiting.id()));
        return Command.OK;
    }
}

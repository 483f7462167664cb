package org.postern.cert;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig;
import org.postern.harvest.AcceptedFolder;
import org.postern.harvest.ReviewFolder;
import org.postern.harvest.ReviewFolder.Waiting;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.pki.CertificateAddresses;
import org.postern.pki.Finder;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Verdict;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;

/// A person says whose certificates are believed: of those that came with signed mail (`cert
/// review`), and of those that a partner has given to the clinic in a file (`cert add`). What is
/// accepted becomes a file in the partners' folder, like any other.
final class CertReview {
    private static final int OTHERS_SHOWN_MAX = 10;
    private static final int ID_CHARS = 16;

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
            sentence.append("It is a certificate of %s as well. ".formatted(shown(others)));
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

    private static String shown(List<String> addresses) {
        String first =
                String.join(
                        ", ", addresses.subList(0, Math.min(OTHERS_SHOWN_MAX, addresses.size())));
        int more = addresses.size() - OTHERS_SHOWN_MAX;
        return more > 0 ? first + " and " + more + " more" : first;
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
        Path file =
                arguments
                        .config()
                        .resolve(pin ? "partners/pinned" : "partners")
                        .resolve("reviewed-" + waiting.id() + ".pem");
        Acts.Begun act =
                acts.begin(
                        "certificate accepted",
                        "%s of %s%s"
                                .formatted(waiting.id(), waiting.address(), pin ? ", pinned" : ""));
        // In this order: after a stop between the two it waits still, and is accepted once more.
        write(file, kept(waiting.chain(), pin));
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
                                                            : ", " + shown(others)))
                            + " out of partners/pinned first, if this one is right.");
        }
        if (!PartnerDirectory.canEncrypt(certificate, now)) {
            return Optional.of("Nothing can be encrypted to it now; ask for another one.");
        }
        if (pin && !others.isEmpty()) {
            // The telephone call was about one person, and pinning asks nobody else.
            return Optional.of(
                    "It is a certificate of %s as well, and cannot be pinned for %s alone; ask for"
                                    .formatted(shown(others), waiting.address())
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

    /// What goes into the file. Nobody has looked at what came along with the certificate: the
    /// authorities among it may lead to an anchor, but a file in `pinned/` is believed whole.
    private static List<X509Certificate> kept(List<X509Certificate> chain, boolean pin) {
        List<X509Certificate> kept = new ArrayList<>(List.of(chain.getFirst()));
        if (!pin) {
            chain.stream().skip(1).filter(it -> it.getBasicConstraints() >= 0).forEach(kept::add);
        }
        return kept;
    }

    private static void write(Path file, List<X509Certificate> certificates) throws IOException {
        createFolder(file.resolveSibling(""));
        WholeFile.replace(FileDisk.forEverybody(), file, Pem.of(certificates).getBytes(US_ASCII));
    }

    /// As readable as folders are that a person makes.
    private static void createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            createFolder(folder.resolveSibling(""));
            Files.createDirectory(folder);
            FileDisk.giveToFolderOwner(folder);
        }
    }

    /// What a partner has given to the clinic: of a person, of a domain, or of their authority.
    int add(Arguments arguments) throws UsageException, IOException {
        Path file = Path.of(arguments.word(1, "FILE"));
        arguments.atMostWords(2);
        List<X509Certificate> chain = Pem.certificates(file);
        return chain.getFirst().getBasicConstraints() < 0
                ? addUser(arguments, chain)
                : addAuthority(arguments, chain.getFirst());
    }

    private int addUser(Arguments arguments, List<X509Certificate> chain)
            throws UsageException, IOException {
        boolean pin = arguments.has("pin");
        X509Certificate certificate = chain.getFirst();
        PartnerDirectory partners = partners(arguments);
        String name = name(arguments, named(partners, certificate));
        Optional<String> refusal = refusal(partners, chain, name, pin);
        if (refusal.isPresent()) {
            console.error(refusal.get());
            return Command.FAILED;
        }
        Path file = added(arguments, pin ? "partners/pinned" : "partners", certificate);
        Acts.Begun act = acts.begin("certificate added", id(certificate) + " of " + name);
        write(file, kept(chain, pin));
        act.done();
        console.line("Added as %s; ./gateway cert find shows what is used.".formatted(file));
        return shownPrint(certificate);
    }

    /// One more name than mail could be for is no reason to guess which one was meant.
    private static String name(Arguments arguments, List<String> named) throws UsageException {
        Optional<String> wanted =
                arguments.value("for").map(it -> Address.parse(it).map(Address::key).orElse(it));
        if (named.isEmpty() || wanted.filter(it -> !named.contains(it)).isPresent()) {
            throw new UsageException(
                    "the certificate names "
                            + (named.isEmpty() ? "no address and no domain" : shown(named)));
        }
        if (wanted.isEmpty() && named.size() > 1) {
            throw new UsageException(
                    "the certificate names %s; say which one you have it from: --for ADDRESS"
                            .formatted(shown(named)));
        }
        return wanted.orElse(named.getFirst());
    }

    private static List<String> named(PartnerDirectory partners, X509Certificate certificate) {
        Set<String> addresses = partners.addresses(certificate);
        return addresses.isEmpty()
                ? CertificateAddresses.domains(certificate).stream()
                        .map(Domain::name)
                        .sorted()
                        .toList()
                : addresses.stream().sorted().toList();
    }

    private Optional<String> refusal(
            PartnerDirectory partners, List<X509Certificate> chain, String name, boolean pin) {
        Instant now = clock.instant();
        X509Certificate certificate = chain.getFirst();
        if (partners.isAnotherPinned(certificate, now)) {
            return Optional.of(
                    "Another certificate of %s is pinned, and nothing replaces that by itself; take"
                                    .formatted(shown(named(partners, certificate)))
                            + " it out of partners/pinned first, if this one is right.");
        }
        if (pin && named(partners, certificate).size() > 1) {
            return Optional.of(
                    "It is a certificate of others as well (%s), and is not pinned for %s alone."
                            .formatted(shown(named(partners, certificate)), name));
        }
        Lookup.Trust trust = pin ? Lookup.Trust.PINNED : Lookup.Trust.PATH;
        Finder.Looked.Known offered = new Finder.Looked.Known(chain, 0, "this file", trust);
        Domain domain = Address.parse(name).map(Address::domain).orElseGet(() -> new Domain(name));
        Optional<Verdict> revoked = own.revocationFault(certificate, now);
        if (revoked.isPresent()) {
            return Optional.of("The certificate %s.".formatted(revoked.get().clause()));
        }
        return switch (partners.tried(offered, domain, now)) {
            case Lookup.Found _, Lookup.NoCertificate _ -> Optional.empty();
            case Lookup.Waiting(_, String sentence, _) -> Optional.of(sentence);
            case Lookup.Unusable(Verdict verdict, String sentence) ->
                    Optional.of(
                            verdict == Verdict.NO_PATH
                                    ? "The certificate %s; add that first: cert add, with --for %s."
                                                    .formatted(verdict.clause(), domain)
                                            + " If you have compared this one's fingerprint by"
                                            + " telephone: --pin"
                                    : sentence);
        };
    }

    /// Whoever has it vouches for a whole domain, and nobody else does then.
    private int addAuthority(Arguments arguments, X509Certificate authority)
            throws UsageException, IOException {
        String word =
                arguments
                        .value("for")
                        .orElseThrow(() ->
                                new UsageException(
                                        "it is an authority; for whose people: --for DOMAIN"));
        Domain domain =
                Domain.parse(word)
                        .orElseThrow(() -> new UsageException("\"" + word + "\" is no domain"));
        if (!clock.instant().isBefore(authority.getNotAfter().toInstant())) {
            console.error("The authority has ended; ask for the next one.");
            return Command.FAILED;
        }
        if (!arguments.has("pin")) {
            console.error(
                    "It would vouch for everybody in %s, and only what lies in partners/anchors/%s"
                                    .formatted(domain, domain)
                            + " would. Compare its fingerprint by telephone; then: --pin");
            shownPrint(authority);
            return Command.FAILED;
        }
        Path file = added(arguments, "partners/anchors/" + domain.name(), authority);
        Acts.Begun act =
                acts.begin("authority added", "%s for %s".formatted(id(authority), domain));
        write(file, List.of(authority));
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

    private static String id(X509Certificate certificate) {
        return CertFacts.fingerprint(certificate).substring(0, ID_CHARS);
    }

    private static Path added(Arguments arguments, String folder, X509Certificate certificate) {
        return arguments.config().resolve(folder).resolve("added-" + id(certificate) + ".pem");
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

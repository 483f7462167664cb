package org.postern.cert;

import java.io.IOException;
import java.nio.file.Files;
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
import org.postern.harvest.ReviewFolder;
import org.postern.harvest.ReviewFolder.Waiting;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Verdict;

/// `cert review`: a person goes through the certificates that came with signed mail. What is
/// accepted becomes a file in the partners' folder, like any other.
final class CertReview {
    private final Console console;
    private final ReviewFolder folder;
    private final InstantSource clock;

    CertReview(Console console, GatewayConfig config, InstantSource clock) {
        this.console = console;
        this.folder = new ReviewFolder(config.storage().data().resolve("harvest"));
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

    private static PartnerDirectory partners(Arguments arguments) {
        return PartnerDirectory.load(arguments.config().resolve("partners"));
    }

    private String sentence(PartnerDirectory partners, Waiting waiting) {
        Optional<Verdict> fault = fault(partners, waiting);
        String trust =
                fault.isEmpty()
                        ? "An authority in partners/anchors vouches for it."
                        : "The certificate " + fault.get().clause() + ".";
        return partners.isPinned(waiting.address(), clock.instant())
                ? trust + " Another one of this person is pinned."
                : trust;
    }

    private Optional<Verdict> fault(PartnerDirectory partners, Waiting waiting) {
        X509Certificate certificate = waiting.chain().getFirst();
        return partners.signerFault(
                certificate, waiting.chain(), clock.instant(), Optional.of(waiting.address()));
    }

    private int accept(Arguments arguments, Waiting waiting) throws IOException {
        Instant now = clock.instant();
        PartnerDirectory partners = partners(arguments);
        if (partners.isPinned(waiting.address(), now)) {
            console.error(
                    "A certificate of %s is pinned, and nothing replaces that by itself; take it"
                                    .formatted(waiting.address())
                            + " out of partners/pinned first, if this one is right.");
            return Command.FAILED;
        }
        if (!PartnerDirectory.canEncrypt(waiting.chain().getFirst(), now)) {
            console.error("Nothing can be encrypted to it now; ask for another one.");
            return Command.FAILED;
        }
        Optional<Verdict> fault = fault(partners, waiting);
        boolean pin = arguments.has("pin");
        if (fault.isPresent() && (fault.get() != Verdict.NO_PATH || !pin)) {
            console.error(
                    "The certificate %s. ".formatted(fault.get().clause())
                            + (fault.get() == Verdict.NO_PATH
                                    ? "If you have compared its fingerprint by telephone: --pin"
                                    : "Ask for another one."));
            return Command.FAILED;
        }
        Path file =
                arguments
                        .config()
                        .resolve(pin ? "partners/pinned" : "partners")
                        .resolve("reviewed-" + waiting.id() + ".pem");
        Files.createDirectories(file.resolveSibling("."));
        Pem.write(file, waiting.chain());
        folder.settle(waiting);
        console.line("Mail to %s is encrypted to %s.".formatted(waiting.address(), file));
        return Command.OK;
    }

    private int reject(Waiting waiting) throws IOException {
        folder.reject(waiting);
        console.line("%s is not offered again.".formatted(waiting.id()));
        return Command.OK;
    }
}

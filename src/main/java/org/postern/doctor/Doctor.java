package org.postern.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.acme.AcmeFolder;
import org.postern.acme.Trouble;
import org.postern.cert.EndingCertificates;
import org.postern.cert.OwnKeys;
import org.postern.cert.PageTls;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.InboundEndpoint;
import org.postern.config.GatewayConfig.RevocationCheck;
import org.postern.harvest.ReviewFolder;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Keyring;
import org.postern.keyring.RevokedBook;
import org.postern.operate.Configured;
import org.postern.pki.PartnerDirectory;
import org.postern.vault.Secrets;

/// `doctor`: looks at the certificates and keys, and says what a person has to do.
public final class Doctor implements Command {
    /// For so long the letter with the key lies in the secure mailbox.
    private static final Duration UNUSED = Duration.ofDays(14);

    private final Console console;
    private final InstantSource clock;
    private final ClinicCheck clinic;

    /// One thing that was found.
    record Finding(Weight weight, String sentence) {}

    enum Weight {
        /// All is well.
        GOOD,
        /// Somebody should look at it.
        WARN,
        /// Mail is or will soon be held up by it.
        BAD
    }

    /// @param clinic asks the clinic's own IMAP server, as the gateway of a configuration does
    public Doctor(Console console, ClinicCheck.Question clinic) {
        this(console, Clock.systemUTC(), clinic);
    }

    Doctor(Console console, InstantSource clock, ClinicCheck.Question clinic) {
        this.console = console;
        this.clock = clock;
        this.clinic = new ClinicCheck(clinic);
    }

    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "says which certificates and keys need a person, and why";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "[--json]",
                        """
                        Looks at the certificates of the clinic, of its partners and of the gateway
                        itself: which end within 30 days (warn) or 7 days (bad), which files cannot
                        be read, and which certificates wait for review. Nothing is changed, and
                        nobody is asked but the clinic's IMAP server where its folders are shown:
                        whether it answers and proves its name. Exit code 1 if something is bad. The
                        running gateway tells the postmaster of gateway.yaml of ending certificates
                        by mail.\
                        """)
                .withSwitch("json", "as JSON, for other programs");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        arguments.atMostWords(0);
        return Configured.run(console, arguments, config -> show(arguments, config));
    }

    private int show(Arguments arguments, GatewayConfig config) throws IOException {
        List<Finding> findings = find(arguments, config);
        if (arguments.has("json")) {
            console.line(json(findings));
        } else {
            findings.forEach(it -> console.line(word(it.weight()) + ": " + it.sentence()));
        }
        return findings.stream().anyMatch(it -> it.weight() == Weight.BAD) ? FAILED : OK;
    }

    private List<Finding> find(Arguments arguments, GatewayConfig config) throws IOException {
        Instant now = clock.instant();
        List<Finding> findings = new ArrayList<>();
        OwnKeys own = OwnKeys.of(config, clock);
        PartnerDirectory partners = OwnKeys.partners(config, arguments.config());
        passwordProblem(config).ifPresent(findings::add);
        addOwn(config, own, now, findings);
        for (PartnerDirectory.Problem problem : partners.problems()) {
            String place = "partners/" + problem.file() + ": ";
            Weight weight = problem.isOpen() ? Weight.BAD : Weight.WARN;
            findings.add(new Finding(weight, place + problem.sentence()));
        }
        List<EndingCertificates.Ending> endings =
                new EndingCertificates(config, own.keyring(), partners).find(now);
        for (EndingCertificates.Ending ending : endings) {
            String verb = ending.end().isBefore(now) ? " has ended on " : " ends on ";
            findings.add(
                    new Finding(
                            ending.isUrgent(now) ? Weight.BAD : Weight.WARN,
                            ending.what() + verb + ending.end() + ". " + ending.advice()));
        }
        pages(config, now).ifPresent(findings::add);
        roomOfPages(config).ifPresent(findings::add);
        int waiting = new ReviewFolder(config.storage().data().resolve("harvest")).waiting().size();
        if (waiting > 0) {
            findings.add(
                    new Finding(
                            Weight.WARN,
                            waiting + " certificates of signers wait: ./gateway cert review"));
        }
        if (config.outgoing().pki().revocation() == RevocationCheck.OFF) {
            findings.add(
                    new Finding(
                            Weight.WARN,
                            "Nobody is asked whether partners' certificates were revoked (pki:"
                                    + " revocation: off)."));
        }
        if (!config.outgoing().pki().smimea().isEmpty()
                && !config.outgoing().mx().dns().validates()) {
            findings.add(
                    new Finding(
                            Weight.WARN,
                            "Certificates in DNS (pki: smimea) are not used, because no resolver of"
                                    + " this machine proves them (dns: validates)."));
        }
        if (config.site().postmaster() == null) {
            findings.add(
                    new Finding(
                            Weight.WARN,
                            "No postmaster is named in gateway.yaml, so nobody is told by mail of"
                                    + " certificates that end."));
        }
        if (findings.isEmpty()) {
            findings.add(
                    new Finding(Weight.GOOD, "No certificate or key needs anybody in 30 days."));
        }
        findings.addAll(clinic.find(config));
        everybody(config).ifPresent(findings::add);
        return findings;
    }

    /// Mail for nobody can be refused in the session only by whoever knows who there is.
    private static Optional<Finding> everybody(GatewayConfig config) {
        InboundEndpoint inbound = config.listeners().inbound();
        return inbound == null || inbound.recipients() != null
                ? Optional.empty()
                : Optional.of(
                        new Finding(
                                Weight.WARN,
                                "Mail from outside is taken for every address of your domains,"
                                        + " and held if your server knows nobody there: name the"
                                        + " file with your addresses (listeners: inbound:"
                                        + " recipients)."));
    }

    /// What the folder of the clinic's own keys tells.
    private static void addOwn(
            GatewayConfig config, OwnKeys own, Instant now, List<Finding> findings)
            throws IOException {
        own.keyring().problems().forEach(it -> findings.add(new Finding(Weight.BAD, it)));
        OwnKeys.issued(config).problems().forEach(it -> findings.add(new Finding(Weight.BAD, it)));
        if (addBook(own, findings)) {
            addUnused(config, own, now, findings);
        }
    }

    /// Certificates that were made for people outside and never came into use: the letter with the
    /// key is gone by now, or its notice or its passphrase was lost by a stop of the gateway. What
    /// was revoked is in order.
    private static void addUnused(
            GatewayConfig config, OwnKeys own, Instant now, List<Finding> findings)
            throws IOException {
        RevokedBook book = own.keyring().revoked();
        for (IssuedBook.Issued issued : OwnKeys.issued(config).all()) {
            Keyring.Entry entry = issued.entry();
            Instant begun = entry.certificate().getNotBefore().toInstant();
            boolean late = !now.isBefore(begun.plus(UNUSED)) && entry.isValidAt(now);
            if (!issued.isUsed() && late && !book.holds(entry.certificate())) {
                String named = "--number " + entry.number() + " " + entry.owner().lastShellWord();
                findings.add(
                        new Finding(
                                Weight.WARN,
                                ("The certificate issued to %s (%d) was not activated in %d days."
                                                + " If her mail program has the key: ./gateway"
                                                + " cert activate %s; else: ./gateway cert"
                                                + " revoke --reason superseded %s")
                                        .formatted(
                                                entry.owner().word(),
                                                entry.number(),
                                                UNUSED.toDays(),
                                                named,
                                                named)));
            }
        }
    }

    /// Without it nothing is signed and no list is published.
    ///
    /// @return whether it can be read
    private static boolean addBook(OwnKeys own, List<Finding> findings) {
        int missing;
        try {
            own.keyring().revoked().lines();
            missing = own.lists().unwritten().size();
        } catch (IOException e) {
            findings.add(new Finding(Weight.BAD, "Nothing is signed: " + e.getMessage() + "."));
            return false;
        }
        if (missing > 0) {
            findings.add(
                    new Finding(
                            Weight.BAD,
                            ("%d certificates that were published as revoked are not in the book;"
                                            + " nothing is published, and their keys may sign"
                                            + " again: ./gateway cert book")
                                    .formatted(missing)));
        }
        return true;
    }

    /// What opens all keys may lie under a token that is gone.
    private static Optional<Finding> passwordProblem(GatewayConfig config) {
        Path file = config.storage().keystorePassword();
        try {
            if (Files.exists(file)) {
                Secrets.firstLine(file);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new Finding(Weight.BAD, "No key opens: " + e.getMessage() + "."));
        }
    }

    /// The certificate that the pages get by themselves.
    private static Optional<Finding> pages(GatewayConfig config, Instant now) throws IOException {
        Optional<AcmeFolder> folder = PageTls.folder(config);
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> problem = folder.get().problem(now);
        if (problem.isPresent()) {
            return Optional.of(
                    new Finding(Weight.BAD, "The pages answer nobody: " + problem.get() + "."));
        }
        Optional<X509Certificate> certificate = folder.get().certificate();
        String tried =
                folder.get()
                        .trouble()
                        .map(it ->
                                " Tried %d times, last at %s: %s. Next at %s."
                                        .formatted(it.tries(), it.last(), it.why(), it.next()))
                        .orElse("");
        if (isUnkept(folder.get())) {
            return Optional.of(
                    new Finding(
                            Weight.BAD,
                            "A certificate of the pages was ordered and is not in "
                                    + folder.get().file()
                                    + " yet. If the order is not under way, the running gateway"
                                    + " shows what came, and the next start goes back to the one"
                                    + " before, or to none: see to it that there is room, and it is"
                                    + " kept within a minute."
                                    + tried));
        }
        if (certificate.isEmpty()) {
            String why = tried.isEmpty() ? " A running gateway gets one within a minute." : tried;
            return Optional.of(
                    new Finding(
                            Weight.BAD,
                            "The pages have no certificate yet, and answer nobody." + why));
        }
        boolean ended = now.isAfter(certificate.get().getNotAfter().toInstant());
        return tried.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Finding(
                                ended ? Weight.BAD : Weight.WARN,
                                "The certificate of the pages was not renewed." + tried));
    }

    private static boolean isUnkept(AcmeFolder folder) throws IOException {
        return folder.trouble().filter(it -> it.stage() == Trouble.Stage.PLACED).isPresent();
    }

    /// Without room a certificate is neither kept nor ordered.
    private static Optional<Finding> roomOfPages(GatewayConfig config) {
        return PageTls.folder(config)
                .filter(folder -> !folder.hasRoom())
                .map(folder ->
                        new Finding(
                                Weight.BAD,
                                "The volume of "
                                        + folder.file()
                                        + " has no room for a new certificate of the pages: none is"
                                        + " ordered or kept before there is."));
    }

    private static String word(Weight weight) {
        return weight.name().toLowerCase(Locale.ROOT);
    }

    private static String json(List<Finding> findings) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode list = root.putArray("findings");
        for (Finding finding : findings) {
            list.addObject()
                    .put("weight", word(finding.weight()))
                    .put("sentence", finding.sentence());
        }
        return root.toPrettyString();
    }
}

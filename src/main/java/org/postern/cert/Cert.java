package org.postern.cert;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Issuing;
import org.postern.keyring.IssuingException;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.operate.Configured;
import org.postern.pki.Finder;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;

/// `cert`: the keys that people and the clinic sign with, and their certificates.
public final class Cert implements Command {
    private static final Map<String, KeyKind> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("p256", KeyKind.P_256);
        KINDS.put("p384", KeyKind.P_384);
        KINDS.put("rsa2048", KeyKind.RSA_2048);
        KINDS.put("rsa3072", KeyKind.RSA_3072);
        KINDS.put("ed25519", KeyKind.ED25519);
        KINDS.put("x25519", KeyKind.X25519);
        KINDS.put("ml-kem-768", KeyKind.ML_KEM_768);
        KINDS.put("ml-kem-1024", KeyKind.ML_KEM_1024);
    }

    private static final String EXPLANATION =
            """
            cert issue OWNER    makes a key, and a certificate by the clinic's own authority, which
                                is made with the first one
            cert issue ADDRESS --pickup   makes a key and a certificate for somebody outside, puts
                                both into the secure mailbox as a PKCS#12 file, and shows its
                                passphrase once, to be told to her by telephone and never mailed;
                                the gateway has to run, and keeps nothing of the key
            cert activate ADDRESS   from now on mail to her is encrypted to it: once she has said
                                that her mail program has it; --number which, if not the newest
            cert asked          shows who asks for one on the page, and since when
            cert decline ADDRESS    tells somebody who asks, in a message, that she gets none
            cert list           shows the certificates of all owners, the newest first
            cert show OWNER     shows those of one owner
            cert find ADDRESS   shows which certificate mail to somebody outside would be encrypted
                                to, and where it was found: files, accepted signers, LDAP, DNS
            cert add FILE       takes the certificate that somebody outside has given to the clinic:
                                mail to her is encrypted to it; --for whom you have it from, --pin
                                as in review; of an authority: --for DOMAIN --pin, once compared
            cert export OWNER   prints the newest certificate with its chain, for partners; give
                                them the authority: cert export authority
            cert csr OWNER      makes a key and a request for a public authority
            cert import FILE    takes the certificate that was requested (PEM), or a key with its
                                certificate (PKCS#12, or PEM with --key)

            cert revoke OWNER   tells everybody that a key of theirs must not be trusted any more:
                                --reason says why, --number which (all that are valid, without it)

            cert book           says whether the book of what was revoked is whole; without it
                                nothing is signed
            cert book restore   writes it anew from what can be read of it, with the lists that
                                were published last, where no backup of the keys has it; moves aside
                                what cannot be read, a list as well; --sure where no list tells

            cert review         shows certificates of others that came with their signed mail
            cert review accept ID    from now on mail is encrypted to it; --pin, if no authority of
                                ours vouches for it and you have compared it by telephone
            cert review reject ID    takes it out of the list for good

            OWNER is an address of the clinic, organisation, or authority. A new key replaces no old
            one: mail that was encrypted to the old one can still be opened. Certificates of the
            clinic's own authority are renewed by the running gateway 30 days before they end. Keys
            lie beside the keystore in the folder smime, under the keystore's password, and are
            in its backup. No command prints a private key.\
            """;

    private final Console console;
    private final Elsewhere elsewhere;
    private final InstantSource clock;

    /// Who else may know certificates of people outside.
    @FunctionalInterface
    public interface Elsewhere {
        List<Finder> finders(GatewayConfig config) throws IOException;
    }

    public Cert(Console console, Elsewhere elsewhere) {
        this(console, elsewhere, Clock.systemUTC());
    }

    Cert(Console console, InstantSource clock) {
        this(console, _ -> List.of(), clock);
    }

    Cert(Console console, Elsewhere elsewhere, InstantSource clock) {
        this.console = console;
        this.elsewhere = elsewhere;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "cert";
    }

    @Override
    public String summary() {
        return "makes, shows and imports the keys and certificates that mail is signed with";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "issue|activate|asked|decline|list|show|find|add|export|csr|import|revoke"
                                + "|book|review [OWNER|FILE] [--json]",
                        EXPLANATION)
                .withValue("kind", "KIND", "of the key: " + String.join(", ", KINDS.keySet()))
                .withValue(
                        "for", "OWNER", "whose the imported or added one is, if it does not say so")
                .withValue("key", "FILE", "the private key of an imported PEM certificate")
                .withValue("password-file", "FILE", "its first line opens the imported PKCS#12")
                .withValue("reason", "WORD", "why it is revoked: " + reasons())
                .withSwitch(
                        "pin", "trusts a certificate without an authority: you have compared it")
                .withSwitch("sure", "that nothing was revoked of which no list tells")
                .withSwitch("pickup", "gives the key to somebody outside, by her page")
                .withSwitch("older", "with --pickup: in the form that older programs read")
                .withValue("number", "N", "of the one key that is meant")
                .withSwitch("json", "as JSON, for other programs");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb =
                arguments.word(
                        0,
                        "issue, activate, asked, decline, list, show, find, add, export, csr,"
                                + " import, revoke, book or review");
        return Configured.run(
                console,
                arguments,
                config -> {
                    try {
                        return run(verb, arguments, config);
                    } catch (IssuingException e) {
                        console.error(e.reason());
                        return FAILED;
                    }
                });
    }

    private int run(String verb, Arguments arguments, GatewayConfig config)
            throws UsageException, IOException, IssuingException {
        OwnKeys own = OwnKeys.of(config, clock);
        Keyring keyring = own.keyring();
        Acts acts = new Acts(config.storage().data(), clock);
        CertOutside outside = new CertOutside(console, config, clock);
        return switch (verb) {
            case "issue" ->
                    arguments.has("pickup")
                            ? outside.give(arguments, giftKind(arguments))
                            : issue(arguments, own);
            case "activate" -> outside.activate(arguments, acts, keyring);
            case "asked" -> outside.asked(arguments);
            case "decline" -> outside.decline(arguments);
            case "list" -> list(arguments, keyring, OwnKeys.issued(config));
            case "show" -> show(arguments, keyring, OwnKeys.issued(config));
            case "find" -> find(arguments, config);
            case "add" -> new CertReview(console, config, acts, clock).add(arguments);
            case "export" -> export(arguments, keyring);
            case "csr" -> request(arguments, own.issuing());
            case "import" -> take(arguments, config, keyring);
            case "revoke" ->
                    revoke(arguments, new CertRevoke(own, OwnKeys.issued(config), acts, clock));
            case "book" -> new CertBook(console, own, acts).run(arguments);
            case "review" -> new CertReview(console, config, acts, clock).run(arguments);
            default -> throw new UsageException("unknown word \"" + verb + "\"");
        };
    }

    private int issue(Arguments arguments, OwnKeys own)
            throws UsageException, IOException, IssuingException {
        Owner owner = owner(arguments);
        if (!own.allows(kind(arguments))) {
            throw new UsageException(
                    "keys of this kind are used with pki: { post-quantum: true } in gateway.yaml");
        }
        Keyring.Entry entry = own.issuing().issue(owner, kind(arguments));
        own.lists().look();
        show(arguments, CertFacts.Shown.of(entry), own.keyring());
        return OK;
    }

    private int request(Arguments arguments, Issuing issuing)
            throws UsageException, IOException, IssuingException {
        Owner owner = owner(arguments);
        if (owner instanceof Owner.Authority) {
            throw new UsageException(
                    "the clinic's own authority asks nobody: cert issue authority");
        }
        if (!kind(arguments).signs()) {
            throw new UsageException("a request is signed by its key, and this kind does not sign");
        }
        Path request = issuing.request(owner, kind(arguments));
        console.line(request.toString());
        console.error("Send it to the authority; then: ./gateway cert import CERTIFICATE");
        return OK;
    }

    private int list(Arguments arguments, Keyring keyring, IssuedBook issued)
            throws UsageException, IOException {
        arguments.atMostWords(1);
        show(arguments, new CertFacts.Shown(keyring.entries(), issued.all()), keyring);
        List<String> problems = new ArrayList<>(keyring.problems());
        problems.addAll(issued.problems());
        problems.forEach(console::error);
        return problems.isEmpty() ? OK : FAILED;
    }

    private int show(Arguments arguments, Keyring keyring, IssuedBook issued)
            throws UsageException, IOException {
        Owner owner = owner(arguments);
        CertFacts.Shown shown = new CertFacts.Shown(keyring.entries(), issued.all()).of(owner);
        if (shown.isEmpty()) {
            console.error(nothing(owner));
            return FAILED;
        }
        show(arguments, shown, keyring);
        return OK;
    }

    private int find(Arguments arguments, GatewayConfig config) throws UsageException, IOException {
        OwnKeys own = OwnKeys.of(config, clock);
        List<Finder> finders = own.near();
        finders.addAll(elsewhere.finders(config));
        PartnerDirectory partners =
                Authorities.OFF.over(OwnKeys.partners(config, arguments.config()), own);
        return new CertFind(console, partners, finders, clock).run(arguments);
    }

    private int export(Arguments arguments, Keyring keyring) throws UsageException, IOException {
        Owner owner = owner(arguments);
        Optional<Keyring.Entry> newest = keyring.newest(owner);
        if (newest.isEmpty()) {
            console.error(nothing(owner));
            return FAILED;
        }
        if (keyring.revoked().holds(newest.get().certificate())) {
            console.error(
                    "The newest certificate of %s was revoked; ./gateway cert issue %s makes one."
                            .formatted(owner.word(), owner.lastShellWord()));
            return FAILED;
        }
        console.line(Pem.of(newest.get().chain()).stripTrailing());
        return OK;
    }

    private int take(Arguments arguments, GatewayConfig config, Keyring keyring)
            throws UsageException, IOException {
        Path file = Path.of(arguments.word(1, "FILE"));
        arguments.atMostWords(2);
        Optional<Owner> named = Optional.empty();
        if (arguments.value("for").isPresent()) {
            named = Optional.of(owner(arguments.value("for").get()));
        }
        CertImport.Source source =
                new CertImport.Source(
                        file,
                        arguments.value("key").map(Path::of),
                        arguments.value("password-file").map(Path::of));
        CertImport taking = new CertImport(keyring, OwnKeys.clinic(config), clock);
        show(arguments, CertFacts.Shown.of(taking.take(source, named)), keyring);
        return OK;
    }

    private int revoke(Arguments arguments, CertRevoke revoking)
            throws UsageException, IOException {
        Owner owner = owner(arguments);
        String word =
                arguments
                        .value("reason")
                        .orElseThrow(() -> new UsageException("--reason is one of " + reasons()));
        RevokedBook.Reason reason =
                RevokedBook.Reason.of(word)
                        .orElseThrow(() -> new UsageException("--reason is one of " + reasons()));
        if (owner instanceof Owner.Authority) {
            throw new UsageException(
                    "no list tells that its own authority is gone: partners have to take it out of"
                            + " their anchors; then: cert issue authority");
        }
        CertRevoke.Done done = revoking.revoke(owner, arguments.value("number"), reason);
        done.sentences().forEach(console::line);
        return done.revoked() == 0 ? FAILED : OK;
    }

    private static String reasons() {
        return Stream.of(RevokedBook.Reason.values())
                .map(RevokedBook.Reason::word)
                .collect(Collectors.joining(", "));
    }

    private void show(Arguments arguments, CertFacts.Shown shown, Keyring keyring)
            throws IOException {
        if (arguments.has("json")) {
            console.line(CertFacts.json(shown, keyring.revoked(), clock.instant()));
            return;
        }
        List<String> lines = new ArrayList<>();
        for (Keyring.Entry entry : shown.own()) {
            lines.add(CertFacts.text(entry, keyring.revoked(), clock.instant()));
        }
        for (IssuedBook.Issued issued : shown.issued()) {
            lines.add(CertFacts.text(issued, keyring.revoked(), clock.instant()));
        }
        lines.forEach(console::line);
    }

    private static String nothing(Owner owner) {
        return "There is no certificate of %s; ./gateway cert issue %s makes one."
                .formatted(owner.word(), owner.lastShellWord());
    }

    /// What mail programs of all ages take.
    private static KeyKind giftKind(Arguments arguments) throws UsageException {
        return arguments.value("kind").isPresent() ? kind(arguments) : KeyKind.RSA_3072;
    }

    static Owner owner(Arguments arguments) throws UsageException {
        String word = arguments.word(1, "OWNER");
        arguments.atMostWords(2);
        return owner(word);
    }

    private static Owner owner(String word) throws UsageException {
        return Owner.of(word)
                .orElseThrow(() ->
                        new UsageException(
                                "\""
                                        + word
                                        + "\" is no owner: write an address, organisation or"
                                        + " authority"));
    }

    /// P-256 unless another is named: every current client verifies it (RFC 8551 §2.2), and it
    /// signs five times as many messages a second as RSA.
    private static KeyKind kind(Arguments arguments) throws UsageException {
        String word = arguments.value("kind").orElse("p256");
        return Optional.ofNullable(KINDS.get(word))
                .orElseThrow(() ->
                        new UsageException(
                                "--kind is one of " + String.join(", ", KINDS.keySet())));
    }
}

package org.postern.cert;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Storage;
import org.postern.handout.Activation;
import org.postern.handout.IssuedFinder;
import org.postern.harvest.AcceptedFolder;
import org.postern.harvest.Harvest;
import org.postern.harvest.ReviewFolder;
import org.postern.incoming.Incoming;
import org.postern.incoming.LyingMail;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Issuing;
import org.postern.keyring.Keyring;
import org.postern.keyring.OwnLists;
import org.postern.keyring.OwnRevocation;
import org.postern.keyring.Renewal;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.operate.Rounds;
import org.postern.origin.OwnFields;
import org.postern.pki.CertificateCheck;
import org.postern.pki.Finder;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.PartnerDirectory.Standing;
import org.postern.pki.Verdict;
import org.postern.scan.Scanner;
import org.postern.signature.Form;
import org.postern.signature.RsaPadding;
import org.postern.signature.Signing;
import org.postern.signature.SmimeLayers;
import org.postern.smime.KeyTransport;
import org.postern.smime.SmimeEncryptor;

/// The keyring that a configuration names, and the parts that work with it.
public final class OwnKeys {
    private static final String FOLDER = "smime";

    private final GatewayConfig config;
    private final Keyring keyring;
    private final Issuing issuing;
    private final InstantSource clock;

    private OwnKeys(GatewayConfig config, Keyring keyring, InstantSource clock) {
        this.config = config;
        this.keyring = keyring;
        this.issuing = new Issuing(keyring, clinic(config), clock);
        this.clock = clock;
    }

    /// The folder `smime` beside the keystore.
    public static OwnKeys of(GatewayConfig config, InstantSource clock) {
        Storage storage = config.storage();
        return new OwnKeys(
                config,
                Keyring.of(
                        new Keyring.Places(
                                storage.keys().resolve(FOLDER),
                                storage.keystorePassword(),
                                storage.data().resolve("crl"),
                                config.clinic().name()),
                        clock),
                clock);
    }

    /// Where certificates lie that came with signed mail.
    public static Harvest.Folders folders(GatewayConfig config) {
        Path place = config.storage().data().resolve("harvest");
        Optional<AcceptedFolder> accepted =
                switch (config.outgoing().pki().signers()) {
                    case ANCHORED -> Optional.of(new AcceptedFolder(place));
                    case REVIEWED -> Optional.empty();
                };
        return new Harvest.Folders(new ReviewFolder(place), accepted);
    }

    /// What its authority has issued to people outside.
    public static IssuedBook issued(GatewayConfig config) {
        return new IssuedBook(config.storage().keys().resolve(FOLDER));
    }

    /// The certificates of people outside that the gateway itself keeps: those that it has issued
    /// to them, and those that came with their mail and need no person's look.
    public List<Finder> near() {
        List<Finder> near = new ArrayList<>();
        near.add(
                new IssuedFinder(
                        issued(config),
                        keyring.revoked(),
                        config.outgoing().pki().patience(),
                        clock));
        folders(config).accepted().ifPresent(near::add);
        return near;
    }

    /// What was revoked of all that was issued here, and then what others say.
    PartnerDirectory.Revocation revocation(PartnerDirectory.Revocation others) {
        return new OwnRevocation(keyring, config.outgoing().pki().patience(), others);
    }

    /// What the clinic's own book says against a certificate, whether or not anybody vouches for
    /// it; empty if nothing.
    Optional<Verdict> revocationFault(X509Certificate certificate, Instant now) {
        return switch (revocation(PartnerDirectory.Revocation.OFF).of(List.of(certificate), now)) {
            case Standing.Good() -> Optional.empty();
            case Standing.Revoked _ -> Optional.of(Verdict.REVOKED);
            case Standing.Awaited _, Standing.Unknown _, Standing.NoPlace() ->
                    Optional.of(Verdict.REVOCATION_UNKNOWN);
        };
    }

    /// Whether IT has allowed keys of a kind.
    boolean allows(KeyKind kind) {
        return !kind.isLattice() || config.outgoing().pki().postQuantum();
    }

    /// The certificates of others, by the algorithms that IT has allowed.
    ///
    /// @param folder the configuration folder
    public static PartnerDirectory partners(GatewayConfig config, Path folder) {
        return PartnerDirectory.load(folder.resolve("partners"))
                .by(
                        config.outgoing().pki().postQuantum()
                                ? CertificateCheck.Algorithms.POST_QUANTUM
                                : CertificateCheck.Algorithms.CLASSIC);
    }

    static Issuing.Clinic clinic(GatewayConfig config) {
        return new Issuing.Clinic(
                config.clinic().name(),
                config.site().domains(),
                Optional.ofNullable(config.outgoing().pki().lists()));
    }

    /// Where the keys lie.
    public Keyring keyring() {
        return keyring;
    }

    /// What issues into it.
    public Issuing issuing() {
        return issuing;
    }

    /// Looks after what ends, from time to time.
    public Rounds renewal() {
        return new Rounds(
                "certificates", Renewal.EVERY, new Renewal(keyring, issuing, clock)::look);
    }

    /// What tells others what was revoked.
    public OwnLists lists() {
        return new OwnLists(keyring, clock);
    }

    /// Tells it anew, from time to time.
    public Rounds listing() {
        return new Rounds("revocation lists", OwnLists.EVERY, lists()::look);
    }

    private Incoming.Voice voice() {
        Set<Domain> names = new HashSet<>(config.site().domains());
        names.add(config.site().hostname());
        return new Incoming.Voice(config.site().hostname(), new OwnFields(names));
    }

    /// What opens mail that lies at the clinic's own server, for whoever reads it.
    public LyingMail lying(PartnerDirectory partners, Optional<Scanner> scanner) {
        return new LyingMail(keyring, partners, voice(), scanner);
    }

    /// What opens mail from outside, and looks at who signed it.
    public Incoming incoming(
            PartnerDirectory partners, Optional<Scanner> scanner, Acts.Journal journal) {
        Harvest harvest =
                new Harvest(
                        folders(config),
                        partners,
                        (how, id, address) -> journal.append(how.act(), id + " of " + address));
        Activation activation =
                new Activation(issued(config), keyring.revoked(), journal::append, clock);
        return new Incoming(keyring, partners, voice(), scanner)
                .waiting(patience())
                .showing((outer, reading, received) -> {
                    if (!activation.note(outer, reading, received)) {
                        harvest.note(outer, reading, received);
                    }
                });
    }

    /// For how long incoming mail waits for what the signer's authority says: as long as mail to
    /// partners does.
    private Incoming.Patience patience() {
        return received ->
                clock.instant().isBefore(received.plus(config.outgoing().pki().patience()));
    }

    /// What puts S/MIME around mail.
    public SmimeLayers layers() {
        return new SmimeLayers(
                new SmimeEncryptor(KeyTransport.PKCS1_V15),
                Optional.ofNullable(config.site().signing()).map(this::signing),
                config.site().signing() != null && config.site().signing().relayed()
                        ? SmimeLayers.Relayed.SIGNED
                        : SmimeLayers.Relayed.AS_IT_IS);
    }

    private Signing signing(GatewayConfig.Signing configured) {
        Map<Listener, Signing.By> by = new EnumMap<>(Listener.class);
        by(configured.submission()).ifPresent(it -> by.put(Listener.SUBMISSION, it));
        by(configured.relay()).ifPresent(it -> by.put(Listener.RELAY, it));
        Form form =
                switch (configured.form()) {
                    case CLEAR -> Form.CLEAR;
                    case OPAQUE -> Form.OPAQUE;
                };
        RsaPadding padding =
                switch (configured.rsa()) {
                    case PKCS1 -> RsaPadding.PKCS1;
                    case PSS -> RsaPadding.PSS;
                };
        Signing.NewKeys newKeys =
                switch (configured.newKeys()) {
                    case AUTOMATIC -> Signing.NewKeys.AUTOMATIC;
                    case BY_HAND -> Signing.NewKeys.BY_HAND;
                };
        return new Signing(
                keyring,
                issuing,
                new Signing.Terms(by, config.site().domains(), form, padding, newKeys),
                clock);
    }

    private static Optional<Signing.By> by(GatewayConfig.SignedBy configured) {
        return switch (configured) {
            case CLINICIAN -> Optional.of(Signing.By.CLINICIAN);
            case ORGANISATION -> Optional.of(Signing.By.ORGANISATION);
            case NOBODY -> Optional.empty();
        };
    }
}

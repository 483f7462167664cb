package org.postern.cert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postern.acme.AcmeFolder;
import org.postern.config.GatewayConfig;
import org.postern.keyring.BookLostException;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;

/// Certificates that end: our own, those of partners and of their authorities, and the one of the
/// gateway's doors. Where somebody has a newer one, the older one may end.
public final class EndingCertificates {
    /// From when on one is told.
    static final Duration SOON = Duration.ofDays(30);

    /// From when on it is urgent.
    static final Duration URGENT = Duration.ofDays(7);

    /// What our own authority issued is renewed at 30 days; what is left a day later needs a
    /// person.
    private static final Duration OURS = Duration.ofDays(29);

    private static final int NAME_CHARS_MAX = 100;

    /// Of more nobody reads the names in a mail.
    static final int UNUSED_MAX = 20;

    private final GatewayConfig config;
    private final Keyring keyring;
    private final IssuedBook issued;
    private final PartnerDirectory partners;

    /// One that ends, or has ended.
    ///
    /// @param what whose it is and where it lies, for people
    /// @param key differs for each certificate
    /// @param end when it ends; when it was seen, of one that is not used
    /// @param advice a sentence: what to do
    /// @param isUsed false for a file of partners that cannot be used, whenever it ends
    public record Ending(String what, String key, Instant end, String advice, boolean isUsed) {
        /// One that is used until it ends.
        public Ending(String what, String key, Instant end, String advice) {
            this(what, key, end, advice, true);
        }

        /// Whether it ends within a week.
        public boolean isUrgent(Instant now) {
            return !now.isBefore(end.minus(URGENT));
        }
    }

    public EndingCertificates(GatewayConfig config, Keyring keyring, PartnerDirectory partners) {
        this.config = config;
        this.keyring = keyring;
        this.issued = OwnKeys.issued(config);
        this.partners = partners;
    }

    /// All that end within 30 days, the first to end first.
    ///
    /// @throws IOException if the keyring cannot be read
    public List<Ending> find(Instant now) throws IOException {
        List<Ending> endings = new ArrayList<>();
        addOwn(endings, now);
        addIssued(endings, now);
        for (PartnerDirectory.Filed filed : partners.newest(now)) {
            add(
                    endings,
                    now.plus(SOON),
                    ending(
                            "partners/" + filed.file(),
                            filed.certificate(),
                            "Ask the partner for the next one."));
        }
        for (X509Certificate anchor : partners.anchors(now)) {
            add(
                    endings,
                    now.plus(SOON),
                    ending(
                            "authority in partners/anchors: " + name(anchor),
                            anchor,
                            "Ask those who use it for the next one."));
        }
        addDoor(endings, now);
        addPages(endings, now);
        endings.sort(Comparator.comparing(Ending::end));
        return List.copyOf(endings);
    }

    /// The files of partners of which nothing is used: others may change them, or they cannot be
    /// read. At most [#UNUSED_MAX] of them, and how many more there are.
    List<Ending> unused(Instant now) {
        List<PartnerDirectory.Problem> problems =
                partners.problems().stream()
                        .filter(it -> it.isOpen() || !it.file().isEmpty())
                        .filter(it -> !it.isUsed())
                        .collect(
                                Collectors.toMap(
                                        PartnerDirectory.Problem::file,
                                        Function.identity(),
                                        (first, _) -> first,
                                        TreeMap::new))
                        .values()
                        .stream()
                        .toList();
        List<Ending> unused = new ArrayList<>();
        for (PartnerDirectory.Problem each :
                problems.subList(0, Math.min(problems.size(), UNUSED_MAX))) {
            unused.add(unused("partners/" + each.file(), each.sentence(), now));
        }
        if (problems.size() > UNUSED_MAX) {
            unused.add(unused("more files in partners/", "./gateway doctor names them.", now));
        }
        return unused;
    }

    private static Ending unused(String what, String why, Instant now) {
        return new Ending(what, digest(what.getBytes(UTF_8)), now, why, false);
    }

    private void addOwn(List<Ending> endings, Instant now) throws IOException {
        Set<Map.Entry<Owner, Boolean>> seen = new HashSet<>();
        for (Keyring.Entry entry : keyring.entries()) {
            // The first of each owner and purpose is the newest.
            if (seen.add(Map.entry(entry.owner(), entry.signs())) && !isRevoked(entry)) {
                add(
                        endings,
                        now.plus(OURS),
                        ending(
                                "S/MIME certificate of " + entry.owner().word(),
                                entry.certificate(),
                                "./gateway cert issue or ./gateway cert import brings the next"
                                        + " one."));
            }
        }
    }

    /// Nobody here has their keys, so a person has to give their owners the next ones. What counts
    /// is what mail is encrypted to: one that was issued since then and is not used changes
    /// nothing.
    private void addIssued(List<Ending> endings, Instant now) throws IOException {
        Set<Owner> done = new HashSet<>();
        Set<Owner> waiting = new HashSet<>();
        for (IssuedBook.Issued each : issued.all()) {
            Keyring.Entry entry = each.entry();
            Owner owner = entry.owner();
            // The first of each owner is the newest.
            if (done.contains(owner) || isRevoked(entry)) {
                continue;
            }
            if (!each.isUsed()) {
                waiting.add(owner);
                continue;
            }
            done.add(owner);
            add(
                    endings,
                    now.plus(SOON),
                    ending(
                            "certificate issued to " + owner.word(),
                            entry.certificate(),
                            waiting.contains(owner)
                                    ? "The next one is made; ./gateway cert activate ADDRESS once"
                                            + " her mail program has it."
                                    : "./gateway cert issue ADDRESS --pickup gives her the next"
                                            + " one."));
        }
    }

    /// If nobody knows what was revoked, of all it is told when they end.
    private boolean isRevoked(Keyring.Entry entry) throws IOException {
        try {
            return keyring.revoked().holds(entry.certificate());
        } catch (BookLostException _) {
            return false;
        }
    }

    private void addDoor(List<Ending> endings, Instant now) {
        GatewayConfig.OwnCertificate tls = config.tls();
        if (tls == null) {
            return;
        }
        try {
            X509Certificate certificate = Pem.certificates(tls.certificate()).getFirst();
            add(
                    endings,
                    now.plus(SOON),
                    ending(
                            "TLS certificate of the gateway, " + tls.certificate(),
                            certificate,
                            "Let its authority renew it; the gateway reads the file again."));
        } catch (IOException e) {
            // The gateway does not start without it, and says why.
            return;
        }
    }

    /// The gateway renews it by itself: it is told only when that has failed for a while.
    private void addPages(List<Ending> endings, Instant now) throws IOException {
        Optional<AcmeFolder> folder = PageTls.folder(config);
        // Of a file that cannot be used the log and the doctor tell; it has no end.
        if (folder.isPresent() && folder.get().problem(now).isEmpty()) {
            Optional<X509Certificate> late = folder.get().late(now);
            late.ifPresent(certificate ->
                    endings.add(
                            ending(
                                    "TLS certificate of the pages, " + folder.get().file(),
                                    certificate,
                                    "The gateway could not renew it: ./gateway doctor says"
                                            + " why.")));
        }
    }

    private static void add(List<Ending> endings, Instant until, Ending ending) {
        if (!ending.end().isAfter(until)) {
            endings.add(ending);
        }
    }

    private static Ending ending(String what, X509Certificate certificate, String advice) {
        return new Ending(what, key(certificate), certificate.getNotAfter().toInstant(), advice);
    }

    private static String name(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName().replaceAll("\\p{C}", "?");
        return name.length() <= NAME_CHARS_MAX ? name : name.substring(0, NAME_CHARS_MAX) + "…";
    }

    private static String key(X509Certificate certificate) {
        try {
            return digest(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate has no encoding", e);
        }
    }

    private static String digest(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }
}

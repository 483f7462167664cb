package org.postern.pki;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postern.folder.Glance;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.pki.CertificateAddresses.AddressSource;
import org.postern.pki.CertificateCheck.Algorithms;
import org.postern.pki.CertificateCheck.Use;
import org.postern.pki.PartnerFiles.Entry;

/// The certificates of people outside, from a folder of text files that IT keeps:
///
/// ```
/// partners/*.pem, *.crt, *.cer     certificates of people, found by the address they name
/// partners/pinned/                 the same, trusted by the hand that put them there
/// partners/anchors/DOMAIN/         authorities that vouch for the addresses of this domain only
/// partners/anchors/                authorities that vouch for everybody in no such domain
/// ```
///
/// One that names a domain (dNSName) and no address is for all there of whom nothing else is known.
/// A pinned certificate needs no path, so a self-signed one belongs there; its dates, use, key and
/// address are checked all the same. What others than root and the gateway's user may change is not
/// used; a pinned one of these lets no other one take its place. What changes or ends is seen
/// within [Glance#EVERY]. Safe for use by many threads.
public final class PartnerDirectory {
    private final Path folder;
    private final AddressSource source;
    private final Beyond beyond;
    private final Glance<Known, RuntimeException> known = new Glance<>(this::look);

    /// @param answers what was found in these files since the folder was looked at last
    private record Known(PartnerFiles files, Map<Address, Lookup> answers) {
        static Known of(PartnerFiles files) {
            return new Known(files, new ConcurrentHashMap<>());
        }
    }

    /// Says what is known about revocation. It asks nobody while a caller waits.
    public interface Revocation {
        /// Nobody is asked, and everything counts as good.
        Revocation OFF = (_, _) -> new Standing.Good();

        /// @param path from the certificate to an anchor, both included; without one, it alone
        Standing of(List<X509Certificate> path, Instant now);

        /// For how long a message waits for what is not known.
        default Duration patience() {
            return Duration.ZERO;
        }

        /// By which time it is judged what is known of what was signed `at` another.
        default Instant now(Instant at) {
            return at;
        }
    }

    /// How a certificate stands with those above it.
    public sealed interface Standing {
        record Good() implements Standing {}

        /// Its key may still be good if the reason says nothing against it.
        record Revoked(boolean keyStands) implements Standing {}

        /// The first word is under way, maybe of a path `around` one that was revoked.
        record Awaited(boolean around) implements Standing {}

        /// @param reason a clause for people
        record Unknown(String reason) implements Standing {}

        /// It names no place where that is told, and one is demanded.
        record NoPlace() implements Standing {}
    }

    /// A file that could not be taken in whole; the others are.
    ///
    /// @param file below the folder
    /// @param sentence what is wrong and what to do
    /// @param isOpen whether others than root and the gateway could change it
    /// @param isUsed whether something in it is used all the same
    public record Problem(String file, String sentence, boolean isOpen, boolean isUsed) {}

    private PartnerDirectory(Path folder, AddressSource source, Beyond beyond) {
        this.folder = folder;
        this.source = source;
        this.beyond = beyond;
    }

    /// Reads a folder. What is wrong in it is told by [#problems], not thrown.
    public static PartnerDirectory load(Path folder) {
        return load(folder, AddressSource.ALTERNATIVE_NAME);
    }

    public static PartnerDirectory load(Path folder, AddressSource source) {
        return new PartnerDirectory(
                folder, source, new Beyond(Revocation.OFF, List.of(), Algorithms.CLASSIC));
    }

    /// The same folder, with regard to what was revoked.
    public PartnerDirectory asking(Revocation other) {
        return new PartnerDirectory(
                folder, source, new Beyond(other, beyond.finders(), beyond.algorithms()));
    }

    /// The same folder, and behind it others who may know a certificate. They are asked in their
    /// order, about people for whom no file is of use; never about those of whom one is pinned.
    public PartnerDirectory with(List<Finder> finders) {
        return new PartnerDirectory(
                folder, source, new Beyond(beyond.revocation(), finders, beyond.algorithms()));
    }

    /// The same folder, and certificates with keys of these kinds.
    public PartnerDirectory by(Algorithms other) {
        return new PartnerDirectory(
                folder, source, new Beyond(beyond.revocation(), beyond.finders(), other));
    }

    /// Of which kinds keys may be.
    public Algorithms algorithms() {
        return beyond.algorithms();
    }

    /// What is asked besides the files.
    private record Beyond(Revocation revocation, List<Finder> finders, Algorithms algorithms) {
        Beyond {
            finders = List.copyOf(finders);
        }

        Function<List<X509Certificate>, Standing> asked(Instant now) {
            return path -> revocation.of(path, now);
        }
    }

    /// Reads the folder again, if anything in it has changed.
    public void reload() {
        known.now();
    }

    public List<Problem> problems() {
        return known.now().files().problems();
    }

    /// The certificate to encrypt to for somebody: the newest without fault, pinned ones first.
    public Lookup find(Address address, Instant now) {
        Known current = known.at(now);
        Lookup answer = current.answers().get(address);
        if (answer == null) {
            answer = find(current.files(), address, now);
            if (!(answer instanceof Lookup.Waiting)) {
                current.answers().put(address, answer);
            }
        }
        return answer;
    }

    /// All certificates that may be encrypted to for that person now.
    public List<X509Certificate> usable(Address address, Instant now) {
        PartnerFiles files = known.at(now).files();
        List<X509Certificate> usable = new ArrayList<>();
        for (Entry entry : files.forAll(address)) {
            if (judge(files, entry, address.domain(), now) instanceof Lookup.Found found) {
                usable.add(found.certificate());
            }
        }
        return usable;
    }

    /// How the first of these would fare, for people of a domain, if it lay in the folder.
    public Lookup tried(Finder.Looked.Known offered, Domain domain, Instant now) {
        Entry entry = Entry.elsewhere(offered.certificates().getFirst(), offered);
        return judge(known.at(now).files(), entry, domain, now);
    }

    private Lookup find(PartnerFiles current, Address address, Instant now) {
        Lookup found = looked(current, address, now);
        return isSettled(found) ? found : current.doubted(address, found);
    }

    private Lookup looked(PartnerFiles current, Address address, Instant now) {
        List<Entry> own = current.of(address);
        Optional<Lookup> hers = best(current, own, address, now).or(() -> current.barred(address));
        if (current.isPinned(address) || hers.filter(PartnerDirectory::isSettled).isPresent()) {
            return hers.orElseThrow();
        }
        Optional<Lookup> elsewhere = elsewhere(current, address, now);
        return elsewhere
                .filter(PartnerDirectory::isSettled)
                .or(() -> best(current, current.of(address.domain()), address, now))
                .or(() -> current.barred(address.domain()))
                .or(() -> elsewhere)
                .or(() -> hers)
                .or(() -> current.namedAfter(address))
                .orElseGet(Lookup.NoCertificate::new);
    }

    /// What is awaited may be the right one.
    private static boolean isSettled(Lookup lookup) {
        return lookup instanceof Lookup.Found || lookup instanceof Lookup.Waiting;
    }

    private Optional<Lookup> best(
            PartnerFiles current, List<Entry> entries, Address address, Instant now) {
        Optional<Lookup> best = Optional.empty();
        for (Entry entry : entries.stream().sorted(Entry.BEST_FIRST).toList()) {
            Lookup lookup = judge(current, entry, address.domain(), now);
            if (lookup instanceof Lookup.Found) {
                return Optional.of(lookup);
            }
            if (best.isEmpty() || lookup instanceof Lookup.Waiting) {
                best = Optional.of(lookup);
            }
        }
        return best;
    }

    /// @return empty if nobody knows of one, for certain
    private Optional<Lookup> elsewhere(PartnerFiles current, Address address, Instant now) {
        Optional<Lookup> worse = Optional.empty();
        for (Finder finder : beyond.finders()) {
            switch (finder.look(address)) {
                case Finder.Looked.Unknown(String reason) ->
                        worse =
                                Optional.of(
                                        new Lookup.Waiting(
                                                Verdict.DIRECTORY_UNKNOWN,
                                                reason,
                                                finder.patience()));
                case Finder.Looked.Refused(Verdict verdict, String place) ->
                        worse = worse.or(() -> Optional.of(Lookup.Unusable.of(verdict, place)));
                case Finder.Looked.Known known -> {
                    for (X509Certificate each : known.certificates()) {
                        Entry entry = Entry.elsewhere(each, known);
                        Lookup lookup =
                                addresses(each).contains(address.key())
                                        ? judge(current, entry, address.domain(), now)
                                        : Lookup.Unusable.of(Verdict.WRONG_PERSON, known.place());
                        if (lookup instanceof Lookup.Found) {
                            return Optional.of(lookup);
                        }
                        worse = worse.or(() -> Optional.of(lookup));
                    }
                }
            }
        }
        return worse;
    }

    /// What is wrong with the certificate of somebody who signed, at that time, or with the path
    /// from it to an anchor. A pinned one needs none.
    ///
    /// @param between certificates that came with the signature
    /// @param at when the message was received, and not when its signer says that it was signed
    /// @param author whose signature it has to be: if the certificate names her, only those count
    ///   who vouch for her domain
    /// @return empty if nothing is wrong
    public Optional<Verdict> signerFault(
            X509Certificate certificate,
            List<X509Certificate> between,
            Instant at,
            Optional<Address> author) {
        Optional<Verdict> fault =
                new CertificateCheck(Use.SIGN, beyond.algorithms()).fault(certificate, at);
        if (fault.isPresent()) {
            return fault;
        }
        // Only the dates of certificates are those of then.
        Instant now = beyond.revocation().now(at);
        PartnerFiles files = known.at(now).files();
        Set<String> named = addresses(certificate);
        PathCheck paths =
                author.filter(it -> named.contains(it.key()))
                        .map(it -> files.anchors().of(it.domain()))
                        .orElseGet(files.anchors()::all);
        boolean pinned = named.stream().anyMatch(key -> files.isPinned(certificate, key));
        Optional<Standing> standing =
                paths.by(beyond.algorithms()).standing(certificate, between, at, beyond.asked(now));
        if (standing.isEmpty()) {
            return pinned ? Optional.empty() : Optional.of(Verdict.NO_PATH);
        }
        return switch (standing.get()) {
            case Standing.Good() -> Optional.empty();
            case Standing.Revoked _ -> Optional.of(Verdict.REVOKED);
            case Standing.Awaited(boolean around) ->
                    unless(pinned && !around, Verdict.REVOCATION_AWAITED);
            case Standing.Unknown _ -> unless(pinned, Verdict.REVOCATION_UNKNOWN);
            case Standing.NoPlace() -> unless(pinned, Verdict.NO_REVOCATION_PLACE);
        };
    }

    /// A pinned certificate rests on the hand that put it there; a revocation counts all the same.
    private static Optional<Verdict> unless(boolean pinned, Verdict verdict) {
        return pinned ? Optional.empty() : Optional.of(verdict);
    }

    /// A certificate and the file in which it lies.
    public record Filed(String file, X509Certificate certificate) {}

    /// The newest certificate of everybody.
    public List<Filed> newest(Instant now) {
        return known.at(now).files().groups().stream()
                .flatMap(each -> each.stream().max(Comparator.comparing(Entry::notBefore)).stream())
                .map(entry -> new Filed(entry.file(), entry.certificate()))
                .distinct()
                .toList();
    }

    /// The authorities.
    public List<X509Certificate> anchors(Instant now) {
        return known.at(now).files().anchors().certificates();
    }

    /// Whether authorities are there for this domain, and not only such for everybody.
    public boolean hasOwnAnchors(Domain domain, Instant now) {
        return known.at(now).files().anchors().isOwned(domain);
    }

    /// Whether a certificate lies in the folder, wherever.
    public boolean holds(X509Certificate certificate, Instant now) {
        PartnerFiles files = known.at(now).files();
        return addresses(certificate).stream().anyMatch(key -> files.holds(certificate, key));
    }

    /// Whether another one is pinned, or one that others may change, of anybody whom this names, or
    /// of a domain that it stands for; only a person may replace that.
    public boolean isAnotherPinned(X509Certificate certificate, Instant now) {
        return known.at(now).files().isAnotherPinned(certificate, addresses(certificate));
    }

    /// Whether a certificate by itself is one that mail can be encrypted to.
    public static boolean canEncrypt(X509Certificate certificate, Instant now) {
        return CertificateCheck.canEncrypt(certificate, now);
    }

    /// The keys of the addresses that a certificate names, read where this directory reads them.
    public Set<String> addresses(X509Certificate certificate) {
        return CertificateAddresses.keys(certificate, source);
    }

    private Lookup judge(PartnerFiles files, Entry entry, Domain domain, Instant now) {
        String place = entry.place();
        Optional<Verdict> fault =
                new CertificateCheck(Use.ENCRYPT, beyond.algorithms())
                        .fault(entry.certificate(), now);
        if (fault.isPresent()) {
            return Lookup.Unusable.of(fault.get(), place);
        }
        Lookup found = new Lookup.Found(entry.certificate(), entry.file(), entry.trust());
        boolean pinned = entry.trust() != Lookup.Trust.PATH;
        PathCheck paths = files.anchors().of(domain).by(beyond.algorithms());
        Optional<Standing> standing =
                paths.standing(entry.certificate(), entry.between(), now, beyond.asked(now));
        if (standing.isEmpty()) {
            return pinned ? found : Lookup.Unusable.of(Verdict.NO_PATH, place);
        }
        return switch (standing.get()) {
            case Standing.Good() -> found;
            case Standing.Revoked _ -> Lookup.Unusable.of(Verdict.REVOKED, place);
            case Standing.Awaited(boolean around) ->
                    pinned && !around ? found : waiting(Verdict.REVOCATION_AWAITED, place, "");
            case Standing.Unknown(String reason) ->
                    pinned
                            ? found
                            : waiting(Verdict.REVOCATION_UNKNOWN, place, " (" + reason + ")");
            case Standing.NoPlace() ->
                    pinned ? found : Lookup.Unusable.of(Verdict.NO_REVOCATION_PLACE, place);
        };
    }

    private Lookup waiting(Verdict verdict, String place, String why) {
        return new Lookup.Waiting(
                verdict,
                "The certificate in %s %s%s.".formatted(place, verdict.clause(), why),
                beyond.revocation().patience());
    }

    /// Who has a certificate here.
    public List<Address> people(Instant now) {
        return known.at(now).files().addresses();
    }

    /// An answer may end with a certificate, so a look forgets the answers in any case.
    private Known look(@Nullable Known before) {
        return Known.of(
                before != null && PartnerFiles.stamp(folder).equals(before.files().stamp())
                        ? before.files()
                        : PartnerFiles.read(folder, source));
    }
}

package org.postern.pki;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postern.folder.Glance;
import org.postern.mail.Address;
import org.postern.mail.Domain;
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
/// A pinned certificate needs no path, so a self-signed one belongs there; its dates, use, key and
/// address are checked all the same. A change in the folder is seen within [Glance#EVERY], and so
/// is the end of a certificate: an answer holds for so long.
///
/// Safe for use by many threads.
public final class PartnerDirectory {
    private final Path folder;
    private final AddressSource source;
    private final Glance<Known, RuntimeException> known = new Glance<>(this::look);

    /// @param answers what was found in these files since the folder was looked at last
    private record Known(PartnerFiles files, Map<Address, Lookup> answers) {
        static Known of(PartnerFiles files) {
            return new Known(files, new ConcurrentHashMap<>());
        }
    }

    /// Where a certificate's address is read.
    public enum AddressSource {
        /// The subject alternative name rfc822Name only (RFC 8550 §3).
        ALTERNATIVE_NAME,
        /// The old emailAddress of the subject as well, if there is no rfc822Name.
        SUBJECT_TOO
    }

    /// A file that could not be taken in; the others are.
    ///
    /// @param file below the folder
    /// @param sentence what is wrong and what to do
    public record Problem(String file, String sentence) {}

    private PartnerDirectory(Path folder, AddressSource source) {
        this.folder = folder;
        this.source = source;
    }

    /// Reads a folder. What is wrong in it is told by [#problems], not thrown.
    public static PartnerDirectory load(Path folder) {
        return load(folder, AddressSource.ALTERNATIVE_NAME);
    }

    /// Reads a folder.
    public static PartnerDirectory load(Path folder, AddressSource source) {
        PartnerDirectory directory = new PartnerDirectory(folder, source);
        directory.reload();
        return directory;
    }

    /// Reads the folder again, if anything in it has changed.
    public void reload() {
        known.now();
    }

    /// What could not be taken in.
    public List<Problem> problems() {
        return known.now().files().problems();
    }

    /// The certificate to encrypt to for that person now: the newest one without a fault.
    public Lookup find(Address address, Instant now) {
        Known current = current(now);
        Lookup answer = current.answers().get(address);
        if (answer == null) {
            answer = find(current.files(), address, now);
            current.answers().put(address, answer);
        }
        return answer;
    }

    /// All certificates that may be encrypted to for that person now.
    public List<X509Certificate> usable(Address address, Instant now) {
        PartnerFiles files = current(now).files();
        List<X509Certificate> usable = new ArrayList<>();
        for (Entry entry : files.of(address)) {
            if (judge(files, entry, address.domain(), now) instanceof Lookup.Found found) {
                usable.add(found.certificate());
            }
        }
        return usable;
    }

    private static Lookup find(PartnerFiles current, Address address, Instant now) {
        List<Entry> entries =
                current.of(address).stream()
                        .sorted(Comparator.comparing(Entry::notBefore).reversed())
                        .toList();
        Lookup first = null;
        for (Entry entry : entries) {
            Lookup lookup = judge(current, entry, address.domain(), now);
            if (lookup instanceof Lookup.Found) {
                return lookup;
            }
            first = first == null ? lookup : first;
        }
        if (first != null) {
            return first;
        }
        return current.namedAfter(address)
                .<Lookup>map(file -> unusable(Verdict.WRONG_PERSON, file))
                .orElseGet(Lookup.NoCertificate::new);
    }

    /// What is wrong with the certificate of somebody who signed, at that time: with itself, or
    /// with the path from it to an anchor. A pinned one needs no path.
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
                CertificateCheck.fault(certificate, CertificateCheck.Use.SIGN, at);
        if (fault.isPresent()) {
            return fault;
        }
        PartnerFiles now = current(at).files();
        Set<String> named = addresses(certificate);
        PathCheck paths =
                author.filter(it -> named.contains(it.key()))
                        .map(it -> now.anchors().of(it.domain()))
                        .orElseGet(now.anchors()::all);
        boolean trusted =
                named.stream().anyMatch(key -> now.isPinned(certificate, key))
                        || paths.leadsToAnchor(certificate, between, at);
        return trusted ? Optional.empty() : Optional.of(Verdict.NO_PATH);
    }

    /// The keys of the addresses that a certificate names, read where this directory reads them.
    public Set<String> addresses(X509Certificate certificate) {
        return CertificateAddresses.keys(certificate, source);
    }

    private static Lookup judge(PartnerFiles files, Entry entry, Domain domain, Instant now) {
        Optional<Verdict> fault =
                CertificateCheck.fault(entry.certificate(), CertificateCheck.Use.ENCRYPT, now);
        if (fault.isPresent()) {
            return unusable(fault.get(), entry.file());
        }
        if (entry.trust() == Lookup.Trust.PATH
                && !files.anchors()
                        .of(domain)
                        .leadsToAnchor(entry.certificate(), entry.between(), now)) {
            return unusable(Verdict.NO_PATH, entry.file());
        }
        return new Lookup.Found(entry.certificate(), entry.file(), entry.trust());
    }

    private static Lookup unusable(Verdict verdict, String file) {
        return new Lookup.Unusable(
                verdict,
                "The certificate in partners/%s %s; ask the partner for another one."
                        .formatted(file, verdict.clause()));
    }

    private Known current(Instant now) {
        return known.at(now);
    }

    /// An answer may end with a certificate, so a look forgets the answers in any case.
    private Known look(@Nullable Known before) {
        return Known.of(
                before != null && PartnerFiles.stamp(folder).equals(before.files().stamp())
                        ? before.files()
                        : PartnerFiles.read(folder, source));
    }
}

package org.postern.pki;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.pki.PartnerFiles.Entry;

/// The certificates of people outside, from a folder of text files that IT keeps:
///
/// ```
/// partners/*.pem, *.crt, *.cer     certificates of people, found by the address they name
/// partners/pinned/                 the same, trusted by the hand that put them there
/// partners/anchors/                authorities: everything issued under them is trusted
/// ```
///
/// A pinned certificate needs no path, so a self-signed one belongs there; its dates, use, key and
/// address are checked all the same. A change in the folder is seen within [#CHECK_EVERY], and so
/// is the end of a certificate: an answer holds for so long.
///
/// Safe for use by many threads.
public final class PartnerDirectory {
    /// How often the folder is looked at, by the time that callers give.
    public static final Duration CHECK_EVERY = Duration.ofSeconds(2);

    private final Path folder;
    private final AddressSource source;
    private Known known;
    private @Nullable Instant checked;

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

    private PartnerDirectory(Path folder, AddressSource source, PartnerFiles files) {
        this.folder = folder;
        this.source = source;
        this.known = Known.of(files);
    }

    /// Reads a folder. What is wrong in it is told by [#problems], not thrown.
    public static PartnerDirectory load(Path folder) {
        return load(folder, AddressSource.ALTERNATIVE_NAME);
    }

    /// Reads a folder.
    public static PartnerDirectory load(Path folder, AddressSource source) {
        return new PartnerDirectory(folder, source, PartnerFiles.read(folder, source));
    }

    /// Reads the folder again.
    public synchronized void reload() {
        known = Known.of(PartnerFiles.read(folder, source));
    }

    /// What could not be taken in at the last reading.
    public synchronized List<Problem> problems() {
        return known.files().problems();
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

    private static Lookup find(PartnerFiles current, Address address, Instant now) {
        List<Entry> entries =
                current.of(address).stream()
                        .sorted(Comparator.comparing(Entry::notBefore).reversed())
                        .toList();
        Lookup first = null;
        for (Entry entry : entries) {
            Lookup lookup = judge(current, entry, now);
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
    /// @return empty if nothing is wrong
    public Optional<Verdict> signerFault(
            X509Certificate certificate, List<X509Certificate> between, Instant at) {
        Optional<Verdict> fault =
                CertificateCheck.fault(certificate, CertificateCheck.Use.SIGN, at);
        if (fault.isPresent()) {
            return fault;
        }
        PartnerFiles now = current(at).files();
        boolean trusted =
                addresses(certificate).stream().anyMatch(key -> now.isPinned(certificate, key))
                        || now.paths().leadsToAnchor(certificate, between, at);
        return trusted ? Optional.empty() : Optional.of(Verdict.NO_PATH);
    }

    /// The keys of the addresses that a certificate names, read where this directory reads them.
    public Set<String> addresses(X509Certificate certificate) {
        return CertificateAddresses.keys(certificate, source);
    }

    private static Lookup judge(PartnerFiles files, Entry entry, Instant now) {
        Optional<Verdict> fault =
                CertificateCheck.fault(entry.certificate(), CertificateCheck.Use.ENCRYPT, now);
        if (fault.isPresent()) {
            return unusable(fault.get(), entry.file());
        }
        if (entry.trust() == Lookup.Trust.PATH
                && !files.paths().leadsToAnchor(entry.certificate(), entry.between(), now)) {
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

    private synchronized Known current(Instant now) {
        boolean due =
                checked == null
                        || now.isBefore(checked)
                        || !now.isBefore(checked.plus(CHECK_EVERY));
        if (due) {
            checked = now;
            boolean same = PartnerFiles.stamp(folder).equals(known.files().stamp());
            known = Known.of(same ? known.files() : PartnerFiles.read(folder, source));
        }
        return known;
    }
}

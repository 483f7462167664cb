package org.postern.ldap;

import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.pki.Finder;
import org.postern.pki.Lookup;
import org.postern.pki.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds certificates in a directory, for the domains that IT has named. What is found is trusted
/// for its place there as little as a file is for lying in a folder: it needs a path to an
/// authority of ours.
public final class LdapFinder implements Finder {
    /// RFC 4523 §4.1, with the option that it demands and without, as directories of Windows have
    /// it.
    private static final String CERTIFICATE = "userCertificate";

    /// RFC 2798 §2.8: a signed object that holds the certificate and those above it.
    private static final String SMIME = "userSMIMECertificate";

    private static final Set<String> ATTRIBUTES =
            Set.of(CERTIFICATE + ";binary", CERTIFICATE, SMIME + ";binary", SMIME);

    /// Of one person; what comes behind is not looked at.
    private static final int CERTIFICATES_MAX = 8;

    /// Of one value.
    private static final int OCTETS_MAX = 64 << 10;

    /// People of whom it is remembered that it was told.
    private static final int TOLD_MAX = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(LdapFinder.class);

    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final LdapDirectory directory;
    private final String place;
    private final Set<Domain> domains;
    private final Duration patience;

    /// @param patience for how long a message waits if the directory does not answer
    public LdapFinder(LdapDirectory directory, LdapServer server, Duration patience) {
        this.directory = directory;
        this.place = server.words();
        this.domains = server.domains();
        this.patience = patience;
    }

    @Override
    public Duration patience() {
        return patience;
    }

    @Override
    public Looked look(Address address) {
        if (!domains.contains(address.domain())) {
            return new Looked.Known(List.of(), place);
        }
        return switch (directory.ask(address, ATTRIBUTES)) {
            case LdapDirectory.Answer.Unknown(String reason, var _) -> new Looked.Unknown(reason);
            case LdapDirectory.Answer.Known(List<LdapDirectory.Entry> entries) ->
                    known(address, entries);
        };
    }

    private Looked known(Address address, List<LdapDirectory.Entry> entries) {
        Set<X509Certificate> found = new LinkedHashSet<>();
        int unread = 0;
        for (LdapDirectory.Entry entry : entries) {
            for (String attribute : List.of(CERTIFICATE, SMIME)) {
                for (byte[] value : entry.octets(attribute)) {
                    List<X509Certificate> read = read(value);
                    found.addAll(read);
                    unread += read.isEmpty() ? 1 : 0;
                }
            }
        }
        if (unread > 0) {
            tell(address, unread);
        }
        return found.isEmpty() && unread > 0
                ? new Looked.Refused(Verdict.UNREADABLE, place)
                : new Looked.Known(best(found), unread, place, Lookup.Trust.PATH);
    }

    /// Once for each person: mail to her asks again and again.
    private void tell(Address address, int unread) {
        if (told.size() >= TOLD_MAX) {
            told.clear();
        }
        if (told.add(address.key())) {
            LOG.warn(
                    "{} has {} values for somebody of {} that cannot be read as certificates;"
                            + " ./gateway cert find ADDRESS tells of them",
                    place,
                    unread,
                    address.domain());
        }
    }

    private static List<X509Certificate> best(Set<X509Certificate> found) {
        // Those of authorities come along in signed objects, and are nobody's.
        return found.stream()
                .sorted(
                        Comparator.comparing((X509Certificate it) -> it.getBasicConstraints() >= 0)
                                .thenComparing(
                                        X509Certificate::getNotBefore, Comparator.reverseOrder()))
                .limit(CERTIFICATES_MAX)
                .toList();
    }

    /// Read by the JDK, as those of the partners' folder are: a certificate, or a signed object.
    ///
    /// @return none if it is neither
    private static List<X509Certificate> read(byte[] octets) {
        if (octets.length > OCTETS_MAX) {
            return List.of();
        }
        try {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(octets));
            return all.stream()
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .limit(CERTIFICATES_MAX)
                    .toList();
        } catch (CertificateException | RuntimeException _) {
            return List.of();
        }
    }
}

package org.postern.net;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether a certificate speaks for a host: RFC 9525, by subjectAltName alone. A common name is
/// never looked at, not even where there is no subjectAltName (RFC 9525 §2).
final class HostName {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /// How many of a certificate's names a reason lists.
    private static final int NAMES_SHOWN_MAX = 3;

    private static final int NAME_CHARS_SHOWN_MAX = 100;

    private HostName() {}

    /// The reason why the certificate does not speak for the host; empty if it does.
    static Optional<String> objection(X509Certificate certificate, String host) {
        String wanted = canonical(host);
        boolean literal = IpLiteral.parse(wanted).isPresent();
        try {
            // RFC 9525 §6.5: an address is proved by an iPAddress, never by a dNSName that looks
            // like one.
            for (String name : names(certificate, literal ? IP_ADDRESS : DNS_NAME)) {
                if (literal ? sameAddress(name, wanted) : matches(name, wanted)) {
                    return Optional.empty();
                }
            }
            List<String> all = new ArrayList<>(names(certificate, DNS_NAME));
            all.addAll(names(certificate, IP_ADDRESS));
            return Optional.of("its certificate is for " + shown(all) + ", not for " + wanted);
        } catch (CertificateParsingException e) {
            return Optional.of("the names in its certificate cannot be read");
        }
    }

    private static List<String> names(X509Certificate certificate, int type)
            throws CertificateParsingException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        List<String> names = new ArrayList<>();
        if (alternatives == null) {
            return names;
        }
        for (List<?> alternative : alternatives) {
            if (alternative.getFirst().equals(type) && alternative.get(1) instanceof String name) {
                names.add(name);
            }
        }
        return names;
    }

    /// RFC 9525 §6.3: a wildcard is the whole left-most label and stands for exactly one label.
    /// Stricter than that: two labels must follow, so that nobody speaks for a top-level domain.
    private static boolean matches(String name, String wanted) {
        String presented = canonical(name);
        if (!presented.startsWith("*.")) {
            return presented.equals(wanted);
        }
        String parent = presented.substring(1);
        int dot = wanted.indexOf('.');
        return parent.indexOf('.', 1) > 0
                && parent.indexOf('*') < 0
                && dot > 0
                && wanted.substring(dot).equals(parent);
    }

    private static boolean sameAddress(String name, String wanted) {
        return IpLiteral.parse(name).equals(IpLiteral.parse(wanted));
    }

    private static String canonical(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /// A peer wrote these names: they are cut and stripped before people read them.
    private static String shown(List<String> names) {
        if (names.isEmpty()) {
            return "no host at all (it has no subjectAltName)";
        }
        List<String> clean =
                names.stream()
                        .limit(NAMES_SHOWN_MAX)
                        .map(name -> name.replaceAll("[^A-Za-z0-9.*:_-]", "?"))
                        .map(name ->
                                name.substring(0, Math.min(NAME_CHARS_SHOWN_MAX, name.length())))
                        .toList();
        int more = names.size() - clean.size();
        return String.join(", ", clean) + (more > 0 ? " and " + more + " more" : "");
    }
}

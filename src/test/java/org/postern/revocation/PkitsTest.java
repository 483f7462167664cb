package org.postern.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.pki.AnyStrength;
import org.postern.testkit.Peers;

/// G11: the path validation suite of NIST (PKITS), by the gateway's own paths and lists, with the
/// clock of the suite, and with SHA-1 and RSA of 1,024 bits let through.
///
/// A certificate is good here if there is a path and for each certificate of it a list that is in
/// time, covers it and does not name it, as mail to a partner demands it. The policy inputs are
/// those of the gateway: any policy, none demanded, mapping and anyPolicy allowed; where the suite
/// tells several results for one certificate, the one for these inputs counts.
class PkitsTest {
    private static final Instant CLOCK = Instant.parse("2008-01-01T00:00:00Z");
    private static final URI PLACE = URI.create("http://pkits.example/list.crl");

    private static final String ANCHOR = "TrustAnchorRootCertificate.crt";

    /// 4.8.1 uses the certificate of 4.1.1.
    private static final String SAME_POLICY = "ValidCertificatePathTest1EE.crt";

    private static final int TESTS = 224;

    /// Tests whose name does not tell the result: 4.8.2 to 4.8.20 and 4.12.3.
    private static final Set<String> REFUSED =
            Set.of(
                    "DifferentPoliciesTest4EE",
                    "DifferentPoliciesTest5EE",
                    "DifferentPoliciesTest7EE",
                    "DifferentPoliciesTest8EE",
                    "DifferentPoliciesTest9EE",
                    "DifferentPoliciesTest12EE");

    private static final String NO_LIST = "no list";
    private static final String REVOKED = "revoked";
    private static final String GOOD = "good, and must not be";

    /// Where our verdict is another one than that of the suite. A certificate without a list is not
    /// used; so all of these but one are stricter than the suite.
    private static final List<Differing> DIFFERING =
            List.of(
                    new Differing(
                            NO_LIST,
                            "the list is signed by another key of the authority than the"
                                    + " certificate; it counts only by the key of the issuer's"
                                    + " certificate in the path",
                            "ValidBasicSelfIssuedCRLSigningKeyTest6EE",
                            "ValidBasicSelfIssuedNewWithOldTest3EE",
                            "ValidBasicSelfIssuedNewWithOldTest4EE",
                            "ValidBasicSelfIssuedOldWithNewTest1EE",
                            "ValidDNnameConstraintsTest19EE",
                            "ValidSelfIssuedinhibitAnyPolicyTest7EE",
                            "ValidSelfIssuedinhibitAnyPolicyTest9EE",
                            "ValidSelfIssuedinhibitPolicyMappingTest7EE",
                            "ValidSelfIssuedpathLenConstraintTest15EE",
                            "ValidSelfIssuedpathLenConstraintTest17EE",
                            "ValidSelfIssuedrequireExplicitPolicyTest6EE",
                            "ValidSeparateCertificateandCRLKeysTest19EE"),
                    new Differing(
                            NO_LIST,
                            "the key that signed the list inherits its DSA parameters; DSA is used"
                                    + " by nobody",
                            "ValidDSAParameterInheritanceTest5EE"),
                    new Differing(
                            NO_LIST,
                            "the list names its place by a directory name; we get lists by http"
                                    + " and compare the address",
                            "ValiddistributionPointTest1EE",
                            "ValiddistributionPointTest4EE",
                            "ValiddistributionPointTest5EE",
                            "ValiddistributionPointTest7EE"),
                    new Differing(
                            NO_LIST,
                            "the list is about certificates of other authorities as well; indirect"
                                    + " lists are refused",
                            "ValidIDPwithindirectCRLTest22EE",
                            "ValidIDPwithindirectCRLTest24EE",
                            "ValidIDPwithindirectCRLTest25EE",
                            "ValidcRLIssuerTest28EE",
                            "ValidcRLIssuerTest29EE",
                            "ValidcRLIssuerTest30EE",
                            "ValidcRLIssuerTest33EE"),
                    new Differing(
                            NO_LIST,
                            "the lists are about some reasons each; such are refused, because what"
                                    + " one leaves out would count as good",
                            "ValidonlySomeReasonsTest18EE",
                            "ValidonlySomeReasonsTest19EE"),
                    new Differing(
                            REVOKED,
                            "a revoked serial number has the same last 64 bits, which are all that"
                                    + " is kept of one; so a good one may count as revoked, and"
                                    + " never the other way round",
                            "ValidLongSerialNumberTest17EE"),
                    new Differing(
                            REVOKED,
                            "a delta list takes a suspension back; we read none, so it holds until"
                                    + " the next whole list",
                            "ValiddeltaCRLTest5EE"),
                    new Differing(
                            GOOD,
                            "a delta list revokes it, the whole list in time does not; we read no"
                                    + " delta lists (RFC 5280 §5.2.4 leaves that to us), and learn"
                                    + " it from the next whole list",
                            "InvaliddeltaCRLTest4EE"));

    /// @param found our verdict
    /// @param reason why it is right, or what is given up by it
    private record Differing(String found, String reason, List<String> tests) {
        Differing(String found, String reason, String... tests) {
            this(found, reason, List.of(tests));
        }
    }

    @Test
    void everyTestOfTheSuiteHasItsResult() throws Exception {
        Path suite = Peers.corpora().resolve("smime/pkits");
        Map<String, X509Certificate> all = certificates(suite.resolve("certs"));
        X509Certificate anchor = Objects.requireNonNull(all.get(ANCHOR), ANCHOR);
        List<byte[]> lists = octets(suite.resolve("crls"));
        List<X509Certificate> authorities =
                all.values().stream().filter(it -> it.getBasicConstraints() >= 0).toList();
        List<X509Certificate> others =
                all.entrySet().stream()
                        .filter(it -> !it.getKey().endsWith("EE.crt"))
                        .map(Map.Entry::getValue)
                        .toList();
        assertTrue(authorities.size() > 100, "the suite is there");
        Map<String, String> differs = new TreeMap<>();
        int tests = all.containsKey(SAME_POLICY) ? 1 : 0;
        for (Map.Entry<String, X509Certificate> each : all.entrySet()) {
            if (each.getKey().endsWith("EE.crt")) {
                tests++;
                String name = each.getKey().replace(".crt", "");
                String found = found(each.getValue(), others, anchor, lists);
                boolean wanted = !name.startsWith("Invalid") && !REFUSED.contains(name);
                if (wanted != found.isEmpty()) {
                    differs.put(name, found.isEmpty() ? GOOD : found);
                }
            }
        }
        assertEquals(TESTS, tests);
        Map<String, String> known = new TreeMap<>();
        for (Differing each : DIFFERING) {
            each.tests().forEach(test -> known.put(test, each.found()));
        }
        assertEquals(known, differs);
    }

    /// @return empty if it is good; otherwise why not
    private static String found(
            X509Certificate certificate,
            List<X509Certificate> others,
            X509Certificate anchor,
            List<byte[]> lists) {
        Optional<List<X509Certificate>> path = AnyStrength.path(certificate, others, anchor, CLOCK);
        if (path.isEmpty()) {
            return "no path";
        }
        for (int i = 0; i + 1 < path.get().size(); i++) {
            String said = revocation(path.get().get(i), path.get().get(i + 1), lists);
            if (!said.isEmpty()) {
                return said;
            }
        }
        return "";
    }

    private static String revocation(
            X509Certificate certificate, X509Certificate issuer, List<byte[]> lists) {
        boolean told = false;
        for (byte[] octets : lists) {
            try {
                RevocationList list =
                        RevocationList.read(
                                octets, new RevocationList.Origin(issuer, PLACE), _ -> {});
                if (!list.covers(certificate)) {
                    continue;
                }
                if (list.of(certificate).revoked()) {
                    return REVOKED;
                }
                told |= !list.until().isBefore(CLOCK);
            } catch (SpoiltException _) {
                // It is one of another authority, or of a kind that is not read.
            }
        }
        return told ? "" : NO_LIST;
    }

    private static Map<String, X509Certificate> certificates(Path folder)
            throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Map<String, X509Certificate> certificates = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                certificates.put(
                        file.getFileName().toString(),
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(Files.readAllBytes(file))));
            }
        }
        return certificates;
    }

    private static List<byte[]> octets(Path folder) throws IOException {
        List<byte[]> octets = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                octets.add(Files.readAllBytes(file));
            }
        }
        return octets;
    }
}

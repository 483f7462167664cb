package org.postern.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.pki.PartnerDirectory.Standing;
import org.postern.testkit.TestAuthority;

/// An authority in the middle that two roots have certified: if one of them takes that back, the
/// other one still vouches for what is below.
class OtherPathsTest {
    private static final Address ANN = Address.of("ann@partner.example");
    private static final Validity VALID =
            new Validity(
                    TestAuthority.NOW.minusSeconds(1_000),
                    TestAuthority.NOW.plusSeconds(1_000_000));

    private final Authority one = Authority.create("Root One", KeyKind.P_256, VALID);
    private final Authority two = Authority.create("Root Two", KeyKind.P_256, VALID);
    private final Authority middle = one.subordinate("Middle", KeyKind.P_256, VALID);
    private final Identity ann = middle.issue(TestAuthority.request(ANN.toString(), KeyKind.P_256));
    private final X509Certificate first = middle.certificate();
    private final X509Certificate second = crossed();

    private final Map<X509Certificate, Standing> standings = new HashMap<>();

    @TempDir Path folder;

    /// The same name and key as the first, by the other root.
    private X509Certificate crossed() {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            new JcaX509v3CertificateBuilder(
                                            two.certificate(),
                                            BigInteger.TEN,
                                            Date.from(VALID.notBefore()),
                                            Date.from(VALID.notAfter()),
                                            first.getSubjectX500Principal(),
                                            first.getPublicKey())
                                    .addExtension(
                                            Extension.basicConstraints,
                                            true,
                                            new BasicConstraints(true))
                                    .addExtension(
                                            Extension.keyUsage,
                                            true,
                                            new KeyUsage(KeyUsage.keyCertSign))
                                    .build(
                                            new JcaContentSignerBuilder("SHA256withECDSA")
                                                    .build(two.identity().key())));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("anchors"));
        Files.createDirectories(folder.resolve("pinned"));
        Pem.write(folder.resolve("anchors/one.pem"), List.of(one.certificate()));
        Pem.write(folder.resolve("anchors/two.pem"), List.of(two.certificate()));
        Pem.write(folder.resolve("ann.pem"), List.of(ann.certificate(), first, second));
    }

    private Standing of(List<X509Certificate> path) {
        for (X509Certificate each : path.subList(0, path.size() - 1)) {
            Standing standing = standings.getOrDefault(each, new Standing.Good());
            if (!(standing instanceof Standing.Good)) {
                return standing;
            }
        }
        return new Standing.Good();
    }

    private PartnerDirectory directory() {
        return PartnerDirectory.load(folder).asking((path, _) -> of(path));
    }

    private Lookup find() {
        return directory().find(ANN, TestAuthority.NOW);
    }

    private Optional<Verdict> signerFault() {
        return directory()
                .signerFault(
                        ann.certificate(),
                        List.of(first, second),
                        TestAuthority.NOW,
                        Optional.of(ANN));
    }

    private void is(Verdict verdict) {
        assertEquals(verdict, assertInstanceOf(Lookup.Unusable.class, find()).verdict());
        assertEquals(Optional.of(verdict), signerFault());
    }

    @Test
    void whatTheOtherRootVouchesForIsUsed() {
        for (X509Certificate revoked : List.of(first, second)) {
            standings.clear();
            standings.put(revoked, new Standing.Revoked(true));
            assertInstanceOf(Lookup.Found.class, find());
            assertEquals(Optional.empty(), signerFault());
        }
    }

    /// The other root vouches for the same key, which is in wrong hands.
    @Test
    void aKeyInWrongHandsHasNoOtherPath() {
        standings.put(first, new Standing.Revoked(false));
        is(Verdict.REVOKED);
    }

    /// A pinned certificate needs no word of its authority; one that has a revoked path does.
    @Test
    void aPinnedOneWaitsForTheWordAboutItsOtherPath() throws IOException {
        Files.move(folder.resolve("ann.pem"), folder.resolve("pinned/ann@partner.example.pem"));
        standings.put(first, new Standing.Awaited(false));
        assertInstanceOf(Lookup.Found.class, find());
        boolean waits = false;
        for (X509Certificate revoked : List.of(first, second)) {
            standings.put(first, new Standing.Awaited(false));
            standings.put(second, new Standing.Awaited(false));
            standings.put(revoked, new Standing.Revoked(true));
            waits |= find() instanceof Lookup.Waiting;
        }
        assertTrue(waits, "by whichever path is tried first");
    }

    @Test
    void whatBothTookBackIsNot() {
        standings.put(first, new Standing.Revoked(true));
        standings.put(second, new Standing.Revoked(true));
        is(Verdict.REVOKED);
    }

    /// What her own authority has revoked is so by every path.
    @Test
    void whatIsRevokedItselfHasNoOtherPath() {
        standings.put(ann.certificate(), new Standing.Revoked(true));
        is(Verdict.REVOKED);
    }

    @Test
    void whatIsAwaitedIsWaitedFor() {
        for (X509Certificate revoked : List.of(first, second)) {
            standings.clear();
            standings.put(first, new Standing.Awaited(false));
            standings.put(second, new Standing.Awaited(false));
            standings.put(revoked, new Standing.Revoked(true));
            assertEquals(
                    Verdict.REVOCATION_AWAITED,
                    assertInstanceOf(Lookup.Waiting.class, find()).verdict());
            assertEquals(Optional.of(Verdict.REVOCATION_AWAITED), signerFault());
        }
    }
}

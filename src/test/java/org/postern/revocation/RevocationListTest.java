package org.postern.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.math.BigInteger;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.pki.Authority;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Providers;
import org.postern.pki.Validity;
import org.postern.testkit.OwnTime;
import org.postern.testkit.TestAuthority;

/// RFC 5280 §5 and §6.3: each list that must not be used has its own reason.
class RevocationListTest {
    private static final Instant NOW = TestAuthority.NOW;
    private static final URI PLACE = URI.create("http://ca.example/list");
    private static final Validity WEEK = new Validity(NOW, NOW.plus(Duration.ofDays(7)));

    private final TestAuthority authority = TestAuthority.create();
    private final X509Certificate issuer = authority.authority().certificate();
    private final X509Certificate ann = authority.person("ann@partner.example").certificate();
    private final X509Certificate bob = authority.person("bob@partner.example").certificate();

    @Test
    void whoIsListedIsRevoked() throws Exception {
        RevocationList list = good(ours(List.of(ann.getSerialNumber())));
        assertEquals(new Evidence(true, false, NOW, WEEK.notAfter()), list.of(ann));
        assertEquals(new Evidence(false, false, NOW, WEEK.notAfter()), list.of(bob));
        assertFalse(good(ours(List.of())).of(ann).revoked());
        assertEquals(0, good(ours(List.of())).size());
    }

    /// RFC 5280 §5.3.1.
    @Test
    void onlySomeReasonsSayNothingAgainstTheKey() throws Exception {
        for (int reason = 0; reason <= 10; reason++) {
            List<Authority.Revoked> one =
                    List.of(new Authority.Revoked(ann.getSerialNumber(), NOW, reason));
            RevocationList list = good(authority.authority().list(one, WEEK, one()));
            assertEquals(true, list.of(ann).revoked());
            assertEquals(List.of(3, 4, 5).contains(reason), list.of(ann).keyStands(), "" + reason);
            assertFalse(list.of(bob).keyStands());
        }
    }

    @Test
    void smallAndLargeSerialsAreFound() throws Exception {
        for (String text : List.of("1", "127", "128", "65536", "9223372036854775808")) {
            BigInteger serial = new BigInteger(text);
            RevocationList list = good(ours(List.of(serial, BigInteger.TWO)));
            assertEquals(2, list.size());
            assertFalse(list.of(ann).revoked());
        }
    }

    @Test
    void whoseListItIsIsProved() {
        byte[] changed = ours(List.of(ann.getSerialNumber()));
        changed[changed.length / 2] ^= 1;
        assertThrows(SpoiltException.class, () -> good(changed));
        // The name of ours, and the key of another one of that name.
        byte[] impostor = TestAuthority.create().authority().list(List.of(), WEEK, BigInteger.TWO);
        bad("not signed by", impostor);
    }

    @Test
    void anAuthorityThatMustNotSignListsIsNotHeard() throws Exception {
        Identity other =
                authority
                        .authority()
                        .issue(
                                TestAuthority.request("ca@partner.example", KeyKind.P_256)
                                        .withUsage(KeyUsage.keyCertSign));
        byte[] list = Authority.of(other, KeyKind.P_256).list(List.of(), WEEK, one());
        SpoiltException refused =
                assertThrows(
                        SpoiltException.class,
                        () -> RevocationList.read(list, other.certificate(), PLACE));
        assertTrue(refused.reason().contains("must not sign lists"), refused.reason());
    }

    @Test
    void listsThatLeaveSomethingOutAreRefused() throws Exception {
        bad("holds changes only", with(Extension.deltaCRLIndicator, true, new CRLNumber(one())));
        bad("not about all", with(point(null, false, false, new ReasonFlags(1), false)));
        bad("not about all", with(point(null, false, false, null, true)));
        bad("contradicts itself", with(Extension.issuingDistributionPoint, true, both()));
        bad("another place", with(point(at("http://ca.example/other"), false, false, null, false)));
        bad(
                "critical extension",
                with(new ASN1ObjectIdentifier("1.2.3.4"), true, DERNull.INSTANCE));
        good(with(new ASN1ObjectIdentifier("1.2.3.4"), false, DERNull.INSTANCE));
        good(with(point(at(PLACE.toString()), false, false, null, false)));
    }

    @Test
    void aListOfAuthoritiesSaysNothingOfPeople() throws Exception {
        RevocationList people = good(with(point(null, true, false, null, false)));
        RevocationList authorities = good(with(point(null, false, true, null, false)));
        assertTrue(people.covers(ann));
        assertFalse(people.covers(issuer));
        assertFalse(authorities.covers(ann));
        assertTrue(authorities.covers(issuer));
    }

    @Test
    void anEntryAboutSomebodyElsesCertificateIsRefused() throws Exception {
        X509v2CRLBuilder builder = builder();
        builder.addCRLEntry(
                BigInteger.TEN,
                Date.from(NOW),
                new Extensions(
                        new Extension(
                                Extension.certificateIssuer,
                                true,
                                new GeneralNames(new GeneralName(new X500Name("CN=Somebody")))
                                        .getEncoded())));
        bad("entry of a kind", signed(builder, "SHA256withECDSA"));
        X509v2CRLBuilder usual = builder();
        usual.addCRLEntry(BigInteger.TEN, Date.from(NOW), CRLReason.keyCompromise);
        good(signed(usual, "SHA256withECDSA"));
    }

    @Test
    void withoutTheTimeOfTheNextItWouldCountForEver() throws Exception {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(name(), Date.from(NOW));
        bad("when the next one comes", signed(builder, "SHA256withECDSA"));
        bad("too weak", signed(builder(), "SHA1withECDSA"));
    }

    @Test
    void whatIsNoListIsRefused() {
        bad("cannot be read", new byte[0]);
        bad("cannot be read", new byte[] {0x30, (byte) 0x80, 0, 0});
        bad("cannot be read", new byte[] {0x30, (byte) 0x84, 0x7F, -1, -1, -1});
        bad(
                "cannot be read",
                "<html>not found</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        byte[] whole = ours(List.of(BigInteger.TEN));
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThrows(SpoiltException.class, () -> good(part));
        }
        byte[] more = Arrays.copyOf(whole, whole.length + 1);
        bad("cannot be read", more);
    }

    /// 500,000 entries, about 20 MB: bounded time and memory.
    @Test
    void aHugeListIsReadInSeconds() throws Exception {
        X509v2CRLBuilder builder = builder();
        for (int i = 0; i < 300_000; i++) {
            builder.addCRLEntry(BigInteger.valueOf(i + 1_000_000_007L), Date.from(NOW), 0);
        }
        byte[] huge = signed(builder, "SHA256withECDSA");
        long begin = OwnTime.nanos();
        RevocationList list = good(huge);
        assertEquals(300_000, list.size());
        assertFalse(list.of(ann).revoked());
        assertTrue(OwnTime.nanos() - begin < 5_000_000_000L);
    }

    private RevocationList good(byte[] octets) throws SpoiltException {
        return RevocationList.read(octets, issuer, PLACE);
    }

    private void bad(String reason, byte[] octets) {
        try {
            good(octets);
            fail("it was taken: " + reason);
        } catch (SpoiltException e) {
            assertTrue(e.reason().contains(reason), e.reason());
        }
    }

    private byte[] ours(List<BigInteger> serials) {
        return authority
                .authority()
                .list(
                        serials.stream().map(it -> new Authority.Revoked(it, NOW, 1)).toList(),
                        WEEK,
                        one());
    }

    private static BigInteger one() {
        return BigInteger.ONE;
    }

    private X500Name name() {
        return X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded());
    }

    private X509v2CRLBuilder builder() {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(name(), Date.from(NOW));
        builder.setNextUpdate(Date.from(WEEK.notAfter()));
        return builder;
    }

    private byte[] with(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value)
            throws Exception {
        X509v2CRLBuilder builder = builder();
        builder.addExtension(id, critical, value);
        return signed(builder, "SHA256withECDSA");
    }

    private byte[] with(IssuingDistributionPoint point) throws Exception {
        return with(Extension.issuingDistributionPoint, true, point);
    }

    private static IssuingDistributionPoint point(
            @Nullable DistributionPointName name,
            boolean users,
            boolean authorities,
            @Nullable ReasonFlags reasons,
            boolean indirect) {
        return new IssuingDistributionPoint(name, users, authorities, reasons, indirect, false);
    }

    /// Of people and of authorities only, which Bouncy Castle would not make.
    private static DERSequence both() {
        return new DERSequence(
                new ASN1Encodable[] {
                    new DERTaggedObject(false, 1, ASN1Boolean.TRUE),
                    new DERTaggedObject(false, 2, ASN1Boolean.TRUE)
                });
    }

    private static DistributionPointName at(String uri) {
        return new DistributionPointName(
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    }

    private byte[] signed(X509v2CRLBuilder builder, String algorithm) throws Exception {
        return builder.build(
                        new JcaContentSignerBuilder(algorithm)
                                .setProvider(Providers.BOUNCY_CASTLE)
                                .build(authority.authority().identity().key()))
                .getEncoded();
    }
}

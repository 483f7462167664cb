package org.postern.revocation;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.Time;

/// A certificate revocation list: RFC 5280 §5. Whole lists of the certificate's own issuer are
/// read; indirect ones, deltas and those of some reasons only are refused, because what they leave
/// out would count as good.
final class RevocationList {
    private static final int VERSION_2 = 1;
    private static final int CRL_SIGN = 6;

    private final Instant from;
    private final Instant until;
    private final Scope scope;

    /// The last 64 bits of each serial number, sorted. Should two share them, a good certificate
    /// counts as revoked, and never the other way round.
    private final long[] serials;

    /// Those among them that were revoked for a reason that says nothing against the key, sorted.
    private final long[] keyStands;

    private enum Scope {
        ALL,
        PEOPLE,
        AUTHORITIES
    }

    private RevocationList(Instant from, Instant until, Scope scope, Serials serials) {
        this.from = from;
        this.until = until;
        this.scope = scope;
        this.serials = serials.all();
        this.keyStands = serials.keyStands();
    }

    /// Reads a list and checks whose it is.
    ///
    /// @param octets DER (RFC 5280 §4.2.1.13)
    /// @param issuer of the certificates that it is about
    /// @param place where it was got
    static RevocationList read(byte[] octets, X509Certificate issuer, URI place)
            throws SpoiltException {
        return read(octets, new Origin(issuer, place), AuthoritySignature::requireGood);
    }

    /// The same with another opinion of which signatures count.
    static RevocationList read(byte[] octets, Origin origin, AuthoritySignature.Strength strength)
            throws SpoiltException {
        try {
            return parse(octets, origin, strength);
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle throws unchecked exceptions for what is not the structure.
            throw new SpoiltException("cannot be read");
        }
    }

    private static RevocationList parse(
            byte[] octets, Origin origin, AuthoritySignature.Strength strength)
            throws IOException, SpoiltException {
        X509Certificate issuer = origin.issuer();
        Der all = Der.over(octets);
        Der outer = all.inside(all.next(Der.SEQUENCE));
        all.requireEnd();
        Der.Element signed = outer.next(Der.SEQUENCE);
        AlgorithmIdentifier algorithm =
                AlgorithmIdentifier.getInstance(outer.whole(outer.next(Der.SEQUENCE)));
        byte[] bits = outer.content(outer.next(Der.BIT_STRING));
        outer.requireEnd();
        if (bits.length == 0 || bits[0] != 0) {
            throw new IOException("not a signature");
        }
        requireSigner(issuer);
        strength.require(algorithm);
        AuthoritySignature.Signed what =
                new AuthoritySignature.Signed(
                        octets,
                        signed.begin(),
                        signed.end(),
                        Arrays.copyOfRange(bits, 1, bits.length));
        if (!AuthoritySignature.fits(issuer, algorithm, what)) {
            throw new SpoiltException("is not signed by the authority that issued the certificate");
        }
        return content(outer.inside(signed), algorithm, origin);
    }

    /// Whose list it is, and where it was got.
    record Origin(X509Certificate issuer, URI place) {}

    private static void requireSigner(X509Certificate issuer) throws SpoiltException {
        boolean[] usage = issuer.getKeyUsage();
        if (usage != null && !usage[CRL_SIGN]) {
            throw new SpoiltException("comes from an authority that must not sign lists");
        }
    }

    private static RevocationList content(Der list, AlgorithmIdentifier outside, Origin origin)
            throws IOException, SpoiltException {
        if (list.tag() == Der.INTEGER) {
            byte[] version = list.content(list.next(Der.INTEGER));
            if (version.length != 1 || version[0] != VERSION_2) {
                throw new SpoiltException("is of an unknown version");
            }
        }
        AlgorithmIdentifier inside =
                AlgorithmIdentifier.getInstance(list.whole(list.next(Der.SEQUENCE)));
        X500Principal name = new X500Principal(list.whole(list.next(Der.SEQUENCE)));
        if (!inside.equals(outside) || !name.equals(origin.issuer().getSubjectX500Principal())) {
            throw new SpoiltException("is that of another authority");
        }
        Instant from = time(list);
        if (list.tag() != Der.UTC_TIME && list.tag() != Der.GENERALIZED_TIME) {
            // RFC 5280 §5.1.2.5: it must be there. Without it an old list would count for ever.
            throw new SpoiltException("does not say when the next one comes");
        }
        Instant until = time(list);
        Serials serials =
                list.tag() == Der.SEQUENCE
                        ? serials(list.inside(list.next(Der.SEQUENCE)))
                        : new Serials(new long[0], new long[0]);
        Scope scope = Scope.ALL;
        if (list.tag() == Der.CONTEXT_0) {
            scope = scope(list.content(list.next(Der.CONTEXT_0)), origin.place());
        }
        list.requireEnd();
        return new RevocationList(from, until, scope, serials);
    }

    private static Instant time(Der list) throws IOException {
        int tag = list.tag() == Der.UTC_TIME ? Der.UTC_TIME : Der.GENERALIZED_TIME;
        byte[] octets = list.whole(list.next(tag));
        return Time.getInstance(ASN1Primitive.fromByteArray(octets)).getDate().toInstant();
    }

    /// Both sorted.
    @SuppressWarnings("ArrayRecordComponent") // never compared, and seen by this class alone
    private record Serials(long[] all, long[] keyStands) {}

    private static Serials serials(Der entries) throws IOException, SpoiltException {
        LongStream.Builder keyStands = LongStream.builder();
        long[] serials = new long[16];
        int count = 0;
        while (!entries.isAtEnd()) {
            Der entry = entries.inside(entries.next(Der.SEQUENCE));
            byte[] serial = entry.content(entry.next(Der.INTEGER));
            entry.next(entry.tag() == Der.UTC_TIME ? Der.UTC_TIME : Der.GENERALIZED_TIME);
            boolean stands =
                    entry.tag() == Der.SEQUENCE && keyStands(entry.whole(entry.next(Der.SEQUENCE)));
            entry.requireEnd();
            if (count == serials.length) {
                serials = Arrays.copyOf(serials, count * 2);
            }
            serials[count] = new BigInteger(serial).longValue();
            if (stands) {
                keyStands.add(serials[count]);
            }
            count++;
        }
        long[] sorted = Arrays.copyOf(serials, count);
        Arrays.sort(sorted);
        return new Serials(
                sorted, keyStands.build().filter(it -> isOnce(sorted, it)).sorted().toArray());
    }

    /// Where several share a number nobody knows which reason is whose.
    private static boolean isOnce(long[] sorted, long serial) {
        int at = Arrays.binarySearch(sorted, serial);
        boolean before = at > 0 && sorted[at - 1] == serial;
        boolean behind = at + 1 < sorted.length && sorted[at + 1] == serial;
        return !before && !behind;
    }

    /// RFC 5280 §5.3: a critical extension of an entry that is not known (certificateIssuer among
    /// them) may say that the entry is about somebody else's certificate.
    ///
    /// @return whether the reason says nothing against the key
    private static boolean keyStands(byte[] octets) throws SpoiltException {
        Extensions extensions = Extensions.getInstance(octets);
        for (ASN1ObjectIdentifier critical : extensions.getCriticalExtensionOIDs()) {
            if (!critical.equals(Extension.reasonCode)) {
                throw new SpoiltException("has an entry of a kind that is not known");
            }
        }
        try {
            Extension reason = extensions.getExtension(Extension.reasonCode);
            return reason != null
                    && Evidence.keyStands(
                            ASN1Enumerated.getInstance(reason.getParsedValue()).intValueExact());
        } catch (IllegalArgumentException | ArithmeticException _) {
            // It is revoked all the same, for a reason that nobody can read.
            return false;
        }
    }

    private static Scope scope(byte[] octets, URI place) throws SpoiltException {
        Extensions extensions = Extensions.getInstance(octets);
        if (extensions.getExtension(Extension.deltaCRLIndicator) != null) {
            throw new SpoiltException("holds changes only");
        }
        for (ASN1ObjectIdentifier critical : extensions.getCriticalExtensionOIDs()) {
            if (!critical.equals(Extension.issuingDistributionPoint)) {
                throw new SpoiltException("has a critical extension that is not known");
            }
        }
        Extension extension = extensions.getExtension(Extension.issuingDistributionPoint);
        if (extension == null) {
            return Scope.ALL;
        }
        IssuingDistributionPoint point =
                IssuingDistributionPoint.getInstance(extension.getParsedValue());
        if (point.isIndirectCRL()
                || point.getOnlySomeReasons() != null
                || point.onlyContainsAttributeCerts()) {
            throw new SpoiltException("is not about all that the authority revokes");
        }
        DistributionPointName name = point.getDistributionPoint();
        if (name != null && !isNamed(name, place)) {
            throw new SpoiltException("belongs to another place than the one it was got from");
        }
        if (point.onlyContainsUserCerts() && point.onlyContainsCACerts()) {
            throw new SpoiltException("contradicts itself");
        }
        if (point.onlyContainsUserCerts()) {
            return Scope.PEOPLE;
        }
        return point.onlyContainsCACerts() ? Scope.AUTHORITIES : Scope.ALL;
    }

    /// RFC 5280 §6.3.3 (b)(2)(i): otherwise the list of another shard would stand for ours.
    private static boolean isNamed(DistributionPointName name, URI place) {
        if (name.getType() != DistributionPointName.FULL_NAME) {
            return false;
        }
        return List.of(GeneralNames.getInstance(name.getName()).getNames()).stream()
                .filter(each -> each.getTagNo() == GeneralName.uniformResourceIdentifier)
                .anyMatch(each -> each.getName().toString().equals(place.toString()));
    }

    Instant from() {
        return from;
    }

    Instant until() {
        return until;
    }

    /// Numbers that it keeps.
    int size() {
        return serials.length + keyStands.length;
    }

    /// Whether the list is about certificates of this kind.
    boolean covers(X509Certificate certificate) {
        boolean authority = certificate.getBasicConstraints() >= 0;
        return switch (scope) {
            case ALL -> true;
            case PEOPLE -> !authority;
            case AUTHORITIES -> authority;
        };
    }

    /// What it says of a certificate that it covers.
    Evidence of(X509Certificate certificate) {
        long serial = certificate.getSerialNumber().longValue();
        return new Evidence(
                Arrays.binarySearch(serials, serial) >= 0,
                Arrays.binarySearch(keyStands, serial) >= 0,
                from,
                until);
    }
}

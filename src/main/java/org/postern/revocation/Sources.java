package org.postern.revocation;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.jspecify.annotations.Nullable;

/// Where a certificate says that its revocation is told. Only web addresses are read: LDAP, files
/// and the rest are no places to which a certificate may send us (C15).
///
/// @param lists where lists lie (RFC 5280 §4.2.1.13), those of its own issuer about all reasons
/// @param responders who answers by OCSP (RFC 5280 §4.2.2.1)
/// @param isNone whether the certificate says nothing of it at all; a place that is not read, or an
///   extension that cannot be, is something
record Sources(List<URI> lists, List<URI> responders, boolean isNone) {
    /// Of each kind; what comes behind is not looked at.
    private static final int PLACES_MAX = 3;

    static Sources of(X509Certificate certificate) {
        Told lists = told(() -> lists(certificate));
        Told responders = told(() -> responders(certificate));
        return new Sources(lists.web(), responders.web(), !lists.any() && !responders.any());
    }

    /// What one extension says.
    ///
    /// @param any whether it names a place of any kind
    private record Told(List<URI> web, boolean any) {
        static final Told NOTHING = new Told(List.of(), false);
    }

    @FunctionalInterface
    private interface Extended {
        Told read() throws IOException;
    }

    /// Apart from each other: what spoils one does not hide the other.
    private static Told told(Extended extension) {
        try {
            return extension.read();
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle throws unchecked exceptions for what is not the structure.
            return new Told(List.of(), true);
        }
    }

    /// Whether there is nobody to ask.
    boolean isEmpty() {
        return lists.isEmpty() && responders.isEmpty();
    }

    private static Told lists(X509Certificate certificate) throws IOException {
        List<URI> places = new ArrayList<>();
        ASN1Primitive extension = extension(certificate, Extension.cRLDistributionPoints.getId());
        if (extension == null) {
            return Told.NOTHING;
        }
        for (DistributionPoint point :
                CRLDistPoint.getInstance(extension).getDistributionPoints()) {
            DistributionPointName name = point.getDistributionPoint();
            boolean whole =
                    name != null
                            && name.getType() == DistributionPointName.FULL_NAME
                            && point.getReasons() == null
                            && point.getCRLIssuer() == null;
            if (whole) {
                for (GeneralName each : GeneralNames.getInstance(name.getName()).getNames()) {
                    add(places, each);
                }
            }
        }
        return new Told(List.copyOf(places), true);
    }

    private static Told responders(X509Certificate certificate) throws IOException {
        List<URI> places = new ArrayList<>();
        ASN1Primitive extension = extension(certificate, Extension.authorityInfoAccess.getId());
        if (extension == null) {
            return Told.NOTHING;
        }
        boolean any = false;
        for (AccessDescription each :
                AuthorityInformationAccess.getInstance(extension).getAccessDescriptions()) {
            if (each.getAccessMethod().equals(AccessDescription.id_ad_ocsp)) {
                any = true;
                add(places, each.getAccessLocation());
            }
        }
        return new Told(List.copyOf(places), any);
    }

    private static @Nullable ASN1Primitive extension(X509Certificate certificate, String id)
            throws IOException {
        byte[] octets = certificate.getExtensionValue(id);
        return octets == null ? null : JcaX509ExtensionUtils.parseExtensionValue(octets);
    }

    private static void add(List<URI> places, GeneralName name) {
        if (name.getTagNo() == GeneralName.uniformResourceIdentifier
                && places.size() < PLACES_MAX) {
            web(name.getName().toString()).ifPresent(places::add);
        }
    }

    private static Optional<URI> web(String text) {
        try {
            URI uri = new URI(text);
            boolean web =
                    "http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}

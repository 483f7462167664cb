package org.postern.net;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/// What a domain publishes about the certificate of a server: RFC 6698 §2.1.
///
/// @param usage 3 names the server's own certificate, 2 an authority above it; SMTP knows no other
///   (RFC 7672 §3.1.3)
/// @param selector 0 the whole certificate, 1 its SubjectPublicKeyInfo
/// @param matching 0 the octets themselves, 1 their SHA-256, 2 their SHA-512
/// @param data in hexadecimal, lower case
public record TlsaRecord(int usage, int selector, int matching, String data) {
    public static final int AUTHORITY = 2;
    public static final int OWN = 3;

    private static final int SHA256_DIGITS = 64;
    private static final int SHA512_DIGITS = 128;

    /// Whether SMTP can prove anything by it. One that is not usable is no proof, and no permission
    /// to go without one either.
    public boolean isUsable() {
        boolean known = (usage == AUTHORITY || usage == OWN) && (selector == 0 || selector == 1);
        return known
                && switch (matching) {
                    case 0 -> !data.isEmpty();
                    case 1 -> data.length() == SHA256_DIGITS;
                    case 2 -> data.length() == SHA512_DIGITS;
                    default -> false;
                };
    }

    /// Whether it names this certificate, whatever its usage. One that is not usable names none.
    boolean matches(X509Certificate certificate) {
        if (!isUsable()) {
            return false;
        }
        try {
            byte[] selected =
                    selector == 0
                            ? certificate.getEncoded()
                            : certificate.getPublicKey().getEncoded();
            String presented =
                    switch (matching) {
                        case 0 -> HexFormat.of().formatHex(selected);
                        case 1 -> KeyPin.hex("SHA-256", selected);
                        default -> KeyPin.hex("SHA-512", selected);
                    };
            return presented.equals(data);
        } catch (CertificateEncodingException e) {
            return false;
        }
    }
}

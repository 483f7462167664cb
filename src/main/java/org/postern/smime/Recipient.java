package org.postern.smime;

import java.security.cert.X509Certificate;
import org.postern.pki.Lookup;

/// Somebody a message is encrypted to.
///
/// @param certificate may be used: that is for whoever found it
/// @param capabilities what her program can open
public record Recipient(X509Certificate certificate, Capabilities capabilities) {
    /// Whom a certificate was found for.
    public static Recipient of(Lookup.Found found) {
        X509Certificate certificate = found.certificate();
        return new Recipient(
                certificate, Capabilities.of(certificate, found.file(), KeyTransport.PKCS1_V15));
    }
}

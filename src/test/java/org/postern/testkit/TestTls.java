package org.postern.testkit;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postern.net.TlsMaterial;
import org.postern.pki.Identity;

/// Both sides of TLS in tests, from keys that tests make.
public final class TestTls {
    private TestTls() {}

    /// What a server needs that shows this identity.
    public static TlsMaterial server(Identity identity) {
        try {
            return TlsMaterial.of(identity.key(), identity.chain());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// For a client that trusts these certificates and no other.
    public static SSLContext client(List<X509Certificate> anchors) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (X509Certificate anchor : anchors) {
                trusted.setCertificateEntry(anchor.getSubjectX500Principal().getName(), anchor);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

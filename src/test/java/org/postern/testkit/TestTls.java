package org.postern.testkit;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postern.pki.Identity;

/// TLS contexts of tests, from keys that tests make.
public final class TestTls {
    private static final char[] NO_PASSWORD = {};

    private TestTls() {}

    /// For a server that shows this identity.
    public static SSLContext server(Identity identity) {
        try {
            KeyStore keys = emptyStore();
            keys.setKeyEntry(
                    "server",
                    identity.key(),
                    NO_PASSWORD,
                    identity.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(keys, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// For a client that trusts these certificates and no other.
    public static SSLContext client(List<X509Certificate> anchors) {
        try {
            KeyStore trusted = emptyStore();
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

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}

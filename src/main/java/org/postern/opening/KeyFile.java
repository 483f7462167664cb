package org.postern.opening;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.postern.pki.Identity;
import org.postern.pki.Providers;

/// A PKCS#12 file (RFC 7292) with somebody's keys, as mail programs and authorities write it.
public final class KeyFile {
    /// A file with more octets is not read.
    private static final int OCTETS_MAX = 1 << 20;

    private KeyFile() {}

    /// Reads all keys of a file.
    ///
    /// @return at least one
    /// @throws IOException if there is none, or the password is wrong; the message is for people
    public static List<Identity> read(Path file, char[] password) throws IOException {
        if (Files.size(file) > OCTETS_MAX) {
            throw new IOException("%s is longer than %d octets".formatted(file, OCTETS_MAX));
        }
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try {
                store.load(in, password);
            } catch (IOException e) {
                // Its message may tell more than whether the password is right.
                throw new IOException(
                        file + " does not open: wrong password, or it is no PKCS#12 file");
            }
            List<Identity> identities = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    identities.add(
                            identity(
                                    store.getKey(alias, password),
                                    store.getCertificateChain(alias)));
                }
            }
            if (identities.isEmpty()) {
                throw new IOException(file + " holds no private key");
            }
            return identities;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds a key that cannot be read");
        }
    }

    /// With a key of the provider that unwraps content keys.
    private static Identity identity(Key key, Certificate[] chain) throws GeneralSecurityException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate certificate : chain == null ? new Certificate[0] : chain) {
            if (certificate instanceof X509Certificate x509) {
                certificates.add(x509);
            }
        }
        if (key == null || certificates.isEmpty()) {
            throw new GeneralSecurityException("a key without a certificate");
        }
        return new Identity(
                KeyFactory.getInstance(key.getAlgorithm(), Providers.BOUNCY_CASTLE)
                        .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded())),
                certificates);
    }
}

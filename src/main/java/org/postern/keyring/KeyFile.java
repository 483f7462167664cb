package org.postern.keyring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.postern.pki.Identity;
import org.postern.pki.Providers;
import org.postern.vault.Pkcs12;

/// A private key with its certificates in a PKCS#12 file.
public final class KeyFile {
    /// A file with more octets is not read.
    private static final int OCTETS_MAX = 1_024 * 1_024;

    private static final String ALIAS = "smime";

    private KeyFile() {}

    /// Makes the file; it is durable on return.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is one of that name
    public static void create(Path file, Identity identity, char[] password) throws IOException {
        Certificate[] chain = identity.chain().toArray(Certificate[]::new);
        PrivateKey key = asNamed(identity);
        Pkcs12.create(
                file,
                password,
                store ->
                        store.setEntry(
                                ALIAS,
                                new PrivateKeyEntry(key, chain),
                                Pkcs12.protection(password)));
    }

    /// Reads the one private key of a file, ours or another program's.
    ///
    /// @throws IOException if the password is wrong, or there is not exactly one key; the message
    ///   is for people
    public static Identity read(Path file, char[] password) throws IOException {
        if (Files.size(file) > OCTETS_MAX) {
            throw new IOException(file + " is too large for a keystore");
        }
        return read(file, Files.readAllBytes(file), password);
    }

    /// The same for the octets of a file.
    ///
    /// @param file where they come from, for messages
    public static Identity read(Path file, byte[] octets, char[] password) throws IOException {
        try {
            return identity(file, Pkcs12.open(octets, password), password);
        } catch (IOException e) {
            throw new IOException(
                    file + " does not open: wrong password, or it is no PKCS#12 file", e);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds a key that cannot be read", e);
        }
    }

    private static Identity identity(Path file, KeyStore store, char[] password)
            throws GeneralSecurityException, IOException {
        List<Identity> found = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)
                    && store.getKey(alias, password) instanceof PrivateKey key) {
                List<X509Certificate> chain = new ArrayList<>();
                for (Certificate certificate : store.getCertificateChain(alias)) {
                    if (certificate instanceof X509Certificate x509) {
                        chain.add(x509);
                    }
                }
                found.add(new Identity(ours(key), chain));
            }
        }
        if (found.size() != 1) {
            throw new GeneralSecurityException(file + " holds %d keys".formatted(found.size()));
        }
        return found.getFirst();
    }

    /// The keystore wants the key to call its algorithm as the certificate's key does: the JDK says
    /// EdDSA where Bouncy Castle says Ed25519.
    private static PrivateKey asNamed(Identity identity) {
        String name = identity.certificate().getPublicKey().getAlgorithm();
        if (identity.key().getAlgorithm().equals(name)) {
            return identity.key();
        }
        try {
            return KeyFactory.getInstance(name)
                    .generatePrivate(new PKCS8EncodedKeySpec(identity.key().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a key and its certificate are not of one kind", e);
        }
    }

    /// As a key of the provider that signs with it.
    private static PrivateKey ours(PrivateKey key) throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EdDSA" -> "Ed25519";
                    case "XDH" -> "X25519";
                    default -> key.getAlgorithm();
                };
        return KeyFactory.getInstance(algorithm, Providers.BOUNCY_CASTLE)
                .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
    }
}

package org.postern.net;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.postern.random.Randomness;

/// The key and the certificate chain with which a listener of ours proves who it is. It cannot be
/// built from a key that does not belong to the certificate.
public final class TlsMaterial {
    /// Below this a start warns that the certificate ends soon.
    private static final Duration EXPIRY_WARNING = Duration.ofDays(14);

    private final List<X509Certificate> chain;
    private final SSLContext context;
    private final X509ExtendedKeyManager keys;

    private TlsMaterial(PrivateKey key, List<X509Certificate> chain)
            throws GeneralSecurityException, IOException {
        this.chain = List.copyOf(chain);
        // Held in memory only; the API wants a password. The older form does not hash it ten
        // thousand times for each key that is put in and taken out.
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        char[] password = new char[0];
        store.setKeyEntry("tls", key, password, chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, password);
        keys = (X509ExtendedKeyManager) factory.getKeyManagers()[0];
        context = SSLContext.getInstance("TLS");
        // A server asks for no certificates: nobody is trusted, and no list of authorities is read.
        context.init(new KeyManager[] {keys}, new TrustManager[0], Randomness.shared());
    }

    /// What came of reading a chain and a key.
    public sealed interface Loaded {
        /// @param warnings sentences for people, such as a certificate that has expired: the
        ///   listener works, but clients will refuse it
        record Ready(TlsMaterial material, List<String> warnings) implements Loaded {
            public Ready {
                warnings = List.copyOf(warnings);
            }
        }

        /// @param problem a sentence for people that names the file and the cure
        record Unusable(String problem) implements Loaded {}
    }

    /// Reads a PEM chain, the server's own certificate first (RFC 8446 §4.4.2), and its PEM key.
    public static Loaded load(Path chainFile, Path keyFile, Instant now) {
        try {
            List<X509Certificate> chain = PemFile.certificates(chainFile);
            PrivateKey key = PemFile.key(keyFile);
            if (!belongTogether(key, chain.getFirst().getPublicKey())) {
                return new Loaded.Unusable(
                        keyFile
                                + ": this key does not belong to the first certificate of "
                                + chainFile
                                + "; the server's own certificate must stand first");
            }
            Optional<String> disorder = disorder(chain);
            if (disorder.isPresent()) {
                return new Loaded.Unusable(chainFile + ": " + disorder.get());
            }
            return new Loaded.Ready(new TlsMaterial(key, chain), warnings(chainFile, chain, now));
        } catch (PemFile.PemException e) {
            return new Loaded.Unusable(e.sentence());
        } catch (GeneralSecurityException | IOException e) {
            return new Loaded.Unusable(
                    chainFile + " and " + keyFile + " cannot be used for TLS: " + e.getMessage());
        }
    }

    /// Takes a key and its chain that were just made.
    ///
    /// @throws GeneralSecurityException if they do not belong together or serve no TLS
    public static TlsMaterial of(PrivateKey key, List<X509Certificate> chain)
            throws GeneralSecurityException {
        if (!belongTogether(key, chain.getFirst().getPublicKey())) {
            throw new GeneralSecurityException("the key does not belong to the certificate");
        }
        try {
            return new TlsMaterial(key, chain);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /// The context of a server that shows this certificate. A server that makes its own sockets or
    /// engines from it sets `parameters()` on them.
    public SSLContext context() {
        return context;
    }

    /// For a server that shows this certificate to some and another one to others.
    public X509ExtendedKeyManager keys() {
        return keys;
    }

    /// The protocol versions and cipher suites that go with `context()`.
    public SSLParameters parameters() {
        SSLParameters parameters = context.getDefaultSSLParameters();
        TlsProfile.apply(parameters);
        parameters.setUseCipherSuitesOrder(true);
        return parameters;
    }

    /// Lays TLS, as the server, over an accepted connection. The handshake has not begun: the
    /// caller starts it under its own deadline. Closing the result closes `plain`.
    public SSLSocket over(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        socket.setSSLParameters(parameters());
        return socket;
    }

    /// The server's own certificate.
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /// Names the subject, never the key.
    @Override
    public String toString() {
        return "TlsMaterial[" + certificate().getSubjectX500Principal().getName() + "]";
    }

    private static List<String> warnings(Path file, List<X509Certificate> chain, Instant now) {
        List<String> warnings = new ArrayList<>();
        X509Certificate own = chain.getFirst();
        Instant end = own.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            warnings.add(file + ": the certificate expired on " + end + "; renew it");
        } else if (end.isBefore(now.plus(EXPIRY_WARNING))) {
            warnings.add(file + ": the certificate expires on " + end + "; renew it");
        }
        if (own.getNotBefore().toInstant().isAfter(now)) {
            warnings.add(
                    file
                            + ": the certificate is not valid before "
                            + own.getNotBefore().toInstant()
                            + "; check this machine's clock");
        }
        return warnings;
    }

    /// A client need not put a chain in order, and many do not (RFC 8446 §4.4.2).
    private static Optional<String> disorder(List<X509Certificate> chain) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            if (!chain.get(i)
                    .getIssuerX500Principal()
                    .equals(chain.get(i + 1).getSubjectX500Principal())) {
                return Optional.of(
                        "certificate "
                                + (i + 2)
                                + " did not issue the one before it; put the chain in order");
            }
        }
        return Optional.empty();
    }

    /// Signs and verifies, which works alike for every kind of key.
    private static boolean belongTogether(PrivateKey secret, PublicKey open)
            throws GeneralSecurityException {
        if (!family(secret.getAlgorithm()).equals(family(open.getAlgorithm()))) {
            return false;
        }
        String algorithm =
                switch (family(open.getAlgorithm())) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case "EdDSA" -> "EdDSA";
                    default ->
                            throw new GeneralSecurityException(
                                    "keys of the kind " + open.getAlgorithm() + " are not known");
                };
        byte[] challenge = new byte[32];
        new SecureRandom().nextBytes(challenge);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(secret);
        signer.update(challenge);
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(open);
        verifier.update(challenge);
        return verifier.verify(signer.sign());
    }

    /// Bouncy Castle and the JDK spell some kinds differently.
    private static String family(String algorithm) {
        return switch (algorithm) {
            case "EC", "ECDSA" -> "EC";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            default -> algorithm;
        };
    }
}

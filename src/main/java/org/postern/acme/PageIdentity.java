package org.postern.acme;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.postern.http.WebSettings;
import org.postern.net.TlsMaterial;
import org.postern.random.Randomness;

/// What the pages show of themselves in a handshake: the certificate that was issued last and, for
/// as long as an authority looks for it, the proof that the host is ours (RFC 8737). Without a
/// certificate every other handshake fails, so nothing is ever answered in clear.
///
/// A change takes effect with the next handshake; connections that are open stay.
public final class PageIdentity implements WebSettings.Tls, Authority.Door {
    /// RFC 8737 §6.2.
    private static final String PROOF = "acme-tls/1";

    private static final String PAGES = "http/1.1";

    private final String host;
    private final AtomicReference<Shown> shown;

    /// @param host as clients name it (RFC 6066 §3)
    public PageIdentity(String host) {
        this.host = host.toLowerCase(Locale.ROOT);
        this.shown = new AtomicReference<>(Shown.of(Optional.empty(), Optional.empty(), host));
    }

    /// What is in force together.
    private record Shown(
            Optional<TlsMaterial> own, Optional<TlsMaterial> proof, SSLContext context) {
        static Shown of(Optional<TlsMaterial> own, Optional<TlsMaterial> proof, String host) {
            if (proof.isEmpty() && own.isPresent()) {
                return new Shown(own, proof, own.get().context());
            }
            KeyManager[] keys =
                    proof.isEmpty()
                            ? new KeyManager[0]
                            : new KeyManager[] {
                                new ProofKeys(
                                        host,
                                        proof.get().keys(),
                                        own.map(TlsMaterial::keys).orElse(null))
                            };
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(keys, null, Randomness.shared());
                return new Shown(own, proof, context);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java runtime has TLS", e);
            }
        }
    }

    /// Shows this certificate from the next handshake on.
    void use(TlsMaterial own) {
        shown.updateAndGet(before -> Shown.of(Optional.of(own), before.proof(), host));
    }

    @Override
    public void show(TlsMaterial proof) {
        shown.updateAndGet(before -> Shown.of(before.own(), Optional.of(proof), host));
    }

    @Override
    public void hide() {
        shown.updateAndGet(before -> Shown.of(before.own(), Optional.empty(), host));
    }

    /// The certificate that is shown.
    Optional<X509Certificate> certificate() {
        return shown.get().own().map(TlsMaterial::certificate);
    }

    @Override
    public SSLEngine engine() {
        Shown now = shown.get();
        SSLEngine engine = now.context().createSSLEngine();
        if (now.proof().isPresent()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {PROOF, PAGES});
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    @Override
    public boolean isOver(SSLEngine engine) {
        return PROOF.equals(engine.getApplicationProtocol());
    }

    /// Shows the proof to whoever asks by its protocol for our host, and the certificate to all
    /// others. For the proof nothing but TLS 1.2 and 1.3 is left on (RFC 8737 §4), as for the
    /// pages.
    private static final class ProofKeys extends X509ExtendedKeyManager {
        private static final char TO_PROVE = 'p';
        private static final char TO_READ = 'r';

        private final String host;
        private final X509ExtendedKeyManager proof;
        private final @Nullable X509ExtendedKeyManager own;

        ProofKeys(String host, X509ExtendedKeyManager proof, @Nullable X509ExtendedKeyManager own) {
            this.host = host;
            this.proof = proof;
            this.own = own;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
            boolean proves = PROOF.equals(engine.getHandshakeApplicationProtocol());
            if (proves && !isForUs(engine)) {
                return null;
            }
            X509ExtendedKeyManager keys = proves ? proof : own;
            String alias =
                    keys == null ? null : keys.chooseEngineServerAlias(keyType, issuers, engine);
            return alias == null ? null : (proves ? TO_PROVE : TO_READ) + alias;
        }

        private boolean isForUs(SSLEngine engine) {
            if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
                for (SNIServerName name : session.getRequestedServerNames()) {
                    if (name instanceof SNIHostName named) {
                        return named.getAsciiName().toLowerCase(Locale.ROOT).equals(host);
                    }
                }
            }
            return false;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            X509ExtendedKeyManager keys = keys(alias);
            return keys == null ? null : keys.getCertificateChain(alias.substring(1));
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            X509ExtendedKeyManager keys = keys(alias);
            return keys == null ? null : keys.getPrivateKey(alias.substring(1));
        }

        private @Nullable X509ExtendedKeyManager keys(String alias) {
            return alias.charAt(0) == TO_PROVE ? proof : own;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(
                String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getClientAliases(
                String keyType, Principal @Nullable [] issuers) {
            return null;
        }
    }
}

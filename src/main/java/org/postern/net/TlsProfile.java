package org.postern.net;

import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// The TLS versions and cipher suites that Postern speaks, on either side: RFC 9325 §3.1 and §4.2,
/// forward secrecy and AEAD alone.
final class TlsProfile {
    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private static final List<String> SUITES =
            List.of(
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private TlsProfile() {}

    static void apply(SSLSocket socket) {
        SSLParameters parameters = socket.getSSLParameters();
        apply(parameters);
        socket.setSSLParameters(parameters);
    }

    static void apply(SSLParameters parameters) {
        parameters.setProtocols(VERSIONS.toArray(String[]::new));
        parameters.setCipherSuites(SUITES.toArray(String[]::new));
    }
}

package org.postern.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.List;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.postern.net.TlsMaterial;
import org.postern.pki.Identity;

/// TLS that hides nothing: its handshake says nothing, and the octets pass as they are. For
/// sessions of which there are many in a second, and which only need to know that they are under
/// TLS.
public final class OpenTls {
    private static final String NAME = "OpenTls";

    private OpenTls() {}

    /// What a server needs that shows this identity to nobody.
    public static TlsMaterial server(Identity identity) {
        // The material takes its context from the first provider that has one.
        Security.insertProviderAt(new Open(), 1);
        try {
            return TestTls.server(identity);
        } finally {
            Security.removeProvider(NAME);
        }
    }

    private static final class Open extends Provider {
        private static final long serialVersionUID = 1;

        Open() {
            super(NAME, "1", "TLS that hides nothing");
            putService(
                    new Service(this, "SSLContext", "TLS", Context.class.getName(), null, null) {
                        @Override
                        public Object newInstance(@Nullable Object parameter) {
                            return new Context();
                        }
                    });
        }
    }

    private static final class Context extends SSLContextSpi {
        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys,
                TrustManager @Nullable [] trust,
                @Nullable SecureRandom random)
                throws KeyManagementException {
            // Nothing is proved.
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Factory();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return new SSLParameters();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Factory extends SSLSocketFactory {
        @Override
        public Socket createSocket(Socket plain, InputStream consumed, boolean autoClose) {
            return new Through(plain);
        }

        @Override
        public Socket createSocket(Socket plain, String host, int port, boolean autoClose) {
            return new Through(plain);
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return new String[0];
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return new String[0];
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Through extends SSLSocket {
        /// The session of a handshake that has not begun, made once because it is slow to make.
        private static final SSLSession SESSION = session();

        private static final List<String> NONE = List.of();

        private final Socket plain;

        Through(Socket plain) {
            this.plain = plain;
        }

        private static SSLSession session() {
            try {
                return SSLContext.getDefault().createSSLEngine().getSession();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return plain.getInputStream();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return plain.getOutputStream();
        }

        @Override
        public void close() throws IOException {
            plain.close();
        }

        @Override
        public void shutdownOutput() throws IOException {
            plain.shutdownOutput();
        }

        @Override
        public void startHandshake() {
            // Nobody shakes hands.
        }

        @Override
        public SSLSession getSession() {
            return SESSION;
        }

        @Override
        public void setSSLParameters(SSLParameters parameters) {
            // Nothing is agreed on.
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return NONE.toArray(String[]::new);
        }

        @Override
        public String[] getEnabledCipherSuites() {
            return NONE.toArray(String[]::new);
        }

        @Override
        public void setEnabledCipherSuites(String[] suites) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String[] getSupportedProtocols() {
            return NONE.toArray(String[]::new);
        }

        @Override
        public String[] getEnabledProtocols() {
            return NONE.toArray(String[]::new);
        }

        @Override
        public void setEnabledProtocols(String[] protocols) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setUseClientMode(boolean mode) {
            // Both sides are alike.
        }

        @Override
        public boolean getUseClientMode() {
            return false;
        }

        @Override
        public void setNeedClientAuth(boolean need) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean getNeedClientAuth() {
            return false;
        }

        @Override
        public void setWantClientAuth(boolean want) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean getWantClientAuth() {
            return false;
        }

        @Override
        public void setEnableSessionCreation(boolean flag) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean getEnableSessionCreation() {
            return true;
        }
    }
}

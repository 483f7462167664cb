package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.PebblePeer;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.TestTls;

/// The whole gateway with `tls: acme`: it starts without a certificate, gets one by itself from a
/// real authority, and shows it again after a restart.
class AcmeStory {
    private static final String HOST = "pages.mapleclinic.example";

    @TempDir Path home;

    @Test
    void thePagesGetTheirCertificateThemselves() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none");
            int port = staged.clinic().ports().pickup();
            X509Certificate first;
            X509Certificate root;
            try (PebblePeer pebble = PebblePeer.start(HOST, port)) {
                Path anchor = staged.clinic().config().resolve("directory.pem");
                Files.copy(pebble.anchor(), anchor);
                ask(staged, pebble, port);
                staged.open();
                staged.awaitAudit("page certificate", HOST);
                root = pebble.root();
                first = shown(root, port);
            }
            staged.stop();
            staged.open();
            assertEquals(first, shown(root, port), "nobody is asked for it again");
            assertThrows(
                    SSLHandshakeException.class,
                    () -> shown(staged.clinic().authority(), port),
                    "it is not the certificate of the other doors");
        }
    }

    private static void ask(StagedClinic staged, PebblePeer pebble, int port) throws IOException {
        Path file = staged.clinic().config().resolve("gateway.yaml");
        String written = Files.readString(file);
        String altered =
                written.replaceAll(
                        "(?m)^( *)pickup: \\{ address: .*$",
                        "$1pickup: { address: 127.0.0.1, port: "
                                + port
                                + ", url: \"https://"
                                + HOST
                                + ":"
                                + port
                                + "\", tls: acme, acme: { contact: it@mapleclinic.example,"
                                + " agree-to-terms: true, trust: directory.pem, directory: \""
                                + pebble.directory()
                                + "\" } }");
        assertTrue(!altered.equals(written), written);
        Files.writeString(file, altered);
    }

    private static X509Certificate shown(X509Certificate root, int port) throws IOException {
        try (SSLSocket socket =
                (SSLSocket)
                        TestTls.client(List.of(root))
                                .getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(HOST)));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}

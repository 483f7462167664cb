package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PostfixPeerTest {
    private static final Duration MOMENT = Duration.ofSeconds(90);

    @Test
    void oneRelaysToTheOtherOverTlsAndBothLeaveNothingBehind() throws Exception {
        int port;
        try (PostfixPeer keeping =
                        PostfixPeer.keeping(
                                TestAuthority.create().server("postfix.example"),
                                "smtpd_tls_security_level = encrypt",
                                "smtpd_tls_received_header = yes");
                PostfixPeer relaying =
                        PostfixPeer.relaying(keeping.port(), "smtp_tls_security_level = encrypt")) {
            port = relaying.port();
            send(port, "Subject: x\r\n\r\n..dot\r\n");
            String message = keeping.await(1, MOMENT).getFirst();
            assertTrue(message.contains("\r\nSubject: x\r\n\r\n.dot\r\n"), message);
            assertTrue(message.contains("using TLSv1.3 with cipher "), message);
            // The file is there before it is told.
            keeping.awaitLog("status=sent", MOMENT);
            assertEquals(1, keeping.messages().size());
        }
        assertFalse(isOpen(port));
    }

    private static void send(int port, String content) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String words =
                    "EHLO a.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\nDATA\r\n"
                            + content
                            + ".\r\nQUIT\r\n";
            socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
            String said =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(said.contains("250 2.0.0 Ok: queued"), said);
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (java.io.IOException e) {
            return false;
        }
    }
}

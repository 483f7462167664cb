package org.postern.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.FakeNextHop.Act.say;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeNextHopTest {
    private static final String TO_B = "RCPT TO:<b@x.example>\r\n";
    private static final Duration MOMENT = Duration.ofSeconds(60);

    @Test
    void itTakesAMessageAndUnstuffsItsDots() throws Exception {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            String said =
                    talk(
                            hop,
                            "EHLO a.example\r\nMAIL FROM:<a@x.example> SIZE=5\r\n"
                                    + TO_B
                                    + "DATA\r\n..b\r\n\r\n.\r\nQUIT\r\n");
            assertTrue(said.contains("250-PIPELINING\n"), said);
            assertTrue(said.endsWith("354 go ahead\n250 2.0.0 taken\n221 2.0.0 bye\n"), said);
            FakeNextHop.Message message = hop.await(1, MOMENT).getFirst();
            assertEquals("a@x.example", message.reversePath());
            assertEquals("SIZE=5", message.parameters());
            assertEquals(List.of("b@x.example"), message.recipients());
            assertEquals(".b\r\n\r\n", message.text());
            assertEquals("", message.tls());
            assertEquals(1, hop.connections());
            assertEquals("QUIT", hop.commands().getLast());
            assertTrue(hop.clear().contains("..b"));
        }
    }

    @Test
    void itHoldsToTheOrderOfCommands() throws Exception {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            String said = talk(hop, "RCPT TO:<b@x.example>\r\nDATA\r\nNONSENSE\r\nQUIT\r\n");
            assertEquals(
                    """
                    220 fake.next.hop ESMTP
                    503 5.5.1 need MAIL
                    554 5.5.1 no valid recipients
                    500 5.5.2 what?
                    221 2.0.0 bye
                    """,
                    said);
        }
    }

    @Test
    void aScriptedReplyIsGivenOnceOrAlways() throws Exception {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            hop.once("NOOP", say("450 once")).on("RCPT TO:<b@", say("550 always"));
            String said = talk(hop, "NOOP\r\nNOOP\r\n" + TO_B + TO_B + "QUIT\r\n");
            assertEquals(
                    """
                    220 fake.next.hop ESMTP
                    450 once
                    250 2.0.0 nothing done
                    550 always
                    550 always
                    221 2.0.0 bye
                    """,
                    said);
        }
    }

    @Test
    void aMessageRefusedAtItsEndIsNotTaken() throws Exception {
        try (FakeNextHop hop = FakeNextHop.plain()) {
            hop.on("END", say("550 no").thenClose());
            String said =
                    talk(
                            hop,
                            "MAIL FROM:<>\r\nRCPT TO:<b@x.example>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n");
            assertTrue(said.endsWith("550 no\n"), said);
            assertEquals(List.of(), hop.messages());
            assertThrows(AssertionError.class, hop::message);
        }
    }

    private static String talk(FakeNextHop hop, String words) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), hop.port());
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), ISO_8859_1))) {
            OutputStream out = socket.getOutputStream();
            out.write(words.getBytes(ISO_8859_1));
            out.flush();
            StringBuilder said = new StringBuilder();
            in.lines().forEach(line -> said.append(line).append('\n'));
            return said.toString();
        }
    }
}

package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.relay.TestRelay.A;
import static org.postern.relay.TestRelay.B;
import static org.postern.relay.TestRelay.FROM;
import static org.postern.relay.TestRelay.mail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.demo.SampleClinic;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.net.TlsTrust;
import org.postern.testkit.HostileTable;
import org.postern.testkit.Peers;
import org.postern.testkit.PostfixPeer;
import org.postern.testkit.TestAuthority;

/// The same client against servers that others wrote.
class RelayPeersTest {
    private static final String HOST = "mail.partner.example";
    private static final Duration MOMENT = Duration.ofSeconds(60);

    @Test
    void postfixTakesMessagesOverVerifiedTls() throws IOException {
        TestAuthority authority = TestAuthority.create();
        TlsTrust trust = trust(authority);
        try (PostfixPeer postfix =
                PostfixPeer.keeping(authority.server(HOST), "smtpd_tls_security_level = encrypt")) {
            sendLetters(NextHop.verified(HOST, postfix.port(), trust));
            // Postfix makes a copy for each recipient.
            List<String> kept = postfix.await(40, MOMENT);
            for (int i = 0; i < 20; i++) {
                String text = letter(i, i * 100);
                assertEquals(2, kept.stream().filter(m -> m.endsWith(text)).count());
            }
            postfix.awaitLog("starttls=1 mail=20 rcpt=40 data=20 quit=1", MOMENT);
        }
    }

    private static void sendLetters(NextHop next) {
        try (Relay relay = TestRelay.create()) {
            for (int i = 0; i < 20; i++) {
                String text = letter(i, i * 100);
                RelayResult result =
                        relay.send(next, mail(FROM, List.of(A, B), TestRelay.content(text)));
                Relayed relayed = assertInstanceOf(Relayed.class, outcome(result, A));
                assertTrue(
                        Objects.requireNonNull(relayed.tls()).version().equals("TLSv1.3"),
                        relayed.toString());
                assertInstanceOf(Relayed.class, outcome(result, B));
            }
        }
    }

    @Test
    void postfixWithoutAProofGetsNothing() throws IOException {
        TestAuthority authority = TestAuthority.create();
        try (PostfixPeer postfix = PostfixPeer.keeping(authority.server(HOST));
                Relay relay = TestRelay.create()) {
            int port = postfix.port();
            for (NextHop next :
                    List.of(
                            NextHop.verified(HOST, port, trust(TestAuthority.create())),
                            NextHop.verified("other.example", port, trust(authority)))) {
                RelayResult result =
                        relay.send(next, mail(FROM, List.of(A), TestRelay.content("x: y\r\n\r\n")));
                assertInstanceOf(RelayResult.Unproved.class, result);
            }
            // Its log names each MAIL that it accepts.
            assertTrue(!postfix.log().contains("from=<nurse"), postfix.log());
        }
    }

    @Test
    void postfixRefusesForItsOwnReasons() throws IOException {
        TestAuthority authority = TestAuthority.create();
        try (PostfixPeer postfix =
                        PostfixPeer.keeping(authority.server(HOST), "message_size_limit = 10000");
                Relay relay = TestRelay.create()) {
            NextHop next = NextHop.clear(HOST, postfix.port());
            RelayResult large =
                    relay.send(next, mail(FROM, List.of(A), TestRelay.content(letter(1, 20_000))));
            DeliveryOutcome.Failed failed =
                    assertInstanceOf(DeliveryOutcome.Failed.class, outcome(large, A));
            assertEquals("5.3.4", failed.reply().enhanced());
            RelayResult unknownSize =
                    relay.send(next, mail(FROM, List.of(A), TestRelay.unsized(letter(1, 20_000))));
            failed = assertInstanceOf(DeliveryOutcome.Failed.class, outcome(unknownSize, A));
            assertEquals(552, failed.reply().code());
        }
    }

    /// S01 to S12 on the way out: whatever the content holds, a Postfix that lets bare line feeds
    /// through gets one message for each that it answers for.
    @Test
    void postfixGetsOneMessageWhateverTheContentHolds() throws IOException {
        TestAuthority authority = TestAuthority.create();
        try (PostfixPeer postfix =
                        PostfixPeer.keeping(
                                authority.server(HOST), "smtpd_forbid_bare_newline = no");
                Relay relay = TestRelay.create()) {
            NextHop next = NextHop.clear(HOST, postfix.port());
            int sent = 0;
            for (HostileTable.Row row : HostileTable.rows("data", 3)) {
                String text =
                        "Subject: x\r\n\r\ntext"
                                + row.octets(1)
                                + "MAIL FROM:<smuggled@clinic.example>\r\n"
                                + "RCPT TO:<a@partner.example>\r\nDATA\r\nsmuggled\r\n";
                RelayResult result =
                        relay.send(next, TestRelay.mail(FROM, List.of(A), TestRelay.content(text)));
                sent += outcome(result, A) instanceof Relayed ? 1 : 0;
            }
            assertTrue(sent > 0);
            assertEquals(sent, postfix.await(sent, MOMENT).size());
            assertTrue(!postfix.log().contains("smuggled@"), postfix.log());
        }
    }

    @Test
    void smtpSinkGetsEveryOctet() throws Exception {
        Path program = Peers.program("smtp-sink");
        Peers.root();
        Path folder = Files.createTempDirectory("smtp-sink");
        Files.setPosixFilePermissions(
                folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        int port = SampleClinic.Ports.one();
        Process sink =
                new ProcessBuilder(
                                program.toString(),
                                "-u",
                                "nobody",
                                "-R",
                                folder.toString(),
                                "-d",
                                "m.",
                                "127.0.0.1:" + port,
                                "100")
                        .start();
        try (Relay relay = TestRelay.create()) {
            assertTrue(PostfixPeer.waitForPort(port, sink));
            NextHop next = NextHop.clear(HOST, port);
            for (int lines : new int[] {0, 1, 1_300, 13_500}) {
                String text = letter(lines, lines);
                RelayResult result =
                        relay.send(next, mail(FROM, List.of(A), TestRelay.content(text)));
                assertInstanceOf(Relayed.class, outcome(result, A));
                assertTrue(onlyFile(folder).endsWith(text), lines + " lines");
            }
        } finally {
            sink.destroy();
            assertTrue(sink.waitFor(20, TimeUnit.SECONDS));
            Files.delete(folder);
        }
    }

    /// The content of the one file, which is deleted.
    private static String onlyFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.findFirst().orElseThrow();
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            Files.delete(file);
            // It adds one line end, and writes those of this machine.
            return text.substring(0, text.length() - 1).replace("\n", "\r\n");
        }
    }

    /// A message with dots at line starts.
    private static String letter(int number, int lines) {
        StringBuilder text = new StringBuilder("Subject: letter " + number + "\r\n\r\n");
        for (int i = 0; i < lines; i++) {
            text.append(".".repeat(i % 4)).append("x".repeat(i % 150)).append("\r\n");
        }
        return text.toString();
    }

    private static TlsTrust trust(TestAuthority authority) {
        return TlsTrust.of(List.of(authority.authority().certificate()), Clock.systemUTC());
    }

    private static DeliveryOutcome outcome(RelayResult result, Address recipient) {
        var outcomes = assertInstanceOf(RelayResult.Sent.class, result).outcomes();
        return Objects.requireNonNull(outcomes.get(recipient));
    }
}

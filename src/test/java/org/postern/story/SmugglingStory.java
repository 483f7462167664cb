package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.Escapes;
import org.postern.testkit.HostileTable;
import org.postern.testkit.Peers;
import org.postern.testkit.PostfixPeer;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.SmtpSink;

/// G1: what looks like the end of a message, with commands of a second one behind it, against the
/// whole gateway with a real Postfix on either side that lets bare line feeds through. As many
/// messages arrive as were sent, whoever sends and whoever takes them.
///
/// Twelve sequences are ours (S01 to S12), fourteen are published.
class SmugglingStory {
    private static final Duration ARRIVAL_MAX = Duration.ofMinutes(2);

    /// As Postfix was before 2023, and as many servers are still.
    private static final String[] LENIENT = {
        "smtpd_forbid_bare_newline = no", "smtpd_forbid_unauth_pipelining = no"
    };

    /// @param ends whether RFC 5321 §4.1.1.4 ends the message here
    private record Lookalike(String name, String octets, boolean ends) {}

    /// How a client brings its message.
    private enum Way {
        DATA,
        BDAT
    }

    @TempDir Path home;

    private static List<Lookalike> lookalikes() {
        List<Lookalike> all = new ArrayList<>();
        for (HostileTable.Row row : HostileTable.rows("data", 3).subList(0, 12)) {
            all.add(new Lookalike(row.cells().getFirst(), row.octets(1), false));
        }
        try {
            for (String line : Files.readAllLines(Peers.corpora().resolve("smtp/smuggling.txt"))) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    String[] cells = line.split("\t", -1);
                    String octets = Escapes.octets(cells[1]);
                    all.add(new Lookalike(cells[0], octets, cells[2].equals("ends")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertEquals(26, all.size());
        return all;
    }

    /// Postfix takes a bare line feed for a line end, so some of these are two messages for itself;
    /// then it sends two. What counts is that the gateway never makes two of one.
    @Test
    void whatAPostfixSendsIsWhatArrives() throws Exception {
        Peers.program("postfix");
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").open();
            try (PostfixPeer postfix =
                    PostfixPeer.relaying(staged.clinic().ports().relay(), LENIENT)) {
                int number = 0;
                for (Lookalike lookalike : lookalikes()) {
                    for (Way way : Way.values()) {
                        number++;
                        offer(postfix.port(), way, lookalike, "sender-" + number);
                    }
                }
                // Each is sent, or refused by the gateway and reported by Postfix to the sender.
                RunningClinic.await("an empty Postfix queue", () -> isEmpty(postfix));
                long sent = count(postfix.log(), " status=sent ");
                RunningClinic.await("what was sent", () -> sink.taken().size() >= sent);
                staged.awaitEmptySpool();
                assertTrue(sent >= 2 * 26, postfix.log());
                assertEquals(sent, sink.taken().size(), postfix.log());
                assertTrue(count(postfix.log(), " status=bounced ") > 0, "none was refused");
            }
            sink.wires().forEach(SmugglingStory::assertOnlyWholeLineEnds);
        }
    }

    @Test
    void whatTheGatewayTakesIsWhatAPostfixGets() throws Exception {
        Peers.program("postfix");
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC());
                PostfixPeer hop = PostfixPeer.keeping(staged.clinic().outsideTls(), LENIENT)) {
            staged.write(hop.port(), "none").open();
            int taken = 0;
            for (Lookalike lookalike : lookalikes()) {
                for (Way way : Way.values()) {
                    boolean first =
                            offer(staged.clinic().ports().relay(), way, lookalike, "smuggler");
                    boolean offered = way == Way.DATA || chunks(staged);
                    assertEquals(
                            offered && lookalike.name().equals("crlf.crlf"),
                            first,
                            lookalike + " " + way);
                    taken += first ? 1 : 0;
                }
            }
            hop.await(taken, ARRIVAL_MAX);
            staged.awaitEmptySpool();
            assertEquals(taken, hop.messages().size(), hop.log());
            assertFalse(hop.log().contains("smuggled@"), "a command of a message was obeyed");
        }
    }

    private static boolean chunks(StagedClinic staged) throws IOException {
        try (SmtpPeer peer = SmtpPeer.connect(staged.clinic().ports().relay())) {
            peer.expect("220 *");
            return peer.ask("EHLO far.example", "250 *").toString().contains("CHUNKING");
        }
    }

    /// @return whether the first message was taken
    private static boolean offer(int port, Way way, Lookalike lookalike, String sender)
            throws IOException {
        String first = "Subject: first\r\n\r\ntext" + lookalike.octets();
        String second =
                "MAIL FROM:<smuggled@mapleclinic.example>\r\nRCPT TO:<"
                        + SAM
                        + ">\r\nDATA\r\nSubject: second\r\n\r\nsecond\r\n";
        try (SmtpPeer peer = SmtpPeer.connect(port)) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            String from = sender.equals("smuggler") ? ANNA : sender + "@mapleclinic.example";
            peer.ask("MAIL FROM:<" + from + ">", "250 *");
            peer.ask("RCPT TO:<" + SAM + ">", "250 *");
            switch (way) {
                case DATA -> {
                    peer.ask("DATA", "354 *");
                    // Behind a true end the commands would be the client's own.
                    peer.send(lookalike.ends() ? first : first + second + ".\r\n");
                }
                case BDAT ->
                        peer.send(
                                "BDAT " + (first + second).length() + " LAST\r\n" + first + second);
            }
            return peer.line().startsWith("250");
        }
    }

    private static boolean isEmpty(PostfixPeer postfix) {
        try {
            String log = postfix.log();
            return count(log, "/cleanup[") > 0
                    && count(log, ": message-id=") == count(log, ": removed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long count(String log, String words) {
        return log.lines().filter(line -> line.contains(words)).count();
    }

    private static void assertOnlyWholeLineEnds(byte[] wire) {
        for (int i = 0; i < wire.length; i++) {
            boolean cr = i > 0 && wire[i - 1] == '\r';
            assertEquals(wire[i] == '\n', cr, "a bare CR or LF at " + i);
        }
    }
}

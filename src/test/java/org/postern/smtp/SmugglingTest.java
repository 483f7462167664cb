package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.Peers;
import org.postern.testkit.SmtpPeer;

/// What looks like the end of a message and is not never lets a second message in: S01 to S12,
/// CVE-2023-51764, CVE-2023-51765, CVE-2023-51766, CVE-2023-51747.
class SmugglingTest {
    /// A look-alike.
    ///
    /// @param ends whether RFC 5321 §4.1.1.4 does end the message here
    private record Lookalike(String name, String octets, boolean ends) {}

    private static final List<Lookalike> OUR_OWN =
            List.of(
                    data("S01", "\n.\n"),
                    data("S02", "\n.\r\n"),
                    data("S03", "\r\n.\n"),
                    data("S04", "\r.\r"),
                    data("S05", "\r.\n"),
                    data("S06", "\n.\r"),
                    data("S07", "\r.\r\n"),
                    data("S08", "\r\n.\r"),
                    data("S09", "\r\n\0.\r\n"),
                    data("S10", "\r\n.\0\r\n"),
                    data("S11", "\r\n.\r\r\n"),
                    data("S12", "\r\r\n.\r\r\n"),
                    data("NUL behind the dot and a bare LF", "\r\n.\0\n"),
                    data("NEL for a line end", "\u0085.\u0085"),
                    data("vertical tab and form feed", "\u000b.\f"));

    private static final String SMUGGLED =
            String.join(
                    "\r\n",
                    "MAIL FROM:<admin@clinic.example>",
                    "RCPT TO:<alice@clinic.example>",
                    "DATA",
                    "smuggled",
                    ".",
                    "");

    private static Lookalike data(String name, String octets) {
        return new Lookalike(name, octets, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"INBOUND", "RELAY"})
    void noLookalikeEndsAMessage(SmtpListener.Kind kind) throws IOException {
        for (Lookalike lookalike : OUR_OWN) {
            play(kind, lookalike);
        }
    }

    @Test
    void noLookalikeOfThePublishedListsEndsAMessage() throws IOException {
        Path list = Peers.corpora().resolve("smtp/smuggling.txt");
        try (Stream<String> lines = Files.lines(list)) {
            List<Lookalike> published =
                    lines.filter(line -> !line.startsWith("#") && !line.isBlank())
                            .map(line -> line.split("\t"))
                            .map(f -> new Lookalike(f[0], octets(f[1]), f[2].equals("ends")))
                            .toList();
            assertTrue(published.size() > 10, "the list is not what it was");
            for (Lookalike lookalike : published) {
                play(SmtpListener.Kind.INBOUND, lookalike);
            }
        }
    }

    private static String octets(String escaped) {
        return escaped.replace("\\r", "\r").replace("\\n", "\n").replace("\\x00", "\0");
    }

    /// Behind a line and straight behind text, in one segment and cut at the look-alike.
    private static void play(SmtpListener.Kind kind, Lookalike lookalike) throws IOException {
        for (String before : List.of("text\r\n", "text")) {
            for (boolean cut : new boolean[] {false, true}) {
                boolean completes = before.endsWith("\n") && lookalike.octets().startsWith("\n");
                if (!completes) {
                    play(kind, lookalike, new Placing(before, cut));
                }
            }
        }
    }

    /// S13: in chunks nothing ends a message, and the same octets are refused, also where two
    /// chunks meet within the look-alike.
    @ParameterizedTest
    @EnumSource(names = {"INBOUND", "RELAY"})
    void noLookalikeIsAcceptedInChunks(SmtpListener.Kind kind) throws IOException {
        try (World world = new World(kind)) {
            for (Lookalike lookalike : OUR_OWN) {
                String payload = "text" + lookalike.octets() + SMUGGLED;
                for (int border = 4; border <= 4 + lookalike.octets().length(); border++) {
                    playChunks(world, lookalike, payload, border);
                }
            }
        }
    }

    private static void playChunks(World world, Lookalike lookalike, String payload, int border)
            throws IOException {
        int before = world.reception.received().size();
        try (SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            peer.ask("MAIL FROM:<stranger@far.example>", "250 *");
            peer.ask("RCPT TO:<alice@clinic.example>", "250 *");
            int rest = payload.length() - border;
            peer.send("BDAT " + border + "\r\n" + payload.substring(0, border));
            peer.send("BDAT " + rest + " LAST\r\n" + payload.substring(border) + "NOOP\r\n");
            String first = peer.line();
            String second = peer.line();
            String where = lookalike.name() + " cut at " + border + ": " + first + " " + second;
            boolean harmless = isHarmless(lookalike);
            assertTrue(
                    SmtpPeer.matches(harmless ? "250 *" : "550 5.*", worse(first, second)), where);
            peer.expect("250 2.0.0 OK");
            assertEquals(harmless ? before + 1 : before, world.reception.received().size(), where);
        }
    }

    /// After a refused chunk the next one is out of order.
    private static String worse(String first, String second) {
        return first.startsWith("250") ? second : first;
    }

    private static boolean isHarmless(Lookalike lookalike) {
        return lookalike.octets().chars().allMatch(c -> c > '\r' || c == 0x0B || c == '\f');
    }

    private record Placing(String before, boolean cut) {}

    private static void play(SmtpListener.Kind kind, Lookalike lookalike, Placing placing)
            throws IOException {
        try (World world = new World(kind);
                SmtpPeer peer = world.connect()) {
            peer.expect("220 *");
            peer.ask("EHLO far.example", "250 *");
            peer.ask("MAIL FROM:<stranger@far.example>", "250 *");
            peer.ask("RCPT TO:<alice@clinic.example>", "250 *");
            peer.ask("DATA", "354 *");
            String octets = placing.before() + lookalike.octets() + SMUGGLED;
            if (placing.cut()) {
                int border = placing.before().length() + lookalike.octets().length() - 1;
                peer.send(octets.substring(0, border));
                peer.send(octets.substring(border));
            } else {
                peer.send(octets);
            }
            String reply = peer.line();
            if (lookalike.ends()) {
                // The true end, with our own commands behind it: a group that DATA ends too early.
                return;
            }
            boolean harmless = isHarmless(lookalike);
            assertTrue(
                    SmtpPeer.matches(harmless ? "250 2.0.0 *" : "550 5.*", reply),
                    lookalike.name() + ": " + reply);
            peer.ask("NOOP", "250 *");
            assertEquals(harmless ? 1 : 0, world.reception.received().size(), lookalike.name());
            for (MemoryReception.Received received : world.reception.received()) {
                assertEquals(octets.substring(0, octets.length() - 3), received.body());
            }
        }
    }
}

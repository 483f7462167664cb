package org.postern.smtp;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postern.allowance.SmtpLimits;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.mail.Options;
import org.postern.testkit.Escapes;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.SmtpPeer;

/// Runs the dialogues of `src/test/resources/sessions`.
///
/// `C:` is a line of the client; neighbouring ones are sent in one segment. `C!` is the same
/// without the line end, with the escapes of `Escapes`. `S:` is one line of a reply, in which `*`
/// stands for anything. The other lines are the directives in `obey`. `new session` begins again
/// with a fresh server of the same kind.
class DialogueTest {
    private static final Path SESSIONS = Path.of("src/test/resources/sessions");

    static List<String> dialogues() throws IOException {
        try (Stream<Path> files = Files.list(SESSIONS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".smtp"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void isHeldAsWritten(String name) throws IOException {
        List<String> lines = Files.readAllLines(SESSIONS.resolve(name));
        try (Dialogue dialogue = new Dialogue()) {
            for (int i = 0; i < lines.size(); i++) {
                String place = name + ":" + (i + 1) + ": " + lines.get(i);
                try {
                    dialogue.play(lines.get(i));
                } catch (AssertionError | IOException e) {
                    throw new AssertionError(place + ": " + e.getMessage(), e);
                }
            }
            dialogue.flush();
            assertEquals(0, dialogue.openDraftsAtTheEnd(), "drafts left open");
        }
    }

    /// @param world the server
    /// @param peer its client
    private record Scene(World world, SmtpPeer peer) {}

    private static final class Dialogue implements AutoCloseable {
        private final StringBuilder unsent = new StringBuilder();
        private SmtpListener.Kind kind = SmtpListener.Kind.INBOUND;
        private SmtpLimits limits = World.listener(kind, l -> l).limits();
        private @Nullable Scene scene;

        void play(String line) throws IOException {
            if (line.isBlank() || line.startsWith("#")) {
                return;
            }
            if (line.equals("C:") || line.startsWith("C: ")) {
                unsent.append(line.substring(Math.min(3, line.length()))).append("\r\n");
            } else if (line.startsWith("C! ")) {
                unsent.append(Escapes.octets(line.substring(3)));
            } else {
                flush();
                if (line.startsWith("S: ")) {
                    String said = peer().line();
                    assertTrue(
                            SmtpPeer.matches(line.substring(3), said), "the server said " + said);
                } else {
                    obey(line.split(" "));
                }
            }
        }

        private void obey(String[] words) throws IOException {
            switch (words[0]) {
                case "listener" -> {
                    kind = SmtpListener.Kind.valueOf(words[1].toUpperCase(Locale.ROOT));
                    limits = World.listener(kind, l -> l).limits();
                }
                case "limit" -> limits = limited(words[1], Integer.parseInt(words[2]));
                case "new" -> close();
                case "ehlo" -> peer().ask("EHLO " + words[1], "250 *");
                case "tls" -> World.secure(peer());
                case "login" -> {
                    peer().ask("EHLO ward.example", "250 *");
                    peer().ask("STARTTLS", "220 *");
                    World.secure(peer());
                    peer().ask("EHLO ward.example", "250 *");
                    peer().ask("AUTH PLAIN " + plain(words[1], World.SECRET), "235 *");
                }
                case "repeat" -> {
                    String command = String.join(" ", List.of(words).subList(3, words.length));
                    for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                        peer().ask(command, words[2] + " *");
                    }
                }
                case "chunk" -> {
                    int octets = Integer.parseInt(words[1]);
                    peer().send("BDAT " + octets + "\r\n" + "x".repeat(octets));
                    peer().expect(words[2] + " *");
                }
                case "expect" -> expect(words);
                default -> throw new AssertionError("not a directive");
            }
        }

        private void expect(String[] words) throws IOException {
            List<MemoryReception.Received> received = world().reception.received();
            switch (words[1]) {
                case "closed" -> assertTrue(peer().isClosed(), "still open");
                case "messages" -> assertEquals(Integer.parseInt(words[2]), received.size());
                case "refusals" ->
                        assertEquals(Integer.parseInt(words[2]), world().refusals.size());
                case "reverse-path" ->
                        assertEquals(
                                words[2],
                                "<"
                                        + (received.getLast().envelope().reversePath() == null
                                                ? ""
                                                : received.getLast().envelope().reversePath())
                                        + ">");
                case "recipients" ->
                        assertEquals(
                                List.of(words).subList(2, words.length),
                                received.getLast().envelope().recipients().stream()
                                        .map(Address::toString)
                                        .toList());
                case "asked" ->
                        assertEquals(
                                String.join(" ", List.of(words).subList(2, words.length)),
                                asked(received.getLast().envelope().options()));
                case "report" ->
                        assertEquals(
                                words[3] + " " + words[4],
                                report(received.getLast().envelope(), words[2]));
                case "body" ->
                        assertEquals(
                                Escapes.octets(
                                        String.join(" ", List.of(words).subList(2, words.length))),
                                received.getLast().body());
                case "trace" ->
                        assertEquals(
                                Escapes.octets(
                                        String.join(" ", List.of(words).subList(2, words.length))),
                                received.getLast().text().lines().findFirst().orElse("")
                                        + received.getLast()
                                                .text()
                                                .lines()
                                                .skip(1)
                                                .takeWhile(l -> l.startsWith("\t"))
                                                .map(l -> l.replaceFirst("id .{16};", "id *;"))
                                                .reduce("", String::concat));
                default -> throw new AssertionError("not an expectation");
            }
        }

        private static String asked(Options options) {
            StringJoiner asked = new StringJoiner(" ");
            Options.Reports reports = options.reports();
            Optional.of("utf8").filter(_ -> options.smtpUtf8()).ifPresent(asked::add);
            Optional.of("8bit").filter(_ -> options.eightBit()).ifPresent(asked::add);
            Optional.of("tls").filter(_ -> options.requireTls()).ifPresent(asked::add);
            Optional.ofNullable(reports.ret()).ifPresent(ret -> asked.add("ret=" + ret));
            Optional.ofNullable(reports.envid()).ifPresent(id -> asked.add("envid=" + id));
            return asked.toString();
        }

        private static String report(Envelope envelope, String recipient) {
            Options.Recipient wish = envelope.options().reports().of(Address.of(recipient));
            String wanted = wish.wanted().stream().map(Enum::name).sorted().collect(joining(","));
            return (wanted.isEmpty() ? "-" : wanted) + " " + wish.orcpt();
        }

        private SmtpLimits limited(String name, int value) {
            SmtpLimits.Talk talk = limits.talk();
            return switch (name) {
                case "message" -> limits.withMessageOctets(value);
                case "recipients" -> limits.withRecipients(value);
                case "errors" -> limits.with(talk.withErrors(value));
                case "auth" -> limits.with(talk.withAuthFailures(value));
                default -> throw new AssertionError(name + " is no limit");
            };
        }

        private Scene scene() throws IOException {
            Scene current = scene;
            if (current == null) {
                World world = new World(kind, l -> limits, MemoryReception.accepting());
                current = new Scene(world, world.connect());
                scene = current;
            }
            return current;
        }

        private SmtpPeer peer() throws IOException {
            return scene().peer();
        }

        private World world() throws IOException {
            return scene().world();
        }

        void flush() throws IOException {
            if (!unsent.isEmpty()) {
                peer().send(unsent.toString());
                unsent.setLength(0);
            }
        }

        int openDraftsAtTheEnd() throws IOException {
            Scene last = scene();
            close();
            return last.world().reception.openDrafts();
        }

        @Override
        public void close() throws IOException {
            Scene last = scene;
            if (last != null) {
                last.peer().close();
                last.world().close();
                scene = null;
            }
        }
    }

    static String plain(String user, String secret) {
        String octets = "\0" + user + "\0" + secret;
        return Base64.getEncoder().encodeToString(octets.getBytes(StandardCharsets.UTF_8));
    }
}

package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.Escapes;
import org.postern.testkit.SmtpPeer;

/// Runs the dialogues `sessions/*.imap`, each with a clinician of its own.
///
/// `C:` is a line of the client; neighbouring ones are sent in one segment. `C!` is the same
/// without the line end, with the escapes of `Escapes`. `S:` is one line of the server, in which
/// `*` stands for anything. The other lines are the directives in `obey`; `$me` is the clinician.
class ImapDialogueTest {
    private static final Path SESSIONS = Path.of("src/test/resources/sessions");

    @TempDir static Path home;
    private static ImapWorld world;
    private static int clinicians;

    @BeforeAll
    static void open() throws IOException {
        world = new ImapWorld(home);
    }

    @AfterAll
    static void close() throws IOException {
        world.close();
    }

    static List<String> dialogues() throws IOException {
        try (Stream<Path> files = Files.list(SESSIONS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".imap"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void isHeldAsWritten(String name) throws IOException {
        List<String> lines = Files.readAllLines(SESSIONS.resolve(name));
        try (Dialogue dialogue = new Dialogue("c" + clinicians++ + "@clinic.example")) {
            for (int i = 0; i < lines.size(); i++) {
                String place = name + ":" + (i + 1) + ": " + lines.get(i);
                try {
                    dialogue.play(lines.get(i));
                } catch (AssertionError | IOException e) {
                    throw new AssertionError(place + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private static final class Dialogue implements AutoCloseable {
        private final StringBuilder unsent = new StringBuilder();
        private final String owner;
        private String validity = "";
        private @Nullable SmtpPeer peer;

        Dialogue(String owner) {
            this.owner = owner;
        }

        void play(String written) throws IOException {
            String line = written.replace("$me", owner).replace("$validity", validity);
            if (line.isBlank() || line.startsWith("#")) {
                return;
            }
            if (line.equals("C:") || line.startsWith("C: ")) {
                unsent.append(line.substring(Math.min(3, line.length()))).append("\r\n");
            } else if (line.startsWith("C! ")) {
                unsent.append(Escapes.octets(line.substring(3)));
            } else {
                flush();
                if (line.equals("S:") || line.startsWith("S: ")) {
                    String said = peer().line().replace('\r', ' ');
                    String wanted = line.substring(Math.min(3, line.length()));
                    assertTrue(SmtpPeer.matches(wanted, said), "the server said " + said);
                    if (said.contains("[UIDVALIDITY ")) {
                        validity = said.replaceAll(".*\\[UIDVALIDITY (\\d+)].*", "$1").strip();
                    }
                } else {
                    obey(line.split(" ", 3));
                }
            }
        }

        private void obey(String[] words) throws IOException {
            switch (words[0]) {
                case "inbox" -> store(Direction.FROM_PATIENT, words);
                case "sent" -> store(Direction.TO_PATIENT, words);
                case "tls" -> ImapWorld.secure(peer());
                case "login" -> {
                    close();
                    peer = world.login(owner);
                }
                case "new" -> close();
                case "pace" -> world.pace = Duration.parse(words[1]).toNanos();
                case "expect" -> assertTrue(peer().isClosed(), "still open");
                default -> throw new AssertionError("not a directive");
            }
        }

        /// `inbox TIMES MESSAGE`
        private void store(Direction direction, String[] words) throws IOException {
            for (int i = 0; i < Integer.parseInt(words[1].toLowerCase(Locale.ROOT)); i++) {
                world.store(owner, direction, Escapes.octets(words[2]));
            }
        }

        private SmtpPeer peer() throws IOException {
            SmtpPeer open = peer;
            if (open == null) {
                open = world.connect();
                peer = open;
            }
            return open;
        }

        private void flush() throws IOException {
            if (!unsent.isEmpty()) {
                peer().send(unsent.toString());
                unsent.setLength(0);
            }
        }

        @Override
        public void close() throws IOException {
            SmtpPeer open = peer;
            if (open != null) {
                open.close();
                peer = null;
            }
        }
    }
}

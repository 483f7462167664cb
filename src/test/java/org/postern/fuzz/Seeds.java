package org.postern.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.cms.CMSAlgorithm;
import org.jspecify.annotations.Nullable;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.smtp.MemorySession.State;
import org.postern.smtp.MemoryStaff;
import org.postern.smtp.SmtpListener.Kind;
import org.postern.testkit.Escapes;
import org.postern.testkit.HostileTable;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.TestAuthority;

/// The inputs a fuzzer begins with: what the clients of the dialogues say, the lines of the tables
/// of hostile inputs, and what was once found (`src/test/resources/fuzz/TARGET/`).
final class Seeds {
    private static final Path RESOURCES = Path.of("src/test/resources");

    private Seeds() {}

    /// Writes the seeds of a target into a folder.
    ///
    /// @param arguments the target, the folder
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        for (Map.Entry<String, byte[]> seed : of(arguments[0]).entrySet()) {
            Files.write(folder.resolve(seed.getKey()), seed.getValue());
        }
    }

    /// By name.
    static Map<String, byte[]> of(String target) throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        List<String> texts =
                switch (target) {
                    case "session" -> dialogues();
                    case "imap" -> mailPrograms();
                    case "data" -> column("data", 3, 1).map(octets -> "@" + octets).toList();
                    case "address" -> column("address", 3, 1).toList();
                    case "smime" -> protectedMail();
                    default -> List.of();
                };
        for (String text : texts) {
            seeds.put("seed-" + seeds.size(), text.getBytes(StandardCharsets.ISO_8859_1));
        }
        Path found = RESOURCES.resolve("fuzz").resolve(target);
        if (Files.isDirectory(found)) {
            for (Path file : list(found)) {
                seeds.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return seeds;
    }

    /// Each client from the greeting, TLS or log-in on, cut behind its lines, and each message
    /// alone.
    private static List<String> dialogues() throws IOException {
        List<String> seeds = new ArrayList<>();
        for (Path file : sessions(".smtp")) {
            Kind door = Kind.INBOUND;
            State state = State.CONNECTED;
            StringBuilder said = new StringBuilder();
            for (String line : Files.readAllLines(file)) {
                State next = state(line);
                if (next != null) {
                    seeds.add(SessionFuzz.begin(door, state) + "A" + said);
                    said.setLength(0);
                    state = next;
                }
                door = door(line).orElse(door);
                said.append(said(line));
                if (line.startsWith("ehlo ")) {
                    said.append("EHLO ").append(line.substring(5)).append("\r\n");
                }
            }
            seeds.add(SessionFuzz.begin(door, state) + "A" + said);
        }
        column("data", 3, 1).forEach(octets -> seeds.add("D@" + octets));
        for (HostileTable.Row row : HostileTable.rows("session", 4)) {
            seeds.add(beginOfRow(row.cells().get(1)) + "A" + row.octets(2));
        }
        String proof = MemoryStaff.staff().deviceProof() + "\r\n\r\n";
        for (Kind door : List.of(Kind.SUBMISSION, Kind.SUBMISSIONS)) {
            seeds.add(SessionFuzz.begin(door, State.PROOF_ASKED) + "A" + proof);
        }
        return seeds;
    }

    /// The state in which a line of a dialogue leaves the session; null if it is none of those.
    private static @Nullable State state(String line) {
        if (line.equals("tls")) {
            return State.SECURED;
        }
        if (line.equals("new session")) {
            return State.CONNECTED;
        }
        return line.startsWith("login ") ? State.KNOWN : null;
    }

    private static Optional<Kind> door(String line) {
        return Stream.of(Kind.values())
                .filter(kind -> line.equals("listener " + kind.toString().toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /// Of a row of the table of sessions.
    ///
    /// @param cell door and state
    private static char beginOfRow(String cell) {
        String door = cell.substring(0, cell.indexOf(' '));
        String state = cell.substring(cell.indexOf(' ') + 1).strip().toUpperCase(Locale.ROOT);
        return switch (door) {
            case "alice" ->
                    SessionFuzz.begin(
                            Kind.SUBMISSION,
                            state.equals("GREETED") ? State.KNOWN : State.valueOf(state));
            case "secure" -> SessionFuzz.begin(Kind.SUBMISSION, State.SECURED);
            case "submission" -> SessionFuzz.begin(Kind.SUBMISSION, State.valueOf(state));
            case "relay" -> SessionFuzz.begin(Kind.RELAY, State.valueOf(state));
            default -> SessionFuzz.begin(Kind.INBOUND, State.valueOf(state));
        };
    }

    /// Each mail program from the log-in on, in three states, cut behind its lines.
    private static List<String> mailPrograms() throws IOException {
        List<String> seeds = new ArrayList<>();
        for (Path file : sessions(".imap")) {
            StringBuilder said = new StringBuilder();
            for (String line : Files.readAllLines(file)) {
                said.append(said(line));
            }
            seeds.add("BA" + said);
            seeds.add("DA" + said);
            seeds.add("FA" + said);
        }
        return seeds;
    }

    /// A message of each kind, by keys that nobody has any more.
    private static List<String> protectedMail() {
        Identity ann = TestAuthority.create().person("ann@partner.example", KeyKind.RSA_2048);
        String from = SmimeMail.from("ann@partner.example");
        String text = "Content-Type: text/plain; hp=clear\r\n\r\nHello\r\n";
        SmimeMail.By by = SmimeMail.By.rsa(ann);
        return List.of(
                from + SmimeMail.clear(text, by),
                from + SmimeMail.opaque(text, by, by),
                from + SmimeMail.clear(SmimeMail.opaque(text, by), by),
                from + SmimeMail.gcm(text, ann, ann),
                from
                        + SmimeMail.object(
                                "enveloped-data",
                                SmimeMail.cbc(text, CMSAlgorithm.AES128_CBC, ann)),
                from + SmimeMail.compressed(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /// A column of a table of hostile inputs.
    private static Stream<String> column(String table, int columns, int column) {
        return HostileTable.rows(table, columns).stream().map(row -> row.octets(column));
    }

    /// What the client says in a line of a dialogue; nothing in the others.
    private static String said(String line) {
        if (line.startsWith("C!")) {
            return Escapes.octets(line.substring(3));
        }
        return line.startsWith("C:") ? line.substring(Math.min(3, line.length())) + "\r\n" : "";
    }

    private static List<Path> sessions(String kind) throws IOException {
        return list(RESOURCES.resolve("sessions")).stream()
                .filter(file -> file.toString().endsWith(kind))
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}

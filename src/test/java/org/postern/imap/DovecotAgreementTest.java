package org.postern.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.DovecotPeer;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.Peers;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// Other people's test messages, in our server and in Dovecot: size, ENVELOPE, BODYSTRUCTURE and
/// the octets of every part are the same, but for what is explained here.
class DovecotAgreementTest {
    private static final String OWNER = "anna@clinic.example";

    /// What the two read differently of some messages, and why; all else of them is the same.
    ///
    /// @param items that differ, as a pattern of what is asked for: `RFC822.SIZE`, `ENVELOPE`,
    ///   `BODY`, `BODYSTRUCTURE`, the number of a part, and what else is asked of one
    private record Reason(String why, String items, String files) {
        boolean explains(String name, String item) {
            return names().contains(name) && item.matches(items);
        }

        List<String> names() {
            return List.of(files.strip().split("\\s+", 0));
        }
    }

    private static final List<Reason> REASONS =
            List.of(
                    new Reason(
                            "RFC 5322 §2.1: what is no field ends a header section, as in Postfix",
                            "BODYSTRUCTURE|BODY|HEADER|TEXT|1",
                            """
                            hdr-fakeout.msg malformedHeader-nocrlfcrlf.msg
                            malformedHeader-noheader.msg
                            malformedHeaderStartsBody-nocrlfcrlf.msg
                            malformedHeaderStartsBody-noheader.msg obsolete.msg msg_19.txt
                            msg_35.txt
                            """),
                    new Reason(
                            "RFC 5322 §2.1: and so fields behind it are none",
                            "BODYSTRUCTURE|BODY|ENVELOPE|HEADER|TEXT|1",
                            "basic-plain-with-bad-header-separator.msg"),
                    new Reason(
                            "RFC 2046 §5.1.1: boundaries broken, too long, doubled, or nested",
                            "BODYSTRUCTURE|BODY|[0-9.]+(MIME)?",
                            """
                            double-semicolon.msg ending-boundaries.msg very-long-boundary.msg
                            very-very-long-boundary.msg weird-boundary.msg msg_33.txt
                            msg_38.txt msg_47.txt
                            """),
                    new Reason(
                            "RFC 2046 §5.1.1: such boundaries, where the tree is the same",
                            "[0-9.]+(MIME)?",
                            """
                            badbound.msg double-bound.msg boundary-name-clash.msg
                            missing-boundary.msg missing-inner-boundary.msg
                            missing-inner-start-boundary.msg msg_25.txt
                            """),
                    new Reason(
                            "RFC 2046 §5.1.1: where there are no parts Dovecot shows an empty one",
                            "[0-9.]+(MIME)?",
                            """
                            multipartnopart.msg multipartnestedemptypartsnorfc822.msg
                            msg_17.txt msg_31.txt msg_41.txt
                            """),
                    new Reason(
                            "RFC 2046 §5.2.1: an encoded message/rfc822 holds no message",
                            "BODYSTRUCTURE|BODY",
                            """
                            multi-2gifs-base64.msg bad-newlines-multiple-parts-base64.msg
                            base64encoded-rfc822message-nested.msg
                            base64encoded-rfc822message.msg
                            """),
                    new Reason(
                            "RFC 2046 §5.2.1: the same, where the part differs as well",
                            "BODYSTRUCTURE|BODY|2",
                            "008.eml"),
                    new Reason(
                            "RFC 2045 §5.2: a Content-Type that is none",
                            "BODYSTRUCTURE|BODY",
                            "multi-digest.msg msg_14.txt 001.eml"),
                    new Reason(
                            "RFC 2231 §3: Dovecot joins parameters; message/rfc822 in small",
                            "BODYSTRUCTURE|BODY",
                            "msg_29.txt msg_16.txt"),
                    new Reason(
                            "RFC 3501 §7.4.2: an address without a mailbox, inside",
                            "BODYSTRUCTURE|BODY",
                            "009.eml"),
                    new Reason(
                            "RFC 5322 §2.2: Dovecot does not keep a CR without LF",
                            "RFC822.SIZE|BODYSTRUCTURE|BODY||TEXT|1",
                            "049.eml"));

    /// Parts that the two decode differently, by why.
    private static final Map<String, String> DECODED =
            Map.of(
                    "Dovecot tells fewer octets than there are, as a third decoder says",
                    "multi-igor.msg multi-igor2.msg");

    @TempDir Path home;

    /// Sessions in which the same messages lie in the inbox.
    private record Both(ImapPeer ours, DovecotPeer dovecot, SSLContext trusting) {
        ImapPeer theirs() throws IOException {
            ImapPeer peer = ImapPeer.secured(dovecot.imapPort(), trusting);
            login(peer);
            peer.ask("SELECT INBOX");
            return peer;
        }
    }

    /// What is asked of both.
    @FunctionalInterface
    private interface Comparison {
        void compare(Both both, List<Path> files) throws IOException;
    }

    @Test
    void bothShowTheSame() throws Exception {
        withBoth((both, files) -> {
            try (ImapPeer theirs = both.theirs()) {
                compare(both.ours(), theirs, files);
            }
        });
    }

    /// RFC 3516.
    @Test
    void bothDecodeTheSame() throws Exception {
        withBoth(DovecotAgreementTest::compareDecoded);
    }

    private void withBoth(Comparison comparison) throws Exception {
        TestAuthority authority = TestAuthority.create();
        SSLContext trusting = TestTls.client(List.of(authority.authority().certificate()));
        List<Path> files = messages();
        try (DovecotPeer dovecot =
                        DovecotPeer.start(authority.server("localhost"), OWNER, ImapWorld.SECRET);
                ImapWorld world = new ImapWorld(home);
                ImapPeer ours = world.peer()) {
            login(ours);
            Both both = new Both(ours, dovecot, trusting);
            try (ImapPeer theirs = both.theirs()) {
                for (Path file : files) {
                    world.store(OWNER, Direction.FROM_PATIENT, octets(file));
                    append(theirs, new String(octets(file), ISO_8859_1));
                }
            }
            // Dovecot shows UTF-8 in header fields to everybody.
            ours.ask("ENABLE UTF8=ACCEPT");
            ours.ask("EXAMINE INBOX");
            comparison.compare(both, files);
        }
    }

    private static void login(ImapPeer peer) throws IOException {
        peer.ask("LOGIN " + OWNER + " \"" + ImapWorld.SECRET + "\"");
    }

    private static void append(ImapPeer peer, String octets) throws IOException {
        peer.send("x APPEND INBOX {" + octets.length() + "}\r\n");
        peer.response();
        peer.send(octets + "\r\n");
        String answer = peer.response();
        while (!answer.startsWith("x ")) {
            answer = peer.response();
        }
        assertTrue(answer.startsWith("x OK"), answer);
    }

    private static void compare(ImapPeer ours, ImapPeer theirs, List<Path> files)
            throws IOException {
        List<String> differences = new ArrayList<>();
        int parts = 0;
        for (int i = 0; i < files.size(); i++) {
            String name = files.get(i).getFileName().toString();
            for (String item : List.of("RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY")) {
                String fetch = "FETCH " + (i + 1) + " " + item;
                compare(name + " " + item, one(ours, fetch), one(theirs, fetch), differences);
            }
            for (String part : parts(one(ours, "FETCH " + (i + 1) + " BODY"))) {
                parts++;
                String fetch = "FETCH " + (i + 1) + " BODY.PEEK[" + part + "]";
                compare(name + " " + part, one(ours, fetch), one(theirs, fetch), differences);
            }
        }
        assertTrue(parts > 300, "parts compared: " + parts);
        List<String> unexplained = differences.stream().filter(it -> !isExplained(it)).toList();
        assertEquals("", String.join("\n", unexplained));
        // A reason that is none any more hides what comes next.
        for (Reason reason : REASONS) {
            for (String file : reason.names()) {
                assertTrue(
                        differences.stream().anyMatch(it -> it.startsWith(file + " ")),
                        file + " is read alike: " + reason.why());
            }
        }
    }

    /// @param difference the name of the file, what was asked for, and what both said
    private static boolean isExplained(String difference) {
        String[] words = difference.split("\n", 2)[0].split(" ", 2);
        return REASONS.stream().anyMatch(it -> it.explains(words[0], words[1]));
    }

    /// With a session of Dovecot for each message, because it ends some in which it cannot decode.
    /// It refuses what is damaged, which is read leniently here; and of a part with others inside
    /// it shows the others decoded as well, which RFC 3516 §4.2 does not ask for.
    private static void compareDecoded(Both both, List<Path> files) throws IOException {
        List<String> explained =
                Stream.concat(
                                REASONS.stream().flatMap(it -> it.names().stream()),
                                DECODED.values().stream().flatMap(it -> Stream.of(it.split(" "))))
                        .toList();
        List<String> differences = new ArrayList<>();
        int parts = 0;
        int refused = 0;
        for (int i = 0; i < files.size(); i++) {
            String name = files.get(i).getFileName().toString();
            if (explained.contains(name)) {
                continue;
            }
            int message = i + 1;
            List<String> all = parts(one(both.ours(), "FETCH " + message + " BODY"));
            try (ImapPeer theirs = both.theirs()) {
                for (String part : all) {
                    if (!isLeaf(part, all) || isMessage(both.ours(), message, part)) {
                        continue;
                    }
                    parts++;
                    String size = "FETCH %d BINARY.SIZE[%s]".formatted(message, part);
                    String octets = "FETCH %d BINARY.PEEK[%s]<1.700>".formatted(message, part);
                    if (decoded(theirs, size).equals("NO")) {
                        refused++;
                        continue;
                    }
                    for (String fetch : List.of(size, octets)) {
                        String one = decoded(both.ours(), fetch);
                        String other = decoded(theirs, fetch);
                        if (!one.equals(other)) {
                            differences.add(name + " " + fetch + ": " + one + " | " + other);
                        }
                    }
                }
            } catch (EOFException e) {
                refused++;
            }
        }
        assertEquals("", String.join("\n", differences));
        assertTrue(parts > 100, "parts compared: " + parts);
        assertTrue(refused < parts / 5, "what Dovecot did not decode: " + refused + "/" + parts);
    }

    private static boolean isLeaf(String part, List<String> all) {
        return part.matches("[0-9.]+")
                && all.stream()
                        .noneMatch(it -> it.startsWith(part + ".") && !it.equals(part + ".MIME"));
    }

    private static boolean isMessage(ImapPeer peer, int message, String part) throws IOException {
        String fields = one(peer, "FETCH %d BODY.PEEK[%s.MIME]".formatted(message, part));
        return fields.toLowerCase(Locale.ROOT).contains("message/rfc822");
    }

    /// The number, or the octets, or that it cannot be.
    private static String decoded(ImapPeer peer, String fetch) throws IOException {
        List<String> said = new ArrayList<>();
        String end = peer.any(fetch, said);
        if (end.startsWith("NO ")) {
            return "NO";
        }
        String answer =
                said.stream().filter(it -> it.contains(" FETCH ")).findFirst().orElse("nothing");
        Matcher literal = Pattern.compile("~?\\{(\\d+)}\r\n").matcher(answer);
        if (literal.find()) {
            int octets = Integer.parseInt(literal.group(1));
            return answer.substring(literal.end(), literal.end() + octets);
        }
        Matcher string = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\)\r\n$").matcher(answer);
        return string.find()
                ? string.group(1).replaceAll("\\\\(.)", "$1")
                : answer.replaceAll("(?s).* ([^ ]+)\\)\r\n", "$1");
    }

    private static void compare(String what, String ours, String theirs, List<String> differences) {
        boolean words = !what.endsWith("TEXT") && what.matches(".* [A-Z0-9.]*[A-Z]+");
        String one = words ? plain(ours) : octetsOf(ours);
        String other = words ? plain(theirs) : octetsOf(theirs);
        if (!one.equals(other)) {
            differences.add(what + "\n  ours   " + one + "\n  theirs " + other);
        }
    }

    private static String one(ImapPeer peer, String fetch) throws IOException {
        return peer.ask(fetch).stream()
                .filter(it -> it.contains(" FETCH "))
                .findFirst()
                .orElse("nothing");
    }

    /// The octets of the one literal or string of an answer.
    private static String octetsOf(String answer) {
        Words words = new Words(answer);
        List<String> all = words.all();
        return all.getLast();
    }

    /// Strings, however they are written, in quotation marks; all else in lower case.
    private static String plain(String answer) {
        return String.join(" ", new Words(answer).all())
                // What Dovecot writes where there is nothing.
                .replaceAll("MISSING_(DOMAIN|MAILBOX)", "")
                // It makes one blank of a folded line's white space; RFC 5322 §2.2.3 keeps it.
                .replaceAll("[ \t\r\n]+", " ");
    }

    /// The numbers of the parts of a BODY, with what can be asked of each.
    private static List<String> parts(String body) {
        List<String> all = new ArrayList<>(List.of("", "HEADER", "TEXT"));
        List<String> words = new Words(body).all();
        int[] at = {words.indexOf("body") + 1};
        part(words, at, "", all);
        return all;
    }

    private static void part(List<String> words, int[] at, String number, List<String> all) {
        at[0]++;
        if (words.get(at[0]).equals("(")) {
            for (int child = 1; words.get(at[0]).equals("("); child++) {
                String inside = number.isEmpty() ? "" + child : number + "." + child;
                all.add(inside);
                all.add(inside + ".MIME");
                part(words, at, inside, all);
            }
        } else if (number.isEmpty()) {
            all.add("1");
        }
        int depth = 1;
        while (depth > 0) {
            String word = words.get(at[0]++);
            depth += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
        }
    }

    private static final class Words {
        private final String text;
        private int at;

        Words(String text) {
            this.text = text;
        }

        List<String> all() {
            List<String> all = new ArrayList<>();
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == '(' || c == ')') {
                    all.add(String.valueOf(c));
                    at++;
                } else if (c == '"') {
                    all.add(quoted());
                } else if (c == '{') {
                    int end = text.indexOf('}', at);
                    int octets = Integer.parseInt(text.substring(at + 1, end));
                    all.add("\"" + text.substring(end + 3, end + 3 + octets) + "\"");
                    at = end + 3 + octets;
                } else if (c <= ' ') {
                    at++;
                } else {
                    int begin = at;
                    while (at < text.length() && "() \r\n".indexOf(text.charAt(at)) < 0) {
                        at++;
                    }
                    all.add(text.substring(begin, at).toLowerCase(Locale.ROOT));
                }
            }
            // The parenthesis that FETCH itself has.
            all.removeLast();
            return all;
        }

        private String quoted() {
            StringBuilder inside = new StringBuilder("\"");
            at++;
            while (text.charAt(at) != '"') {
                at += text.charAt(at) == '\\' ? 1 : 0;
                inside.append(text.charAt(at++));
            }
            at++;
            return inside.append('"').toString();
        }
    }

    private static byte[] octets(Path file) throws IOException {
        String text = Files.readString(file, ISO_8859_1);
        return text.replaceAll("\r?\n", "\r\n").getBytes(ISO_8859_1);
    }

    private static List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.walk(Peers.corpora().resolve("mime"))) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> f.toString().matches(".*(\\.msg|\\.eml|msg_\\d+\\.txt)"))
                    .sorted()
                    .toList();
        }
    }
}

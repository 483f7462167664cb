package org.postern.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.Peers;

/// Other people's test messages, in our server and in Dovecot: SEARCH, SORT and THREAD find the
/// same in the same order, but for what is explained here.
class DovecotSearchTest {
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private static final List<String> QUESTIONS =
            List.of(
                    "SORT (ARRIVAL) UTF-8 ALL",
                    "SORT (SIZE) UTF-8 ALL",
                    "SORT (REVERSE SIZE FROM) UTF-8 ALL",
                    "SORT (DATE) UTF-8 ALL",
                    "SORT (FROM) UTF-8 ALL",
                    "UID SORT (TO REVERSE ARRIVAL) UTF-8 ALL",
                    "SORT (CC) UTF-8 ALL",
                    "SORT (SUBJECT) UTF-8 ALL",
                    "SORT (SUBJECT DATE) UTF-8 SUBJECT test",
                    "THREAD REFERENCES UTF-8 ALL",
                    "SEARCH RETURN (MIN MAX COUNT ALL) ALL",
                    "UID SEARCH RETURN (MIN MAX COUNT) SUBJECT test",
                    "SEARCH RETURN () HEADER Message-ID <",
                    "SEARCH RETURN (COUNT ALL) FROM example",
                    "SEARCH RETURN (COUNT ALL) SENTSINCE 1-Jan-2000",
                    "SEARCH RETURN (COUNT ALL) SMALLER 1000 LARGER 300",
                    "SEARCH RETURN (COUNT) SUBJECT nowhere");

    private static final Pattern SUBJECT = Pattern.compile("(?im)^subject:.*(?:\r\n[ \t].*)*");

    @TempDir Path home;

    @Test
    void bothFindTheSame() throws Exception {
        List<Path> files = messages();
        try (BesideDovecot beside = new BesideDovecot(home)) {
            assertTrue(files.size() > 150, "messages compared: " + files.size());
            for (int i = 0; i < files.size(); i++) {
                String octets = octets(files.get(i));
                beside.world.store(BesideDovecot.OWNER, Direction.FROM_PATIENT, octets);
                String date = DATE_TIME.format(beside.world.clock.instant());
                beside.theirs.ask(
                        "APPEND INBOX \"%s\" {%d+}\r\n%s".formatted(date, octets.length(), octets));
            }
            beside.both("EXAMINE INBOX");
            List<String> differences = new ArrayList<>();
            for (String question : QUESTIONS) {
                String one = answer(beside.ours, question);
                String other = answer(beside.theirs, question);
                if (!one.equals(other)) {
                    differences.add(question + "\n  ours   " + one + "\n  theirs " + other);
                }
            }
            assertEquals("", String.join("\n", differences));
        }
    }

    private static String answer(ImapPeer peer, String question) throws IOException {
        return String.join("", peer.ask(question)).replaceAll("\\(TAG \"[^\"]*\"\\)", "").strip();
    }

    private static String octets(Path file) throws IOException {
        return Files.readString(file, ISO_8859_1).replaceAll("\r?\n", "\r\n");
    }

    /// Those that the two read differently are left out: Dovecot knows UTF-7 and this does not;
    /// here octets of no charset in a subject are taken for ISO 8859-1; and of `<>`, which is no
    /// address, Dovecot says `MISSING_MAILBOX`.
    private static boolean isReadAlike(Path file) {
        try {
            String header = octets(file).split("\r\n\r\n", 2)[0];
            Matcher subject = SUBJECT.matcher(header);
            return !header.contains("<>")
                    && (!subject.find()
                            || (subject.group().matches("(?s)\\p{ASCII}*")
                                    && !subject.group().contains("=?utf-7?")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.walk(Peers.corpora().resolve("mime"))) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> f.toString().matches(".*(\\.msg|\\.eml|msg_\\d+\\.txt)"))
                    .filter(DovecotSearchTest::isReadAlike)
                    .sorted()
                    .toList();
        }
    }
}

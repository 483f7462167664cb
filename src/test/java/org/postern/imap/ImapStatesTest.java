package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.imap.MemoryImap.State;

/// Every command in every state of a session: RFC 9051 §3, §6 and the extensions that are offered.
/// A command that is not for a state is BAD there, whatever it would be elsewhere.
class ImapStatesTest {
    private static final List<State> STATES =
            List.of(State.CONNECTED, State.SECURED, State.KNOWN, State.EXAMINED, State.SELECTED);

    /// What stands for a refusal with its code.
    private static final Map<String, String> CODES =
            Map.of(
                    "none", "NO [NONEXISTENT]",
                    "look", "NO [READ-ONLY]",
                    "clear", "NO [PRIVACYREQUIRED]",
                    "cannot", "NO [CANNOT]",
                    "try", "NO [TRYCREATE]",
                    "there", "NO [ALREADYEXISTS]",
                    "wrong", "NO [AUTHENTICATIONFAILED]",
                    "charset", "NO [BADCHARSET");

    /// What is answered in these states. `\n` is a line end within a command.
    private static final String TABLE =
            """
            CAPABILITY                        | OK      | OK      | OK      | OK      | OK
            NOOP                              | OK      | OK      | OK      | OK      | OK
            ID NIL                            | OK      | OK      | OK      | OK      | OK
            LOGOUT                            | OK      | OK      | OK      | OK      | OK
            STARTTLS                          | OK      | BAD     | BAD     | BAD     | BAD
            LOGIN $me "correct horse"         | clear   | OK      | BAD     | BAD     | BAD
            LOGIN $me wrong                   | clear   | wrong   | BAD     | BAD     | BAD
            AUTHENTICATE PLAIN AGEAYg==       | clear   | wrong   | BAD     | BAD     | BAD
            AUTHENTICATE SCRAM-SHA-256 =      | clear   | cannot  | BAD     | BAD     | BAD
            ENABLE CONDSTORE                  | BAD     | BAD     | OK      | OK      | OK
            ENABLE IMAP4rev2                  | BAD     | BAD     | OK      | BAD     | BAD
            SELECT INBOX                      | BAD     | BAD     | OK      | OK      | OK
            SELECT Nowhere                    | BAD     | BAD     | none    | none    | none
            EXAMINE INBOX                     | BAD     | BAD     | OK      | OK      | OK
            EXAMINE Nowhere                   | BAD     | BAD     | none    | none    | none
            CREATE New                        | BAD     | BAD     | OK      | OK      | OK
            CREATE INBOX                      | BAD     | BAD     | there   | there   | there
            DELETE Nowhere                    | BAD     | BAD     | none    | none    | none
            DELETE INBOX                      | BAD     | BAD     | cannot  | cannot  | cannot
            RENAME Nowhere There              | BAD     | BAD     | none    | none    | none
            RENAME INBOX There                | BAD     | BAD     | cannot  | cannot  | cannot
            SUBSCRIBE INBOX                   | BAD     | BAD     | OK      | OK      | OK
            SUBSCRIBE Nowhere                 | BAD     | BAD     | none    | none    | none
            UNSUBSCRIBE INBOX                 | BAD     | BAD     | cannot  | cannot  | cannot
            LIST "" *                         | BAD     | BAD     | OK      | OK      | OK
            LSUB "" *                         | BAD     | BAD     | OK      | OK      | OK
            NAMESPACE                         | BAD     | BAD     | OK      | OK      | OK
            STATUS INBOX (MESSAGES)           | BAD     | BAD     | OK      | OK      | OK
            STATUS Nowhere (MESSAGES)         | BAD     | BAD     | none    | none    | none
            APPEND Drafts {1+}\\na            | BAD     | BAD     | OK      | OK      | OK
            APPEND Nowhere {1+}\\na           | BAD     | BAD     | try     | try     | try
            IDLE\\nDONE                       | BAD     | BAD     | OK      | OK      | OK
            GETQUOTA ""                       | BAD     | BAD     | OK      | OK      | OK
            GETQUOTA other                    | BAD     | BAD     | none    | none    | none
            GETQUOTAROOT INBOX                | BAD     | BAD     | OK      | OK      | OK
            COMPRESS LZ                       | BAD     | BAD     | BAD     | BAD     | BAD
            CHECK                             | BAD     | BAD     | BAD     | OK      | OK
            CLOSE                             | BAD     | BAD     | BAD     | OK      | OK
            UNSELECT                          | BAD     | BAD     | BAD     | OK      | OK
            EXPUNGE                           | BAD     | BAD     | BAD     | look    | OK
            FETCH 1 FLAGS                     | BAD     | BAD     | BAD     | OK      | OK
            FETCH 9 FLAGS                     | BAD     | BAD     | BAD     | BAD     | BAD
            STORE 1 +FLAGS (\\\\Seen)         | BAD     | BAD     | BAD     | look    | OK
            STORE 1 +FLAGS (\\\\Recent)       | BAD     | BAD     | BAD     | look    | BAD
            COPY 1 Drafts                     | BAD     | BAD     | BAD     | OK      | OK
            COPY 1 Nowhere                    | BAD     | BAD     | BAD     | try     | try
            MOVE 1 Archive                    | BAD     | BAD     | BAD     | look    | OK
            SEARCH ALL                        | BAD     | BAD     | BAD     | OK      | OK
            SEARCH CHARSET X-NONE ALL         | BAD     | BAD     | BAD     | charset | charset
            SORT (DATE) UTF-8 ALL             | BAD     | BAD     | BAD     | OK      | OK
            THREAD REFERENCES UTF-8 ALL       | BAD     | BAD     | BAD     | OK      | OK
            UID FETCH 1 FLAGS                 | BAD     | BAD     | BAD     | OK      | OK
            UID FETCH 9 FLAGS                 | BAD     | BAD     | BAD     | OK      | OK
            UID STORE 1 FLAGS (Blue)          | BAD     | BAD     | BAD     | look    | OK
            UID COPY 1 Drafts                 | BAD     | BAD     | BAD     | OK      | OK
            UID MOVE 1 Archive                | BAD     | BAD     | BAD     | look    | OK
            UID SEARCH ALL                    | BAD     | BAD     | BAD     | OK      | OK
            UID SORT (DATE) UTF-8 ALL         | BAD     | BAD     | BAD     | OK      | OK
            UID THREAD REFERENCES UTF-8 ALL   | BAD     | BAD     | BAD     | OK      | OK
            UID EXPUNGE 1                     | BAD     | BAD     | BAD     | look    | OK
            COMPRESS DEFLATE                  | BAD     | BAD     | OK      | OK      | OK
            SETQUOTA "" (STORAGE 1)           | BAD     | BAD     | BAD     | BAD     | BAD
            NOSUCH                            | BAD     | BAD     | BAD     | BAD     | BAD
            UID NOSUCH 1                      | BAD     | BAD     | BAD     | BAD     | BAD
            """;

    private static final MemoryImap IMAP = MemoryImap.open();

    private record Case(String command, List<String> answers) {
        String verb() {
            String[] words = command.split("[ \n]", 0);
            return words[0].equals("UID") ? "UID " + words[1] : words[0];
        }
    }

    private static List<Case> cases() {
        return TABLE.lines()
                .map(line -> line.split("\\|", 0))
                .map(row ->
                        new Case(
                                row[0].strip().replace("\\n", "\n").replace("\\\\", "\\"),
                                Stream.of(row)
                                        .skip(1)
                                        .map(String::strip)
                                        .map(it -> CODES.getOrDefault(it, it))
                                        .toList()))
                .toList();
    }

    @Test
    void eachIsAnsweredAsItsStateSays() {
        List<String> wrong = new ArrayList<>();
        for (Case each : cases()) {
            assertEquals(STATES.size(), each.answers().size(), each.command());
            for (int i = 0; i < STATES.size(); i++) {
                String wanted = each.answers().get(i);
                String said = answer(STATES.get(i), each.command());
                if (!said.startsWith(wanted)) {
                    wrong.add(STATES.get(i) + ": " + each.command() + ": " + said);
                }
            }
        }
        assertEquals("", String.join("\n", wrong));
    }

    /// Nothing is obeyed, and nothing answered, once LOGOUT was.
    @Test
    void nothingIsAnsweredBehindALogout() {
        for (State state : STATES) {
            for (Case each : cases()) {
                String said = said(state, "x LOGOUT\nt " + each.command());
                assertTrue(said.contains("* BYE "), said);
                assertTrue(said.endsWith("x OK logged out\r\n"), said);
                assertFalse(said.contains("\r\nt "), said);
            }
        }
    }

    /// The table has each command that the server knows.
    @Test
    void noCommandIsForgotten() throws IOException {
        Set<String> known = new TreeSet<>();
        Matcher verbs =
                Pattern.compile("case \"([A-Z]+)\" ->")
                        .matcher(
                                Files.readString(
                                                Path.of(
                                                        "src/main/java/org/postern/grammar/"
                                                                + "CommandParser.java"))
                                        .split("private String folder\\(\\)", 0)[0]);
        while (verbs.find()) {
            known.add(verbs.group(1));
        }
        assertTrue(known.remove("UID") && known.size() > 20, known.toString());
        Stream.of("FETCH", "STORE", "COPY", "MOVE", "SEARCH", "SORT", "THREAD", "EXPUNGE")
                .forEach(verb -> {
                    known.add(verb);
                    known.add("UID " + verb);
                });
        Set<String> told = cases().stream().map(Case::verb).collect(Collectors.toSet());
        known.removeAll(told);
        assertEquals(Set.of(), known);
    }

    private static String said(State state, String lines) {
        List<byte[]> segments =
                lines.replace("$me", IMAP.me())
                        .lines()
                        .map(line -> (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1))
                        .toList();
        MemoryImap.Outcome outcome = IMAP.play(state, segments);
        assertEquals(List.of(), outcome.faults(), lines);
        return outcome.said();
    }

    private static String answer(State state, String command) {
        String said = said(state, "t " + command);
        Matcher answer = Pattern.compile("(?m)^t ([A-Z]+ (\\[\\S+)?)").matcher(said);
        return answer.find() ? answer.group(1) : "nothing: " + said;
    }
}

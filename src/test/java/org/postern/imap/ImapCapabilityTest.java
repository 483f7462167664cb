package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.ImapPeer;

/// What is advertised works: each capability is asked for something that nobody offers without it.
/// What all of them do is in the dialogues.
class ImapCapabilityTest {
    private static final String ANNA = "anna@clinic.example";
    private static final String PART = "FETCH 1 ";

    /// By capability: what is asked, the last of it being what counts, and what comes of that.
    private static final Map<String, Exercise> EXERCISES =
            Map.ofEntries(
                    of("IMAP4rev1", "\\* 2 EXISTS", "SELECT INBOX"),
                    of("IMAP4rev2", "\\* ENABLED IMAP4rev2", "ENABLE IMAP4rev2"),
                    of("LITERAL-", "\\* LIST .* INBOX", "LIST \"\" {5+}\r\nINBOX"),
                    of("ID", "\\* ID \\(\"name\" \"Postern\"", "ID NIL"),
                    of("ENABLE", "\\* ENABLED CONDSTORE", "ENABLE CONDSTORE"),
                    of("IDLE", "\\+ idling.*OK ", "IDLE\r\nDONE"),
                    of("NAMESPACE", "\\* NAMESPACE \\(\\(\"\" \"/\"\\)\\) ", "NAMESPACE"),
                    of("UNSELECT", "^OK ", "SELECT INBOX", "UNSELECT"),
                    of("UIDPLUS", "\\[APPENDUID \\d+ 1]", "APPEND Drafts {2+}\r\nab"),
                    of("CHILDREN", "\\\\HasChildren.* INBOX", "CREATE INBOX/a", "LIST \"\" *"),
                    of("LIST-EXTENDED", "\\* LIST .*\\\\Subscribed", "LIST (SUBSCRIBED) \"\" *"),
                    of(
                            "LIST-STATUS",
                            "\\* LIST .*\\* STATUS INBOX \\(MESSAGES 2\\)",
                            "LIST \"\" INBOX RETURN (STATUS (MESSAGES))"),
                    of("STATUS=SIZE", "\\* STATUS INBOX \\(SIZE \\d+\\)", "STATUS INBOX (SIZE)"),
                    of("SPECIAL-USE", "\\\\Sent.*\\\\Trash", "LIST (SPECIAL-USE) \"\" *"),
                    of("CREATE-SPECIAL-USE", "^OK ", "CREATE Spam (USE (\\Junk))"),
                    of("MOVE", "\\* OK \\[COPYUID ", "SELECT INBOX", "MOVE 1 Archive"),
                    of("CONDSTORE", "MODSEQ \\(\\d+\\)", "SELECT INBOX", PART + "(MODSEQ)"),
                    of("QRESYNC", "\\* ENABLED QRESYNC", "ENABLE QRESYNC"),
                    of("ESEARCH", "COUNT 2", "SELECT INBOX", "SEARCH RETURN (COUNT) ALL"),
                    of(
                            "SEARCHRES",
                            "\\* 2 FETCH ",
                            "SELECT INBOX",
                            "SEARCH RETURN (SAVE) 2",
                            "FETCH $ UID"),
                    of("WITHIN", "\\* SEARCH 1 2 OK ", "SELECT INBOX", "SEARCH YOUNGER 3600"),
                    of("SORT", "\\* SORT 2 1 ", "SELECT INBOX", "SORT (SUBJECT) UTF-8 ALL"),
                    of(
                            "THREAD=REFERENCES",
                            "\\* THREAD \\(",
                            "SELECT INBOX",
                            "THREAD REFERENCES UTF-8 ALL"),
                    of("OBJECTID", "EMAILID \\(M", "SELECT INBOX", PART + "EMAILID"),
                    of("SAVEDATE", "SAVEDATE \"", "SELECT INBOX", PART + "SAVEDATE"),
                    of("BINARY", "BINARY\\[1] \\{", "SELECT INBOX", PART + "BINARY.PEEK[1]"),
                    of(
                            "MULTIAPPEND",
                            "\\[APPENDUID \\d+ 1:2]",
                            "APPEND Drafts {2+}\r\nab {2+}\r\ncd"),
                    of("PREVIEW", "PREVIEW \"Hello\"", "SELECT INBOX", PART + "PREVIEW"),
                    of("COMPRESS=DEFLATE", "^OK ", "COMPRESS DEFLATE"),
                    of("QUOTA", "\\* QUOTAROOT INBOX \"\" ", "GETQUOTAROOT INBOX"),
                    of("QUOTA=RES-STORAGE", "STORAGE \\d+ \\d+", "GETQUOTA \"\""),
                    of("QUOTA=RES-MAILBOX", "MAILBOX \\d+ \\d+", "GETQUOTA \"\""),
                    of("UTF8=ACCEPT", "\\* ENABLED UTF8=ACCEPT", "ENABLE UTF8=ACCEPT"),
                    of("APPENDLIMIT", "APPENDLIMIT \\d+", "STATUS INBOX (APPENDLIMIT)"));

    /// Shown by others: what comes before a log-in by the dialogue of that name, and progress by
    /// its own, because it needs a clock.
    private static final Set<String> ELSEWHERE =
            Set.of("STARTTLS", "LOGINDISABLED", "AUTH=PLAIN", "SASL-IR", "INPROGRESS");

    private record Exercise(String outcome, List<String> commands) {}

    @TempDir Path home;
    private ImapWorld world;

    private static Map.Entry<String, Exercise> of(String name, String outcome, String... commands) {
        return Map.entry(name, new Exercise(outcome, List.of(commands)));
    }

    @BeforeEach
    void open() throws IOException {
        world = new ImapWorld(home);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private ImapPeer known(String who) throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + who + " \"" + ImapWorld.SECRET + "\"");
        return peer;
    }

    /// Without the values behind the sign of equality that are numbers.
    private static Set<String> offered(ImapPeer peer) throws IOException {
        String line = peer.ask("CAPABILITY").getFirst().strip();
        Set<String> all = new TreeSet<>();
        for (String each : line.substring("* CAPABILITY ".length()).split(" ", -1)) {
            all.add(each.replaceFirst("=\\d+$", ""));
        }
        return all;
    }

    @Test
    void whatIsOfferedIsWhatIsShown() throws IOException {
        Set<String> all = new TreeSet<>();
        try (ImapPeer stranger = world.peer();
                ImapPeer known = known(ANNA)) {
            all.addAll(offered(stranger));
            all.addAll(offered(known));
        }
        all.removeAll(ELSEWHERE);
        assertEquals(new TreeSet<>(EXERCISES.keySet()), all);
    }

    @Test
    void eachDoesWhatItsNameSays() throws IOException {
        for (Map.Entry<String, Exercise> each : EXERCISES.entrySet()) {
            // Folders and letters of her own.
            String who = each.getKey().replace('=', '-') + "@clinic.example";
            world.store(who, Direction.FROM_PATIENT, "Subject: two\r\n\r\nHello\r\n");
            world.store(who, Direction.FROM_PATIENT, "Subject: one\r\n\r\nHi\r\n");
            try (ImapPeer peer = known(who)) {
                String told = "";
                for (String command : each.getValue().commands()) {
                    List<String> said = new ArrayList<>();
                    String last = peer.any(command, said);
                    told = (String.join("", said) + last).replaceAll("\\s+", " ");
                }
                Pattern outcome = Pattern.compile(each.getValue().outcome());
                assertTrue(outcome.matcher(told).find(), each.getKey() + ": " + told);
            }
        }
    }

    @Test
    void aLogInInOneStep() throws IOException {
        byte[] plain = ("\0" + ANNA + "\0" + ImapWorld.SECRET).getBytes(StandardCharsets.UTF_8);
        try (ImapPeer peer = world.peer()) {
            assertTrue(offered(peer).containsAll(Set.of("SASL-IR", "AUTH=PLAIN")));
            peer.ask("AUTHENTICATE PLAIN " + Base64.getEncoder().encodeToString(plain));
            peer.ask("SELECT INBOX");
        }
    }
}

package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.SmtpPeer;

/// Names of folders, messages and threads that last: RFC 8474; and when a message came into a
/// folder: RFC 8514.
class ImapObjectIdTest {
    private static final String ANNA = "anna@clinic.example";

    @TempDir Path home;
    private ImapWorld world;
    private SmtpPeer peer;
    private int commands;

    @BeforeEach
    void open() throws IOException {
        world = new ImapWorld(home);
        peer = world.login(ANNA);
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        world.close();
    }

    /// What was said up to the end of the command, which must be OK.
    private String ask(String command) throws IOException {
        String tag = "t" + ++commands;
        peer.say(tag + " " + command);
        StringBuilder said = new StringBuilder();
        String line = peer.line();
        while (!line.startsWith(tag + " ")) {
            said.append(line).append('\n');
            line = peer.line();
        }
        assertEquals(tag + " OK", line.substring(0, (tag + " OK").length()), line);
        return said.append(line).toString();
    }

    private String value(String command, String name) throws IOException {
        String said = ask(command);
        Matcher found = Pattern.compile(name + " [(\"]([^)\"]+)[)\"]").matcher(said);
        if (!found.find()) {
            throw new AssertionError("no " + name + " in " + said);
        }
        return found.group(1);
    }

    @Test
    void folderKeepsItsIdUnderEachNameAndNoOtherGetsIt() throws IOException {
        String made = value("CREATE Work", "MAILBOXID");
        assertEquals(made, value("STATUS Work (MAILBOXID)", "MAILBOXID"));
        assertEquals(made, value("SELECT Work", "MAILBOXID"));
        ask("RENAME Work Done");
        assertEquals(made, value("STATUS Done (MAILBOXID)", "MAILBOXID"));
        assertNotEquals(made, value("STATUS INBOX (MAILBOXID)", "MAILBOXID"));
        ask("CLOSE");
        ask("DELETE Done");
        assertNotEquals(made, value("CREATE Work", "MAILBOXID"));
    }

    @Test
    void messageHasItsIdInEachFolderAndItsThreadGoesOn() throws IOException {
        world.store(ANNA, Direction.FROM_PATIENT, "Subject: one\r\n\r\nHello\r\n");
        world.store(ANNA, Direction.FROM_PATIENT, "Subject: two\r\n\r\nHello\r\n");
        ask("SELECT INBOX");
        String id = value("FETCH 1 EMAILID", "EMAILID");
        String thread = value("FETCH 1 THREADID", "THREADID");
        assertNotEquals(id, value("FETCH 2 EMAILID", "EMAILID"));
        assertEquals("* SEARCH 1", ask("SEARCH EMAILID " + id).lines().findFirst().orElseThrow());
        ask("COPY 1 Archive");
        ask("SELECT Archive");
        assertEquals(id, value("FETCH 1 EMAILID", "EMAILID"));
        assertEquals(thread, value("FETCH 1 THREADID", "THREADID"));
        String found = ask("UID SEARCH THREADID " + thread);
        assertEquals("* SEARCH 1", found.lines().findFirst().orElseThrow());
    }

    @Test
    void dateOfComingIntoAFolderIsNotTheDateOfTheMessage() throws IOException {
        world.store(ANNA, Direction.FROM_PATIENT, "Subject: one\r\n\r\nHello\r\n");
        ask("SELECT INBOX");
        String arrived = value("FETCH 1 INTERNALDATE", "INTERNALDATE");
        assertEquals(arrived, value("FETCH 1 SAVEDATE", "SAVEDATE"));
        world.clock.advance(Duration.ofDays(3));
        ask("COPY 1 Archive");
        ask("SELECT Archive");
        assertEquals(arrived, value("FETCH 1 INTERNALDATE", "INTERNALDATE"));
        assertNotEquals(arrived, value("FETCH 1 SAVEDATE", "SAVEDATE"));
    }
}

package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.ImapPeer;

/// What comes when there is no more room: RFC 9208 §5.3, RFC 5530 §3.
class ImapQuotaTest {
    private static final int FOLDERS_MAX = 500;
    private static final int DEEPEST = 10;
    private static final long OCTETS_MAX = 2L << 30;

    @TempDir Path home;

    private static ImapPeer login(ImapWorld world, String name) throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + name + "@clinic.example \"" + ImapWorld.SECRET + "\"");
        return peer;
    }

    private static void says(String beginning, ImapPeer peer, String command) throws IOException {
        String answer = peer.any(command, new ArrayList<>());
        assertTrue(answer.startsWith(beginning), command + ": " + answer);
    }

    private static String append(String folder) {
        return "APPEND " + folder + " {1+}\r\na";
    }

    @Test
    void nobodyPutsMoreIntoFoldersThanSheMay() throws IOException {
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer anna = login(world, "anna")) {
            says("OK ", anna, append("Drafts"));
            world.growOwn(OCTETS_MAX);
        }
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer anna = login(world, "anna");
                ImapPeer sam = login(world, "sam")) {
            says("NO [OVERQUOTA] ", anna, append("Drafts"));
            says("NO [OVERQUOTA] ", anna, append("INBOX"));
            long most = OCTETS_MAX / 1_024;
            String full = "* QUOTA \"\" (STORAGE %d %d ".formatted(most, most);
            assertTrue(anna.ask("GETQUOTA \"\"").getFirst().startsWith(full));
            assertEquals(1, world.rows("message"), "nothing of what was refused is kept");
            // What is there can be read, sorted and thrown away, and then there is room again.
            anna.ask("SELECT Drafts");
            says("OK ", anna, "COPY 1 Trash");
            says("OK ", anna, "STORE 1 +FLAGS (\\Deleted)");
            says("OK ", anna, "EXPUNGE");
            says("NO [OVERQUOTA] ", anna, append("Drafts"));
            anna.ask("SELECT Trash");
            anna.ask("STORE 1 +FLAGS (\\Deleted)");
            anna.ask("EXPUNGE");
            says("OK ", anna, append("Drafts"));
            says("OK ", sam, append("Drafts"));
        }
    }

    @Test
    void nobodyMakesMoreFoldersThanSheMay() throws IOException {
        try (ImapWorld world = new ImapWorld(home);
                ImapPeer anna = login(world, "anna")) {
            for (int i = 0; i < FOLDERS_MAX / DEEPEST; i++) {
                says("OK ", anna, "CREATE " + i + "/b/c/d/e/f/g/h/i/j");
            }
            for (String command : List.of("CREATE more", "CREATE 0/b/more", "RENAME 1/b x/y")) {
                says("NO [OVERQUOTA] ", anna, command);
            }
            assertTrue(anna.ask("GETQUOTA \"\"").getFirst().endsWith(" MAILBOX 500 500)\r\n"));
            says("OK ", anna, "RENAME 1/b 1/x");
            says("OK ", anna, "DELETE 0/b/c/d/e/f/g/h/i/j");
            says("NO [OVERQUOTA] ", anna, "CREATE more/than/one");
            says("OK ", anna, "CREATE more");
        }
    }
}

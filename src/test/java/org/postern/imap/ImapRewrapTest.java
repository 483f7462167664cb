package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.ImapPeer;
import org.postern.vault.Vault;

/// A rotation of keys is nothing that a mail program notices: not while it is connected, and not
/// when it comes back and asks what has changed (RFC 7162 §3.2.5), with the former key destroyed.
class ImapRewrapTest {
    private static final char[] PASSWORD = "korrekt Pferd".toCharArray();
    private static final String ANNA = "anna@clinic.example";

    private static final String ALL =
            "UID FETCH 1:* (UID FLAGS MODSEQ INTERNALDATE SAVEDATE EMAILID THREADID RFC822.SIZE"
                    + " ENVELOPE BODYSTRUCTURE BODY.PEEK[])";

    private static final Pattern STATUS =
            Pattern.compile(
                    "\\* STATUS (\\S+) \\(.*UIDVALIDITY (\\d+) .*HIGHESTMODSEQ (\\d+).*\\)\r\n");

    @TempDir Path home;

    private static ImapPeer login(ImapWorld world) throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
        peer.ask("ENABLE QRESYNC");
        return peer;
    }

    /// What a program knows of a folder when it leaves.
    private record Known(String validity, String modseq) {}

    /// Everything that there is to be told, by folder.
    private static Map<String, List<String>> everything(ImapPeer peer) throws IOException {
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put("subscribed", peer.ask("LIST (SUBSCRIBED) \"\" *"));
        List<String> folders =
                peer.ask(
                        "LIST \"\" * RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN"
                                + " HIGHESTMODSEQ MAILBOXID SIZE))");
        all.put("folders", folders);
        for (String name : known(folders).keySet()) {
            all.put("select " + name, peer.ask("EXAMINE " + name));
            all.put(name, peer.ask(ALL));
        }
        return all;
    }

    private static Map<String, Known> known(List<String> folders) {
        Map<String, Known> known = new LinkedHashMap<>();
        for (String line : folders) {
            Matcher status = STATUS.matcher(line);
            if (status.matches()) {
                known.put(status.group(1), new Known(status.group(2), status.group(3)));
            }
        }
        return known;
    }

    private static void fill(ImapWorld world, ImapPeer peer) throws IOException {
        for (int i = 0; i < 6; i++) {
            String letter = "Subject: letter " + i + "\r\n\r\nHello " + i + "\r\n";
            world.store(ANNA, Direction.FROM_PATIENT, letter);
            world.store(ANNA, Direction.TO_PATIENT, letter);
        }
        peer.ask("CREATE Work");
        peer.ask("SUBSCRIBE Work");
        peer.ask("CREATE Gone");
        peer.ask("SUBSCRIBE Gone");
        peer.ask("DELETE Gone");
        peer.ask("APPEND Work (\\Flagged Blue) {15+}\r\nSubject: a\r\n\r\nb");
        peer.ask("SELECT INBOX");
        peer.ask("COPY 1:2 Work");
        peer.ask("STORE 2 +FLAGS (Green)");
        peer.ask("UID STORE 3 +FLAGS (\\Deleted)");
        peer.ask("EXPUNGE");
        // One comes before the rotation and is listed after it.
        peer.ask("UID FETCH 1:4 ENVELOPE");
    }

    @Test
    void noProgramNoticesARotation() throws IOException {
        Path keystore = home.resolve("vault.p12");
        Vault.create(keystore, PASSWORD);
        Vault vault = Vault.open(keystore, PASSWORD);
        Path data = Files.createDirectory(home.resolve("data"));
        Map<String, List<String>> before;
        int former = vault.active();
        try (ImapWorld world = new ImapWorld(data, vault);
                ImapPeer stays = login(world)) {
            fill(world, stays);
            before = everything(stays);
            assertEquals(6, known(folders(before)).size(), before.toString());
            stays.ask("SELECT INBOX");
            vault.renew(keystore, PASSWORD);
            assertTrue(world.rewrap() > 10, "rewrapped");
            assertEquals(0, world.rewrap(), "nothing is left under the former key");
            assertEquals(List.of(), stays.ask("NOOP"));
            assertEquals(before, everything(stays));
        }
        vault.retire(former, keystore, PASSWORD);
        vault.destroy(former, keystore, PASSWORD);
        Vault fresh = Vault.open(keystore, PASSWORD);
        try (ImapWorld world = new ImapWorld(data, fresh);
                ImapPeer returns = login(world)) {
            for (Map.Entry<String, Known> each : known(folders(before)).entrySet()) {
                assertNothingNew(returns, each.getKey(), each.getValue());
            }
            assertEquals(before, everything(returns));
        }
    }

    private static List<String> folders(Map<String, List<String>> all) {
        return all.getOrDefault("folders", List.of());
    }

    private static void assertNothingNew(ImapPeer peer, String name, Known known)
            throws IOException {
        String select =
                "EXAMINE %s (QRESYNC (%s %s))".formatted(name, known.validity(), known.modseq());
        List<String> news = new ArrayList<>(peer.ask(select));
        assertTrue(news.toString().contains("[UIDVALIDITY " + known.validity() + "]"));
        assertTrue(news.toString().contains("[HIGHESTMODSEQ " + known.modseq() + "]"));
        news.removeIf(line -> !line.contains("VANISHED") && !line.contains(" FETCH "));
        assertEquals(List.of(), news, name);
    }
}

package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;

/// A keyword that a mail program gave a message before it became an order.
class FormerKeywordTest {
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final String WORD = "$Extend";

    @TempDir Path home;

    private CabinetWorld world;
    private Folder folder;

    /// One message in Sent, with the keyword.
    @BeforeEach
    void open() throws IOException {
        world = new CabinetWorld(home);
        world.store()
                .store(
                        new NewMessage(
                                new QueueId("0000000000000001"),
                                Direction.TO_PATIENT,
                                ANNA,
                                Address.of("maria@home.example"),
                                "letter-1",
                                List.of(),
                                world.clock.instant()),
                        Content.of(
                                "Subject: one\r\n\r\nHello\r\n"
                                        .getBytes(StandardCharsets.US_ASCII)));
        folder = world.folder(ANNA, "Sent");
        int place = folder.look().keywords().size();
        folder.change(handle -> {
            FolderRows.addKeyword(handle, folder.view(), place, WORD);
            handle.execute(
                    "UPDATE imap_filed SET flags = flags + ?", 1L << (Flags.FIRST_KEYWORD + place));
            return folder.read(handle);
        });
        assertEquals(List.of("\\Seen", "$Waiting", WORD), words());
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private List<String> words() throws IOException {
        Snapshot now = folder.look();
        return Flags.names(now.flags(0), now.keywords());
    }

    private void store(Folder.Change change, String... names) throws IOException {
        folder.store(folder.look().uids(), change, List.of(names));
    }

    @Test
    void itCanBeTakenAway() throws IOException {
        store(Folder.Change.ADD, WORD);
        assertTrue(words().contains(WORD));
        store(Folder.Change.REMOVE, WORD);
        assertEquals(List.of("\\Seen", "$Waiting"), words());
        store(Folder.Change.ADD, WORD);
        assertFalse(words().contains(WORD), "it is an order now");
    }

    @Test
    void itIsNotKeptWhereAllIsReplaced() throws IOException {
        store(Folder.Change.REPLACE, "\\Flagged", WORD);
        assertEquals(List.of("\\Flagged", "$Waiting"), words());
    }

    @Test
    void whatTheGatewaySaysIsNotTakenAway() throws IOException {
        store(Folder.Change.REMOVE, "$Waiting", WORD);
        assertEquals(List.of("\\Seen", "$Waiting"), words());
    }
}

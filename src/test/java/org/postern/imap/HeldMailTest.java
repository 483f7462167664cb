package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.bridge.Bridge;
import org.postern.bridge.Orders;
import org.postern.holding.HeldMessages;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.testkit.ImapPeer;

/// Held mail as a folder: what of it is looking, what is kept of it, and when it comes and goes.
class HeldMailTest {
    private static final String ANNA = "anna@clinic.example";
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final String LETTER = "Subject: canary\r\n\r\nHello\r\n";
    private static final long SIX_SECONDS = 6_000_000_000L;
    private static final String ROWS = "message WHERE direction = 'HELD'";

    @TempDir Path home;
    private ImapWorld world;
    private final Holding holding = new Holding();
    private final List<MessageKey> read = new ArrayList<>();
    private boolean written = true;

    /// Held mail that everybody sees.
    private static final class Holding implements HeldMessages {
        private final SecureRandom random = new SecureRandom();
        private final List<Entry> entries = new CopyOnWriteArrayList<>();
        private final List<Runnable> listeners = new ArrayList<>();
        private final AtomicInteger opened = new AtomicInteger();
        private volatile Runnable whenOpened = () -> {};
        private volatile boolean deciding = true;
        private volatile Optional<QueueId> unreadable = Optional.empty();

        void hold() {
            hold(LETTER.length());
        }

        void hold(long octets) {
            entries.add(new Entry(QueueId.next(NOON, random), NOON, octets));
            tell();
        }

        void decideAll() {
            entries.clear();
            tell();
        }

        private void tell() {
            listeners.forEach(Runnable::run);
        }

        @Override
        public List<Entry> seenBy(Address person) throws IOException {
            if (unreadable.isPresent()) {
                throw new IOException("a bad sector");
            }
            return List.copyOf(entries);
        }

        @Override
        public Content content(Address person, QueueId id) throws IOException {
            opened.incrementAndGet();
            whenOpened.run();
            if (!isHeld(id)) {
                throw new IOException("not held any more");
            }
            return Content.of(LETTER.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public boolean decides(Address person) {
            return deciding;
        }

        @Override
        public boolean isHeld(QueueId id) throws IOException {
            if (unreadable.filter(id::equals).isPresent()) {
                throw new IOException("a bad sector");
            }
            return entries.stream().anyMatch(it -> it.id().equals(id));
        }

        @Override
        public void listen(Runnable changed) {
            listeners.add(changed);
        }
    }

    private final Bridges.Shut releases = new Bridges.Shut("nobody decides here");

    @BeforeEach
    void open() throws IOException {
        world = new ImapWorld(home);
        world.show(holding);
        world.bridge =
                new Bridge(
                        Orders.none(),
                        (_, keys) -> {
                            read.addAll(keys);
                            return written ? keys : List.of();
                        },
                        releases);
        holding.hold();
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    private ImapPeer reading() throws IOException {
        ImapPeer peer = world.peer();
        peer.ask("LOGIN " + ANNA + " \"" + ImapWorld.SECRET + "\"");
        peer.ask("SELECT Held");
        return peer;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FETCH 1 ENVELOPE",
                "FETCH 1 BODYSTRUCTURE",
                "FETCH 1 (FLAGS BODY.PEEK[HEADER.FIELDS (DATE)])",
                "FETCH 1 BODY.PEEK[1]",
                "FETCH 1 RFC822",
                "SEARCH SUBJECT canary",
                "SEARCH NOT FROM x",
                "SEARCH SENTSINCE 1-Jan-2026",
                "SEARCH UNSEEN TEXT hello",
                "SEARCH RETURN (COUNT) BODY hello",
                "SORT (SUBJECT) UTF-8 ALL",
                "SORT (ARRIVAL) UTF-8 SUBJECT canary",
                "UID SORT (REVERSE DATE) UTF-8 ALL",
                "THREAD REFERENCES UTF-8 ALL"
            })
    void whoLooksIntoFieldsOrBodiesIsWrittenDown(String command) throws IOException {
        try (ImapPeer peer = reading()) {
            peer.ask(command);
            assertEquals(1, read.size());
            peer.ask(command);
            assertEquals(1, read.size(), "once in a session");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FETCH 1 (UID FLAGS INTERNALDATE RFC822.SIZE)",
                "SEARCH UNSEEN",
                "SEARCH SINCE 1-Jan-2026 LARGER 1",
                "SORT (ARRIVAL SIZE) UTF-8 ALL"
            })
    void whatDoesNotSayWhatItSaysIsNoLook(String command) throws IOException {
        try (ImapPeer peer = reading()) {
            assertTrue(peer.ask(command).getFirst().contains("1"));
            assertEquals(List.of(), read);
        }
    }

    @Test
    void whatFlagsAndNumbersExcludeIsNoLook() throws IOException {
        holding.hold();
        try (ImapPeer peer = reading()) {
            peer.ask("STORE 1 +FLAGS (\\Seen)");
            assertEquals(List.of("* SEARCH 2\r\n"), peer.ask("SEARCH UNSEEN SUBJECT canary"));
            assertEquals(1, read.size());
            peer.ask("SEARCH 2 NOT TEXT hello");
            assertEquals(1, read.size());
        }
    }

    /// Each outline of held mail opens a body, and as many octets of them count as in any search.
    @Test
    void searchesAndSortsOpenNoMoreThanTheyMay() throws IOException {
        holding.hold(40L << 20);
        holding.hold(40L << 20);
        try (ImapPeer peer = reading()) {
            for (String command : List.of("SEARCH SUBJECT x", "SORT (SUBJECT) UTF-8 ALL")) {
                String answer = peer.any(command, new ArrayList<>());
                assertTrue(answer.startsWith("NO [LIMIT]"), command + ": " + answer);
            }
            for (int number = 1; number <= 3; number++) {
                peer.ask("SEARCH " + number + " SUBJECT canary");
            }
        }
    }

    /// A disk that takes six seconds for each: a search has twenty, and gives its turn back then.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SEARCH TEXT hello",
                "SEARCH SUBJECT canary",
                "SORT (SUBJECT) UTF-8 ALL",
                "THREAD REFERENCES UTF-8 ALL"
            })
    void whatTakesTooLongEndsWithItsTime(String command) throws IOException {
        for (int i = 0; i < 9; i++) {
            holding.hold();
        }
        try (ImapPeer peer = reading()) {
            holding.whenOpened = () -> world.searching.addAndGet(SIX_SECONDS);
            String answer = peer.any(command, new ArrayList<>());
            assertTrue(answer.startsWith("NO [LIMIT]"), answer);
            assertEquals(4, holding.opened.get(), "the last began within the time");
            assertEquals(4, read.size(), "and what was not opened is not said to be read");
            holding.whenOpened = () -> {};
            assertTrue(peer.ask(command).getFirst().contains("10"));
        }
    }

    /// It was not there when that was to be written down, and is there again.
    @Test
    void whatIsNotWrittenDownIsNotShown() throws IOException {
        written = false;
        try (ImapPeer peer = reading()) {
            List<String> said = new ArrayList<>();
            String answer = peer.any("FETCH 1 (ENVELOPE BODY.PEEK[])", said);
            assertTrue(answer.startsWith("NO [EXPUNGEISSUED]"), answer);
            assertEquals(List.of(), said);
            assertEquals(List.of("* SEARCH\r\n"), peer.ask("SEARCH SUBJECT canary"));
            assertEquals(List.of("* SORT\r\n"), peer.ask("SORT (SUBJECT) UTF-8 ALL"));
            assertEquals(List.of("* THREAD\r\n"), peer.ask("THREAD REFERENCES UTF-8 ALL"));
            written = true;
            assertEquals(List.of("* SEARCH 1\r\n"), peer.ask("SEARCH SUBJECT canary"));
        }
    }

    @Test
    void nothingIsKeptOfWhatItSaysAndNothingOnceItIsDecided() throws IOException {
        try (ImapPeer peer = reading()) {
            assertTrue(peer.ask("FETCH 1 ENVELOPE").toString().contains("canary"));
            peer.ask("THREAD REFERENCES UTF-8 ALL");
        }
        assertEquals(0, world.rows("imap_outline"));
        world.sweepHeld();
        assertEquals(1, world.rows(ROWS), "it is held still");
        holding.decideAll();
        world.sweepHeld();
        assertEquals(0, world.rows(ROWS), "though nobody has looked");
    }

    @Test
    void whatComesAndGoesIsToldToWhoeverIdles() throws IOException {
        try (ImapPeer peer = reading()) {
            peer.send("i IDLE\r\n");
            assertEquals("+ idling\r\n", peer.response());
            holding.hold();
            assertEquals("* 2 EXISTS\r\n", peer.response());
            assertEquals("* 2 RECENT\r\n", peer.response());
            holding.decideAll();
            world.sweepHeld();
            assertEquals("* 2 EXPUNGE\r\n", peer.response());
            assertEquals("* 1 EXPUNGE\r\n", peer.response());
        }
    }

    /// Who is asked about nothing has no `Release`, and cannot make one.
    @Test
    void nobodyIsToldToMakeAFolderOfHeldMail() throws IOException {
        holding.deciding = false;
        try (ImapPeer peer = reading()) {
            String create = peer.any("CREATE Release", new ArrayList<>());
            assertTrue(create.startsWith("NO [CANNOT]"), create);
            String append = peer.any("APPEND Release {2+}\r\nab", new ArrayList<>());
            assertTrue(append.startsWith("NO [NOPERM]"), append);
            world.store(ANNA, Direction.FROM_PATIENT, LETTER);
            peer.ask("SELECT INBOX");
            String copy = peer.any("COPY 1 Release", new ArrayList<>());
            assertTrue(copy.startsWith("NO [NOPERM]"), copy);
        }
    }

    /// A slip of the hand lets nothing go, and is in the audit as whatever else is refused.
    @Test
    void manyAreNotLetGoAtOnceAndThatIsWrittenDown() throws IOException {
        for (int i = 1; i < 21; i++) {
            holding.hold();
        }
        try (ImapPeer peer = reading()) {
            String answer = peer.any("MOVE 1:* Release", new ArrayList<>());
            assertTrue(answer.startsWith("NO [LIMIT] at most 20 messages at once"), answer);
            assertEquals(1, releases.noted.size());
            String noted = releases.noted.getFirst();
            assertTrue(noted.startsWith(ANNA + " "), noted);
            assertTrue(noted.endsWith(" at most 20 messages at once; 21 were asked for"), noted);
        }
    }

    /// Her folder from before there was held mail: nothing that is moved there is let go, and she
    /// hears why.
    @Test
    void aFolderOfHersThatIsNamedReleaseLetsNothingGo() throws IOException {
        try (ImapPeer peer = reading()) {
            peer.ask("CREATE Before");
            world.nameFromBefore("Release");
            String answer = peer.any("MOVE 1 Release", new ArrayList<>());
            assertTrue(answer.contains("your own folder has that name; rename it"), answer);
        }
    }

    /// RFC 5819 §2: the other folders are listed with what there is of them.
    @Test
    void whatCannotBeReadKeepsNobodyFromTheRest() throws IOException {
        try (ImapPeer peer = reading()) {
            holding.hold();
            peer.ask("NOOP");
            holding.unreadable = Optional.of(holding.entries.getFirst().id());
            holding.decideAll();
            world.sweepHeld();
            assertEquals(1, world.rows(ROWS), "what cannot be read counts as held");
            String all = peer.ask("LIST \"\" * RETURN (STATUS (MESSAGES))").toString();
            assertTrue(all.contains("STATUS INBOX (MESSAGES 0)"), all);
            assertTrue(all.contains("Held") && !all.contains("STATUS Held"), all);
        }
    }

    /// A program without MOVE copies and deletes.
    @Test
    void onlyWhatIsThereCanNotBeDeleted() throws IOException {
        try (ImapPeer peer = reading()) {
            String answer = peer.any("UID STORE 1 +FLAGS (\\Deleted)", new ArrayList<>());
            assertTrue(answer.startsWith("NO [NOPERM]"), answer);
            holding.decideAll();
            peer.ask("NOOP");
            peer.ask("UID STORE 1 +FLAGS (\\Deleted)");
        }
    }

    /// Somebody else was first, and may have given it back: it did not go by this move.
    @Test
    void whatWasDecidedBeforeIsNotLetGoByAMove() throws IOException {
        try (ImapPeer peer = reading()) {
            holding.decideAll();
            world.sweepHeld();
            String answer = peer.any("MOVE 1 Release", new ArrayList<>());
            assertTrue(answer.startsWith("NO [NOPERM] let go: 0"), answer);
            assertTrue(answer.contains("UID 1: it was decided before"), answer);
        }
    }
}

package org.postern.beside;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.entrance.UpstreamException;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.upstream.Fetched;
import org.postern.upstream.UpstreamClient;

/// What a server says of a folder, and what is believed.
class RegisterTest {
    private static final Room.Share ROOM = new Room(1_000_000, 1_000_000).of("anna");

    private static Fetched message(int number, @Nullable Integer uid, String... flags) {
        return new Fetched(number, uid, List.of(flags), null, null, null);
    }

    private static Register three() throws UpstreamException {
        Register register = new Register(ROOM);
        register.exists(3);
        register.begin(new UpstreamClient.Opened(7, 20));
        register.fetched(message(1, 2, "\\Seen"));
        register.fetched(message(3, 9));
        assertFalse(register.isComplete());
        register.fetched(message(2, 5, "a"));
        assertTrue(register.isComplete());
        return register;
    }

    @Test
    void messagesAreKnownInAnyOrder() throws Exception {
        Snapshot now = three().snapshot();
        assertArrayEquals(new int[] {2, 5, 9}, now.uids());
        assertEquals(Flags.SEEN, now.flags(0));
        assertEquals(List.of("a"), Flags.names(now.flags(1), now.keywords()));
        assertEquals(20, now.counters().next());
        assertEquals(7, now.counters().validity());
    }

    @Test
    void aChangeMakesAnotherSnapshot() throws Exception {
        Register register = three();
        Snapshot first = register.snapshot();
        register.fetched(message(1, null, "\\Seen"));
        assertSame(first, register.snapshot());
        register.fetched(message(1, null, "\\Seen", "\\Flagged", "\\Recent"));
        Snapshot second = register.snapshot();
        assertNotSame(first, second);
        assertEquals(Flags.SEEN | Flags.FLAGGED, second.flags(0));
        assertTrue(second.modseq(0) > first.counters().modseq());
        assertEquals(first.modseq(1), second.modseq(1));
        register.expunged(1);
        register.exists(3);
        register.fetched(message(3, 20));
        Snapshot third = register.snapshot();
        assertArrayEquals(new int[] {5, 9, 20}, third.uids());
        assertEquals(21, third.counters().next());
    }

    @Test
    void anotherConnectionTellsTheRest() throws Exception {
        Register register = three();
        Snapshot before = register.snapshot();
        Register fresh = new Register(ROOM);
        fresh.exists(2);
        fresh.begin(new UpstreamClient.Opened(7, 30));
        fresh.fetched(message(1, 5, "a"));
        fresh.fetched(message(2, 9, "b", "a"));
        register.become(fresh);
        Snapshot after = register.snapshot();
        assertArrayEquals(new int[] {5, 9}, after.uids());
        assertEquals(before.modseq(1), after.modseq(0));
        assertTrue(after.modseq(1) > before.counters().modseq());
        assertEquals(List.of("a", "b"), Flags.names(after.flags(1), after.keywords()));
        assertEquals(30, after.counters().next());
        register.expunged(2);
        assertArrayEquals(new int[] {5}, register.snapshot().uids());
    }

    @Test
    void whatCannotBeIsNotBelieved() throws Exception {
        assertThrows(UpstreamException.class, () -> three().exists(2));
        assertThrows(UpstreamException.class, () -> three().expunged(4));
        assertThrows(UpstreamException.class, () -> three().expunged(0));
        assertThrows(UpstreamException.class, () -> three().fetched(message(4, 30)));
        assertThrows(UpstreamException.class, () -> three().fetched(message(1, 3)));
        assertThrows(
                UpstreamException.class,
                () -> three().begin(new UpstreamClient.Opened(7, Integer.MAX_VALUE)));
        Register falling = three();
        falling.exists(4);
        assertThrows(UpstreamException.class, () -> falling.fetched(message(4, 9)));
    }

    /// A message of the clinic's server must not look like one that a patient has read.
    @Test
    void keywordsOfTheGatewayAreNotBelieved() throws Exception {
        Register register = three();
        register.fetched(message(1, null, "$Read", "$Forwarded", "a%b", "a*", "$read"));
        Snapshot now = register.snapshot();
        assertEquals(List.of("$Forwarded"), Flags.names(now.flags(0), now.keywords()));
        assertEquals(List.of("a", "$Forwarded"), now.keywords());
    }

    @Test
    void keywordsBeyondTheRoomAreLeftOut() throws Exception {
        Register register = three();
        for (int i = 0; i < 2 * Flags.KEYWORDS_MAX; i++) {
            register.fetched(message(1, 2, "k" + i));
        }
        assertEquals(Flags.KEYWORDS_MAX, register.snapshot().keywords().size());
        assertEquals(0, register.snapshot().flags(0));
    }

    private static int left(Room.Share room) {
        int left = 0;
        while (room.grows(1)) {
            left++;
        }
        room.giveBack(left);
        return left;
    }

    /// Each session has its own, so that all of them together could fill the memory.
    @Test
    void onlySoManyMessagesAreKept() throws Exception {
        Room.Share room = new Room(5, 5).of("anna");
        Register first = new Register(room);
        first.exists(3);
        first.expunged(3);
        first.exists(3);
        Register second = new Register(room);
        assertTrue(assertThrows(UpstreamException.class, () -> second.exists(3)).isFull());
        second.exists(2);
        assertEquals(0, left(room));
        second.close();
        Register third = new Register(room);
        third.takeOver(first);
        third.exists(4);
        third.begin(new UpstreamClient.Opened(7, 20));
        first.become(third);
        third.close();
        assertEquals(1, left(room));
        first.exists(4);
        first.close();
        first.close();
        assertEquals(5, left(room));
        // The folder is still open at the server, which tells of new mail.
        first.exists(5);
        first.fetched(message(9, 30));
        first.expunged(9);
        assertEquals(4, first.exists());
        assertEquals(5, left(room));
    }

    /// A folder that is open was promised to a mail program: it goes on with what it has.
    @Test
    void aFolderThatIsOpenHidesWhatThereIsNoRoomFor() throws Exception {
        Room.Share room = new Room(100, 4).of("anna");
        Register register = new Register(room);
        register.exists(3);
        register.begin(new UpstreamClient.Opened(7, 10));
        for (int i = 1; i <= 3; i++) {
            register.fetched(message(i, i));
        }
        register.exists(4);
        register.fetched(message(4, 10));
        assertFalse(register.hidesSome());
        Snapshot four = register.snapshot();
        register.exists(6);
        assertTrue(register.hidesSome());
        assertTrue(register.isComplete());
        assertNotSame(four, register.snapshot(), "whoever waits for news looks");
        register.fetched(message(5, 11, "\\Seen"));
        register.fetched(message(2, 2, "\\Seen"));
        assertThrows(UpstreamException.class, () -> register.fetched(message(7, 13)));
        assertThrows(UpstreamException.class, () -> register.expunged(7));
        Snapshot now = register.snapshot();
        assertArrayEquals(new int[] {1, 2, 3, 10}, now.uids());
        assertEquals(11, now.counters().next());
        assertEquals(Flags.SEEN, now.flags(1));
        // One of those that are hidden goes, and one of those that are not.
        register.expunged(6);
        register.uncover();
        assertTrue(register.hidesSome());
        register.expunged(1);
        assertTrue(register.hidesSome());
        register.uncover();
        assertFalse(register.hidesSome());
        assertFalse(register.isComplete());
        assertEquals(11, register.unknown());
        register.fetched(message(4, 11));
        Snapshot all = register.snapshot();
        assertArrayEquals(new int[] {2, 3, 10, 11}, all.uids());
        assertEquals(12, all.counters().next());
    }

    /// The same over another connection, at whose beginning all of it is counted.
    @Test
    void whatIsHiddenStaysSoOverAnotherConnection() throws Exception {
        Room.Share room = new Room(100, 2).of("anna");
        Register register = new Register(room);
        register.exists(1);
        register.begin(new UpstreamClient.Opened(7, 5));
        register.fetched(message(1, 4));
        Register fresh = new Register(room);
        fresh.takeOver(register);
        fresh.exists(3);
        fresh.begin(new UpstreamClient.Opened(7, 9));
        fresh.fetched(message(1, 4));
        register.become(fresh);
        assertTrue(register.hidesSome());
        assertArrayEquals(new int[] {4}, register.snapshot().uids());
        assertEquals(5, register.snapshot().counters().next());
        register.expunged(3);
        register.uncover();
        register.fetched(message(2, 6));
        assertArrayEquals(new int[] {4, 6}, register.snapshot().uids());
        assertFalse(register.hidesSome());
        register.close();
        assertEquals(2, left(room));
    }

    @Test
    void onePersonLeavesRoomForOthers() throws Exception {
        Room room = new Room(20, 10);
        Register hers = new Register(room.of("anna"));
        assertTrue(assertThrows(UpstreamException.class, () -> hers.exists(10)).isFull());
        hers.exists(9);
        hers.begin(new UpstreamClient.Opened(7, 10));
        // What has begun may grow into what was left for it.
        hers.exists(10);
        hers.exists(11);
        assertTrue(hers.hidesSome());
        Register another = new Register(room.of("lee"));
        another.exists(8);
        assertTrue(
                assertThrows(UpstreamException.class, () -> new Register(room.of("mia")).exists(1))
                        .isFull());
        hers.close();
        new Register(room.of("mia")).exists(1);
    }

    /// Of a message that is told before its turn its keywords count, within their bound.
    @Test
    void whatIsToldEarlyIsKeptAsBits() throws Exception {
        Register register = three();
        register.exists(5);
        register.fetched(message(5, 12, "\\Seen", "b"));
        register.fetched(message(4, 11));
        Snapshot now = register.snapshot();
        assertEquals(List.of("\\Seen", "b"), Flags.names(now.flags(4), now.keywords()));
        register.exists(7);
        register.fetched(message(7, 14, "\\Seen"));
        register.forgetEarly();
        register.fetched(message(6, 13));
        assertFalse(register.isComplete());
    }
}

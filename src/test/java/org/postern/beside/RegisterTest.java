package org.postern.beside;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.upstream.Fetched;
import org.postern.upstream.UpstreamClient;
import org.postern.upstream.UpstreamException;

/// What a server says of a folder, and what is believed.
class RegisterTest {
    private static final Semaphore ROOM = new Semaphore(1_000);

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

    /// Each session has its own, so that all of them together could fill the memory.
    @Test
    void onlySoManyMessagesAreKept() throws Exception {
        Semaphore room = new Semaphore(5);
        Register first = new Register(room);
        first.exists(3);
        first.expunged(3);
        first.exists(3);
        Register second = new Register(room);
        assertTrue(assertThrows(UpstreamException.class, () -> second.exists(3)).isFull());
        second.exists(2);
        assertEquals(0, room.availablePermits());
        second.close();
        Register third = new Register(room);
        third.takeOver(first);
        third.exists(4);
        third.begin(new UpstreamClient.Opened(7, 20));
        first.become(third);
        third.close();
        assertEquals(1, room.availablePermits());
        first.exists(4);
        first.close();
        first.close();
        assertEquals(5, room.availablePermits());
        // The folder is still open at the server, which tells of new mail.
        first.exists(5);
        first.fetched(message(9, 30));
        first.expunged(9);
        assertEquals(4, first.exists());
        assertEquals(5, room.availablePermits());
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

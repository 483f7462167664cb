package org.postern.beside;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postern.entrance.UpstreamException;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.upstream.Fetched;
import org.postern.upstream.FolderEvents;
import org.postern.upstream.UpstreamClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the clinic's server has said of a folder that is open: which messages lie there, under
/// which UIDs, and what flags they have. Mod-sequences are of this session alone.
final class Register implements FolderEvents, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Register.class);

    private static final int FIRST_ROOM = 256;

    /// Messages that are told before those in front of them; of more it is asked again.
    private static final int EARLY_MAX = 500;

    private long validity;
    private int[] uids = new int[FIRST_ROOM];
    private long[] flags = new long[FIRST_ROOM];
    private long[] modseqs = new long[FIRST_ROOM];
    private int count;

    /// How many there are by the word of the server; those behind `count` are not known yet.
    private int exists;

    /// Those behind them for which there is no room: nothing is told of them until there is.
    private int hidden;

    /// Those of them that were told too early, by number.
    private final Map<Integer, Early> early = new HashMap<>();

    private final List<String> keywords = new ArrayList<>();
    private int next = 1;
    private long modseq;
    private @Nullable Snapshot told;

    private final Room.Share room;

    /// Whether the folder is open to a session, which would lose it with the room.
    private boolean open;

    // Guarded by this: how much of the room it has, and whether it needs none any more.
    private int taken;
    private boolean closed;

    /// What is kept of a message that is told too early: a server may say much of it.
    private record Early(int uid, long bits) {}

    /// @param room for messages
    Register(Room.Share room) {
        this.room = room;
    }

    /// Takes the room for all messages that the server counts, before they are told.
    ///
    /// @return how many of them it has room for
    private synchronized int take(int messages) {
        int more = messages - taken;
        if (closed) {
            return messages;
        }
        if (more > 0 && (open ? room.grows(more) : room.begins(more))) {
            taken = messages;
        }
        return Math.min(messages, taken);
    }

    private synchronized int give() {
        int given = taken;
        taken = 0;
        return given;
    }

    /// Takes over what another one has of the room, which needs it no more.
    synchronized void takeOver(Register other) {
        int given = other.give();
        if (closed) {
            room.giveBack(given);
        } else {
            taken += given;
        }
        open = true;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /// It is not needed any more. What the server goes on to say of the folder, which is open there
    /// until another one is, is not heard.
    @Override
    public synchronized void close() {
        closed = true;
        room.giveBack(give());
    }

    /// The connection is lost over which messages were told too early.
    void forgetEarly() {
        early.clear();
    }

    long validity() {
        return validity;
    }

    int exists() {
        return exists;
    }

    /// Whether the newest messages are not told, because there is no room for them.
    boolean hidesSome() {
        return hidden > 0;
    }

    /// Tells of them, once there is room for all.
    void uncover() throws UpstreamException {
        if (hidden > 0) {
            exists(exists + hidden);
        }
    }

    /// Whether all messages are known that the server counts and there is room for.
    boolean isComplete() {
        return count == exists;
    }

    /// The UID behind the last one that is known.
    int unknown() {
        return count == 0 ? 1 : uids[count - 1] + 1;
    }

    /// @param opened what the server has said of it
    void begin(UpstreamClient.Opened opened) throws UpstreamException {
        if (opened.next() >= Integer.MAX_VALUE) {
            throw new UpstreamException("a UID of the folder is higher than can be shown");
        }
        validity = opened.validity();
        open = true;
        if (hidden == 0) {
            // What is hidden has UIDs below the next one, and is told as new.
            next = Math.max(next, (int) opened.next());
        }
    }

    @Override
    public void exists(int number) throws UpstreamException {
        if (isClosed()) {
            return;
        }
        if (number < count || number > UpstreamClient.MESSAGES_MAX) {
            throw new UpstreamException("messages are gone that it has not said are gone");
        }
        int held = take(number);
        if (held < number && !open) {
            throw UpstreamException.full("too many messages of its folders are open");
        }
        if (held < number && hidden == 0) {
            LOG.warn("there is no room for new mail of a folder of the clinic's server");
            // Whoever waits for news hears that some is not told.
            told = null;
        }
        exists = held;
        hidden = number - held;
    }

    @Override
    public void expunged(int number) throws UpstreamException {
        if (isClosed()) {
            return;
        }
        if (number < 1 || number > exists + hidden) {
            throw new UpstreamException("a message is gone that was not there");
        }
        if (number > exists) {
            hidden--;
            return;
        }
        exists--;
        early.clear();
        if (number <= count) {
            int behind = count - number;
            System.arraycopy(uids, number, uids, number - 1, behind);
            System.arraycopy(flags, number, flags, number - 1, behind);
            System.arraycopy(modseqs, number, modseqs, number - 1, behind);
            count--;
            told = null;
        }
    }

    @Override
    public void fetched(Fetched message) throws UpstreamException {
        if (isClosed()) {
            return;
        }
        List<String> names = message.flags();
        if (names == null) {
            return;
        }
        int number = message.number();
        if (number > exists && number <= exists + hidden) {
            return;
        }
        if (number < 1 || number > exists) {
            throw new UpstreamException("it tells of a message that is not there");
        }
        Integer uid = message.uid();
        if (number > count) {
            if (uid != null && early.size() < EARLY_MAX) {
                early.put(number, new Early(uid, bits(names)));
                takeEarly();
            }
            return;
        }
        if (uid != null && uid != uids[number - 1]) {
            throw new UpstreamException("a message has another UID than before");
        }
        long bits = bits(names);
        if (flags[number - 1] != bits) {
            flags[number - 1] = bits;
            modseqs[number - 1] = modseq + 1;
            told = null;
        }
    }

    private void takeEarly() throws UpstreamException {
        for (@Nullable Early message = early.remove(count + 1);
                message != null;
                message = early.remove(count + 1)) {
            int uid = message.uid();
            if (uid < unknown()) {
                throw new UpstreamException("its UIDs do not rise");
            }
            if (count == uids.length) {
                uids = Arrays.copyOf(uids, 2 * count);
                flags = Arrays.copyOf(flags, 2 * count);
                modseqs = Arrays.copyOf(modseqs, 2 * count);
            }
            uids[count] = uid;
            flags[count] = message.bits();
            modseqs[count] = modseq + 1;
            count++;
            next = Math.max(next, uid + 1);
            told = null;
        }
    }

    /// Of keywords the first ones alone, as many as a folder has here.
    private long bits(List<String> names) {
        long bits = 0;
        for (String name : names) {
            boolean keyword =
                    !name.startsWith("\\")
                            && !name.isEmpty()
                            && name.length() <= Flags.KEYWORD_OCTETS_MAX
                            && name.chars().allMatch(Register::isOfKeyword)
                            // What only the gateway says of a message, and what is ordered by it.
                            && !Flags.isNeverKept(name);
            if (keyword && Flags.bit(name, keywords) == 0 && keywords.size() < Flags.KEYWORDS_MAX) {
                keywords.add(name);
            }
            bits |= Flags.bit(name, keywords);
        }
        return bits;
    }

    /// RFC 9051 §9, `atom`.
    private static boolean isOfKeyword(int c) {
        return c > ' ' && c < 0x7F && "(){%*\"\\]".indexOf(c) < 0;
    }

    /// Takes over what a new connection has said of the same folder.
    void become(Register fresh) {
        Snapshot before = snapshot();
        long[] kept = new long[fresh.uids.length];
        for (int i = 0; i < fresh.count; i++) {
            List<String> names = Flags.names(fresh.flags[i], fresh.keywords);
            long bits = bits(names);
            int place = before.place(fresh.uids[i]);
            boolean same = place >= 0 && before.flags(place) == bits;
            kept[i] = same ? before.modseq(place) : modseq + 1;
            fresh.flags[i] = bits;
        }
        uids = fresh.uids;
        flags = fresh.flags;
        modseqs = kept;
        count = fresh.count;
        exists = fresh.exists;
        hidden = fresh.hidden;
        next = Math.max(next, fresh.next);
        takeOver(fresh);
        early.clear();
        told = null;
    }

    /// The folder as it is; the same object as long as nothing has changed.
    Snapshot snapshot() {
        Snapshot last = told;
        if (last == null) {
            modseq++;
            // Nothing is recent: what comes, comes to her other mail program as well.
            last =
                    new Snapshot(
                            new Snapshot.Counters(validity, next, modseq, next),
                            keywords,
                            Arrays.copyOf(uids, count),
                            Arrays.copyOf(flags, count),
                            Arrays.copyOf(modseqs, count));
            told = last;
        }
        return last;
    }
}

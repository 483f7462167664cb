package org.postern.beside;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postern.entrance.UpstreamException;
import org.postern.mail.Content;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.mailfolder.MailFolder;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.UidRanges;
import org.postern.upstream.Fetched;
import org.postern.upstream.UpstreamClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder at the clinic's server while one session has it open. Its UIDs are those of the server.
final class ClinicFolder implements MailFolder, Line.Selected, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClinicFolder.class);

    /// Messages of which the server is asked at once.
    private static final int HEADS_AT_ONCE = 25;

    /// Letters that are read whole for one answer: all of them are still kept then.
    private static final int LETTERS_AT_ONCE = Letters.LETTERS_MAX / 2;

    /// How often it is tried to learn of all messages, while others come and go.
    private static final int TRIES_MAX = 3;

    private final Line line;
    private final Place place;
    private final Letters letters;
    private final News news;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// UIDs of letters that are listed, and not shown.
    private final Set<Integer> unshown = ConcurrentHashMap.newKeySet();

    /// Of whoever uses the line, but for the end of it.
    private volatile @Nullable Register register;

    /// While the line is used: whether the server was asked something since it was looked last: it
    /// says then what is new.
    private boolean heard;

    /// @param pause between two looks for whoever listens
    ClinicFolder(Line line, Place place, Letters letters, Duration pause) {
        this.line = line;
        this.place = place;
        this.letters = letters;
        this.news = new News(this::look, pause);
        line.enter();
    }

    /// Opens it at the server.
    ///
    /// @return whether it is there
    boolean isThere() throws IOException {
        return line.use(this::select);
    }

    /// Uses the line while this is the folder that is open there.
    ///
    /// @throws LostException if it is not there any more
    private <T> T over(Line.Use<T> use) throws IOException {
        Line.Use<Optional<T>> selected =
                client -> select(client) ? Optional.of(use.over(client)) : Optional.empty();
        return line.use(selected).orElseThrow(LostException::new);
    }

    @Override
    public Snapshot look() throws IOException {
        return over(client -> {
            if (!heard) {
                client.noop();
            }
            heard = false;
            return complete(client).snapshot();
        });
    }

    /// @return whether it is there; a server that does not open it can be asked for others
    private boolean select(UpstreamClient client) throws IOException {
        if (closed.get()) {
            // Whoever looked for news waited for the line meanwhile.
            throw new IOException("the folder was left");
        }
        if (line.isSelected(this)) {
            return true;
        }
        line.select(null);
        Register fresh = new Register(line.messages());
        Register before = register;
        if (before != null) {
            // It holds the same messages.
            fresh.takeOver(before);
        }
        try {
            return select(client, fresh);
        } finally {
            if (before != null) {
                before.takeOver(fresh);
            }
            if (register != fresh || closed.get()) {
                fresh.close();
            }
        }
    }

    private boolean select(UpstreamClient client, Register fresh) throws IOException {
        Optional<UpstreamClient.Opened> opened = client.examine(place.folder(), fresh);
        if (opened.isEmpty()) {
            return false;
        }
        fresh.begin(opened.get());
        learn(client, fresh);
        Register before = register;
        if (before == null) {
            register = fresh;
        } else if (before.validity() == fresh.validity()) {
            before.become(fresh);
            client.hear(before);
        } else {
            throw new LostException();
        }
        line.select(this);
        heard = true;
        return true;
    }

    /// What it told too early over the connection that is lost is worth nothing.
    @Override
    public void dropped() {
        Register known = register;
        if (known != null) {
            known.forgetEarly();
        }
    }

    private Register complete(UpstreamClient client) throws UpstreamException {
        Register known = Objects.requireNonNull(register);
        known.uncover();
        learn(client, known);
        return known;
    }

    private static void learn(UpstreamClient client, Register known) throws UpstreamException {
        for (int i = 0; i < TRIES_MAX && !known.isComplete(); i++) {
            client.flags(known.unknown(), known.exists());
        }
        if (!known.isComplete()) {
            throw new UpstreamException("it does not say what lies in the folder");
        }
    }

    @Override
    public List<Filed> filed(int[] uids, Detail detail) throws IOException {
        return over(client -> {
            Snapshot now = complete(client).snapshot();
            int[] there = Arrays.stream(uids).filter(uid -> now.place(uid) >= 0).toArray();
            List<Filed> all = List.of();
            // An empty answer would say that all of them are gone.
            for (int at = 0; all.isEmpty() && at < there.length; at += HEADS_AT_ONCE) {
                int end = Math.min(there.length, at + HEADS_AT_ONCE);
                all = filed(client, Arrays.copyOfRange(there, at, end), detail);
            }
            return all;
        });
    }

    private List<Filed> filed(UpstreamClient client, int[] uids, Detail detail) throws IOException {
        Map<Integer, Fetched> heads = new HashMap<>();
        heard = true;
        for (Fetched each : client.heads(uids)) {
            Integer uid = each.uid();
            if (uid != null) {
                heads.put(uid, each);
            }
        }
        List<Filed> all = new ArrayList<>();
        int read = 0;
        for (int uid : uids) {
            @Nullable Fetched head = heads.get(uid);
            if (head == null) {
                continue;
            }
            Row row = new Row(uid, name(uid), head, letters.mail());
            if (row.octets() > letters.octetsMax() || row.isCut()) {
                unshown.add(uid);
                all.add(row.lying(detail));
            } else if (detail == Detail.OUTLINE || row.isWrapped() || letters.holds(uid)) {
                if (read == LETTERS_AT_ONCE) {
                    return all;
                }
                Optional<Filed> found = whole(client, row);
                found.ifPresent(all::add);
                read += found.isPresent() ? 1 : 0;
            } else {
                all.add(row.lying(detail));
            }
        }
        return all;
    }

    private String name(int uid) {
        return place.name(Objects.requireNonNull(register, "it was opened").validity(), uid);
    }

    /// @return empty if it is gone meanwhile
    private Optional<Filed> whole(UpstreamClient client, Row row) throws IOException {
        try {
            return letters.read(client, row.which()).map(row::shown);
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            // The others can be told.
            LOG.warn("letter {} cannot be read: {}", row.name(), e.getClass().getName());
            return Optional.of(row.unread());
        }
    }

    @Override
    public Content content(Filed filed) throws IOException {
        if (unshown.contains(filed.uid())) {
            // It would be fetched in vain, or end the connection.
            throw new IOException("a letter, or its head, is larger than any that is shown");
        }
        Letters.Which which =
                new Letters.Which(
                        filed.uid(),
                        filed.key().value(),
                        Math.max(0, filed.octets()),
                        filed.arrived());
        return over(
                        client -> {
                            heard = true;
                            return letters.read(client, which);
                        })
                .map(Letters.Letter::shown)
                .orElseThrow(() -> new NoSuchFileException("a letter of the clinic's server"));
    }

    @Override
    public UidRanges vanished(long since, Snapshot at) {
        return UidRanges.gaps(at.uids(), at.counters().next() - 1);
    }

    /// They begin anew with each session.
    @Override
    public boolean keepsModseqs() {
        return false;
    }

    @Override
    public String objectId() {
        Register known = Objects.requireNonNull(register, "it was opened");
        return objectId(place, known.validity());
    }

    static String objectId(Place place, long validity) {
        return "C" + place.name(validity, 0);
    }

    @Override
    public boolean hidesSome() {
        Register known = register;
        return known != null && known.hidesSome();
    }

    /// As they lie there: what is opened is shorter, but for what was compressed inside.
    @Override
    public long octets(boolean kept) throws IOException {
        return sizes().values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public long deletedOctets() throws IOException {
        Snapshot now = look();
        return sizes().entrySet().stream()
                .filter(it -> now.place(it.getKey()) >= 0)
                .filter(it -> (now.flags(now.place(it.getKey())) & Flags.DELETED) != 0)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private Map<Integer, Long> sizes() throws IOException {
        return over(client -> {
            heard = true;
            int exists = complete(client).exists();
            // Of a folder without messages some servers take no range.
            return exists == 0 ? Map.<Integer, Long>of() : client.sizes(exists);
        });
    }

    @Override
    public void listen(Runnable listener) {
        // Whoever waits for news reads nothing, perhaps for hours.
        try {
            letters.rest();
        } catch (IOException e) {
            LOG.warn("what was read of a folder is not let go: {}", e.getMessage());
        }
        news.listen(listener);
    }

    @Override
    public void unlisten(Runnable listener) {
        news.unlisten(listener);
    }

    /// Forgets what was read of it.
    @Override
    public void close() throws IOException {
        news.end();
        if (!closed.getAndSet(true)) {
            line.leave();
        }
        Register known = register;
        if (known != null) {
            known.close();
        }
        letters.close();
    }
}

package org.postern.beside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postern.incoming.LyingMail;
import org.postern.mail.Content;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.ThreadId;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.mailfolder.MailFolder;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.outline.Node;
import org.postern.outline.Outline;
import org.postern.outline.OutlineReader;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.UidRanges;
import org.postern.upstream.Fetched;
import org.postern.upstream.UpstreamClient;
import org.postern.upstream.UpstreamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder at the clinic's server while one session has it open. Its UIDs are those of the server.
final class ClinicFolder implements MailFolder, AutoCloseable {
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
    private final Duration look;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private final Object watch = new Object();
    private boolean watched;

    // While the line is used.
    private @Nullable Register register;

    /// Whether the server was asked something since it was looked last: it says then what is new.
    private boolean heard;

    ClinicFolder(Line line, Place place, Letters letters, Duration look) {
        this.line = line;
        this.place = place;
        this.letters = letters;
        this.look = look;
    }

    @Override
    public Snapshot look() throws IOException {
        return line.use(client -> {
            boolean fresh = select(client);
            if (!fresh && !heard) {
                client.noop();
            }
            heard = false;
            return complete(client).snapshot();
        });
    }

    /// @return whether it was opened now
    private boolean select(UpstreamClient client) throws IOException {
        if (line.isSelected(this)) {
            return false;
        }
        Register fresh = new Register();
        fresh.begin(client.examine(place.folder(), fresh));
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
        return true;
    }

    private Register complete(UpstreamClient client) throws UpstreamException {
        Register known = Objects.requireNonNull(register);
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
        return line.use(client -> {
            select(client);
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
            Row row = new Row(uid, head);
            boolean whole = row.isReadable() && (detail == Detail.OUTLINE || row.mayDiffer());
            if (whole && read++ == LETTERS_AT_ONCE) {
                return all;
            }
            if (whole) {
                whole(client, row).ifPresent(all::add);
            } else {
                all.add(row.filed(detail));
            }
        }
        return all;
    }

    /// What is known of a message before its letter is read.
    ///
    /// @param header empty where it is too long, or none
    private final class Row {
        private final int uid;
        private final String name;
        private final Instant arrived;
        private final long octets;
        private final String header;
        private final @Nullable HeaderSection fields;

        Row(int uid, Fetched head) throws IOException {
            this.uid = uid;
            this.name = place.name(Objects.requireNonNull(register).validity(), uid);
            this.arrived = Objects.requireNonNullElse(head.arrived(), Instant.EPOCH);
            this.octets = Objects.requireNonNullElse(head.octets(), 0L);
            String told = Objects.requireNonNullElse(head.header(), "");
            boolean cut = told.length() >= UpstreamClient.HEADER_OCTETS_MAX;
            this.header = cut ? "" : told;
            this.fields = cut ? null : fields(told);
        }

        private static @Nullable HeaderSection fields(String told) throws IOException {
            try {
                return HeaderSection.read(Content.of(told.getBytes(ISO_8859_1)));
            } catch (MimeException e) {
                return null;
            }
        }

        boolean isReadable() {
            return octets <= letters.octetsMax();
        }

        boolean mayDiffer() {
            return fields != null && LyingMail.mayDiffer(fields);
        }

        /// One without a structure.
        @Nullable Outline outline(Detail detail) {
            if (detail == Detail.ROW) {
                return null;
            }
            Outline opaque = OutlineReader.opaque(octets);
            if (fields == null || detail == Detail.OUTLINE) {
                return opaque;
            }
            Node root = new Node(Node.Kind.LEAF, 0, header.length(), octets, List.of());
            return Outline.rewritten(header, opaque.body(), opaque.structure(), root);
        }

        Letters.Which which() {
            return new Letters.Which(uid, name, arrived);
        }

        /// As it lies there.
        Filed filed(Detail detail) {
            return filed(octets, isAscii(header), outline(detail));
        }

        Filed filed(Letter letter) {
            Outline outline = letter.outline();
            return filed(letter.shown().size(), isAscii(outline.header()), outline);
        }

        /// One of which nobody can say anything now.
        Filed unread() {
            return filed(octets, null, null);
        }

        private Filed filed(long size, @Nullable Boolean ascii, @Nullable Outline outline) {
            return new Filed(
                    uid,
                    new MessageKey(name),
                    new ThreadId(name),
                    arrived,
                    arrived,
                    size,
                    ascii,
                    outline);
        }

        /// @return null for a header section that is not known
        private static @Nullable Boolean isAscii(String header) {
            return header.isEmpty() ? null : header.chars().allMatch(octet -> octet < 0x80);
        }
    }

    /// @return empty if it is gone meanwhile
    private Optional<Filed> whole(UpstreamClient client, Row row) throws IOException {
        try {
            return letters.read(client, row.which()).map(row::filed);
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            // The others can be told.
            LOG.warn("letter {} cannot be read: {}", row.name, e.getClass().getName());
            return Optional.of(row.unread());
        }
    }

    @Override
    public Content content(Filed filed) throws IOException {
        return line.use(
                        client -> {
                            select(client);
                            heard = true;
                            Letters.Which which =
                                    new Letters.Which(
                                            filed.uid(), filed.key().value(), filed.arrived());
                            return letters.read(client, which);
                        })
                .map(Letter::shown)
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
        Register known = Objects.requireNonNull(register, "it was looked at");
        return "C" + place.name(known.validity(), 0);
    }

    /// As they lie there: what is opened is shorter, but for what was compressed inside.
    @Override
    public long octets() throws IOException {
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
        return line.use(client -> {
            select(client);
            heard = true;
            return client.sizes(complete(client).exists());
        });
    }

    @Override
    public void listen(Runnable listener) {
        listeners.add(listener);
        synchronized (watch) {
            if (!watched) {
                watched = true;
                Thread.ofVirtual().name("upstream-news").start(this::watch);
            }
        }
    }

    @Override
    public void unlisten(Runnable listener) {
        listeners.remove(listener);
        synchronized (watch) {
            watch.notifyAll();
        }
    }

    /// Asks for news as long as somebody listens.
    private void watch() {
        try {
            Snapshot known = look();
            while (isAwaited()) {
                Snapshot now = look();
                if (now != known) {
                    known = now;
                    listeners.forEach(Runnable::run);
                }
            }
        } catch (IOException e) {
            // Whoever listens hears at the next command that the server cannot be asked.
            LOG.info("news of the clinic's server cannot be told: {}", e.getMessage());
            endWatch();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until it is time to look.
    ///
    /// @return whether somebody listens still
    private boolean isAwaited() throws InterruptedException {
        synchronized (watch) {
            long end = System.nanoTime() + look.toNanos();
            for (long left = look.toNanos();
                    left > 0 && !listeners.isEmpty();
                    left = end - System.nanoTime()) {
                watch.wait(Math.max(1, Duration.ofNanos(left).toMillis()));
            }
            watched = !listeners.isEmpty();
            return watched;
        }
    }

    private void endWatch() {
        synchronized (watch) {
            watched = false;
        }
    }

    /// Forgets what was read of it.
    @Override
    public void close() throws IOException {
        listeners.clear();
        synchronized (watch) {
            watch.notifyAll();
        }
        letters.close();
    }
}

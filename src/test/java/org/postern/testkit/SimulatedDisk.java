package org.postern.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.postern.store.Disk;
import org.postern.store.DiskFile;

/// A disk in memory that forgets what was not synced, and fails when it is told to.
///
/// It is stricter than real ones: octets are durable after a sync of their file alone, names after
/// a sync of their directory alone, and what was not synced may reach the disk in any selection:
/// whole, torn at sectors of 512 octets, or not at all. A sync that failed loses its octets for
/// ever, although the next one is reported as good, as Linux does.
public final class SimulatedDisk implements Disk {
    /// What happens at the chosen operation.
    public enum Failure {
        /// It fails, a write after half of its octets; the next ones work.
        ONCE,
        /// It is not even tried, as when too many files are open; the next ones work.
        REFUSED,
        /// It fails, and so do all that follow.
        FOR_EVER,
        /// It is done, but nobody hears of it: the power is gone.
        POWER
    }

    private static final int SECTOR = 512;

    /// A file with more changed sectors is torn at every second or third of them, and so on.
    private static final int CUTS_MAX = 24;

    /// One file; names point to it.
    private static final class Node {
        byte[] live;
        byte[] durable;
        boolean syncFailed;

        Node() {
            this(new byte[0]);
        }

        Node(byte[] octets) {
            live = octets.clone();
            durable = octets.clone();
        }
    }

    /// A change of names that is not durable yet.
    private record Change(List<Path> directories, Consumer<Map<Path, Node>> applied) {}

    private final Map<Path, Node> names = new TreeMap<>();
    private final Map<Path, Node> durableNames = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final Set<Path> directories = new HashSet<>();
    private final Set<Path> locks = new HashSet<>();
    private long room = Long.MAX_VALUE;
    private int operations;
    private Predicate<String> doomed = _ -> false;
    private Failure failure = Failure.ONCE;
    private boolean dead;
    private Consumer<String> watcher = _ -> {};

    /// Operations so far.
    public synchronized int operations() {
        return operations;
    }

    /// Lets the n-th operation from now fail, n from 1 upward.
    public synchronized SimulatedDisk failAt(int n, Failure how) {
        int chosen = operations + n;
        return failWhen(_ -> operations == chosen, how);
    }

    /// Lets the first operation fail that fits, such as `"sync /spool"`.
    public synchronized SimulatedDisk failWhen(Predicate<String> which, Failure how) {
        doomed = which;
        failure = how;
        dead = false;
        return this;
    }

    /// Whether the chosen operation came.
    public synchronized boolean hasFailed() {
        return dead;
    }

    /// Sees each operation before it is done, such as `"rename /a /b"`, outside of all locks.
    public synchronized SimulatedDisk watch(Consumer<String> newWatcher) {
        watcher = newWatcher;
        return this;
    }

    /// How many octets fit on the disk.
    public synchronized SimulatedDisk room(long octets) {
        room = octets;
        return this;
    }

    /// What a process finds that starts after this one was killed: all that was done.
    public synchronized SimulatedDisk afterKill() {
        return copy(Selection.all());
    }

    /// What may be found after a loss of power, chosen by chance.
    public synchronized SimulatedDisk afterPowerLoss(RandomGenerator random) {
        return copy(
                new Selection(
                        _ -> random.nextBoolean(),
                        node -> {
                            List<byte[]> all = versions(node);
                            return all.get(random.nextInt(all.size()));
                        }));
    }

    /// Everything that may be found after a loss of power: each selection of the names, and with it
    /// each version of the one file that was being written.
    public synchronized List<SimulatedDisk> afterPowerLoss() {
        List<SimulatedDisk> states = new ArrayList<>();
        Collection<Node> nodes = new HashSet<>(names.values());
        nodes.addAll(durableNames.values());
        for (int chosen = 0; chosen < 1 << changes.size(); chosen++) {
            int bits = chosen;
            Predicate<Integer> which = i -> (bits >> i & 1) == 1;
            states.add(copy(new Selection(which, node -> node.durable)));
            for (Node dirty : nodes) {
                for (byte[] version : versions(dirty).subList(1, versions(dirty).size())) {
                    states.add(
                            copy(
                                    new Selection(
                                            which,
                                            node -> node == dirty ? version : node.durable)));
                }
            }
        }
        return states;
    }

    /// The names of all files, as a process sees them.
    public synchronized Set<Path> files() {
        return Set.copyOf(names.keySet());
    }

    /// Two disks on which a new process would find the same have the same.
    public synchronized String fingerprint() {
        StringBuilder all = new StringBuilder();
        names.forEach((path, node) -> {
            CRC32C crc = new CRC32C();
            crc.update(node.live);
            all.append(path).append(' ').append(node.live.length).append(' ');
            all.append(crc.getValue()).append(' ').append(Arrays.hashCode(node.live)).append('\n');
        });
        return all.toString();
    }

    /// The octets of a file, as a process sees them.
    public synchronized byte[] octets(Path path) throws NoSuchFileException {
        return node(path).live.clone();
    }

    /// Changes a file behind the back of everybody, durably.
    public synchronized void damage(Path path, UnaryOperator<byte[]> damage)
            throws NoSuchFileException {
        Node node = node(path);
        node.live = damage.apply(node.live.clone());
        node.durable = node.live.clone();
    }

    @Override
    public DiskFile create(Path path) throws IOException {
        return write("create " + path, path, true);
    }

    @Override
    public DiskFile append(Path path) throws IOException {
        return write("append " + path, path, false);
    }

    @Override
    public DiskFile overwrite(Path path) throws IOException {
        return operation("overwrite " + path, () -> new File(path, node(path), true));
    }

    @Override
    public DiskFile read(Path path) throws IOException {
        return operation("read " + path, () -> new File(path, node(path)));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        operation(
                "rename " + from + " " + to,
                () -> {
                    Node node = node(from);
                    return change(
                            List.of(parent(from), parent(to)),
                            map -> {
                                map.remove(from, node);
                                map.put(to, node);
                            });
                });
    }

    @Override
    public void delete(Path path) throws IOException {
        operation(
                "delete " + path,
                () -> {
                    Node node = node(path);
                    return change(List.of(parent(path)), map -> map.remove(path, node));
                });
    }

    @Override
    public void sync(Path directory) throws IOException {
        operation(
                "sync " + directory,
                () -> {
                    List<Change> now =
                            changes.stream()
                                    .filter(each -> each.directories().contains(directory))
                                    .toList();
                    now.forEach(each -> each.applied().accept(durableNames));
                    changes.removeAll(now);
                    return now;
                });
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return operation(
                "list " + directory,
                () -> {
                    Set<Path> entries = new HashSet<>(names.keySet());
                    entries.addAll(directories);
                    return entries.stream().filter(p -> parent(p).equals(directory)).toList();
                });
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        operation(
                "createDirectories " + directory,
                () -> {
                    for (Path at = directory; at != null; at = at.getParent()) {
                        directories.add(at);
                    }
                    return directory;
                });
    }

    @Override
    public synchronized long freeBytes(Path directory) {
        return room - used();
    }

    @Override
    public Closeable lock(Path path) throws IOException {
        return operation(
                "lock " + path,
                () -> {
                    if (!locks.add(path)) {
                        throw new IOException(path + " is locked");
                    }
                    return () -> {
                        synchronized (this) {
                            locks.remove(path);
                        }
                    };
                });
    }

    private DiskFile write(String operation, Path path, boolean fresh) throws IOException {
        return operation(
                operation,
                () -> {
                    Node node = names.get(path);
                    if (node != null && fresh) {
                        throw new FileAlreadyExistsException(path.toString());
                    }
                    if (!directories.contains(parent(path))) {
                        throw new NoSuchFileException(path.toString());
                    }
                    Node file = node == null ? new Node() : node;
                    if (node == null) {
                        change(List.of(parent(path)), map -> map.put(path, file));
                    }
                    return new File(path, file);
                });
    }

    private Change change(List<Path> touched, Consumer<Map<Path, Node>> applied) {
        applied.accept(names);
        Change change = new Change(touched, applied);
        changes.add(change);
        return change;
    }

    private Node node(Path path) throws NoSuchFileException {
        Node node = names.get(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    private long used() {
        return names.values().stream().distinct().mapToLong(node -> node.live.length).sum();
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    @FunctionalInterface
    private interface Half {
        void run() throws IOException;
    }

    private <T> T operation(String name, Work<T> work) throws IOException {
        return operation(name, work, () -> {});
    }

    /// @param half what is done of it although it fails
    private <T> T operation(String name, Work<T> work, Half half) throws IOException {
        watcherNow().accept(name);
        synchronized (this) {
            operations++;
            boolean now = !dead && doomed.test(name);
            if (dead && (failure == Failure.FOR_EVER || failure == Failure.POWER)) {
                throw new IOException("simulated: the disk is gone, at " + name);
            }
            if (!now) {
                return work.run();
            }
            dead = true;
            String message = "simulated: " + name + " failed";
            switch (failure) {
                case REFUSED -> throw new IOException(message);
                case POWER -> work.run();
                case ONCE, FOR_EVER -> {
                    half.run();
                    loseNames(name);
                }
            }
            throw name.startsWith("sync ")
                    ? new SyncFailedException(message)
                    : new IOException(message);
        }
    }

    private synchronized Consumer<String> watcherNow() {
        return watcher;
    }

    /// The sync of a directory that failed: its changes are never written, whatever follows.
    private void loseNames(String name) {
        changes.removeIf(
                each -> each.directories().stream().anyMatch(p -> name.equals("sync " + p)));
    }

    /// Which changes of names and which version of each file the new disk begins with.
    private record Selection(Predicate<Integer> change, Function<Node, byte[]> version) {
        static Selection all() {
            return new Selection(_ -> true, node -> node.live);
        }
    }

    private SimulatedDisk copy(Selection selection) {
        Map<Path, Node> kept = new TreeMap<>(durableNames);
        for (int i = 0; i < changes.size(); i++) {
            if (selection.change().test(i)) {
                changes.get(i).applied().accept(kept);
            }
        }
        SimulatedDisk copy = new SimulatedDisk();
        copy.room = room;
        copy.directories.addAll(directories);
        IdentityHashMap<Node, Node> nodes = new IdentityHashMap<>();
        kept.forEach((path, node) -> {
            Node twin =
                    nodes.computeIfAbsent(node, each -> new Node(selection.version().apply(each)));
            copy.names.put(path, twin);
            copy.durableNames.put(path, twin);
        });
        return copy;
    }

    /// What a file may be after a loss of power, the durable version first: of the sectors that
    /// changed the first few or the last few are written, and the length is the old or the new one,
    /// or ends in between.
    private static List<byte[]> versions(Node node) {
        List<byte[]> versions = new ArrayList<>(List.of(node.durable));
        if (Arrays.equals(node.durable, node.live)) {
            return versions;
        }
        versions.add(node.live);
        int sectors = Math.ceilDiv(Math.max(node.live.length, node.durable.length), SECTOR);
        int first = Math.max(0, Arrays.mismatch(node.durable, node.live)) / SECTOR;
        int step = Math.max(1, (sectors - first) / CUTS_MAX);
        for (int cut = first; cut <= sectors; cut += step) {
            int at = cut * SECTOR;
            byte[] head = Arrays.copyOf(node.durable, node.live.length);
            System.arraycopy(node.live, 0, head, 0, Math.min(at, node.live.length));
            versions.add(head);
            byte[] tail = node.live.clone();
            for (int i = first * SECTOR; i < Math.min(at, tail.length); i++) {
                tail[i] = i < node.durable.length ? node.durable[i] : 0;
            }
            versions.add(tail);
            if (at > node.durable.length && at < node.live.length) {
                versions.add(Arrays.copyOf(node.live, at));
            }
        }
        return versions;
    }

    private final class File implements DiskFile {
        private final Path path;
        private final Node node;
        private final boolean over;
        private int overAt;

        File(Path path, Node node) {
            this(path, node, false);
        }

        File(Path path, Node node, boolean over) {
            this.path = path;
            this.node = node;
            this.over = over;
        }

        @Override
        public void write(ByteBuffer octets) throws IOException {
            operation("write " + path, () -> append(octets, true), () -> append(octets, false));
        }

        /// @param whole or the first half of the octets
        private int append(ByteBuffer octets, boolean whole) throws IOException {
            int wanted = whole ? octets.remaining() : octets.remaining() / 2;
            int fits = (int) Math.min(wanted, Math.max(0, room - used()));
            int at = over ? overAt : node.live.length;
            node.live = Arrays.copyOf(node.live, Math.max(node.live.length, at + fits));
            octets.get(node.live, at, fits);
            overAt = at + fits;
            if (fits < wanted) {
                throw new IOException("simulated: no space left on the disk");
            }
            return fits;
        }

        @Override
        public int read(ByteBuffer octets, long position) throws IOException {
            return operation(
                    "read at " + position + " " + path,
                    () -> {
                        int n = Math.clamp(node.live.length - position, 0, octets.remaining());
                        octets.put(node.live, (int) Math.min(position, node.live.length), n);
                        return n;
                    });
        }

        @Override
        public long size() throws IOException {
            return operation("size " + path, () -> (long) node.live.length);
        }

        @Override
        public void truncate(long length) throws IOException {
            operation(
                    "truncate " + path,
                    () -> node.live = Arrays.copyOf(node.live, Math.toIntExact(length)));
        }

        @Override
        public void sync() throws IOException {
            operation(
                    "sync " + path,
                    () -> {
                        if (!node.syncFailed) {
                            node.durable = node.live.clone();
                        }
                        return node;
                    },
                    () -> node.syncFailed = true);
        }

        @Override
        public void close() throws IOException {
            operation("close " + path, () -> node);
        }
    }
}

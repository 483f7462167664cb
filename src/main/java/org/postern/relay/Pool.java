package org.postern.relay;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections that rest between messages, and how many may stand to each next hop. Hops do not
/// share anything: one that is slow uses up its own places only.
final class Pool implements AutoCloseable {
    private final RelaySettings settings;
    private final ConcurrentHashMap<NextHop, Lane> lanes = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Pool(RelaySettings settings) {
        this.settings = settings;
    }

    /// All that belongs to one next hop. `users` is changed inside `lanes.compute` alone, so that a
    /// lane which somebody is about to use is never removed.
    private static final class Lane {
        final Semaphore places;
        final Deque<Connection> resting = new ArrayDeque<>();
        int users;

        Lane(int places) {
            this.places = new Semaphore(places, true);
        }

        synchronized @Nullable Connection take() {
            return resting.pollFirst();
        }

        synchronized void put(Connection connection) {
            resting.addFirst(connection);
        }

        synchronized List<Connection> takeStale(RelaySettings settings) {
            List<Connection> stale = new ArrayList<>();
            resting.removeIf(connection -> {
                boolean old = connection.isStale(settings);
                if (old) {
                    stale.add(connection);
                }
                return old;
            });
            return stale;
        }

        synchronized List<Connection> takeAll() {
            List<Connection> all = List.copyOf(resting);
            resting.clear();
            return all;
        }

        synchronized boolean isEmpty() {
            return resting.isEmpty();
        }
    }

    /// A place for one connection to a hop; closing it makes room for the next.
    final class Place implements AutoCloseable {
        private final NextHop hop;
        private final Lane lane;

        private Place(NextHop hop, Lane lane) {
            this.hop = hop;
            this.lane = lane;
        }

        /// A connection that carried a message before and may carry another; null if there is none.
        @Nullable Connection kept() {
            while (true) {
                Connection connection = lane.take();
                if (connection == null) {
                    return null;
                }
                if (!connection.isStale(settings) && !connection.wire().hasSurplus()) {
                    return connection;
                }
                var _ = connection.quit();
            }
        }

        /// Takes a connection after a mail transaction: keeps it or ends it.
        void giveBack(Connection connection) {
            connection.rest();
            if (closed || !connection.mayCarryMore(settings)) {
                var _ = connection.quit();
            } else {
                lane.put(connection);
            }
        }

        @Override
        public void close() {
            lane.places.release();
            leave(hop);
        }
    }

    /// Waits for a place.
    ///
    /// @return null if all stayed taken
    @Nullable Place enter(NextHop hop, Duration most) throws InterruptedException {
        Lane lane =
                lanes.compute(
                        hop,
                        (_, known) -> {
                            Lane it =
                                    known == null ? new Lane(settings.connectionsPerHop()) : known;
                            it.users++;
                            return it;
                        });
        boolean entered = false;
        try {
            entered = lane.places.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
            return entered ? new Place(hop, lane) : null;
        } finally {
            if (!entered) {
                leave(hop);
            }
        }
    }

    private void leave(NextHop hop) {
        var _ =
                lanes.computeIfPresent(
                        hop,
                        (_, lane) -> {
                            lane.users--;
                            return lane.users == 0 && lane.isEmpty() ? null : lane;
                        });
    }

    /// Ends the connections that have rested too long.
    void sweep() {
        for (NextHop hop : lanes.keySet()) {
            var _ =
                    lanes.computeIfPresent(
                            hop,
                            (_, lane) -> {
                                lane.takeStale(settings).forEach(Connection::quit);
                                return lane.users == 0 && lane.isEmpty() ? null : lane;
                            });
        }
    }

    boolean isClosed() {
        return closed;
    }

    /// Keeps no connection any more and says QUIT on those that rest.
    @Override
    public void close() {
        closed = true;
        List<Thread> farewells = new ArrayList<>();
        lanes.values().forEach(lane -> lane.takeAll().forEach(it -> farewells.add(it.quit())));
        try {
            for (Thread farewell : farewells) {
                // They run side by side, and each ends within its own limit.
                farewell.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

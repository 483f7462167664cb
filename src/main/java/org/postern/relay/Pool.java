package org.postern.relay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections that rest between messages, how many may stand to each next hop, and which hops
/// are known to be down. Hops do not share anything: one that is slow uses up its own places only.
final class Pool implements AutoCloseable {
    /// How long a hop that was not reached, or did not prove itself, is left alone at first; twice
    /// as long each time, until the most. Messages that come meanwhile are answered at once.
    private static final Duration OUTAGE_FIRST = Duration.ofSeconds(15);

    private static final Duration OUTAGE_MOST = Duration.ofMinutes(5);

    private final RelaySettings settings;
    private final InstantSource clock;
    private final ConcurrentHashMap<NextHop, Lane> lanes = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// @param clock for the outages
    Pool(RelaySettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /// A hop is down.
    ///
    /// @param until when it is tried again, by one attempt; the others wait a moment for what comes
    ///   of it
    private record Outage(RelayResult result, Instant since, Instant until, Duration length) {
        /// A clock that was set back does not make it longer.
        boolean isOver(Instant now) {
            return !now.isBefore(until) || now.isBefore(since);
        }

        /// After the same time again without an attempt, the next one begins anew.
        boolean isForgotten(Instant now) {
            return !now.isBefore(until.plus(length)) || now.isBefore(since);
        }
    }

    /// All that belongs to one next hop. `users` is changed inside `lanes.compute` alone, so that a
    /// lane which somebody is about to use is never removed.
    private static final class Lane {
        final Semaphore places;
        final Deque<Connection> resting = new ArrayDeque<>();
        int users;
        private final Duration probeWait;
        private @Nullable Outage outage;
        private @Nullable Place prober;
        private int busy;

        Lane(RelaySettings settings) {
            this.places = new Semaphore(settings.connectionsPerHop(), true);
            this.probeWait = settings.probeWait();
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

        /// Whether there is nothing to remember.
        synchronized boolean isEmpty(Instant now) {
            return resting.isEmpty() && (outage == null || outage.isForgotten(now));
        }

        /// What came of the last attempt while the hop is down; null if it may be tried. When its
        /// time is over, the first who asks tries it; the others wait a moment for what comes of
        /// it, and then are told the same.
        synchronized @Nullable RelayResult down(Place place, InstantSource clock)
                throws InterruptedException {
            awaitProbe();
            // Taken behind the wait: an outage that has just begun must not look like a later time.
            Instant now = clock.instant();
            place.begun = now;
            if (outage == null) {
                return null;
            }
            if (outage.isOver(now) && prober == null) {
                prober = place;
                return null;
            }
            return outage.result();
        }

        /// The same without becoming the one who tries.
        synchronized @Nullable RelayResult downFor(InstantSource clock)
                throws InterruptedException {
            awaitProbe();
            Instant now = clock.instant();
            boolean shut = outage != null && (prober != null || !outage.isOver(now));
            return shut && outage != null ? outage.result() : null;
        }

        private void awaitProbe() throws InterruptedException {
            long end = System.nanoTime() + probeWait.toNanos();
            while (outage != null && prober != null) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        }

        /// A hop that serves other connections is not down: it does not want more of them. Attempts
        /// that were under way together fail together, and make one outage.
        ///
        /// @param begun when the attempt began
        synchronized void failed(RelayResult result, Instant begun, Instant now) {
            boolean same = outage != null && !begun.isAfter(outage.since());
            if (busy == 0 && resting.isEmpty() && !same) {
                Duration length = outage == null ? OUTAGE_FIRST : outage.length().multipliedBy(2);
                length = length.compareTo(OUTAGE_MOST) > 0 ? OUTAGE_MOST : length;
                outage = new Outage(result.heard(), now, now.plus(length), length);
            }
        }

        synchronized void stands() {
            outage = null;
            busy++;
            notifyAll();
        }

        synchronized void stoodUp() {
            busy--;
        }

        /// The attempt of this place is over, whatever came of it.
        synchronized void tried(Place place) {
            if (prober == place) {
                prober = null;
                notifyAll();
            }
        }
    }

    /// A place for one connection to a hop; closing it makes room for the next.
    final class Place implements AutoCloseable {
        private final NextHop hop;
        private final Lane lane;
        private Instant begun = Instant.MIN;
        private boolean holding;

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
                    took();
                    return connection;
                }
                var _ = connection.quit();
            }
        }

        /// What is known of a hop that is down; null if a connection may be opened.
        @Nullable RelayResult down() throws InterruptedException {
            return lane.down(this, clock);
        }

        /// A connection was opened.
        void opened() {
            lane.tried(this);
            took();
        }

        /// No connection came about.
        RelayResult failed(RelayResult result) {
            lane.failed(result, begun, clock.instant());
            lane.tried(this);
            return result;
        }

        private void took() {
            holding = true;
            lane.stands();
        }

        /// Takes a connection after a mail transaction: keeps it or ends it.
        void giveBack(Connection connection) {
            holding = false;
            lane.stoodUp();
            connection.rest();
            if (closed || !connection.mayCarryMore(settings)) {
                var _ = connection.quit();
            } else {
                lane.put(connection);
            }
        }

        @Override
        public void close() {
            lane.tried(this);
            if (holding) {
                lane.stoodUp();
            }
            lane.places.release();
            leave(hop);
        }
    }

    /// What came of the last attempt at a hop that is down, without waiting for a place; null if it
    /// may be tried, or if it is time to try it again.
    @Nullable RelayResult down(NextHop hop) throws InterruptedException {
        Lane lane = lanes.get(hop);
        return lane == null ? null : lane.downFor(clock);
    }

    /// Waits for a place.
    ///
    /// @return null if all stayed taken
    @Nullable Place enter(NextHop hop, Duration most) throws InterruptedException {
        Lane lane =
                lanes.compute(
                        hop,
                        (_, known) -> {
                            Lane it = known == null ? new Lane(settings) : known;
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
                            return lane.users == 0 && lane.isEmpty(clock.instant()) ? null : lane;
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
                                return lane.users == 0 && lane.isEmpty(clock.instant())
                                        ? null
                                        : lane;
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

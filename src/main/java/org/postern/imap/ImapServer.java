package org.postern.imap;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.postern.beside.Clinic;
import org.postern.bridge.Bridge;
import org.postern.bridge.Orders;
import org.postern.bridge.Releases;
import org.postern.bridge.SessionReadings;
import org.postern.cabinet.Cabinet;
import org.postern.door.Door;
import org.postern.door.Strangers;
import org.postern.door.Trade;
import org.postern.door.Wire;
import org.postern.net.PerSource;
import org.postern.sasl.Logins;
import org.postern.search.SearchQueues;
import org.postern.talk.Conversation;

/// One IMAP listener: a door, and sessions behind it. What is said in a session it leaves to
/// `ImapSession`.
public final class ImapServer implements AutoCloseable {
    static final String STOPPING = "* BYE the server stops; come back soon";

    private final Door door;

    /// What a session works with.
    ///
    /// @param users how many connections each user has
    /// @param searches whose turn it is to look through bodies
    /// @param stopwatch in nanoseconds, for what is told of long commands, and for how long a list
    ///   waits
    /// @param strangers how many have not logged in
    record Parts(
            ImapListener listener,
            Rooms rooms,
            Logins logins,
            PerSource users,
            SearchQueues searches,
            LongSupplier stopwatch,
            Strangers strangers) {
        Cabinet cabinet() {
            return rooms.cabinet();
        }

        Bridge bridge() {
            return rooms.bridge();
        }

        Optional<Clinic> clinic() {
            return rooms.clinic();
        }

        Orders orders() {
            return bridge().orders();
        }

        Releases releases() {
            return bridge().releases();
        }

        /// Those of one session.
        SessionReadings readings() {
            return new SessionReadings(bridge().readings());
        }
    }

    /// The folders, and what is reached beside them.
    ///
    /// @param clinic whose folders are shown as well; empty for none
    public record Rooms(Cabinet cabinet, Bridge bridge, Optional<Clinic> clinic) {}

    /// What all listeners of a process share.
    public static final class Inside {
        private final Rooms rooms;
        private final Logins logins;
        private final PerSource users;
        private final SearchQueues searches;
        private final LongSupplier stopwatch;
        private final Strangers strangers =
                new Strangers(ImapLimits.STRANGERS_MAX, ImapLimits.STRANGERS_PER_SOURCE_MAX);

        /// @param logins the same as for submission, so that guesses count wherever they are made
        public Inside(Rooms rooms, Logins logins, ImapLimits limits) {
            this(rooms, logins, limits, SearchQueues.usual(), System::nanoTime);
        }

        /// @param stopwatch in nanoseconds
        Inside(
                Rooms rooms,
                Logins logins,
                ImapLimits limits,
                SearchQueues searches,
                LongSupplier stopwatch) {
            this.searches = searches;
            this.stopwatch = stopwatch;
            this.rooms = rooms;
            this.logins = logins;
            this.users = new PerSource(limits.connectionsPerUser());
        }

        Parts behind(ImapListener listener) {
            return new Parts(listener, rooms, logins, users, searches, stopwatch, strangers);
        }
    }

    /// Binds the listener's port, so that a port that is taken shows at once; `start` begins.
    ///
    /// @throws IOException if the address cannot be bound
    public ImapServer(ImapListener listener, Inside inside) throws IOException {
        ImapLimits limits = listener.limits();
        this.door =
                new Door(
                        new Door.Settings(
                                listener.kind().name().toLowerCase(Locale.ROOT),
                                listener.bind(),
                                limits.connections(),
                                limits.connectionsPerSource(),
                                limits.deadlines().write(),
                                limits.deadlines().stop()),
                        new Sessions(inside.behind(listener)));
    }

    /// Accepts connections from now on.
    public void start() {
        door.start();
    }

    /// The port that is bound.
    public int port() {
        return door.port();
    }

    private record Sessions(Parts parts) implements Trade {
        @Override
        public void serve(Wire wire, String id, CountDownLatch stopping) throws IOException {
            Conversation conversation = new Conversation(wire);
            // The session gives the place back.
            if (parts.strangers().take(PerSource.of(conversation.peer()))) {
                new ImapSession(conversation, parts, id, stopping).run();
                return;
            }
            try (conversation) {
                conversation.expectWithin(parts.listener().limits().deadlines().stranger());
                conversation.write(full().isEmpty() ? "" : full() + "\r\n");
                conversation.hangUp();
            }
        }

        @Override
        public String full() {
            return parts.listener().kind() == ImapListener.Kind.IMAPS
                    ? ""
                    : "* BYE [LIMIT] too many connections; try again later";
        }

        @Override
        public String stopping() {
            return STOPPING;
        }
    }

    /// Stops: no new connections, `* BYE` to whoever waits for a command or idles, and commands
    /// that run may end within the `stop` deadline.
    @Override
    public void close() throws IOException {
        door.close();
    }
}

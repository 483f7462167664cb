package org.postern.beside;

import java.time.Duration;
import java.time.InstantSource;
import org.postern.entrance.Where;
import org.postern.incoming.LyingMail;
import org.postern.mail.Address;
import org.postern.net.HostLookup;
import org.postern.net.PerSource;
import org.postern.upstream.Credentials;
import org.postern.upstream.LogIns;

/// The clinic's own IMAP server, whose folders are shown beside the secure ones.
///
/// @param known what it has said before
public record Clinic(Server server, Reading reading, Bounds bounds, KnownFolders known) {
    /// Connections of one user, one for each of her sessions that look there. All come from the
    /// address of the gateway, and so do the log-ins by which passwords are checked; servers allow
    /// ten of one user from one address.
    public static final int CONNECTIONS_PER_USER_MAX = 4;

    /// Messages of its folders that are open, of each of which 100 to 200 octets are in memory. A
    /// folder that does not fit is not opened; one that is open goes on without its newest ones.
    ///
    /// @param all in all sessions
    /// @param each in those of one user
    public record Messages(int all, int each) {
        public static final Messages USUAL = new Messages(1_000_000, 250_000);
    }

    /// Characters that all sessions remember of its folders.
    private static final long NAMES_MAX = 64L << 20;

    /// And those of one user: more than two of them remember at most.
    private static final long NAMES_PER_USER_MAX = 5L << 20;

    /// @param at also says how it proves its name
    /// @param name of the folder above those of the server
    public record Server(Where at, HostLookup lookup, String name, Pace pace) {
        String place() {
            return at.host() + ":" + at.port();
        }
    }

    /// @param look how often the server is asked for news while somebody waits for them
    /// @param rest after which a connection is closed over which nothing is open
    public record Pace(Duration look, Duration rest) {
        public static final Pace USUAL = new Pace(Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    /// How letters are read.
    ///
    /// @param letterOctetsMax of one; what is larger is not shown
    public record Reading(
            LyingMail mail,
            Verdicts verdicts,
            Spills spills,
            long letterOctetsMax,
            InstantSource clock) {}

    /// What keeps the sessions of all users from asking too much of the server.
    ///
    /// @param connections how many each user has there
    /// @param messages in open folders
    /// @param names in characters
    record Bounds(PerSource connections, LogIns logIns, Room messages, Room names) {
        Bounds(Messages messages) {
            this(
                    new PerSource(CONNECTIONS_PER_USER_MAX),
                    new LogIns(),
                    new Room(messages.all(), messages.each()),
                    new Room(NAMES_MAX, NAMES_PER_USER_MAX));
        }
    }

    /// @param messages of its folders that may be open at once
    public Clinic(Server server, Reading reading, Messages messages) {
        this(server, reading, new Bounds(messages), new KnownFolders());
    }

    /// The folders of a session.
    ///
    /// @param credentials with which its user has logged in there; taken over
    public ClinicFolders of(Address user, Credentials credentials) {
        bounds.logIns().proved(user.key(), credentials);
        return new ClinicFolders(this, user, credentials);
    }
}

package org.postern.beside;

import java.time.Duration;
import org.postern.incoming.LyingMail;
import org.postern.mail.Address;
import org.postern.net.HostLookup;
import org.postern.net.PerSource;
import org.postern.sasl.MailServer;
import org.postern.upstream.Credentials;

/// The clinic's own IMAP server, whose folders are shown beside the secure ones.
///
/// @param connections how many each user has there
public record Clinic(Server server, Reading reading, PerSource connections) {
    /// Connections of one user, one for each of her sessions that look there.
    public static final int CONNECTIONS_PER_USER_MAX = 10;

    /// @param at also says how it proves its name
    /// @param name of the folder above those of the server
    /// @param look how often it is asked for news while somebody waits for them
    public record Server(MailServer.Server at, HostLookup lookup, String name, Duration look) {
        /// As often as is usual.
        public static final Duration LOOK = Duration.ofMinutes(1);

        String place() {
            return at.host() + ":" + at.port();
        }
    }

    /// How letters are read.
    ///
    /// @param letterOctetsMax of one; what is larger is not shown
    public record Reading(LyingMail mail, Verdicts verdicts, Spills spills, long letterOctetsMax) {}

    public Clinic(Server server, Reading reading) {
        this(server, reading, new PerSource(CONNECTIONS_PER_USER_MAX));
    }

    /// The folders of a session.
    ///
    /// @param credentials with which its user has logged in there; taken over
    public ClinicFolders of(Address user, Credentials credentials) {
        return new ClinicFolders(this, user, credentials);
    }
}

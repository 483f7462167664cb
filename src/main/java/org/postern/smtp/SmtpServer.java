package org.postern.smtp;

import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.postern.allowance.SmtpLimits;
import org.postern.door.Door;
import org.postern.door.KnownSources;
import org.postern.door.Trade;
import org.postern.door.Wire;
import org.postern.mail.Draft;
import org.postern.mail.Reception;
import org.postern.net.Networks;
import org.postern.sasl.Logins;

/// One SMTP listener: a door, and sessions behind it. What is said in a session it leaves to
/// `SmtpSession`.
public final class SmtpServer implements AutoCloseable {
    /// What a session works with.
    record Parts(
            SmtpListener listener,
            Reception reception,
            Draft.Source drafts,
            Receiving receiving,
            Logins logins,
            RecipientList recipients,
            RefusalJournal journal,
            InstantSource clock) {}

    private final Door door;

    /// Binds the listener's port, so that a port that is taken shows at once; `start` begins.
    ///
    /// @param reception where every message goes; its reply is the client's
    /// @param drafts where the octets of a message go while they come
    /// @param receiving shared by all servers of a process
    /// @param logins asked on submission listeners only; shared by all servers of a process
    /// @param recipients asked on inbound listeners only
    /// @param clock for the date in the trace field
    /// @throws IOException if the address cannot be bound
    public SmtpServer(
            SmtpListener listener,
            Reception reception,
            Draft.Source drafts,
            Receiving receiving,
            Logins logins,
            RecipientList recipients,
            RefusalJournal journal,
            InstantSource clock)
            throws IOException {
        Parts parts =
                new Parts(
                        listener, reception, drafts, receiving, logins, recipients, journal, clock);
        SmtpLimits limits = listener.limits();
        KnownSources known = new KnownSources();
        this.door =
                new Door(
                        new Door.Settings(
                                listener.kind().toString(),
                                listener.bind(),
                                limits.places().all(),
                                limits.places().perSource(),
                                limits.deadlines().write(),
                                limits.deadlines().stop(),
                                kept(listener, known)),
                        new Sessions(parts, known));
    }

    /// The clinic's own networks are known everywhere, and at submission those from where somebody
    /// logged in. Where nobody can be known, nothing is kept.
    private static Door.Kept kept(SmtpListener listener, KnownSources known) {
        boolean nobody =
                listener.kind() == SmtpListener.Kind.INBOUND
                        && listener.networks().equals(Networks.NONE);
        return new Door.Kept(
                nobody ? 0 : listener.limits().places().kept(listener.kind().listener()),
                peer -> listener.networks().contains(peer) || known.contains(peer));
    }

    /// Accepts connections from now on.
    public void start() {
        door.start();
    }

    /// The port that is bound.
    public int port() {
        return door.port();
    }

    private record Sessions(Parts parts, KnownSources known) implements Trade {
        @Override
        public void serve(Wire wire, String id, CountDownLatch stopping) throws IOException {
            SmtpLimits.Deadlines deadlines = parts.listener().limits().deadlines();
            new SmtpSession(new Connection(wire, deadlines), parts, id, stopping, known).run();
        }

        @Override
        public String full() {
            return parts.listener().kind() == SmtpListener.Kind.SUBMISSIONS
                    ? ""
                    : Replies.TOO_MANY_CONNECTIONS.toString();
        }

        @Override
        public String stopping() {
            return Replies.STOPPING.toString();
        }
    }

    /// Stops gracefully: no new connections, 421 to whoever waits between two transactions, and
    /// running transactions may end within the listener's `stop` deadline. Then the sockets are
    /// closed; a client whose message got no reply sends it again.
    @Override
    public void close() throws IOException {
        door.close();
    }
}

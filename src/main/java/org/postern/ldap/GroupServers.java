package org.postern.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postern.ldap.LdapDirectory.Answer.Unknown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the servers of a directory who belongs to its groups: all that one message needs in one
/// conversation, under a deadline for each server, over connections that are kept for the next
/// message.
public final class GroupServers implements GroupAsking, AutoCloseable {
    /// At the same time, and kept.
    static final int CONNECTIONS_MAX = 4;

    /// How many times its deadline a server is given for one message, as long as it answers.
    static final int ROUNDS_MAX = 3;

    /// How long a connection is kept that nobody needs.
    static final Duration IDLE_MAX = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(GroupServers.class);

    private final GroupServer groups;
    private final LdapServer server;
    private final Line line;
    private final InstantSource clock;
    private final Semaphore turns = new Semaphore(CONNECTIONS_MAX);

    /// The newest last; guarded by itself.
    private final Deque<Idle> idle = new ArrayDeque<>();

    /// @param sockets under it, which a cutoff closes
    private record Idle(
            String host, LDAPConnection connection, List<Socket> sockets, Instant since) {
        Idle {
            sockets = List.copyOf(sockets);
        }
    }

    public GroupServers(GroupServer groups, ServerDirectory.Means means, InstantSource clock) {
        this.groups = groups;
        this.server = groups.server();
        this.line = new Line(server, means);
        this.clock = clock;
    }

    @Override
    public Answers ask(Set<Pair> questions) {
        boolean turn = false;
        try {
            turn = turns.tryAcquire(server.deadline().toMillis(), TimeUnit.MILLISECONDS);
            return turn ? asked(questions) : notAsked("is asked by too many others at this moment");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return notAsked("was not asked, because the gateway stops");
        } finally {
            if (turn) {
                turns.release();
            }
        }
    }

    private Answers asked(Set<Pair> questions) {
        Talk talk = new Talk(questions);
        String reason = "";
        for (String host : server.hosts()) {
            try {
                talk(host, talk);
                return talk.unsaid == null
                        ? new Answers(talk.known, Optional.empty())
                        : unknown(talk.known, "does not say it: " + talk.unsaid, false);
            } catch (LDAPException | IOException e) {
                reason = Line.words(e);
                // What a server says of an entry stays out of the log; the code is enough.
                LOG.warn("{} at {}: {}", server.words(), host, reason);
            }
        }
        return unknown(talk.known, "does not answer: " + reason, true);
    }

    private Answers unknown(Map<Pair, Boolean> known, String what, boolean isSilent) {
        String reason = "%s %s.".formatted(capital(server.words()), what);
        return new Answers(known, Optional.of(new Unknown(reason, isSilent)));
    }

    private Answers notAsked(String why) {
        return new Answers(Map.of(), unknown(Map.of(), why, true).trouble(), false);
    }

    private static String capital(String words) {
        return "T" + words.substring(1);
    }

    /// What came of the questions so far.
    private static final class Talk {
        private final Set<Pair> questions;
        private final Map<Pair, Boolean> known = new HashMap<>();
        private @Nullable String unsaid;

        Talk(Set<Pair> questions) {
            this.questions = questions;
        }

        void over(LdapGroups directory) throws LDAPException {
            unsaid = null;
            for (Pair each : questions) {
                if (!known.containsKey(each)) {
                    try {
                        known.put(each, directory.isMember(each.person(), each.group()));
                    } catch (LdapGroups.UnsaidException e) {
                        unsaid = String.valueOf(e.getMessage());
                    }
                }
            }
        }
    }

    /// A message to many people may need more than one time of a server that is slow.
    private void talk(String host, Talk talk) throws LDAPException, IOException {
        for (int round = 1; ; round++) {
            int before = talk.known.size();
            try {
                once(host, talk);
                return;
            } catch (LateException e) {
                if (round == ROUNDS_MAX || talk.known.size() == before) {
                    throw e;
                }
            }
        }
    }

    private static final class LateException extends IOException {
        private static final long serialVersionUID = 1L;

        LateException(Duration time, Exception cause) {
            super("it takes longer than %d s".formatted(time.toSeconds()), cause);
        }
    }

    private void once(String host, Talk talk) throws LDAPException, IOException {
        try (Cutoff cutoff = new Cutoff(server.deadline())) {
            try {
                if (!again(host, talk, cutoff)) {
                    anew(host, talk, cutoff);
                }
            } catch (LDAPException | IOException e) {
                if (cutoff.isLate()) {
                    throw new LateException(server.deadline(), e);
                }
                throw e;
            }
        }
    }

    /// On a connection that was kept.
    ///
    /// @return false if there is none, or it is of no use any more
    private boolean again(String host, Talk talk, Cutoff cutoff) throws IOException {
        Idle kept = take(host);
        if (kept == null) {
            return false;
        }
        try {
            for (Socket socket : kept.sockets()) {
                cutoff.watch(socket);
            }
            talk.over(new LdapGroups(groups, kept.connection(), cutoff));
            keep(host, kept.connection(), cutoff);
            return true;
        } catch (LDAPException _) {
            // The server has closed it in the meantime.
            kept.connection().close();
            return false;
        }
    }

    private void anew(String host, Talk talk, Cutoff cutoff) throws LDAPException, IOException {
        LDAPConnection connection = line.open(host, cutoff);
        try {
            talk.over(new LdapGroups(groups, connection, cutoff));
        } catch (LDAPException e) {
            connection.close();
            throw e;
        }
        keep(host, connection, cutoff);
    }

    private @Nullable Idle take(String host) {
        Instant now = clock.instant();
        synchronized (idle) {
            // A clock that goes back lets none live.
            idle.removeIf(each -> {
                boolean old =
                        now.isBefore(each.since()) || now.isAfter(each.since().plus(IDLE_MAX));
                if (old) {
                    each.connection().close();
                }
                return old;
            });
            Optional<Idle> found =
                    idle.stream().filter(each -> each.host().equals(host)).findFirst();
            found.ifPresent(idle::remove);
            return found.orElse(null);
        }
    }

    private void keep(String host, LDAPConnection connection, Cutoff cutoff) {
        List<Socket> open = cutoff.release();
        synchronized (idle) {
            if (!open.isEmpty() && idle.size() < CONNECTIONS_MAX && connection.isConnected()) {
                idle.addLast(new Idle(host, connection, open, clock.instant()));
                return;
            }
        }
        connection.close();
    }

    @Override
    public void close() {
        synchronized (idle) {
            idle.forEach(each -> each.connection().close());
            idle.clear();
        }
    }
}

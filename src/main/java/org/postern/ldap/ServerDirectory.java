package org.postern.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.net.HostLookup;
import org.postern.net.TlsTrust;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the servers of a directory, one connection a question: what is asked often is remembered by
/// [KeptAnswers]. Referrals are not followed, because they lead to hosts that nobody has named.
public final class ServerDirectory implements LdapDirectory {
    /// One person has one; more than a few mean that the filter is too wide.
    static final int ENTRIES_MAX = 4;

    /// Of an answer, and of one message of the protocol: an entry with all its values.
    static final int OCTETS_MAX = 1 << 20;

    /// At the same time, to one directory.
    private static final int QUESTIONS_MAX = 4;

    private static final Logger LOG = LoggerFactory.getLogger(ServerDirectory.class);

    private final LdapServer server;
    private final Line line;
    private final Semaphore questions = new Semaphore(QUESTIONS_MAX);

    /// What it needs of the world.
    ///
    /// @param trust who vouches for the servers; null where they are asked in clear
    /// @param password of the login; null without one
    public record Means(HostLookup lookup, @Nullable TlsTrust trust, @Nullable Password password) {}

    /// The server is there and knows us, and the question is what it does not answer. The message
    /// is for people.
    private static final class AnsweredException extends IOException {
        private static final long serialVersionUID = 1L;

        AnsweredException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// Reads a password when it is needed.
    @FunctionalInterface
    public interface Password {
        String read() throws IOException;
    }

    public ServerDirectory(LdapServer server, Means means) {
        this.server = server;
        this.line = new Line(server, means);
    }

    @Override
    public Answer ask(Address address, Set<String> attributes) {
        boolean turn = false;
        try {
            turn = questions.tryAcquire(server.deadline().toMillis(), TimeUnit.MILLISECONDS);
            return turn
                    ? asked(address, attributes)
                    : unknown("is asked by too many others at this moment", true);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return unknown("was not asked, because the gateway stops", false);
        } finally {
            if (turn) {
                questions.release();
            }
        }
    }

    private Answer asked(Address address, Set<String> attributes) {
        String reason = "";
        boolean isSilent = true;
        for (String host : server.hosts()) {
            try {
                return new Answer.Known(search(host, address, attributes));
            } catch (LDAPException | IOException e) {
                reason = Line.words(e);
                isSilent &= !(e instanceof AnsweredException);
                // What a server says of an entry stays out of the log; the code is enough.
                LOG.warn("{} at {}: {}", server.words(), host, reason);
            }
        }
        return unknown("does not answer: " + reason, isSilent);
    }

    private Answer unknown(String what, boolean isSilent) {
        return new Answer.Unknown(
                "In " + server.words() + " nobody could be looked up: it " + what + ".", isSilent);
    }

    private List<Entry> search(String host, Address address, Set<String> attributes)
            throws LDAPException, IOException {
        try (Cutoff cutoff = new Cutoff(server.deadline())) {
            try {
                return search(host, address, attributes, cutoff);
            } catch (LDAPException | IOException e) {
                if (cutoff.isLate()) {
                    throw new IOException(
                            "it takes longer than %d s".formatted(server.deadline().toSeconds()),
                            e);
                }
                throw e;
            }
        }
    }

    private List<Entry> search(String host, Address address, Set<String> attributes, Cutoff cutoff)
            throws LDAPException, IOException {
        Gathered gathered = new Gathered(cutoff);
        try (LDAPConnection connection = line.open(host, cutoff)) {
            int seconds = Math.max(1, Math.toIntExact(server.deadline().toSeconds()));
            SearchRequest request =
                    new SearchRequest(
                            gathered,
                            server.base(),
                            SearchScope.SUB,
                            DereferencePolicy.NEVER,
                            ENTRIES_MAX,
                            seconds,
                            false,
                            server.filter().of(address),
                            attributes.toArray(String[]::new));
            request.setFollowReferrals(false);
            request.setResponseTimeoutMillis(line.behindCutoff());
            return found(connection, request, gathered);
        }
    }

    private static List<Entry> found(
            LDAPConnection connection, SearchRequest request, Gathered gathered)
            throws AnsweredException {
        try {
            var _ = connection.search(request);
            return gathered.entries().stream().map(ServerDirectory::entry).toList();
        } catch (LDAPException e) {
            // Behind a limit the connection was closed, and the failure says no more than that.
            throw new AnsweredException(gathered.excess().orElse(Line.words(e)), e);
        } catch (IOException e) {
            throw new AnsweredException(Line.words(e), e);
        }
    }

    private static Entry entry(SearchResultEntry found) {
        Map<String, List<byte[]>> values = new HashMap<>();
        for (Attribute attribute : found.getAttributes()) {
            values.computeIfAbsent(
                            attribute.getBaseName().toLowerCase(Locale.ROOT),
                            _ -> new ArrayList<>())
                    .addAll(List.of(attribute.getValueByteArrays()));
        }
        values.replaceAll((_, each) -> List.copyOf(each));
        return new Entry(found.getDN(), values);
    }
}

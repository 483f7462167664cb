package org.postern.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
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

    /// Of one host name.
    private static final int ADDRESSES_MAX = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ServerDirectory.class);

    private final LdapServer server;
    private final Means means;
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
        this.means = means;
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
                reason = words(e);
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
        try (LDAPConnection connection = connect(host, cutoff)) {
            bind(connection);
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
            request.setResponseTimeoutMillis(behindCutoff());
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
            throw new AnsweredException(gathered.excess().orElse(words(e)), e);
        } catch (IOException e) {
            throw new AnsweredException(words(e), e);
        }
    }

    /// In milliseconds. The library's own time-outs hold for single steps; so late, they never hide
    /// that it was the cutoff that ended it.
    private int behindCutoff() {
        return Math.toIntExact(server.deadline().multipliedBy(2).toMillis());
    }

    private LDAPConnection connect(String host, Cutoff cutoff) throws LDAPException, IOException {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis(behindCutoff());
        options.setResponseTimeoutMillis(behindCutoff());
        options.setAbandonOnTimeout(true);
        options.setFollowReferrals(false);
        options.setMaxMessageSize(OCTETS_MAX);
        // An address that is silent leaves the others their part of the time.
        Duration each = server.deadline().dividedBy(ADDRESSES_MAX);
        ProvenSockets proven = new ProvenSockets(host, each, means.trust(), cutoff);
        List<InetAddress> addresses = means.lookup().addresses(host);
        IOException failure = new IOException("the host " + host + " has no address");
        for (InetAddress address : addresses.stream().limit(ADDRESSES_MAX).toList()) {
            try {
                return connect(address, proven, options);
            } catch (LDAPException e) {
                failure = new IOException(words(e), e);
            }
        }
        throw failure;
    }

    private LDAPConnection connect(
            InetAddress address, ProvenSockets proven, LDAPConnectionOptions options)
            throws LDAPException {
        SocketFactory sockets =
                server.security() == LdapServer.Security.LDAPS ? proven : proven.plain();
        LDAPConnection connection =
                new LDAPConnection(sockets, options, address.getHostAddress(), server.port());
        if (server.security() == LdapServer.Security.STARTTLS) {
            try {
                var result =
                        connection.processExtendedOperation(
                                new StartTLSExtendedRequest(proven.layered()));
                if (!result.getResultCode().equals(ResultCode.SUCCESS)) {
                    throw new LDAPException(result.getResultCode(), "it offers no StartTLS");
                }
            } catch (LDAPException e) {
                connection.close();
                throw e;
            }
        }
        return connection;
    }

    private void bind(LDAPConnection connection) throws LDAPException, IOException {
        LdapServer.Login login = server.login();
        if (login != null && means.password() != null) {
            String password = means.password().read();
            if (password.isEmpty()) {
                // RFC 4513 §5.1.2: that would be a login as nobody.
                throw new IOException("the password file of the directory is empty");
            }
            SimpleBindRequest request = new SimpleBindRequest(login.name(), password);
            request.setResponseTimeoutMillis(behindCutoff());
            connection.bind(request);
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

    /// Without the text of a server, which may quote what was asked.
    private static String words(Exception thrown) {
        if (thrown instanceof LDAPException refused) {
            Optional<String> ours = ProvenSockets.refusal(refused);
            return ours.orElseGet(() -> refused.getResultCode().getName());
        }
        return String.valueOf(thrown.getMessage());
    }
}

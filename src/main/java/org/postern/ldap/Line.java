package org.postern.ldap;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.SocketFactory;
import org.postern.ldap.ServerDirectory.Means;

/// How one server of a directory is reached: connected, proved, logged in. What is asked then is
/// the business of others.
final class Line {
    /// Of one host name.
    private static final int ADDRESSES_MAX = 2;

    private final LdapServer server;
    private final Means means;

    Line(LdapServer server, Means means) {
        this.server = server;
        this.means = means;
    }

    /// In milliseconds. The library's own time-outs hold for single steps; so late, they never hide
    /// that it was the cutoff that ended it.
    int behindCutoff() {
        return Math.toIntExact(server.deadline().multipliedBy(2).toMillis());
    }

    /// A connection on which questions can be asked.
    ///
    /// @param cutoff ends it, whatever it does
    LDAPConnection open(String host, Cutoff cutoff) throws LDAPException, IOException {
        LDAPConnection connection = connect(host, cutoff);
        try {
            bind(connection);
            return connection;
        } catch (LDAPException | IOException e) {
            connection.close();
            throw e;
        }
    }

    private LDAPConnection connect(String host, Cutoff cutoff) throws LDAPException, IOException {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis(behindCutoff());
        options.setResponseTimeoutMillis(behindCutoff());
        options.setAbandonOnTimeout(true);
        options.setFollowReferrals(false);
        options.setMaxMessageSize(ServerDirectory.OCTETS_MAX);
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

    /// Without the text of a server, which may quote what was asked.
    static String words(Exception thrown) {
        if (thrown instanceof LDAPException refused) {
            Optional<String> ours = ProvenSockets.refusal(refused);
            return ours.orElseGet(() -> refused.getResultCode().getName());
        }
        return String.valueOf(thrown.getMessage());
    }
}

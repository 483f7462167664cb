package org.postern.ldap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Domain;

/// A directory, as IT names it.
///
/// @param hosts names or address literals of servers that hold the same; asked in this order until
///   one answers
/// @param base the distinguished name below which people stand
/// @param filter which entry is that of a mail address
/// @param login null for a directory that tells everybody
/// @param trust PEM file of anchors for the servers; null for those of the system
/// @param domains whose people are looked up; nobody else's address is told to it
/// @param deadline of all that is done with one server: connection, proof, login, answer
public record LdapServer(
        List<String> hosts,
        int port,
        Security security,
        String base,
        MailFilter filter,
        @Nullable Login login,
        @Nullable Path trust,
        Set<Domain> domains,
        Duration deadline) {
    public LdapServer {
        hosts = List.copyOf(hosts);
        domains = Set.copyOf(domains);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a directory has at least one host");
        }
    }

    /// How the connection is kept from others.
    public enum Security {
        /// TLS from the first octet, with a proved name.
        LDAPS(636),
        /// RFC 4511 §4.14, with a proved name, before anything is said.
        STARTTLS(389),
        /// In clear, to this machine alone.
        PLAIN(389);

        private final int port;

        Security(int port) {
            this.port = port;
        }

        /// Where such servers usually listen.
        public int port() {
            return port;
        }
    }

    /// Who asks.
    ///
    /// @param name a distinguished name, or what the directory takes for one
    /// @param passwordFile its first line is the password
    public record Login(String name, Path passwordFile) {}

    /// How people name it.
    String words() {
        return "the directory " + String.join(", ", hosts);
    }
}

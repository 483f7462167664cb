package org.postern.programs;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Endpoint;
import org.postern.mail.Domain;

/// What a mail program must know for a clinician's account at this gateway. The name to log in with
/// is the mail address, the password that of sending; nothing here is secret or about a person.
///
/// @param clinic its name, as people read it
/// @param server the gateway's name, which its certificate carries
/// @param domains those of the addresses that have such accounts; at least one
/// @param reading where mail is read (IMAP)
/// @param sending where mail is handed over; empty if the gateway takes none from mail programs
public record Accounts(
        String clinic,
        Domain server,
        List<Domain> domains,
        Access reading,
        Optional<Access> sending) {
    public Accounts {
        domains = List.copyOf(domains);
        if (domains.isEmpty()) {
            throw new IllegalArgumentException("an account belongs to a domain");
        }
    }

    /// A port, and how TLS begins there. There is none without TLS.
    ///
    /// @param implicit TLS from the first octet (RFC 8314); otherwise by STARTTLS
    public record Access(int port, boolean implicit) {
        public Access {
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("not a port");
            }
        }
    }

    /// What the configuration says; empty while nobody can read mail here.
    static Optional<Accounts> of(GatewayConfig config) {
        GatewayConfig.Listeners open = config.listeners();
        List<Domain> domains =
                config.site().domains().stream()
                        .sorted(Comparator.comparing(Domain::name))
                        .toList();
        return access(open.imap().implicit(), open.imap().starttls())
                .map(reading ->
                        new Accounts(
                                config.clinic().name(),
                                config.site().hostname(),
                                domains,
                                reading,
                                access(open.submissions(), open.submission())));
    }

    /// TLS from the first octet is preferred: RFC 8314 §3.
    private static Optional<Access> access(
            @Nullable Endpoint implicit, @Nullable Endpoint starttls) {
        if (implicit != null) {
            return Optional.of(new Access(implicit.port(), true));
        }
        return Optional.ofNullable(starttls).map(it -> new Access(it.port(), false));
    }

    String title() {
        return clinic + ": secure mailbox";
    }
}

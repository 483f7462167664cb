package org.postern.smtp;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postern.allowance.SmtpLimits;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.net.Networks;
import org.postern.net.TlsMaterial;
import org.postern.origin.OwnFields;

/// The settings of one door: who may come in, and how.
///
/// @param kind what the door is for
/// @param bind address and port; port 0 takes a free one
/// @param hostname how the gateway calls itself in the greeting and in the trace field
/// @param limits what a client may use
/// @param networks the clinic's own: the peers that may use a relay listener, and those for which
///   the others keep places
/// @param domains the clinic's own domains, the only ones an inbound listener accepts
/// @param tls asked for each handshake, so that a renewed certificate is used at once; null offers
///   no TLS, which the submission kinds do not allow
/// @param postmaster who gets the mail to `<postmaster>` (RFC 5321 §4.5.1); null refuses it
public record SmtpListener(
        Kind kind,
        InetSocketAddress bind,
        Domain hostname,
        SmtpLimits limits,
        Networks networks,
        Set<Domain> domains,
        @Nullable Supplier<TlsMaterial> tls,
        @Nullable Address postmaster) {

    /// What a door is for.
    public enum Kind {
        /// Clinicians' clients, STARTTLS and AUTH required (RFC 6409).
        SUBMISSION(Listener.SUBMISSION),
        /// Clinicians' clients, TLS from the first octet, AUTH required (RFC 8314 §3.3).
        SUBMISSIONS(Listener.SUBMISSION),
        /// The clinic's own mail server, known by its network.
        RELAY(Listener.RELAY),
        /// Any server of the world, for the clinic's own domains only.
        INBOUND(Listener.INBOUND);

        private final Listener listener;

        Kind(Listener listener) {
            this.listener = listener;
        }

        /// The word that the rest of the gateway uses for this door.
        public Listener listener() {
            return listener;
        }

        boolean isSubmission() {
            return listener == Listener.SUBMISSION;
        }
    }

    public SmtpListener {
        domains = Set.copyOf(domains);
        if (kind.isSubmission() && tls == null) {
            throw new IllegalArgumentException(
                    "a submission listener needs a certificate, because AUTH is under TLS only");
        }
        if (kind == Kind.INBOUND && domains.isEmpty()) {
            throw new IllegalArgumentException(
                    "an inbound listener needs the clinic's own domains, or it accepts nothing");
        }
    }

    /// For clinicians' clients: TLS by STARTTLS, or from the first octet for `Kind.SUBMISSIONS`.
    public static SmtpListener submission(
            Kind kind, InetSocketAddress bind, Domain hostname, Supplier<TlsMaterial> tls) {
        return new SmtpListener(
                kind,
                bind,
                hostname,
                SmtpLimits.usual(kind.listener()),
                Networks.NONE,
                Set.of(),
                tls,
                null);
    }

    /// For the clinic's own mail server, without TLS until `withTls`.
    public static SmtpListener relay(InetSocketAddress bind, Domain hostname, Networks networks) {
        return new SmtpListener(
                Kind.RELAY,
                bind,
                hostname,
                SmtpLimits.usual(Listener.RELAY),
                networks,
                Set.of(),
                null,
                null);
    }

    /// For the servers of the world, without TLS until `withTls`.
    public static SmtpListener inbound(
            InetSocketAddress bind, Domain hostname, Set<Domain> domains) {
        return new SmtpListener(
                Kind.INBOUND,
                bind,
                hostname,
                SmtpLimits.usual(Listener.INBOUND),
                Networks.NONE,
                domains,
                null,
                null);
    }

    /// What nobody who writes through this door may say: our own name is everywhere ours, and no
    /// stranger speaks for the clinic's servers either.
    OwnFields ownFields() {
        Set<Domain> names = new HashSet<>(domains);
        names.add(hostname);
        return new OwnFields(names);
    }

    public SmtpListener withLimits(SmtpLimits changed) {
        return new SmtpListener(kind, bind, hostname, changed, networks, domains, tls, postmaster);
    }

    public SmtpListener withTls(Supplier<TlsMaterial> offered) {
        return new SmtpListener(
                kind, bind, hostname, limits, networks, domains, offered, postmaster);
    }

    public SmtpListener withNetworks(Networks own) {
        return new SmtpListener(kind, bind, hostname, limits, own, domains, tls, postmaster);
    }

    public SmtpListener withPostmaster(Address mailbox) {
        return new SmtpListener(kind, bind, hostname, limits, networks, domains, tls, mailbox);
    }
}

package org.postern.config;

import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.allowance.Limits;
import org.postern.bearer.BearerSettings;
import org.postern.calendar.Quiet;
import org.postern.calendar.WorkingDays;
import org.postern.ldap.GroupServer;
import org.postern.ldap.LdapServer;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.naming.Values;
import org.postern.net.KeyPin;
import org.postern.policy.AskPace;

/// What `gateway.yaml` says, checked; what changes in it needs a restart. Paths are complete.
///
/// @param tls the gateway's own certificate; null only if no listener needs one
public record GatewayConfig(
        Site site,
        Storage storage,
        Listeners listeners,
        @Nullable OwnCertificate tls,
        Limits limits,
        Clinic clinic,
        Outgoing outgoing,
        PickupTerms pickup) {
    /// Who the gateway is.
    ///
    /// @param hostname its own name, in greetings, trace fields and message ids
    /// @param domains the clinic's own mail domains; mail to them is internal
    /// @param dkim null if mail leaves without a signature of its domain
    /// @param signing null if mail leaves without a signature of its author
    /// @param postmaster who hears of reports that could not be delivered; null for nobody
    /// @param groups the clinic's own directory; null if rules cannot ask for groups
    public record Site(
            Domain hostname,
            Set<Domain> domains,
            @Nullable Dkim dkim,
            @Nullable Signing signing,
            @Nullable Address postmaster,
            @Nullable GroupServer groups) {
        public Site {
            domains = Set.copyOf(domains);
        }
    }

    /// What mail is signed with on its way out.
    ///
    /// @param selector with which the names of the keys begin that sign in the names of `domains`
    public record Dkim(Domain selector, Set<Domain> domains) {
        public Dkim {
            domains = Set.copyOf(domains);
        }
    }

    /// Whose S/MIME signature mail bears.
    ///
    /// @param submission of mail from people's mail programs
    /// @param relay of mail from the clinic's own server
    /// @param relayed whether mail that is not encrypted is signed as well
    public record Signing(
            SignedBy submission,
            SignedBy relay,
            SignatureForm form,
            RsaSignature rsa,
            boolean relayed,
            NewKeys newKeys) {}

    /// In whose name mail is signed.
    public enum SignedBy {
        /// Its author.
        CLINICIAN,
        /// The clinic.
        ORGANISATION,
        NOBODY
    }

    /// Where the content of signed mail stands.
    public enum SignatureForm {
        /// Before the signature, readable for every program.
        CLEAR,
        /// Inside the signature.
        OPAQUE
    }

    /// How RSA keys sign.
    public enum RsaSignature {
        PKCS1,
        PSS
    }

    /// Who makes the keys that people sign with.
    public enum NewKeys {
        /// The gateway, with the first message of each.
        AUTOMATIC,
        /// IT; mail of whoever has none is held.
        BY_HAND
    }

    /// Where things lie.
    ///
    /// @param data the folder of everything the gateway writes
    /// @param keystore the PKCS#12 file with the key that wraps all other keys
    /// @param keystorePassword the file whose first line opens the keystore
    /// @param users the password file of those who may submit
    /// @param patients the file with what the clinic knows for the check at pickup
    public record Storage(
            Path data, Path keystore, Path keystorePassword, Path users, Path patients) {
        /// The folder of the keystore, in which all other keys lie too.
        public Path keys() {
            return Objects.requireNonNull(keystore.toAbsolutePath().getParent(), "a folder");
        }
    }

    /// The doors that are open; null where there is none. At least one is.
    ///
    /// @param submission with STARTTLS (RFC 6409), as `submissions` is with TLS at once (RFC 8314)
    /// @param authentication who checks the passwords of these four; null for the users file
    /// @param tokens whose access tokens open them as well; null for nobody's
    /// @param scram whether app passwords may be proved by SCRAM-SHA-256
    /// @param clamd who looks through all that comes in for viruses; null for nobody
    public record Listeners(
            @Nullable Endpoint submission,
            @Nullable Endpoint submissions,
            @Nullable RelayEndpoint relay,
            @Nullable InboundEndpoint inbound,
            @Nullable PickupEndpoint pickup,
            Imap imap,
            @Nullable Authentication authentication,
            @Nullable BearerSettings tokens,
            boolean scram,
            @Nullable SocketAddress clamd) {
        public Listeners {
            boolean sending = submission != null || submissions != null || relay != null;
            if (!sending && inbound == null && pickup == null) {
                throw new IllegalArgumentException("a gateway has at least one listener");
            }
        }
    }

    /// Mail programs read by STARTTLS (RFC 3501) or TLS (RFC 8314), perhaps by app passwords alone.
    public record Imap(@Nullable Endpoint starttls, @Nullable Endpoint implicit, boolean appOnly) {}

    /// The clinic's own mail server, which knows whether a password is right.
    ///
    /// @param server reached over proved TLS only
    /// @param domain of a user name that has none
    /// @param folders above those of that server, beside the secure ones; null if none are shown
    public record Authentication(
            LoginProtocol protocol, NextServer server, Domain domain, @Nullable String folders) {}

    /// What that server is asked in.
    public enum LoginProtocol {
        IMAP,
        SMTP
    }

    /// @param address an IP address literal; `0.0.0.0` and `::` are all of the machine's
    /// @param port 0 lets the system choose; a file never says so
    public record Endpoint(String address, int port) {
        public Endpoint {
            if (port < 0 || port > Values.PORT_MAX) {
                throw new IllegalArgumentException("a port is a number from 0 to 65535");
            }
        }
    }

    /// @param networks who may relay, as `192.0.2.0/24` or `2001:db8::/32`; checked
    public record RelayEndpoint(Endpoint at, List<String> networks) {
        public RelayEndpoint {
            networks = List.copyOf(networks);
        }
    }

    /// @param recipients the file with the clinic's mailboxes; null if any may exist
    /// @param obeysDmarc whether mail is refused if the domain of its author asks for that
    public record InboundEndpoint(Endpoint at, @Nullable Path recipients, boolean obeysDmarc) {}

    /// @param url what stands in the links of notices, without a slash at its end
    /// @param proxies with `PROXY`, who may pass requests on; nobody else is served
    /// @param acme with `ACME`, who issues the certificate; null otherwise
    public record PickupEndpoint(
            Endpoint at, String url, PickupTls tls, List<String> proxies, @Nullable Acme acme) {
        public PickupEndpoint {
            proxies = List.copyOf(proxies);
        }
    }

    /// An authority that issues by itself (RFC 8555), to whose terms the clinic has agreed.
    ///
    /// @param directory where it says what it can do
    /// @param contact whom it may write to
    /// @param trust PEM file of anchors for the directory's server; null for those of the system
    public record Acme(URI directory, Address contact, @Nullable Path trust) {}

    /// Who speaks TLS with the patient's browser.
    public enum PickupTls {
        /// The gateway itself, with its own certificate.
        HERE,
        /// The gateway itself, with a certificate that it gets and renews by itself.
        ACME,
        /// A web server in front of it, which passes requests on in clear on this machine.
        PROXY
    }

    /// PEM files: the chain, the server's own certificate first, and its private key.
    public record OwnCertificate(Path certificate, Path key) {}

    /// How the clinic presents itself to patients.
    ///
    /// @param language of notices and pages where the patient's own is not known
    /// @param colour `#rrggbb`, dark enough for white text on it (WCAG 2.2, 1.4.3)
    /// @param emergency the sentence about emergencies, shown wherever a patient may write
    /// @param zone where it and its patients live; null for the machine's own
    public record Clinic(
            String name,
            String phone,
            Locale language,
            String colour,
            String emergency,
            @Nullable ZoneId zone,
            WorkingDays days) {
        /// The clock on the clinic's wall.
        public LocalDateTime now(Clock clock) {
            return LocalDateTime.now(zone == null ? clock : clock.withZone(zone));
        }
    }

    /// Where mail goes from here.
    ///
    /// @param internal the clinic's own mail server
    /// @param smartHost where notices and unprotected mail leave; null if they go by MX
    /// @param routes partners that are reached over proved TLS
    /// @param texts who sends text messages; null for nobody
    /// @param pki whom authorities and directories of certificates are asked for
    /// @param asking how often those hear who decide about held mail
    public record Outgoing(
            NextServer internal,
            @Nullable SmartHost smartHost,
            List<Route> routes,
            Mx mx,
            @Nullable TextService texts,
            Pki pki,
            AskPace asking) {
        public Outgoing {
            routes = List.copyOf(routes);
        }
    }

    /// How certificates of others are looked after.
    ///
    /// @param grace for how long the last good word of an authority counts beyond its end
    /// @param patience for how long a message waits until its recipient's authority can be asked
    /// @param fetch what may be asked in the web
    /// @param lists where others find what our authority has revoked; null if nobody is told
    /// @param smimea domains whose people's certificates are looked up in DNS
    /// @param ldap directories in which those of their domains are
    /// @param signers what becomes of certificates that come with signed mail
    /// @param postQuantum whether keys of ML-KEM and signatures of ML-DSA are used
    /// @param patientsAsk whether patients may ask on their page for a key of their own
    public record Pki(
            RevocationCheck revocation,
            Duration grace,
            Duration patience,
            Fetch fetch,
            @Nullable URI lists,
            Set<Domain> smimea,
            List<LdapServer> ldap,
            SignersCertificates signers,
            boolean postQuantum,
            boolean patientsAsk) {
        public Pki {
            smimea = Set.copyOf(smimea);
            ldap = List.copyOf(ldap);
        }
    }

    /// Whose certificates are used because they came with signed mail.
    public enum SignersCertificates {
        /// Those for which an authority of their own domain's folder vouches.
        ANCHORED,
        /// Those that a person has accepted.
        REVIEWED
    }

    /// Whether certificates of others are looked up before they are used.
    public enum RevocationCheck {
        OFF,
        /// Those that say where.
        WHEN_AVAILABLE,
        /// All; one that does not say where is not used.
        REQUIRE
    }

    /// @param allow private networks in which web servers of authorities may stand
    public record Fetch(List<String> allow, Set<Integer> ports) {
        public Fetch {
            allow = List.copyOf(allow);
            ports = Set.copyOf(ports);
        }
    }

    /// @param tokenFile its first line is the token; null if it asks for none
    public record TextService(URI url, @Nullable Path tokenFile, Duration deadline) {}

    /// @param privateNetworks in which mail servers of other domains may stand
    public record Mx(Dns dns, List<String> privateNetworks) {
        public Mx {
            privateNetworks = List.copyOf(privateNetworks);
        }
    }

    /// @param servers IP addresses of recursive resolvers; empty for those of the system
    /// @param validates whether they are trusted to say what DNSSEC proved
    public record Dns(List<String> servers, int port, boolean validates) {
        public Dns {
            servers = List.copyOf(servers);
        }
    }

    /// A mail server that the gateway hands mail to.
    ///
    /// @param host a host name or an IP address literal
    /// @param trust PEM file of anchors; null for the system's, or for none where keys are pinned
    /// @param pins the keys of which the server must have one; empty for any
    public record NextServer(
            String host, int port, NextTls tls, @Nullable Path trust, Set<KeyPin> pins) {
        public NextServer {
            pins = Set.copyOf(pins);
        }
    }

    /// How the hop to a mail server is kept from others.
    public enum NextTls {
        NONE,
        /// TLS if it is offered, no matter whose certificate: proves nothing.
        OPPORTUNISTIC,
        /// STARTTLS with a verified certificate, or no delivery.
        VERIFIED,
        /// TLS from the first octet with a verified certificate, or no delivery.
        VERIFIED_IMPLICIT;

        /// Whether the peer's certificate is verified.
        public boolean proves() {
            return this == VERIFIED || this == VERIFIED_IMPLICIT;
        }
    }

    /// @param login null if the smart host asks for none
    public record SmartHost(NextServer server, @Nullable Login login) {}

    /// @param passwordFile its first line is the password
    public record Login(String user, Path passwordFile) {}

    /// Mail to this domain can be handed to this server over TLS that proves whose it is.
    public record Route(Domain domain, NextServer server) {}

    /// @param link how long a link in a notice opens the message, which stays for `keep`
    /// @param reminds whether patients are reminded of what they do not read, and authors told
    /// @param firstReminder from the notice on, as is the second, which comes later
    /// @param quiet when no patient is reminded
    /// @param choosable whether patients may choose ordinary mail on their page
    public record PickupTerms(
            Duration link,
            Duration keep,
            Receipts receipts,
            boolean reminds,
            Duration firstReminder,
            Duration secondReminder,
            Quiet quiet,
            boolean choosable) {}

    /// How authors hear of first openings: at once, or every morning in one mail.
    public enum Receipts {
        EACH,
        DAILY,
        NONE
    }
}

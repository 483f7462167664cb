package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.allowance.Limits;
import org.postern.allowance.SmtpLimits;
import org.postern.bearer.BearerSettings;
import org.postern.calendar.Quiet;
import org.postern.calendar.WorkingDays;
import org.postern.config.GatewayConfig.Endpoint;
import org.postern.config.GatewayConfig.NextServer;
import org.postern.config.GatewayConfig.NextTls;
import org.postern.ldap.LdapServer;
import org.postern.ldap.MailFilter;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.net.KeyPin;
import org.postern.policy.AskPace;
import org.postern.testkit.Accepted;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.YamlParser;

/// Every key of `gateway.yaml`: its default, what it becomes, and what is refused.
class GatewayReaderTest {
    private static final String LEAST =
            """
            hostname: gw.clinic.example
            domains: clinic.example
            listeners: { relay: { networks: [10.0.0.0/8] } }
            clinic: { name: Clinic, phone: 555 010 0199 }
            internal: { host: mail.clinic.example }
            smart-host: { host: 192.0.2.1 }
            """;

    private static final String ALL =
            """
            hostname: GW.Clinic.example.
            domains: [clinic.example, clinic2.example]
            postmaster: it@clinic2.example
            data: /srv/postern
            keys: { keystore: k/store.p12, password-file: /etc/secret }
            dkim: { selector: p2027, domains: clinic.example }
            signing:
              submission: organisation
              relay: nobody
              form: opaque
              rsa: pss
              relayed: true
              new-keys: by-hand
            users: people/users
            patients: p.csv
            oauth:
              issuer: https://login.clinic.example/staff
              audience: postern
              keys: https://login.clinic.example/keys
              mailbox-claim: upn
              scope: mail
              token-type: jwt
              addresses: assigned
            listeners:
              submission: { address: 192.0.2.5, port: 1587 }
              submissions: { address: "::1", port: 1465 }
              imap: { address: 192.0.2.6, port: 1143 }
              imaps: { port: 1993 }
              imap-app-passwords-only: true
              scram: true
              relay:
                address: 10.0.0.1
                port: 1525
                networks: [10.1.0.0/16, "2001:db8::/32", 10.2.0.9]
              inbound: { address: 127.0.0.1, port: 1025, recipients: list, dmarc: refuse }
              pickup:
                address: 127.0.0.1
                port: 1443
                url: "https://mail.clinic.example:8443/"
                tls: proxy
                proxies: [10.1.2.3]
            authentication:
              protocol: imap
              host: mail.clinic.example
              port: 1587
              folders: Clinic
              tls: verified-implicit
              trust: ca.pem
              domain: clinic2.example
            virus-scanner: { clamd: /run/clamav/clamd.ctl }
            tls: { certificate: c.pem, key: /etc/k.pem }
            limits:
              message: 50 MiB
              recipients: 200
              connections: 10
              connections-per-source: 5
              imap-connections-per-source: 7
              imap-connections-per-user: 3
            clinic:
              name: Our Clinic
              phone: "+1 (555) 010-0199"
              language: es
              colour: "#004000"
              emergency: Call 911.
              time-zone: America/Chicago
              holidays: [2026-12-25]
              closes: 18
            internal: { host: in.clinic.example, port: 2526, tls: none }
            smart-host:
              { host: out.example, port: 587, trust: ca.pem, user: u, password-file: sp }
            routes:
              - domain: [a.example, b.example]
                host: mx.a.example
                tls: verified-implicit
                pins: ["%s"]
            pickup:
              link-days: 10
              keep-days: 20
              receipts: daily
              reminders: false
              remind-hours: 12
              remind-again-hours: 48
              quiet-from: 21
              quiet-until: 7
              patients-may-choose-ordinary-mail: true
            held: { digest-minutes: 30, mails-a-day: 5, reminders: false }
            """
                    .formatted("AB".repeat(32));

    @TempDir Path folder;

    @Test
    void whatIsLeftOutHasADefault() {
        GatewayConfig config = Accepted.value(read(LEAST));
        Path data = folder.resolveSibling("data");
        assertEquals(
                new GatewayConfig.Storage(
                        data,
                        data.resolve("keys/postern.p12"),
                        data.resolve("keys/password"),
                        data.resolve("users"),
                        data.resolve("patients.csv")),
                config.storage());
        assertEquals(
                new GatewayConfig.Listeners(
                        null,
                        null,
                        new GatewayConfig.RelayEndpoint(
                                new Endpoint("0.0.0.0", 2525), List.of("10.0.0.0/8")),
                        null,
                        null,
                        new GatewayConfig.Imap(null, null, false),
                        null,
                        null,
                        false,
                        null),
                config.listeners());
        assertNull(config.tls());
        assertNull(config.site().signing());
        assertEquals(
                new GatewayConfig.Signing(
                        GatewayConfig.SignedBy.CLINICIAN,
                        GatewayConfig.SignedBy.CLINICIAN,
                        GatewayConfig.SignatureForm.CLEAR,
                        GatewayConfig.RsaSignature.PKCS1,
                        false,
                        GatewayConfig.NewKeys.AUTOMATIC),
                Accepted.value(read(LEAST + "signing: { rsa: pkcs1 }\n")).site().signing());
        assertEquals(new Limits.Shares(2_000, 50), config.limits().imap());
        SmtpLimits usual = SmtpLimits.usual(Listener.SUBMISSION).withPlaces(500, 50);
        assertEquals(usual.withRecipients(500), config.limits().of(Listener.SUBMISSION));
        assertEquals(
                SmtpLimits.usual(Listener.RELAY).withPlaces(500, 500).withRecipients(500),
                config.limits().of(Listener.RELAY));
        assertEquals(
                SmtpLimits.usual(Listener.INBOUND).withPlaces(500, 50),
                config.limits().of(Listener.INBOUND));
        assertEquals(25 << 20, config.limits().message());
        assertEquals(
                new GatewayConfig.Clinic(
                        "Clinic",
                        "555 010 0199",
                        Locale.ENGLISH,
                        "#1a5f7a",
                        "In an emergency call 911.",
                        null,
                        WorkingDays.USUAL),
                config.clinic());
        assertEquals(
                new GatewayConfig.PickupTerms(
                        Duration.ofDays(30),
                        Duration.ofDays(90),
                        GatewayConfig.Receipts.EACH,
                        true,
                        Duration.ofHours(24),
                        Duration.ofHours(72),
                        new Quiet(20, 8),
                        false),
                config.pickup());
        assertEquals(
                new NextServer("mail.clinic.example", 25, NextTls.VERIFIED, null, Set.of()),
                config.outgoing().internal());
        assertNull(Objects.requireNonNull(config.outgoing().smartHost()).login());
        assertEquals(List.of(), config.outgoing().routes());
        assertEquals(Duration.ofDays(30), config.pickup().link());
        assertEquals(Duration.ofDays(90), config.pickup().keep());
    }

    @Test
    void everyKeyIsMapped() throws IOException {
        Files.writeString(folder.resolve("ca.pem"), "");
        GatewayConfig config = Accepted.value(read(ALL));
        assertEquals(
                new GatewayConfig.Site(
                        new Domain("gw.clinic.example"),
                        Set.of(new Domain("clinic.example"), new Domain("clinic2.example")),
                        new GatewayConfig.Dkim(
                                new Domain("p2027"), Set.of(new Domain("clinic.example"))),
                        new GatewayConfig.Signing(
                                GatewayConfig.SignedBy.ORGANISATION,
                                GatewayConfig.SignedBy.NOBODY,
                                GatewayConfig.SignatureForm.OPAQUE,
                                GatewayConfig.RsaSignature.PSS,
                                true,
                                GatewayConfig.NewKeys.BY_HAND),
                        Address.of("it@clinic2.example"),
                        null),
                config.site());
        assertEquals(
                new GatewayConfig.Storage(
                        Path.of("/srv/postern"),
                        Path.of("/srv/postern/k/store.p12"),
                        Path.of("/etc/secret"),
                        Path.of("/srv/postern/people/users"),
                        Path.of("/srv/postern/p.csv")),
                config.storage());
        assertEquals(
                new GatewayConfig.Listeners(
                        new Endpoint("192.0.2.5", 1587),
                        new Endpoint("::1", 1465),
                        new GatewayConfig.RelayEndpoint(
                                new Endpoint("10.0.0.1", 1525),
                                List.of("10.1.0.0/16", "2001:db8::/32", "10.2.0.9")),
                        new GatewayConfig.InboundEndpoint(
                                new Endpoint("127.0.0.1", 1025),
                                Path.of("/srv/postern/list"),
                                true),
                        new GatewayConfig.PickupEndpoint(
                                new Endpoint("127.0.0.1", 1443),
                                "https://mail.clinic.example:8443",
                                GatewayConfig.PickupTls.PROXY,
                                List.of("10.1.2.3"),
                                null),
                        new GatewayConfig.Imap(
                                new Endpoint("192.0.2.6", 1143),
                                new Endpoint("0.0.0.0", 1993),
                                true),
                        new GatewayConfig.Authentication(
                                GatewayConfig.LoginProtocol.IMAP,
                                new NextServer(
                                        "mail.clinic.example",
                                        1587,
                                        NextTls.VERIFIED_IMPLICIT,
                                        folder.resolve("ca.pem"),
                                        Set.of()),
                                new Domain("clinic2.example"),
                                "Clinic"),
                        new BearerSettings(
                                "https://login.clinic.example/staff",
                                "postern",
                                new BearerSettings.Keys.InWeb(
                                        URI.create("https://login.clinic.example/keys")),
                                "upn",
                                Optional.of("mail"),
                                new BearerSettings.Provider(true, true)),
                        true,
                        UnixDomainSocketAddress.of("/run/clamav/clamd.ctl")),
                config.listeners());
        assertEquals(
                new GatewayConfig.OwnCertificate(
                        Path.of("/srv/postern/c.pem"), Path.of("/etc/k.pem")),
                config.tls());
        assertEquals(new Limits.Shares(7, 3), config.limits().imap());
        assertEquals(
                SmtpLimits.usual(Listener.SUBMISSION)
                        .withMessageOctets(50 << 20)
                        .withPlaces(10, 5)
                        .withRecipients(200),
                config.limits().of(Listener.SUBMISSION));
        assertEquals(
                new GatewayConfig.Clinic(
                        "Our Clinic",
                        "+1 (555) 010-0199",
                        Locale.of("es"),
                        "#004000",
                        "Call 911.",
                        ZoneId.of("America/Chicago"),
                        new WorkingDays(Set.of(LocalDate.of(2026, 12, 25)), 18)),
                config.clinic());
        assertOutgoing(config.outgoing());
        assertEquals(
                new GatewayConfig.PickupTerms(
                        Duration.ofDays(10),
                        Duration.ofDays(20),
                        GatewayConfig.Receipts.DAILY,
                        false,
                        Duration.ofHours(12),
                        Duration.ofHours(48),
                        new Quiet(21, 7),
                        true),
                config.pickup());
    }

    private void assertOutgoing(GatewayConfig.Outgoing outgoing) {
        assertEquals(
                new NextServer("in.clinic.example", 2526, NextTls.NONE, null, Set.of()),
                outgoing.internal());
        assertEquals(
                new GatewayConfig.SmartHost(
                        new NextServer(
                                "out.example",
                                587,
                                NextTls.VERIFIED,
                                folder.resolve("ca.pem"),
                                Set.of()),
                        new GatewayConfig.Login("u", Path.of("/srv/postern/sp"))),
                outgoing.smartHost());
        NextServer partner =
                new NextServer(
                        "mx.a.example",
                        465,
                        NextTls.VERIFIED_IMPLICIT,
                        null,
                        Set.of(new KeyPin("ab".repeat(32))));
        assertEquals(
                List.of(
                        new GatewayConfig.Route(new Domain("a.example"), partner),
                        new GatewayConfig.Route(new Domain("b.example"), partner)),
                outgoing.routes());
        assertEquals(new AskPace(Duration.ofMinutes(30), 5, false), outgoing.asking());
    }

    @Test
    void wrongValuesAreRefusedWithAWayOut() {
        bad("hostname: gw.clinic.example", "hostname: gw", "full host name");
        bad("hostname: gw.clinic.example", "hostname: \"\"", "not a domain name");
        bad("hostname: gw.clinic.example", "hostname:", "has no value");
        bad("hostname: gw.clinic.example", "hostname: ${HOST}", "not a domain name");
        bad(
                "hostname: gw.clinic.example",
                "hostnam: gw.clinic.example",
                "did you mean \"hostname\"?");
        bad("hostname: gw.clinic.example", "hostname: [a.example]", "takes a single value");
        bad("domains: clinic.example", "domains: []", "is empty");
        bad("domains: clinic.example", "domains: [anna@clinic.example]", "behind the @");
        bad("domains: clinic.example", "domains: [ｃlinic.example]", "not a domain name");
        bad("domains: clinic.example", "users: x", "\"domains\" is missing");
        String login = "domains: clinic.example\nauthentication: ";
        bad("domains: clinic.example", login + "{ port: 993 }", "\"host\" is missing");
        bad("domains: clinic.example", login + "{ host: a.example, tls: none }", "passwords");
        bad(
                "domains: clinic.example",
                login + "{ host: a.example, domain: b.example }",
                "not one of the clinic's domains");
        bad("domains: clinic.example", login + "{ host: a.example, protocol: pop3 }", "protocol");
        for (String folders : List.of("Sent", "inbox", "a/b", "\"*\"", "\"a\\tb\"")) {
            bad(
                    "domains: clinic.example",
                    login + "{ host: a.example, folders: " + folders + " }",
                    "folders");
        }
        bad(
                "domains: clinic.example",
                login + "{ host: a.example, protocol: smtp, folders: Clinic }",
                "below one name");
        bad("domains: clinic.example", "domains: clinic.example\npostmaster: it", "not an address");
        bad(
                "domains: clinic.example",
                "domains: clinic.example\npostmaster: it@other.example",
                "in the house");
        bad("[10.0.0.0/8]", "[10.0.0.1/8]", "did you mean 10.0.0.0/8?");
        bad("[10.0.0.0/8]", "[0.0.0.0/0]", "the whole world");
        bad("[10.0.0.0/8]", "[mail.clinic.example]", "not a network");
        bad("[10.0.0.0/8]", "[10.0.0.0/33]", "to 32");
        bad("[10.0.0.0/8]", "[]", "is empty");
        bad("{ networks: [10.0.0.0/8] }", "{ port: 25 }", "\"networks\" is missing");
        bad("{ networks: [10.0.0.0/8] }", "25", "a section with keys");
        bad("{ relay: { networks: [10.0.0.0/8] } }", "{}", "no listener is named");
        bad("{ relay: { networks: [10.0.0.0/8] } }", "{ smtp: { port: 25 } }", "known here: sub");
        bad("{ relay:", "{ inbound: { port: 0 }, relay:", "from 1 to 65535");
        bad("{ relay:", "{ inbound: { port: 70000 }, relay:", "from 1 to 65535");
        bad("{ relay:", "{ inbound: { port: \"25\" }, relay:", "remove the quotes");
        bad("{ relay:", "{ inbound: { address: localhost }, relay:", "not an IP address");
        bad("{ relay:", "{ inbound: { address: 1.2.3.4.5 }, relay:", "not an IP address");
        bad("{ relay:", "{ submission: {}, relay:", "need a certificate");
        bad("{ relay:", "{ pickup: { url: https://a.example }, relay:", "need a certificate");
        bad("{ relay:", "{ pickup: { url: http://a.example }, relay:", "https://");
        bad("{ relay:", "{ pickup: { url: https://a.example/x }, relay:", "must end behind");
        bad("{ relay:", "{ pickup: { url: https://u@a.example }, relay:", "not a web address");
        bad("{ relay:", "{ pickup: { url: \"https://a b\" }, relay:", "not a web address");
        bad("{ relay:", "{ pickup: { url: https://a.example, tls: yes }, relay:", "unknown word");
        bad("phone: 555 010 0199", "phone: call us", "not a phone number");
        bad("name: Clinic", "name: \"a\\nb\"", "one line");
        bad("name: Clinic,", "name: Clinic, colour: red,", "not a colour");
        bad("name: Clinic,", "name: Clinic, colour: \"#ffff00\",", "too light");
        bad("name: Clinic,", "name: Clinic, language: fr,", "known here: en, es");
    }

    @Test
    void mailMayLeaveByMx() {
        String smart = "smart-host: { host: 192.0.2.1 }";
        String dns = "dns: { servers: [127.0.0.1, \"::1\"], port: 5353, validates: true }";
        String byMx =
                LEAST.replace(
                        smart, "outgoing: mx\n" + dns + "\nmx: { private-networks: [10.0.0.0/8] }");
        GatewayConfig.Outgoing outgoing = Accepted.value(read(byMx)).outgoing();
        assertNull(outgoing.smartHost());
        assertEquals(
                new GatewayConfig.Mx(
                        new GatewayConfig.Dns(List.of("127.0.0.1", "::1"), 5353, true),
                        List.of("10.0.0.0/8")),
                outgoing.mx());
        assertEquals(
                new GatewayConfig.Mx(new GatewayConfig.Dns(List.of(), 53, false), List.of()),
                Accepted.value(read(LEAST)).outgoing().mx());
        bad(smart, "outgoing: mx\n" + smart, "nothing goes by it");
        bad(smart, "outgoing: direct", "unknown word");
        bad(smart, "outgoing: smart-host", "\"smart-host\" is missing");
        bad(smart, smart + "\ndns: { servers: [ns.example] }", "is not an IP address");
        bad(smart, smart + "\ndns: { validates: true }", "run a validating resolver");
        bad(
                smart,
                smart + "\ndns: { servers: [192.0.2.53], validates: true }",
                "run a validating resolver");
        bad(smart, smart + "\nmx: { private-networks: [0.0.0.0/0] }", "whole world");
    }

    private void directories(String smart) {
        String least = "hosts: [ldap.a.example], base: \"dc=a\", domains: [a.example]";
        LdapServer usual = ldap(least);
        assertEquals(LdapServer.Security.LDAPS, usual.security());
        assertEquals(636, usual.port());
        assertEquals(MailFilter.USUAL, usual.filter());
        assertEquals(Duration.ofSeconds(5), usual.deadline());
        assertEquals(389, ldap(least + ", tls: starttls").port());
        assertEquals(
                LdapServer.Security.PLAIN,
                ldap(least.replace("ldap.a.example", "127.0.0.1") + ", tls: none").security());
        String bad = smart + "\npki: { ldap: [{ " + least + ", %s }] }";
        bad(smart, bad.formatted("tls: none"), "in between");
        bad(smart, bad.formatted("user: \"cn=a\""), "belong together");
        bad(smart, bad.formatted("filter: \"(mail=ann)\""), "no filter for a mail address");
        bad(smart, bad.formatted("deadline-seconds: 31"), "from 1 to 30");
        bad(smart, smart + "\npki: { ldap: [{ hosts: [a.example], base: b }] }", "domains");
    }

    private LdapServer ldap(String keys) {
        return Accepted.value(read(LEAST + "\npki: { ldap: [{ " + keys + " }] }"))
                .outgoing()
                .pki()
                .ldap()
                .getFirst();
    }

    @Test
    void authoritiesAreAskedAsTheFileSays() {
        GatewayConfig.Pki usual = Accepted.value(read(LEAST)).outgoing().pki();
        assertEquals(
                new GatewayConfig.Pki(
                        GatewayConfig.RevocationCheck.WHEN_AVAILABLE,
                        Duration.ofHours(24),
                        Duration.ofHours(4),
                        new GatewayConfig.Fetch(List.of(), Set.of(80, 443)),
                        null,
                        Set.of(),
                        List.of(),
                        GatewayConfig.SignersCertificates.REVIEWED,
                        false,
                        false),
                usual);
        String all =
                "pki: { revocation: require, grace-hours: 0, wait-hours: 96,"
                        + " fetch: { allow: [10.0.0.0/8], ports: [80, 8080] },"
                        + " crl: { url: http://clinic.example/crl/ }, signers: anchored,"
                        + " post-quantum: true, patients-may-ask-for-keys: true }\n"
                        + "postmaster: it@clinic.example";
        assertEquals(
                new GatewayConfig.Pki(
                        GatewayConfig.RevocationCheck.REQUIRE,
                        Duration.ZERO,
                        Duration.ofDays(4),
                        new GatewayConfig.Fetch(List.of("10.0.0.0/8"), Set.of(80, 8080)),
                        java.net.URI.create("http://clinic.example/crl/"),
                        Set.of(),
                        List.of(),
                        GatewayConfig.SignersCertificates.ANCHORED,
                        true,
                        true),
                Accepted.value(read(LEAST + "\n" + all)).outgoing().pki());
        String smart = "smart-host: { host: 192.0.2.1 }";
        bad(smart, smart + "\npki: { revocation: maybe }", "unknown word");
        bad(smart, smart + "\npki: { patients-may-ask-for-keys: true }", "nobody would hear of it");
        bad(smart, smart + "\npki: { wait-hours: 97 }", "from 0 to 96");
        bad(smart, smart + "\npki: { fetch: { allow: [0.0.0.0/0] } }", "whole world");
        bad(smart, smart + "\npki: { fetch: { ports: [0] } }", "from 1 to 65535");
        bad(smart, smart + "\npki: { crl: { url: http://a.example/crl } }", "with a slash");
        assertEquals(
                Set.of(new Domain("a.example")),
                Accepted.value(read(LEAST + "\npki: { smimea: { domains: [a.example] } }"))
                        .outgoing()
                        .pki()
                        .smimea());
        directories(smart);
        bad(smart, smart + "\npki: { crl: { url: ftp://a.example/ } }", "not a web address");
        bad(smart, smart + "\npki: { crl: { url: http://u@a.example/ } }", "not a web address");
    }

    @Test
    void wrongServersAreRefused() {
        String host = "host: mail.clinic.example";
        bad(host, "host: \"mail.clinic.example:25\"", "key of its own");
        bad(host, host + ", tls: on", "unknown word \"on\"");
        bad(host, host + ", tls: verifed", "did you mean \"verified\"?");
        bad(host, host + ", trust: nowhere.pem", "there is no file");
        bad(host, host + ", user: u", "unknown key \"user\"");
        String smart = "host: 192.0.2.1";
        bad(smart, smart + ", user: u", "belong together");
        bad(smart, smart + ", password-file: p", "belong together");
        bad(smart, smart + ", user: u, password-file: p, tls: none", "not verified");
        bad(smart, smart + ", user: u, password-file: p, tls: opportunistic", "not verified");
        more(
                "routes: [ { domain: a.example, host: b.example, tls: none } ]",
                "write tls: verified");
        more(
                "routes: [ { domain: a.example, host: b.example, pins: [4ac1] } ]",
                "is not the SHA-256 of a key");
        more("routes: [ { domain: a.example } ]", "\"host\" is missing");
        more("routes: [ { domain: [a.example, a.example], host: b.example } ]", "stands above");
        more("routes: []", "is empty");
        more("routes: [ x ]", "a section with keys");
        more("routes: { a: b }", "unknown key \"a\"");
    }

    @Test
    void wrongLimitsAreRefused() {
        more("limits: { message: 25 MB }", "did you mean 25 MiB?");
        more("limits: { message: 25 }", "write it like 25 MiB");
        more("limits: { message: 101 MiB }", "from 64 KiB to 100 MiB");
        more("limits: { message: 1 KiB }", "from 64 KiB to 100 MiB");
        more("limits: { message: 1 parsec }", "unknown unit");
        more("limits: { message: -1 MiB }", "not a size");
        more("limits: { recipients: 99 }", "from 100 to 10000");
        more("limits: { recipients: many }", "not a number");
        more("limits: { connections: 99999999999 }", "not a number");
        more("pickup: { link-days: 30, keep-days: 29 }", "less than link-days");
        more("pickup: { link-days: 0 }", "from 1 to 90");
        more("keys: { keystore: \"a\\0b\" }", "not a file name");
        more("keys: x", "a section with keys");
        more("surprise: 1", "unknown key \"surprise\"");
    }

    @Test
    void allErrorsAreFoundInOneRun() {
        String wrong =
                LEAST.replace("gw.clinic.example", "gw")
                        .replace("10.0.0.0/8", "x")
                        .replace("555 010 0199", "y")
                        .replace("192.0.2.1", "a b");
        assertEquals(
                List.of(1, 3, 4, 6), read(wrong).problems().stream().map(e -> e.line()).toList());
    }

    @Test
    void plainHttpIsAllowedOnThisMachine() {
        String local = "{ pickup: { url: http://localhost:8080, tls: proxy }, relay:";
        GatewayConfig config = Accepted.value(read(LEAST.replace("{ relay:", local)));
        GatewayConfig.PickupEndpoint pickup = config.listeners().pickup();
        assertEquals("http://localhost:8080", pickup == null ? "" : pickup.url());
    }

    @Test
    void thePagesMayGetTheirCertificateThemselves() {
        GatewayConfig config =
                Accepted.value(
                        read(
                                pages(
                                        "https://mail.clinic.example",
                                        "contact: it@clinic.example, agree-to-terms: true")));
        assertEquals(null, config.tls());
        GatewayConfig.PickupEndpoint pickup = config.listeners().pickup();
        assertEquals(
                new GatewayConfig.Acme(
                        URI.create("https://acme-v02.api.letsencrypt.org/directory"),
                        Address.of("it@clinic.example"),
                        null),
                pickup == null ? null : pickup.acme());
        String own =
                "contact: it@clinic.example, agree-to-terms: true, trust: ca.pem,"
                        + " directory: https://ca.clinic.example/acme";
        pickup =
                Accepted.value(read(pages("https://mail.clinic.example:8443", own)))
                        .listeners()
                        .pickup();
        assertEquals(
                new GatewayConfig.Acme(
                        URI.create("https://ca.clinic.example/acme"),
                        Address.of("it@clinic.example"),
                        folder.resolve("ca.pem")),
                pickup == null ? null : pickup.acme());
    }

    @Test
    void anAuthorityNeedsAHostAndConsent() {
        String good = "contact: it@clinic.example, agree-to-terms: true";
        String url = "https://mail.clinic.example";
        refused(pages(url, "contact: it@clinic.example"), "agreed to its terms");
        refused(
                pages(url, "contact: it@clinic.example, agree-to-terms: false"),
                "agreed to its terms");
        refused(pages(url, "agree-to-terms: true"), "contact");
        refused(pages("https://192.0.2.1", good), "a host name of the Internet");
        refused(pages("https://localhost", good), "a host name of the Internet");
        refused(pages("http://localhost", good), "a host name of the Internet");
        refused(pages(url, good + ", directory: http://ca.example/"), "asked by https://");
        refused(
                LEAST.replace("{ relay:", "{ pickup: { url: " + url + ", tls: acme }, relay:"),
                "nobody is named who issues");
    }

    /// Without a type an ID token would do as well.
    @Test
    void tokensOfAnOlderProviderNeedAScope() {
        String oauth =
                "oauth: { issuer: https://a.example/, audience: p, keys: k.json, token-type: ";
        more(oauth + "jwt }", "told by its scope");
        more(oauth + "id }", "not known here");
        more(oauth + "jwt, scope: mail, addresses: typed }", "not known here");
    }

    private static String pages(String url, String acme) {
        return LEAST.replace(
                "{ relay:",
                "{ pickup: { url: \"" + url + "\", tls: acme, acme: { " + acme + " } }, relay:");
    }

    private void bad(String original, String replacement, String fragment) {
        assertTrue(LEAST.contains(original), original);
        refused(LEAST.replace(original, replacement), fragment);
    }

    private void more(String line, String fragment) {
        refused(LEAST + line + "\n", fragment);
    }

    private void refused(String yaml, String fragment) {
        Checked<GatewayConfig> checked = read(yaml);
        assertFalse(checked.problems().isEmpty(), "accepted: " + yaml);
        assertTrue(
                checked.problems().stream().anyMatch(e -> e.toString().contains(fragment)),
                fragment + " is not in " + checked.problems());
    }

    private Checked<GatewayConfig> read(String yaml) {
        ConfigErrors errors = new ConfigErrors();
        Optional<GatewayConfig> config =
                YamlParser.parse("gateway.yaml", yaml, errors)
                        .flatMap(root -> new GatewayReader(folder, errors).read(root));
        return Checked.of(config, errors);
    }
}

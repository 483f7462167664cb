package org.postern.ldap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.ldap.LdapServer.Security;
import org.postern.mail.Address;
import org.postern.net.TlsTrust;
import org.postern.pki.Finder;
import org.postern.pki.Identity;
import org.postern.testkit.SlapdPeer;
import org.postern.testkit.TestAuthority;

/// The same with OpenLDAP: what it wants of names of attributes, logins and StartTLS.
class LdapPeersTest {
    private static final String NAME = "ldap.partner.example";
    private static final Address ANN = Address.of("ann@partner.example");
    private static final Address ODD = Address.of("\"o'hara (ann)*\"@partner.example");

    private final TestAuthority authority = TestAuthority.create();

    @Test
    void openLdapIsUnderstood() throws Exception {
        Identity identity = authority.server(NAME);
        X509Certificate ann = TestAuthority.create().person(ANN.toString()).certificate();
        try (SlapdPeer slapd = SlapdPeer.start(identity)) {
            slapd.add(
                    new Entry(
                            SlapdPeer.BASE,
                            new Attribute("objectClass", "dcObject", "organization"),
                            new Attribute("dc", "partner"),
                            new Attribute("o", "Partner")));
            slapd.add(
                    person("ann", ANN, new Attribute("userCertificate;binary", ann.getEncoded())));
            slapd.add(person("odd", ODD, new Attribute("description", "odd")));
            for (Security security : Security.values()) {
                LdapServer server = server(slapd, security, SlapdPeer.LOGIN);
                Finder.Looked looked =
                        new LdapFinder(directory(server), server, Duration.ZERO).look(ANN);
                assertEquals(
                        new Finder.Looked.Known(List.of(ann), "the directory " + NAME), looked);
            }
            LdapServer server = server(slapd, Security.STARTTLS, SlapdPeer.LOGIN);
            LdapDirectory.Answer.Known odd =
                    assertInstanceOf(
                            LdapDirectory.Answer.Known.class,
                            directory(server).ask(ODD, Set.of("description")));
            assertEquals(List.of("odd"), odd.entries().getFirst().texts("description"));
            assertEquals(
                    new LdapDirectory.Answer.Known(List.of()),
                    directory(server).ask(Address.of("*@partner.example"), Set.of("description")));
            LdapServer stranger = server(slapd, Security.LDAPS, "cn=nobody");
            LdapDirectory.Answer.Unknown refused =
                    assertInstanceOf(
                            LdapDirectory.Answer.Unknown.class,
                            directory(stranger).ask(ANN, Set.of("mail")));
            assertTrue(refused.reason().contains("invalid credentials"), refused.reason());
        }
    }

    private static Entry person(String name, Address address, Attribute more) {
        return new Entry(
                "cn=" + name + "," + SlapdPeer.BASE,
                new Attribute("objectClass", "inetOrgPerson"),
                new Attribute("cn", name),
                new Attribute("sn", name),
                new Attribute("mail", address.toString()),
                more);
    }

    private static LdapServer server(SlapdPeer slapd, Security security, String login) {
        return new LdapServer(
                List.of(NAME),
                security == Security.LDAPS ? slapd.tls() : slapd.plain(),
                security,
                SlapdPeer.BASE,
                MailFilter.USUAL,
                new LdapServer.Login(login, Path.of("password")),
                null,
                Set.of(ANN.domain()),
                Duration.ofSeconds(10));
    }

    private LdapDirectory directory(LdapServer server) {
        return new ServerDirectory(
                server,
                new ServerDirectory.Means(
                        _ -> List.of(InetAddress.getLoopbackAddress()),
                        TlsTrust.of(
                                List.of(authority.authority().certificate()), Clock.systemUTC()),
                        () -> SlapdPeer.PASSWORD));
    }
}

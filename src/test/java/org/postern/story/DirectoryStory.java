package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.testkit.OpensslCms;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.TestAuthority;

/// A partner's people stand in a directory: mail to them is encrypted without a file, and waits
/// while the directory is silent.
class DirectoryStory {
    private static final String ANN = "ann@partner.example";
    private static final String BOB = "bob@partner.example";
    private static final String BASE = "dc=partner,dc=example";
    private static final String RULE =
            """
              - name: partners with certificates
                when: { recipient: { domain: partner.example } }
                then: { protect: [smime], otherwise: hold }
            """;
    private static final String MESSAGE =
            "From: Anna <%s>\r\nSubject: Results\r\nMIME-Version: 1.0\r\n\r\nAll is well.\r\n"
                    .formatted(StagedClinic.ANNA);

    @TempDir Path home;

    @Test
    void whoStandsInTheDirectoryIsEncryptedTo() throws Exception {
        OpensslCms openssl = OpensslCms.in(home);
        TestAuthority root = TestAuthority.create();
        Identity ann = root.person(ANN, KeyKind.RSA_2048);
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig(
                        "ldap", InetAddress.getLoopbackAddress(), 0, null));
        InMemoryDirectoryServer directory = new InMemoryDirectoryServer(config);
        directory.startListening();
        directory.add(new Entry(BASE, new Attribute("objectClass", "domain")));
        directory.add(
                new Entry(
                        "cn=ann," + BASE,
                        new Attribute("objectClass", "inetOrgPerson"),
                        new Attribute("mail", ANN),
                        new Attribute("userCertificate;binary", ann.certificate().getEncoded())));
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none");
            Path partners = staged.clinic().config().resolve("partners");
            Pem.write(
                    partners.resolve("anchors/partner.pem"),
                    List.of(root.authority().certificate()));
            staged.settings(
                            """
                            pki:
                              ldap:
                                - hosts: [127.0.0.1]
                                  tls: none
                                  port: %d
                                  base: "%s"
                                  domains: [partner.example]
                            """
                                    .formatted(directory.getListenPort(), BASE))
                    .rules(RULE)
                    .open();
            try (MailClient doctor = staged.submission()) {
                taken(doctor.offer(List.of(ANN), MESSAGE));
                await("the copy", () -> sink.taken().size() == 1);
                byte[] opened = openssl.decrypt(sink.taken().getFirst().content(), ann);
                assertTrue(new String(opened, StandardCharsets.US_ASCII).contains("All is well."));

                directory.shutDown(true);
                taken(doctor.offer(List.of(BOB), MESSAGE));
                staged.awaitAudit(BOB, "delayed", "the directory 127.0.0.1");
                assertEquals(1, sink.taken().size());
            }
        } finally {
            directory.shutDown(true);
        }
    }

    private static void taken(String reply) {
        assertTrue(reply.startsWith("250"), reply);
    }
}

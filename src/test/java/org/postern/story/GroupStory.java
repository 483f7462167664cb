package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.SmtpSink;

/// A rule asks for a group of the clinic's directory: members go its way, others go another, and
/// while the directory is silent nothing is taken that hangs on it.
class GroupStory {
    private static final String BASE = "dc=mapleclinic,dc=example";
    private static final String BILLING = "cn=billing," + BASE;
    private static final String RULES =
            """
              - name: temps
                when:
                  originator: { group: "cn=temps,dc=mapleclinic,dc=example" }
                  recipient: { domain: stmary.example }
                then: { deliver: unprotected }
              - name: staff
                when: { recipient: { group: billing }, subject: { tag: staff } }
                then: { deliver: internal }
              - name: billing office
                when: { originator: { group: billing } }
                then: { deliver: unprotected }
            """;
    private static final String MESSAGE =
            "From: Anna <%s>\r\nSubject: %s\r\nMIME-Version: 1.0\r\n\r\nFrom 8 to 4.\r\n";

    @TempDir Path home;

    @Test
    void membersGoTheWayOfTheirGroup() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig(
                        "ldap", InetAddress.getLoopbackAddress(), 0, null));
        InMemoryDirectoryServer directory = new InMemoryDirectoryServer(config);
        directory.startListening();
        int port = directory.getListenPort();
        directory.add(new Entry(BASE, new Attribute("objectClass", "domain")));
        directory.add(new Entry(BILLING, new Attribute("objectClass", "groupOfNames")));
        directory.add(
                new Entry(
                        "cn=anna," + BASE,
                        new Attribute("objectClass", "inetOrgPerson"),
                        new Attribute("mail", StagedClinic.ANNA),
                        new Attribute("memberOf", BILLING)));
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none");
            staged.settings(
                            """
                            directory:
                              hosts: [127.0.0.1]
                              tls: none
                              port: %d
                              base: "%s"
                              groups: [ { name: billing, dn: "%s" } ]
                            """
                                    .formatted(port, BASE, BILLING))
                    .rules(RULES)
                    .open();
            try (MailClient anna = staged.submission()) {
                assertTakes("250", anna, StagedClinic.MARIA, "Hours");
                await("the copy", () -> sink.taken().size() == 1);
                String accepted = staged.awaitAudit("accepted");
                assertTrue(accepted.contains("billing office"), accepted);

                // That group is not there: who belongs to it cannot be said.
                assertTakes("250", anna, StagedClinic.CHIDI, "Hours");
                staged.awaitAudit("held", "who belongs to it is not known");

                directory.shutDown(true);
                assertTakes("451 4.4.3", anna, StagedClinic.SAM, "[staff] Hours");
                staged.awaitAudit("refused", "4.4.3");
                // That she belongs to it is known for a while.
                assertTakes("250", anna, StagedClinic.MARIA, "Hours");
                await("the copy", () -> sink.taken().size() == 2);
            }
        } finally {
            directory.shutDown(true);
        }
    }

    private static void assertTakes(String reply, MailClient from, String to, String subject)
            throws IOException {
        String said = from.offer(to, MESSAGE.formatted(StagedClinic.ANNA, subject));
        assertTrue(said.startsWith(reply), said);
    }
}

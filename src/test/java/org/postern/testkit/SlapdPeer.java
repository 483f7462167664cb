package org.postern.testkit;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.postern.demo.SampleClinic;
import org.postern.pki.Identity;
import org.postern.pki.Pem;

/// A real directory, OpenLDAP's slapd, on loopback ports: one with TLS from the first octet, one
/// with StartTLS. It tells nobody anything who has not logged in.
public final class SlapdPeer implements AutoCloseable {
    public static final String BASE = "dc=partner,dc=example";
    public static final String LOGIN = "cn=postern," + BASE;
    public static final String PASSWORD = "open sesame";

    private static final Duration START_MAX = Duration.ofMinutes(2);

    private static final String SETTINGS =
            """
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            modulepath /usr/lib/ldap
            moduleload back_mdb
            %6$spidfile %1$s/pid
            TLSCertificateFile %1$s/certificate.pem
            TLSCertificateKeyFile %1$s/key.pem
            database mdb
            suffix "%2$s"
            rootdn "%3$s"
            rootpw "%4$s"
            directory %1$s/db
            %5$saccess to * by anonymous auth by users read
            """;

    private final Path folder;
    private final int tls;
    private final int plain;
    private final Process process;

    private SlapdPeer(Path folder, int tls, int plain, Process process) {
        this.folder = folder;
        this.tls = tls;
        this.plain = plain;
        this.process = process;
    }

    /// @param identity what it shows
    public static SlapdPeer start(Identity identity) throws IOException {
        return start(identity, "", "");
    }

    /// The same, where each person's entry says of which groups it is.
    public static SlapdPeer withMemberOf(Identity identity) throws IOException {
        return start(identity, "moduleload memberof\n", "overlay memberof\n");
    }

    private static SlapdPeer start(Identity identity, String module, String overlay)
            throws IOException {
        Path program = Peers.program("slapd");
        Path folder = Files.createTempDirectory("slapd-peer");
        Files.createDirectory(folder.resolve("db"));
        Pem.write(folder.resolve("certificate.pem"), identity.chain());
        Pem.write(folder.resolve("key.pem"), identity.key());
        Path settings = folder.resolve("slapd.conf");
        Files.writeString(
                settings, SETTINGS.formatted(folder, BASE, LOGIN, PASSWORD, overlay, module));
        int tls = SampleClinic.Ports.one();
        int plain = SampleClinic.Ports.one();
        String places = "ldaps://127.0.0.1:%d/ ldap://127.0.0.1:%d/".formatted(tls, plain);
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "-d",
                                "0",
                                "-h",
                                places,
                                "-f",
                                settings.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        SlapdPeer peer = new SlapdPeer(folder, tls, plain, process);
        if (!PostfixPeer.waitFor(() -> PostfixPeer.listens(plain) || !process.isAlive(), START_MAX)
                || !process.isAlive()) {
            String log = Files.readString(folder.resolve("log"));
            peer.close();
            throw new IOException("slapd did not start: " + log);
        }
        return peer;
    }

    /// The port with TLS from the first octet.
    public int tls() {
        return tls;
    }

    /// The port on which TLS begins later, if at all.
    public int plain() {
        return plain;
    }

    /// Puts an entry into it.
    public void add(Entry entry) throws LDAPException {
        try (LDAPConnection connection = new LDAPConnection("127.0.0.1", plain, LOGIN, PASSWORD)) {
            connection.add(entry);
        }
    }

    /// Ends it by its own process id and removes its folder.
    @Override
    public void close() throws IOException {
        process.destroy();
        if (!PostfixPeer.waitFor(() -> !process.isAlive(), START_MAX)) {
            process.destroyForcibly();
        }
        PostfixPeer.delete(folder);
    }
}

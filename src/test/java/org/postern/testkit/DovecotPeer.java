package org.postern.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.postern.demo.SampleClinic;
import org.postern.pki.Identity;
import org.postern.pki.Pem;

/// A real Dovecot with one mailbox, on two loopback ports: IMAP with STARTTLS, and under TLS. It
/// has its own folder and shares nothing with one that the machine runs. It needs root.
public final class DovecotPeer implements AutoCloseable {
    private static final int STOP_SECONDS_MAX = 20;

    /// Connections of one user from one address, where their number is not what is tested.
    private static final int CONNECTIONS_MAX = 6_000;

    private static final String SETTINGS =
            """
            protocols = imap
            listen = 127.0.0.1
            base_dir = %1$s/run
            state_dir = %1$s/state
            log_path = %1$s/log
            ssl = required
            ssl_cert = <%1$s/certificate.pem
            ssl_key = <%1$s/key.pem
            disable_plaintext_auth = yes
            auth_mechanisms = plain
            auth_failure_delay = 0
            mail_location = maildir:%1$s/mail/%%u
            mail_max_userip_connections = %4$d
            service imap-login {
              service_count = 0
              process_min_avail = 1
              client_limit = 7000
              inet_listener imap {
                port = %2$d
              }
              inet_listener imaps {
                port = %3$d
                ssl = yes
              }
            }
            service imap {
              process_limit = 6000
            }
            default_client_limit = 7000
            passdb {
              driver = passwd-file
              args = scheme=PLAIN username_format=%%u %1$s/users
            }
            userdb {
              driver = static
              args = uid=nobody gid=nogroup home=%1$s/mail/%%u
            }
            """;

    private final Path folder;
    private final int imapPort;
    private final int imapsPort;
    private final Process process;

    private DovecotPeer(Path folder, int imapPort, int imapsPort, Process process) {
        this.folder = folder;
        this.imapPort = imapPort;
        this.imapsPort = imapsPort;
        this.process = process;
    }

    public static DovecotPeer start(Identity identity, String user, String password)
            throws IOException {
        return start(identity, user, password, CONNECTIONS_MAX);
    }

    /// @param connections of one user from one address
    public static DovecotPeer start(
            Identity identity, String user, String password, int connections) throws IOException {
        Path program = Peers.program("dovecot");
        Peers.root();
        Path folder = Files.createTempDirectory("dovecot-peer");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path mail = Files.createDirectory(folder.resolve("mail"));
        Files.setPosixFilePermissions(mail, PosixFilePermissions.fromString("rwxrwxrwx"));
        Pem.write(folder.resolve("key.pem"), identity.key());
        Files.writeString(folder.resolve("certificate.pem"), Pem.of(identity.chain()));
        Files.writeString(folder.resolve("users"), user + ":" + password + "::::::\n");
        int imap = SampleClinic.Ports.one();
        int imaps = SampleClinic.Ports.one();
        Path settings = folder.resolve("dovecot.conf");
        Files.writeString(
                settings,
                SETTINGS.formatted(folder, imap, imaps, connections),
                StandardOpenOption.CREATE_NEW);
        Process process =
                new ProcessBuilder(program.toString(), "-F", "-c", settings.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("out").toFile())
                        .start();
        DovecotPeer peer = new DovecotPeer(folder, imap, imaps, process);
        if (!PostfixPeer.waitForPort(imap, process)) {
            String said = peer.log();
            peer.close();
            throw new AssertionError("Dovecot did not start: " + said);
        }
        return peer;
    }

    public int imapPort() {
        return imapPort;
    }

    public int imapsPort() {
        return imapsPort;
    }

    /// Where the mailbox lies, as a Maildir that it has not looked into yet.
    public Path maildir(String user) {
        return folder.resolve("mail").resolve(user);
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    /// What it has said, for the message of a test that fails.
    public String log() throws IOException {
        StringBuilder said = new StringBuilder();
        for (String file : new String[] {"out", "log"}) {
            Path path = folder.resolve(file);
            said.append(Files.exists(path) ? Files.readString(path) : "");
        }
        return said.toString();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        PostfixPeer.delete(folder);
    }
}

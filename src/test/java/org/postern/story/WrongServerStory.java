package org.postern.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.net.TlsMaterial;
import org.postern.pki.Identity;
import org.postern.pki.Pem;
import org.postern.testkit.Peers;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// Mail programs that are set up as the documentation says tell nothing to a server that shows the
/// certificate of another authority, or one for another name. So that this can fail, each of them
/// logs in where the certificate is the right one.
@Timeout(120)
class WrongServerStory {
    private static final String USER = "anna@clinic.example";
    private static final String PASSWORD = "a long demo password";
    private static final int PROGRAM_SECONDS_MAX = 120;
    private static final int SILENCE_MILLIS_MAX = 10_000;
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TestAuthority STRANGER = TestAuthority.create();

    @TempDir Path home;

    @Test
    void muttTellsNothingToAWrongServer() throws Exception {
        refuses(this::mutt);
    }

    @Test
    void offlineimapTellsNothingToAWrongServer() throws Exception {
        refuses(this::offlineimap);
    }

    private void refuses(IntFunction<List<String>> program) throws Exception {
        String told = heard(AUTHORITY.server("localhost"), program);
        assertTrue(told.matches("(?s).*\\w+ (LOGIN|AUTHENTICATE) .*"), told);
        assertEquals("", heard(STRANGER.server("localhost"), program), "another authority");
        assertEquals("", heard(AUTHORITY.server("imap.other.example"), program), "another name");
    }

    /// What a server hears of a program that it lets in no further than to its log-in.
    private String heard(Identity shown, IntFunction<List<String>> program) throws Exception {
        try (Listening server = new Listening(TestTls.server(shown))) {
            run(program.apply(server.port()));
            assertNotEquals(0, server.clients(), "it did not even come");
            return server.heard();
        }
    }

    private List<String> mutt(int port) {
        Path settings =
                settings(
                        """
                        set folder = "imaps://localhost:%d/"
                        set spoolfile = "imaps://localhost:%d/INBOX"
                        set imap_user = "%s"
                        set imap_pass = "%s"
                        set ssl_ca_certificates_file = "%s"
                        set certificate_file = "%s"
                        set ssl_force_tls = yes
                        set connect_timeout = 10
                        set quit = yes
                        push "<exit>"
                        """
                                .formatted(
                                        port,
                                        port,
                                        USER,
                                        PASSWORD,
                                        authority(),
                                        home.resolve("nobody-was-accepted-by-hand")));
        return List.of(
                Peers.program("script").toString(),
                "--quiet",
                "--command",
                Peers.program("mutt") + " -F " + settings,
                "/dev/null");
    }

    private List<String> offlineimap(int port) {
        Path settings =
                settings(
                        """
                        [general]
                        accounts = clinic
                        metadata = %s
                        socktimeout = 10

                        [Account clinic]
                        localrepository = near
                        remoterepository = far

                        [Repository near]
                        type = Maildir
                        localfolders = %s

                        [Repository far]
                        type = IMAP
                        remotehost = localhost
                        remoteport = %d
                        ssl = yes
                        sslcacertfile = %s
                        remoteuser = %s
                        remotepass = %s
                        retrycount = 1
                        """
                                .formatted(
                                        home.resolve("state"),
                                        home.resolve("mail"),
                                        port,
                                        authority(),
                                        USER,
                                        PASSWORD));
        return List.of(
                Peers.program("offlineimap").toString(),
                "-o",
                "-u",
                "basic",
                "-c",
                settings.toString());
    }

    private Path settings(String text) {
        return written("settings", text);
    }

    private Path authority() {
        return written("authority.pem", Pem.of(List.of(AUTHORITY.authority().certificate())));
    }

    private Path written(String name, String text) {
        try {
            return Files.writeString(home.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    /// However it ends: what counts is what it has said. A person who is asked rejects the
    /// certificate, with the key that mutt has for it.
    private void run(List<String> command) throws IOException, InterruptedException {
        Path said = home.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(written("keys", "r").toFile())
                        .redirectOutput(said.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("TERM", "xterm");
        Process process = builder.start();
        boolean ended = process.waitFor(PROGRAM_SECONDS_MAX, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertTrue(ended, () -> "no end: " + command.getFirst() + " said " + text(said));
    }

    private static String text(Path said) {
        try {
            return Files.readString(said, ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Takes connections under TLS, says what an IMAP server says before a log-in, and keeps all
    /// lines that it is told behind the TLS handshake.
    private static final class Listening implements AutoCloseable {
        private final ServerSocket socket =
                new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final TlsMaterial tls;
        private final Queue<String> heard = new ConcurrentLinkedQueue<>();
        private final AtomicInteger clients = new AtomicInteger();
        private final Thread accepting;

        Listening(TlsMaterial tls) throws IOException {
            this.tls = tls;
            this.accepting = Thread.startVirtualThread(this::accept);
        }

        int port() {
            return socket.getLocalPort();
        }

        int clients() {
            return clients.get();
        }

        String heard() {
            return String.join("\n", heard);
        }

        /// One after the other, so that whatever a program said is kept before it goes on.
        private void accept() {
            while (!socket.isClosed()) {
                try (Socket client = socket.accept()) {
                    clients.incrementAndGet();
                    client.setSoTimeout(SILENCE_MILLIS_MAX);
                    speak(client);
                } catch (IOException _) {
                    // A client that does not trust this server hangs up, or the test is over.
                }
            }
        }

        private void speak(Socket client) throws IOException {
            try (SSLSocket secured = tls.over(client);
                    BufferedReader in =
                            new BufferedReader(
                                    new InputStreamReader(secured.getInputStream(), ISO_8859_1))) {
                secured.startHandshake();
                OutputStream out = secured.getOutputStream();
                say(out, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready");
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    heard.add(line);
                    String tag = line.split(" ", 2)[0];
                    boolean asked = line.toUpperCase(Locale.ROOT).endsWith("CAPABILITY");
                    if (asked) {
                        say(out, "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR");
                    }
                    say(out, tag + (asked ? " OK that was all" : " NO not here"));
                }
            }
        }

        private static void say(OutputStream out, String line) throws IOException {
            out.write((line + "\r\n").getBytes(ISO_8859_1));
            out.flush();
        }

        @Override
        public void close() throws IOException {
            socket.close();
            try {
                accepting.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

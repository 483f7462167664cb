package org.postern.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.demo.SampleClinic;
import org.postern.pki.Identity;
import org.postern.pki.Pem;

/// A real Postfix on a loopback port, with its own folder for configuration and queue, so that it
/// shares nothing with one that the machine runs. It needs root, as Postfix always does.
///
/// ```java
/// try (PostfixPeer clinic = PostfixPeer.relaying(gatewayPort)) { … clinic.port() … }
/// try (PostfixPeer partner = PostfixPeer.keeping(identity)) { … partner.await(1, time) … }
/// ```
public final class PostfixPeer implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);

    /// Who owns the mailboxes: `nobody` on Debian.
    private static final int OWNER = 65_534;

    private static final String SERVICES =
            """
            127.0.0.1:%d inet n - n - - smtpd
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            relay unix - - n - - smtp
            showq unix n - n - - showq
            error unix - - n - - error
            retry unix - - n - - error
            discard unix - - n - - discard
            virtual unix - n n - - virtual
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd
            """;

    private static final String SETTINGS =
            """
            compatibility_level = 3.6
            queue_directory = %1$s/queue
            data_directory = %1$s/data
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            mail_owner = postfix
            setgid_group = postdrop
            maillog_file = %1$s/log
            maillog_file_prefixes = %1$s
            myhostname = postfix.example
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            smtp_host_lookup = native
            mynetworks = 127.0.0.0/8
            local_header_rewrite_clients =
            mydestination =
            alias_maps =
            alias_database =
            minimal_backoff_time = 1s
            maximal_backoff_time = 2s
            queue_run_delay = 1s
            smtpd_client_connection_rate_limit = 0
            smtpd_client_connection_count_limit = 0
            message_size_limit = 104857600
            virtual_mailbox_limit = 0
            """;

    private final Path folder;
    private final int port;
    private final Process process;

    private PostfixPeer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// Takes mail of everybody on this machine and relays all of it to a loopback port.
    ///
    /// @param more further lines of `main.cf`, such as `smtp_tls_security_level = encrypt`
    public static PostfixPeer relaying(int nextHop, String... more) throws IOException {
        return start("relayhost = [127.0.0.1]:" + nextHop + "\n" + lines(more), null);
    }

    /// Takes mail for everybody, offers STARTTLS with this identity, and keeps what it took.
    ///
    /// @param more further lines of `main.cf`, such as `smtpd_tls_security_level = encrypt`
    public static PostfixPeer keeping(Identity identity, String... more) throws IOException {
        String settings =
                """
                smtpd_tls_security_level = may
                smtpd_tls_chain_files = FOLDER/tls.pem
                virtual_mailbox_domains = static:ALL
                virtual_mailbox_base = FOLDER/mail
                virtual_mailbox_maps = static:all/
                virtual_uid_maps = static:%1$d
                virtual_gid_maps = static:%1$d
                """
                        .formatted(OWNER);
        return start(settings + lines(more), identity);
    }

    public int port() {
        return port;
    }

    /// The messages that it kept: CRLF line ends, its own trace fields in front.
    public List<String> messages() throws IOException {
        Path arrived = folder.resolve("mail/all/new");
        if (!Files.isDirectory(arrived)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(arrived)) {
            return files.sorted().map(PostfixPeer::read).toList();
        }
    }

    /// Waits until it has kept so many messages.
    ///
    /// @throws AssertionError if it has not, within the time; with its log
    public List<String> await(int count, Duration most) throws IOException {
        if (!waitFor(() -> kept() >= count, most)) {
            throw new AssertionError(kept() + " messages, and not " + count + "\n" + log());
        }
        return messages();
    }

    /// Waits until its log holds these words.
    ///
    /// @throws AssertionError if it does not, within the time; with the log
    public void awaitLog(String words, Duration most) throws IOException {
        if (!waitFor(() -> readLog().contains(words), most)) {
            throw new AssertionError("no \"" + words + "\" in the log:\n" + log());
        }
    }

    private String readLog() {
        try {
            return log();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it wrote to its log so far.
    public String log() throws IOException {
        Path log = folder.resolve("log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /// Ends it by its own process id and removes its folder.
    @Override
    public void close() throws IOException {
        ProcessHandle master = ProcessHandle.of(masterPid()).orElse(process.toHandle());
        master.destroy();
        if (!waitFor(() -> !master.isAlive() && !process.isAlive(), STOP_MAX)) {
            master.destroyForcibly();
            process.destroyForcibly();
        }
        delete(folder);
    }

    private static PostfixPeer start(String settings, @Nullable Identity identity)
            throws IOException {
        Path program = Peers.program("postfix");
        Peers.root();
        Path folder = Files.createTempDirectory("postfix-peer");
        // The parts of Postfix run as other users and have to get in.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = SampleClinic.Ports.one();
        for (String name : List.of("conf", "queue", "data", "mail")) {
            Files.createDirectory(folder.resolve(name));
        }
        own(folder.resolve("data"), "postfix");
        own(folder.resolve("mail"), "nobody");
        if (identity != null) {
            Path pem = folder.resolve("tls.pem");
            Pem.write(pem, identity.key());
            Files.writeString(pem, Pem.of(identity.chain()), StandardOpenOption.APPEND);
        }
        Files.writeString(
                folder.resolve("conf/main.cf"),
                SETTINGS.formatted(folder) + settings.replace("FOLDER", folder.toString()));
        Files.writeString(folder.resolve("conf/master.cf"), SERVICES.formatted(port));
        Process process =
                new ProcessBuilder(
                                program.toString(),
                                "-c",
                                folder.resolve("conf").toString(),
                                "start-fg")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("out").toFile())
                        .start();
        PostfixPeer peer = new PostfixPeer(folder, port, process);
        if (!waitForPort(port, process)) {
            String out = Files.readString(folder.resolve("out")) + peer.log();
            peer.close();
            throw new IOException("Postfix did not start: " + out);
        }
        return peer;
    }

    private long masterPid() {
        try {
            return Long.parseLong(Files.readString(folder.resolve("queue/pid/master.pid")).strip());
        } catch (IOException | NumberFormatException e) {
            return process.pid();
        }
    }

    private int kept() {
        try {
            return messages().size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).replace("\n", "\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lines(String... more) {
        return Stream.of(more).map(line -> line + "\n").reduce("", String::concat);
    }

    private static void own(Path path, String user) throws IOException {
        Files.setOwner(
                path,
                path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
    }

    /// Waits until somebody greets on the port; false if the process ends before, or in time.
    public static boolean waitForPort(int port, Process process) throws IOException {
        return waitForPort(port, process, START_MAX);
    }

    /// The same for a server that may need long.
    public static boolean waitForPort(int port, Process process, Duration most) throws IOException {
        boolean[] answered = {false};
        boolean ended = waitFor(() -> (answered[0] = answers(port)) || !process.isAlive(), most);
        return ended && answered[0];
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            return "2*".indexOf(socket.getInputStream().read()) >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// Whether somebody listens on a port, whatever it says.
    static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /// Looks again and again: a foreign process tells nobody.
    static boolean waitFor(BooleanSupplier condition, Duration most) throws IOException {
        long end = System.nanoTime() + most.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - end > 0 || never.await(20, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

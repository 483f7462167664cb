package org.postern.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postern.demo.SampleClinic;

/// A real validating resolver, unbound, on a loopback port. It knows two zones and asks nobody
/// else: `example.`, which is signed and of which it has the key, and `open.`, which is not.
public final class UnboundPeer implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration TOOL_MAX = Duration.ofMinutes(2);

    private static final String ZONE_HEAD =
            """
            $ORIGIN %1$s.
            $TTL 300
            @ IN SOA ns.%1$s. host.%1$s. 1 3600 600 86400 300
            @ IN NS ns.%1$s.
            ns IN A 127.0.0.1
            """;

    private static final String SETTINGS =
            """
            server:
              directory: "%1$s"
              username: ""
              chroot: ""
              pidfile: ""
              use-syslog: no
              logfile: ""
              do-daemonize: no
              interface: 127.0.0.1
              port: %2$d
              access-control: 127.0.0.0/8 allow
              do-not-query-localhost: no
              module-config: "validator iterator"
              trust-anchor-file: "%1$s/anchor"
            remote-control:
              control-enable: no
            auth-zone:
              name: "example."
              zonefile: "%1$s/example.signed"
              for-downstream: no
              for-upstream: yes
              fallback-enabled: no
            auth-zone:
              name: "open."
              zonefile: "%1$s/open"
              for-downstream: no
              for-upstream: yes
              fallback-enabled: no
            """;

    private final Path folder;
    private final int port;
    private final Process process;

    private UnboundPeer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// @param signed lines of the zone `example.`, names relative to it
    /// @param open lines of the zone `open.`
    /// @param forged what is altered in the signed zone behind the signer's back: the first text
    ///   becomes the second
    public static UnboundPeer start(String signed, String open, String... forged)
            throws IOException {
        Path program = Peers.program("unbound");
        Path signer = Peers.program("ldns-signzone");
        Path keys = Peers.program("ldns-keygen");
        Path folder = Files.createTempDirectory("unbound-peer");
        Files.writeString(folder.resolve("example"), ZONE_HEAD.formatted("example") + signed);
        Files.writeString(folder.resolve("open"), ZONE_HEAD.formatted("open") + open);
        run(folder, keys.toString(), "-a", "ECDSAP256SHA256", "-k", "example");
        String key;
        try (Stream<Path> files = Files.list(folder)) {
            String file =
                    files.map(it -> it.getFileName().toString())
                            .filter(name -> name.endsWith(".key"))
                            .findFirst()
                            .orElseThrow();
            key = file.substring(0, file.length() - ".key".length());
        }
        Files.copy(folder.resolve(key + ".key"), folder.resolve("anchor"));
        run(folder, signer.toString(), "example", key);
        Path zone = folder.resolve("example.signed");
        String text = Files.readString(zone);
        for (int i = 0; i < forged.length; i += 2) {
            if (!text.contains(forged[i])) {
                throw new IllegalArgumentException("the signed zone has no " + forged[i]);
            }
            text = text.replace(forged[i], forged[i + 1]);
        }
        Files.writeString(zone, text);
        int port = SampleClinic.Ports.one();
        Path settings = folder.resolve("unbound.conf");
        Files.writeString(settings, SETTINGS.formatted(folder, port));
        Process process =
                new ProcessBuilder(program.toString(), "-d", "-c", settings.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        UnboundPeer peer = new UnboundPeer(folder, port, process);
        if (!PostfixPeer.waitFor(() -> PostfixPeer.listens(port) || !process.isAlive(), START_MAX)
                || !process.isAlive()) {
            String log = peer.log();
            peer.close();
            throw new IOException("unbound did not start: " + log);
        }
        return peer;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    public String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /// Ends it by its own process id and removes its folder.
    @Override
    public void close() throws IOException {
        process.destroy();
        if (!PostfixPeer.waitFor(() -> !process.isAlive(), TOOL_MAX)) {
            process.destroyForcibly();
        }
        PostfixPeer.delete(folder);
    }

    private static void run(Path folder, String... command) throws IOException {
        Process process =
                new ProcessBuilder(new ArrayList<>(List.of(command)))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("tool").toFile())
                        .start();
        try {
            if (!process.waitFor(TOOL_MAX.toSeconds(), TimeUnit.SECONDS)
                    || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(
                        command[0] + " failed: " + Files.readString(folder.resolve("tool")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}

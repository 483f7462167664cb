package org.postern.testkit;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;

/// A real ClamAV daemon that knows one virus: the test file of EICAR.
public final class ClamdPeer implements AutoCloseable {
    /// What every scanner calls a virus, and is none (EICAR, 2003). In two halves, so that no
    /// scanner finds it here.
    private static final String EICAR =
            "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    private static final Duration START_MAX = Duration.ofMinutes(2);

    private static final String SETTINGS =
            """
            LocalSocket %1$s/clamd.sock
            DatabaseDirectory %1$s/signatures
            Foreground yes
            StreamMaxLength 1M
            """;

    private final Path folder;
    private Process process;

    private ClamdPeer(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /// @param folder of its own, with a short path: a socket's is at most 107 octets
    public static ClamdPeer start(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("signatures"));
        Files.writeString(
                folder.resolve("signatures/eicar.hdb"),
                "%s:%d:Eicar-Test-Signature%n".formatted(md5(EICAR), EICAR.length()));
        Files.writeString(folder.resolve("clamd.conf"), SETTINGS.formatted(folder));
        return new ClamdPeer(folder, run(folder));
    }

    private static Process run(Path folder) throws IOException {
        Process process =
                new ProcessBuilder(
                                Peers.program("clamd").toString(),
                                "--config-file=" + folder.resolve("clamd.conf"))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        UnixDomainSocketAddress at = UnixDomainSocketAddress.of(folder.resolve("clamd.sock"));
        boolean there =
                PostfixPeer.waitFor(() -> answers(at) || !process.isAlive(), START_MAX)
                        && process.isAlive();
        if (!there) {
            process.destroyForcibly().onExit().join();
            throw new IOException("clamd: " + Files.readString(folder.resolve("log")));
        }
        return process;
    }

    private static boolean answers(UnixDomainSocketAddress at) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(at);
        } catch (IOException e) {
            return false;
        }
    }

    /// The fields and the body of a message with the test file attached, to be put behind others.
    public static String infected() {
        byte[] file = EICAR.getBytes(StandardCharsets.US_ASCII);
        return """
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain

        see the file
        --b
        Content-Type: application/octet-stream; name=a.com
        Content-Disposition: attachment; filename=a.com
        Content-Transfer-Encoding: base64

        %s
        --b--
        """
                .formatted(Base64.getEncoder().encodeToString(file))
                .replace("\n", "\r\n");
    }

    /// Where it listens.
    public UnixDomainSocketAddress at() {
        return UnixDomainSocketAddress.of(folder.resolve("clamd.sock"));
    }

    public void stop() {
        process.destroy();
        process.onExit().join();
    }

    public void startAgain() throws IOException {
        process = run(folder);
    }

    private static String md5(String text) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            return HexFormat.of().formatHex(md5.digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has MD5", e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}

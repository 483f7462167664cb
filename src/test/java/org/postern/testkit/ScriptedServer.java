package org.postern.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postern.net.TlsMaterial;

/// A server of lines that follows a script with its one client, or one with each client in turn: `S
/// text` is said, `C text` must come, and at `W` something else happens. It hangs up when the
/// script is over, or when the client says something else.
public final class ScriptedServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final @Nullable TlsMaterial tls;
    private final List<List<String>> scripts;
    private final Runnable meanwhile;
    private final StringBuilder heard = new StringBuilder();
    private final Future<?> playing;

    private ScriptedServer(
            @Nullable TlsMaterial tls, List<List<String>> scripts, Runnable meanwhile)
            throws IOException {
        this.meanwhile = meanwhile;
        this.tls = tls;
        this.scripts = scripts;
        this.playing = executor.submit(this::play);
    }

    /// TLS from the first octet.
    public static ScriptedServer underTls(TlsMaterial tls, List<String> script, List<String> more)
            throws IOException {
        List<String> whole = new ArrayList<>(script);
        whole.addAll(more);
        return new ScriptedServer(tls, List.of(whole), () -> {});
    }

    /// The same for one client after the other.
    public static ScriptedServer inTurn(TlsMaterial tls, List<List<String>> scripts)
            throws IOException {
        return new ScriptedServer(tls, scripts, () -> {});
    }

    /// @param meanwhile happens at each `W` of the script, for example the time that an answer
    ///   takes
    public static ScriptedServer taking(TlsMaterial tls, List<String> script, Runnable meanwhile)
            throws IOException {
        return new ScriptedServer(tls, List.of(script), meanwhile);
    }

    public static ScriptedServer inClear(List<String> script) throws IOException {
        return new ScriptedServer(null, List.of(script), () -> {});
    }

    public int port() {
        return socket.getLocalPort();
    }

    /// All that the clients have said, once the last one has gone.
    public String heard() throws InterruptedException, ExecutionException, TimeoutException {
        playing.get(10, TimeUnit.SECONDS);
        return heard.toString();
    }

    private void play() {
        scripts.forEach(this::playOne);
    }

    private void playOne(List<String> script) {
        try (Socket client = socket.accept();
                Socket spoken = spoken(client)) {
            for (String line : script) {
                if (line.equals("W")) {
                    meanwhile.run();
                    continue;
                }
                String text = line.substring(2);
                if (line.startsWith("S ")) {
                    spoken.getOutputStream()
                            .write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
                } else if (!text.equals(hear(spoken))) {
                    return;
                }
            }
        } catch (IOException gone) {
            // A client that hangs up, or one that does not trust us, ends the play.
            heard.append("");
        }
    }

    private Socket spoken(Socket client) throws IOException {
        if (tls == null) {
            return client;
        }
        SSLSocket secured = tls.over(client);
        secured.startHandshake();
        return secured;
    }

    private String hear(Socket client) throws IOException {
        StringBuilder line = new StringBuilder();
        int octet = client.getInputStream().read();
        while (octet >= 0 && octet != '\n') {
            line.append((char) octet);
            octet = client.getInputStream().read();
        }
        heard.append(line).append('\n');
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        executor.close();
    }
}

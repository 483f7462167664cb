package org.postern.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Asks a running gateway.
public final class ControlClient {
    private final Path path;

    /// @param path of the socket
    public ControlClient(Path path) {
        this.path = path;
    }

    /// Sends a request and hands over the lines of the answer as they come.
    ///
    /// @return the last line; empty if no gateway runs
    /// @throws RequestException if the gateway refused
    /// @throws IOException if the connection broke before the end
    public Optional<ObjectNode> ask(ObjectNode request, ControlServer.Lines lines)
            throws RequestException, IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        SocketChannel channel;
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        } catch (ConnectException _) {
            // It was killed and left its socket behind.
            return Optional.empty();
        }
        try (JsonLines connection = new JsonLines(channel)) {
            connection.write(request);
            connection.flush();
            while (true) {
                ObjectNode line =
                        connection
                                .read()
                                .orElseThrow(() -> new IOException("the gateway broke off"));
                if (line.has("error")) {
                    throw new RequestException(line.path("error").asText());
                }
                if (line.has("end")) {
                    return Optional.of(line);
                }
                lines.write(line);
            }
        }
    }
}

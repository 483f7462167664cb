package org.postern.control;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens on a Unix domain socket that only the gateway's own user may open. A connection brings
/// one request, a line of JSON, and gets lines of JSON back; the last one is an `end` or an
/// `error`. What a request means is the desk's business.
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    /// Requests at the same time; more are told to come again.
    private static final int CONNECTIONS_MAX = 8;

    private static final Duration REQUEST_MAX = Duration.ofSeconds(10);

    /// A list of a million messages takes minutes.
    private static final Duration ANSWER_MAX = Duration.ofMinutes(30);

    /// Who asked, where the system does not tell.
    private static final String UNKNOWN_OPERATOR = "local operator";

    private final Path path;
    private final ServerSocketChannel server;
    private final Desk desk;
    private final Semaphore free = new Semaphore(CONNECTIONS_MAX);

    /// What answers.
    @FunctionalInterface
    public interface Desk {
        /// Answers one request; may write any number of lines first.
        ///
        /// @return the members of the last line
        /// @throws RequestException if it cannot be done; the message is for the operator
        /// @throws IOException if the world failed, or the operator went away
        ObjectNode answer(Request request, Lines lines) throws RequestException, IOException;
    }

    /// One request.
    ///
    /// @param operator the name of the user on this machine who asks
    public record Request(ObjectNode words, String operator) {}

    /// Where lines of an answer go.
    @FunctionalInterface
    public interface Lines {
        /// @throws IOException if nobody reads any more
        void write(ObjectNode line) throws IOException;
    }

    /// Opens the socket. The caller holds the lock of the data folder, so that one which is left
    /// there belongs to nobody.
    ///
    /// @throws IOException if it cannot be made
    public ControlServer(Path path, Desk desk) throws IOException {
        this.path = path;
        this.desk = desk;
        Files.deleteIfExists(path);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), CONNECTIONS_MAX);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw new IOException(path + " cannot be opened for the queue commands", e);
        }
    }

    /// Lets requests in.
    public void start() {
        Thread.ofVirtual().name("control").start(this::accept);
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                SocketChannel channel = server.accept();
                Thread.ofVirtual().name("control request").start(() -> serve(channel));
            }
        } catch (ClosedChannelException _) {
            // The gateway stops.
        } catch (IOException e) {
            LOG.error("queue commands are no longer answered: {}", e.getMessage());
        }
    }

    private void serve(SocketChannel channel) {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> cutOff(channel, asked, done));
        try (JsonLines lines = new JsonLines(channel)) {
            if (free.tryAcquire()) {
                try {
                    answer(channel, lines, asked);
                } finally {
                    free.release();
                }
            } else {
                lines.write(error("too many commands at once; try again"));
            }
        } catch (IOException e) {
            LOG.info("a queue command broke off: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a queue command ended by {}", e.getClass().getName());
        } finally {
            done.countDown();
        }
    }

    private void answer(SocketChannel channel, JsonLines lines, CountDownLatch asked)
            throws IOException {
        String operator = operator(channel);
        try {
            ObjectNode words = lines.read().orElseThrow(() -> new RequestException("no request"));
            asked.countDown();
            lines.write(desk.answer(new Request(words, operator), lines::write));
        } catch (RequestException e) {
            lines.write(error(e.getMessage()));
        } catch (JacksonException _) {
            lines.write(error("the request is not one line of JSON"));
        }
    }

    private static ObjectNode error(String text) {
        return JsonLines.object().put("error", text);
    }

    /// The folder is closed to others already. Who comes in all the same is told apart here.
    private static String operator(SocketChannel channel) throws IOException {
        if (!channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
            return UNKNOWN_OPERATOR;
        }
        return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    }

    /// Closes a connection that takes too long, which ends whatever waits for it.
    private static void cutOff(SocketChannel channel, CountDownLatch asked, CountDownLatch done) {
        try {
            boolean inTime = asked.await(REQUEST_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (!inTime || !done.await(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                channel.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("a queue command could not be cut off: {}", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}

package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/// A client that is to begin with TLS and never comes to its end.
public final class HalfOpenTls {
    private static final int DRIP_MILLIS = 20;
    private static final int END_SECONDS_MAX = 30;

    private HalfOpenTls() {}

    /// Says nothing at all.
    ///
    /// @throws AssertionError if the server does not close without a word
    public static void sayNothing(SmtpPeer peer) throws IOException {
        assertTrue(peer.isClosed(), "the server says something, and nobody can read it");
    }

    /// Says a ClientHello, an octet every few milliseconds, so that no wait for a single one is
    /// long.
    ///
    /// @throws AssertionError if the server has the patience to hear it to its last octet but one,
    ///   or does not close without a word
    public static void drip(SmtpPeer peer, SSLContext context) throws Exception {
        byte[] hello = hello(context);
        try (ExecutorService reader = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> closed = reader.submit(peer::isClosed);
            int said = 0;
            while (said < hello.length - 1 && !isDone(closed) && isSaid(peer, hello[said])) {
                said++;
            }
            assertTrue(said < hello.length - 1, "the server has heard it all");
            assertTrue(closed.get(END_SECONDS_MAX, TimeUnit.SECONDS), "the server says something");
        }
    }

    private static byte[] hello(SSLContext context) throws SSLException {
        SSLEngine engine = context.createSSLEngine("localhost", 25);
        engine.setUseClientMode(true);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        return Arrays.copyOf(record.array(), record.position());
    }

    private static boolean isDone(Future<Boolean> future)
            throws InterruptedException, ExecutionException {
        try {
            future.get(DRIP_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillOpen) {
            return false;
        }
    }

    private static boolean isSaid(SmtpPeer peer, byte octet) {
        try {
            peer.send(new byte[] {octet});
            return true;
        } catch (IOException closed) {
            return false;
        }
    }
}

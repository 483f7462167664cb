package org.postern.entrance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A server that says nothing, or stops in the middle, is left in time.
class WireTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    @Test
    void aSilentServerIsLeft() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Wire wire = Wire.connect(List.of(server.getInetAddress()), server.getLocalPort());
                Socket peer = server.accept()) {
            peer.getOutputStream().write('x');
            wire.within(Duration.ofMinutes(1));
            assertEquals('x', wire.read());
            wire.rest();
            peer.getOutputStream().write(new byte[] {'y', 'z'});
            wire.within(SHORT);
            UpstreamException late =
                    assertThrows(
                            UpstreamException.class,
                            () -> wire.read(5, new ByteArrayOutputStream()));
            assertEquals("it did not answer in time", late.getMessage());
            assertThrows(UpstreamException.class, () -> wire.say("still there?"));
        }
    }

    @Test
    void oneThatIsNotThereIsNotReached() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        List<InetAddress> here = List.of(InetAddress.getLoopbackAddress());
        assertThrows(UpstreamException.class, () -> Wire.connect(here, port));
        assertThrows(UpstreamException.class, () -> Wire.connect(List.of(), port));
    }

    @Test
    void oneThatHangsUpIsGone() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Wire wire = Wire.connect(List.of(server.getInetAddress()), server.getLocalPort())) {
            server.accept().close();
            UpstreamException gone = assertThrows(UpstreamException.class, wire::read);
            assertEquals("it closed the connection", gone.getMessage());
        }
    }
}

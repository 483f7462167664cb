package org.postern.torture;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The wire before a server: passes every octet on, and records those of the client, so that a
/// canary that leaves before or beside TLS is seen.
final class Tap implements Closeable {
    private final ServerSocket server;
    private final int target;
    private final WireFile wire;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /// @param wire is written by the taps of one run alone
    Tap(int target, WireFile wire) throws IOException {
        this.server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        this.target = target;
        this.wire = wire;
        Thread.ofVirtual().name("tap").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> pass(client));
            }
        } catch (IOException e) {
            // Closed: the run is over.
            return;
        }
    }

    private void pass(Socket client) {
        try (client;
                Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
                WireFile.Tape tape = wire.tape()) {
            client.setTcpNoDelay(true);
            to.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> back(to, client));
            InputStream in = client.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] block = new byte[16 * 1024];
            for (int count = in.read(block); count > 0; count = in.read(block)) {
                tape.take(block, count);
                out.write(block, 0, count);
            }
        } catch (IOException e) {
            // One of the two has gone; the other one learns it by the close.
            return;
        } finally {
            sockets.remove(client);
        }
    }

    private static void back(Socket from, Socket client) {
        try (client) {
            from.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // As above.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        wire.close();
    }
}

package org.postern.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// A client without a network: says what it is told, one segment for each read, then hangs up; and
/// keeps what it hears. Nothing it does waits.
public final class MemorySocket extends Socket {
    private static final byte[] GO_AHEAD = "\r\n354 ".getBytes(StandardCharsets.US_ASCII);

    private final Deque<byte[]> segments;
    private final int prelude;
    private final Client client;
    private final StringBuilder heard = new StringBuilder("\r\n");
    private final List<Integer> dataBegins = new ArrayList<>();
    private byte[] segment = new byte[0];
    private int position;
    private int said;
    private boolean hungUp;

    /// Who says it.
    ///
    /// @param pause what the client does before it says each segment
    public record Client(InetAddress address, Runnable pause) {}

    /// @param segments what the client says
    /// @param prelude how many octets of it do not count for `dataBegins`
    public MemorySocket(List<byte[]> segments, int prelude) {
        this(segments, prelude, new Client(InetAddress.getLoopbackAddress(), () -> {}));
    }

    /// @param client says it
    public MemorySocket(List<byte[]> segments, Client client) {
        this(segments, 0, client);
    }

    private MemorySocket(List<byte[]> segments, int prelude, Client client) {
        this.client = client;
        this.segments = new ArrayDeque<>(segments);
        this.prelude = prelude;
    }

    /// What the server said, each octet a character.
    public String heard() {
        return heard.substring(2);
    }

    /// How many octets the client had said, without the prelude, at each 354.
    public List<Integer> dataBegins() {
        return List.copyOf(dataBegins);
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() {
                byte[] octet = new byte[1];
                return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (length == 0) {
                    return 0;
                }
                while (position == segment.length) {
                    if (hungUp || segments.isEmpty()) {
                        return -1;
                    }
                    client.pause().run();
                    segment = segments.removeFirst();
                    position = 0;
                }
                int count = Math.min(length, segment.length - position);
                System.arraycopy(segment, position, target, offset, count);
                position += count;
                said += count;
                return count;
            }

            @Override
            public int available() {
                return segment.length - position;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int octet) {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] octets, int offset, int length) {
                heard.append(new String(octets, offset, length, StandardCharsets.ISO_8859_1));
                String last =
                        heard.substring(Math.max(0, heard.length() - length - GO_AHEAD.length + 1));
                if (last.contains(new String(GO_AHEAD, StandardCharsets.US_ASCII))) {
                    dataBegins.add(Math.max(0, said - prelude));
                }
            }
        };
    }

    @Override
    public InetAddress getInetAddress() {
        return client.address();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // Nothing here delays.
    }

    @Override
    public void setSoTimeout(int millis) {
        // Nothing here waits.
    }

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void shutdownOutput() {
        hungUp = false;
    }

    @Override
    public void close() throws IOException {
        hungUp = true;
        super.close();
    }
}

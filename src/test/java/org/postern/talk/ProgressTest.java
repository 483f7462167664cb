package org.postern.talk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postern.door.Wire;

@Timeout(60)
class ProgressTest {
    private final AtomicLong clock = new AtomicLong();
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    /// What the client does with what it is sent.
    @FunctionalInterface
    private interface Client {
        void take(byte[] octets, int from, int length) throws IOException;
    }

    private Progress progress(long goal, Client client) throws IOException {
        Socket socket =
                new Socket() {
                    @Override
                    public InetAddress getInetAddress() {
                        return InetAddress.getLoopbackAddress();
                    }

                    @Override
                    public InputStream getInputStream() {
                        return InputStream.nullInputStream();
                    }

                    @Override
                    public OutputStream getOutputStream() {
                        return new OutputStream() {
                            @Override
                            public void write(int octet) throws IOException {
                                write(new byte[] {(byte) octet}, 0, 1);
                            }

                            @Override
                            public void write(byte[] octets, int from, int length)
                                    throws IOException {
                                client.take(octets, from, length);
                            }
                        };
                    }
                };
        Conversation conversation = new Conversation(new Wire(socket, Duration.ofMinutes(1)));
        return new Progress(conversation, clock::get, "a1", goal);
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private static String line(long done, long goal) {
        return "* OK [INPROGRESS (\"a1\" %d %d)] still at it\r\n".formatted(done, goal);
    }

    /// RFC 9585 §4: what is told stays below the goal.
    @Test
    void oneLineIsToldInEachInterval() throws IOException {
        try (Progress progress = progress(10, heard::write)) {
            progress.at(1);
            pass(Progress.INTERVAL.minusNanos(1));
            progress.at(2);
            pass(Duration.ofNanos(1));
            progress.at(3);
            progress.at(4);
            pass(Progress.INTERVAL.multipliedBy(7));
            progress.at(5);
            progress.at(6);
            progress.after(5);
            pass(Progress.INTERVAL);
            progress.at(1);
            pass(Progress.INTERVAL);
            progress.at(5);
        }
        assertEquals(
                line(3, 10) + line(5, 10) + line(6, 10),
                heard.toString(StandardCharsets.ISO_8859_1));
    }

    /// The command goes on while the client takes nothing, and its lines are told in their order.
    @Test
    void aClientThatDoesNotReadHoldsUpNothing() throws IOException {
        CountDownLatch reads = new CountDownLatch(1);
        Progress progress =
                progress(
                        100,
                        (octets, from, length) -> {
                            try {
                                reads.await();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                            heard.write(octets, from, length);
                        });
        for (int i = 1; i <= 3; i++) {
            pass(Progress.INTERVAL);
            progress.at(i);
        }
        assertEquals(0, heard.size());
        reads.countDown();
        progress.close();
        assertEquals(
                line(1, 100) + line(2, 100) + line(3, 100),
                heard.toString(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aClientThatHasGoneIsToldOfAtTheEnd() throws IOException {
        Progress progress =
                progress(
                        100,
                        (_, _, _) -> {
                            throw new SocketException("gone");
                        });
        pass(Progress.INTERVAL);
        progress.at(1);
        pass(Progress.INTERVAL);
        progress.at(2);
        assertEquals("gone", assertThrows(SocketException.class, progress::close).getMessage());
    }
}

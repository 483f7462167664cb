package org.postern.torture;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postern.auditor.Rows;
import org.postern.auditor.RunFolder;
import org.postern.auditor.Way;
import org.postern.net.TlsMaterial;

/// A next hop that takes mail and writes down at once what it took and what came over its plaintext
/// socket. What it took is written before it answers the final dot. It refuses and defers by the
/// recipient's name, and tells the trap what it sees.
final class RecordingSink implements Closeable {
    private final ServerSocket server;
    private final @Nullable TlsMaterial tls;
    private final IntSupplier life;
    private final Trap trap;
    private final Rows rows;
    private final OutputStream contents;
    private final WireFile wire;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<String> deferred = ConcurrentHashMap.newKeySet();
    private final AtomicInteger taken = new AtomicInteger();
    private long offset;

    /// @param tls what it shows after STARTTLS; null for one that speaks in clear
    /// @param life the number of the gateway's life
    RecordingSink(
            RunFolder folder, String name, @Nullable TlsMaterial tls, IntSupplier life, Trap trap)
            throws IOException {
        this.server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        this.tls = tls;
        this.life = life;
        this.trap = trap;
        this.rows = Rows.append(folder.taken(name));
        this.contents = Files.newOutputStream(folder.contents(name), StandardOpenOption.CREATE_NEW);
        this.wire = new WireFile(folder.wire(name));
        Thread.ofVirtual().name("sink " + name).start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    int taken() {
        return taken.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the run is over.
            return;
        }
    }

    private void serve(Socket socket) {
        int number = life.getAsInt();
        try (socket;
                WireFile.Tape tape = wire.tape()) {
            trap.reached(Moment.CONNECTED);
            OutputStream out = socket.getOutputStream();
            say(out, "220 sink ESMTP");
            Talk talk = new Talk(number, out, new LineInput(socket.getInputStream(), tape::take));
            if (talk.converse(tls != null) && tls != null) {
                SSLSocket secured = tls.over(socket);
                Talk inside =
                        new Talk(
                                number,
                                secured.getOutputStream(),
                                new LineInput(secured.getInputStream(), (_, _) -> {}));
                inside.converse(false);
            }
        } catch (IOException e) {
            // The gateway was killed in the middle: what it had not finished was not taken.
            return;
        } finally {
            sockets.remove(socket);
        }
    }

    private static void say(OutputStream out, String reply) throws IOException {
        out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String path(String line) {
        return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
    }

    /// One conversation, in clear or inside TLS.
    private final class Talk {
        private final int number;
        private final OutputStream out;
        private final LineInput in;
        private String reversePath = "";
        private final List<String> recipients = new ArrayList<>();
        private int asked;

        Talk(int number, OutputStream out, LineInput in) {
            this.number = number;
            this.out = out;
            this.in = in;
        }

        /// @return whether it ends in the client's wish for TLS
        boolean converse(boolean offersTls) throws IOException {
            for (String line = in.command(); line != null; line = in.command()) {
                String verb = line.toUpperCase(Locale.ROOT);
                if (verb.startsWith("EHLO")) {
                    String last = offersTls ? "250-STARTTLS\r\n250 " : "250 ";
                    say(out, "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n" + last + "SIZE");
                } else if (verb.equals("STARTTLS") && offersTls) {
                    say(out, "220 2.0.0 Go ahead");
                    return true;
                } else if (verb.startsWith("MAIL FROM:")) {
                    reversePath = path(line);
                    recipients.clear();
                    asked = 0;
                    say(out, offersTls ? "530 5.7.0 Only over TLS" : "250 2.1.0 Ok");
                    trap.reached(Moment.MAIL_TAKEN);
                } else if (verb.startsWith("RCPT TO:")) {
                    say(out, rcpt(path(line)));
                    if (++asked == 2) {
                        trap.reached(Moment.SECOND_RCPT);
                    }
                } else if (verb.equals("DATA")) {
                    data();
                } else if (verb.equals("QUIT")) {
                    say(out, "221 2.0.0 Bye");
                    return false;
                } else {
                    say(out, "250 2.0.0 Ok");
                }
            }
            return false;
        }

        private String rcpt(String recipient) {
            if (recipient.startsWith(Way.REFUSED_PREFIX)) {
                return "550 5.1.1 Nobody of that name";
            }
            if (recipient.startsWith(Way.LATER_PREFIX) && deferred.add(recipient)) {
                return "450 4.2.1 Come again";
            }
            recipients.add(recipient);
            return "250 2.1.5 Ok";
        }

        private void data() throws IOException {
            if (recipients.isEmpty()) {
                say(out, "554 5.5.1 No recipients");
                return;
            }
            say(out, "354 Go on");
            boolean partner = recipients.contains(Way.PARTNER);
            byte[] content =
                    in.content(
                            1_024,
                            () -> {
                                if (partner) {
                                    trap.reached(Moment.HALF_ENCRYPTED);
                                }
                            });
            take(content);
            trap.reached(Moment.DOT_TAKEN);
            say(out, "250 2.0.0 Taken");
            trap.reached(Moment.DOT_ANSWERED);
        }

        private void take(byte[] content) throws IOException {
            synchronized (contents) {
                contents.write(content);
                rows.add(
                        Integer.toString(number),
                        reversePath,
                        String.join(",", recipients),
                        Long.toString(offset),
                        Integer.toString(content.length));
                offset += content.length;
            }
            taken.incrementAndGet();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        synchronized (contents) {
            contents.close();
            rows.close();
        }
        wire.close();
    }
}

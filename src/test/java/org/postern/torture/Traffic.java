package org.postern.torture;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.postern.auditor.Way;
import org.postern.demo.SampleClinic;
import org.postern.testkit.TestTls;

/// The clients: sessions that send numbered messages of all kinds, begin again after each lost
/// connection, and keep the ledger. They know nothing of the gateway but SMTP.
final class Traffic implements Closeable {
    private static final Duration AFTER_LOSS = Duration.ofMillis(30);
    private static final Duration UNREAD_MAX = Duration.ofSeconds(5);

    /// Once in so many messages a client breaks off, or goes away without reading the reply.
    private static final int BREAK_OFF = 250;

    private static final int HANG_UP = 250;

    private final SampleClinic clinic;
    private final SSLContext trust;
    private final Ledger ledger;
    private final Trap trap;
    private final String canary;
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<Thread> sessions = new ArrayList<>();
    private volatile @Nullable Kind only;
    private volatile boolean paused;
    private volatile boolean stopped;

    Traffic(SampleClinic clinic, Ledger ledger, Trap trap, String canary) {
        this.clinic = clinic;
        this.trust = TestTls.client(List.of(clinic.authority()));
        this.ledger = ledger;
        this.trap = trap;
        this.canary = canary;
    }

    /// Begins with some sessions to the relay listener, and some to the submission listener.
    void start(int relays, int submissions, SplittableRandom random) {
        for (int i = 0; i < relays + submissions; i++) {
            boolean logsIn = i >= relays;
            SplittableRandom own = random.split();
            sessions.add(Thread.ofVirtual().name("client " + i).start(() -> run(logsIn, own)));
        }
    }

    /// Sends messages of this kind alone from now on; null for all kinds.
    void only(@Nullable Kind kind) {
        only = kind;
    }

    /// Sends nothing new until it is told to go on.
    void pause(boolean pause) {
        paused = pause;
    }

    private void run(boolean logsIn, SplittableRandom random) {
        while (!stopped) {
            try (Session session =
                    logsIn ? Session.submission(clinic, trust) : Session.relay(clinic)) {
                while (!stopped) {
                    if (paused) {
                        LockSupport.parkNanos(AFTER_LOSS.toNanos());
                    } else {
                        one(session, random);
                    }
                }
            } catch (IOException e) {
                // The gateway was killed, or refused. The ledger knows what was answered.
                LockSupport.parkNanos(AFTER_LOSS.toNanos());
            }
        }
    }

    private void one(Session session, SplittableRandom random) throws IOException {
        Kind wanted = only;
        Kind kind = wanted == null ? Kind.any(random) : wanted;
        Whim whim =
                random.nextInt(BREAK_OFF) == 0
                        ? Whim.BREAK_OFF
                        : random.nextInt(HANG_UP) == 0 ? Whim.HANG_UP : Whim.NONE;
        send(session, kind, random, whim);
    }

    /// What a client does that nobody expects of it.
    private enum Whim {
        NONE,
        BREAK_OFF,
        HANG_UP
    }

    /// Sends one message of a kind in a session of its own.
    ///
    /// @return whether it was answered
    boolean send(Kind kind, SplittableRandom random) {
        try (Session session = Session.relay(clinic)) {
            send(session, kind, random, Whim.NONE);
            return true;
        } catch (IOException e) {
            // The gateway was killed, or refused. The ledger knows what was answered.
            return false;
        }
    }

    private void send(Session session, Kind kind, SplittableRandom random, Whim whim)
            throws IOException {
        int number = numbers.incrementAndGet();
        List<String> recipients = kind.recipients(number);
        Letter letter = Letter.of(number, kind, canary, random);
        StringBuilder head = new StringBuilder("MAIL FROM:<" + Way.AUTHOR + ">\r\n");
        recipients.forEach(each -> head.append("RCPT TO:<").append(each).append(">\r\n"));
        session.write(head.append("DATA\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i <= recipients.size(); i++) {
            session.expect("250");
        }
        session.expect("354");
        byte[] stuffed = stuffed(letter.content());
        int half = stuffed.length / 2;
        session.write(stuffed, 0, half);
        if (trap.reached(Moment.HALF_SENT) || whim == Whim.BREAK_OFF) {
            ledger.abandoned(number, letter);
            throw new IOException("broken off");
        }
        ledger.offered(number, letter, recipients);
        session.write(stuffed, half, stuffed.length - half);
        trap.reached(Moment.DOT_SENT);
        if (whim == Whim.HANG_UP) {
            throw new IOException("gone before the reply");
        }
        if (trap.isSetFor(Moment.REPLY_UNREAD)) {
            awaitUnread(session);
        }
        ledger.answered(number, session.reply());
    }

    private void awaitUnread(Session session) throws IOException {
        long limit = System.nanoTime() + UNREAD_MAX.toNanos();
        while (session.unread() == 0 && System.nanoTime() < limit) {
            LockSupport.parkNanos(100_000);
        }
        if (session.unread() > 0) {
            trap.reached(Moment.REPLY_UNREAD);
        }
    }

    /// RFC 5321 §4.5.2, with the final dot.
    private static byte[] stuffed(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 64);
        boolean beginsLine = true;
        for (byte octet : content) {
            if (beginsLine && octet == '.') {
                out.write('.');
            }
            out.write(octet);
            beginsLine = octet == '\n';
        }
        out.writeBytes(".\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    /// Waits until each session has ended its message.
    @Override
    public void close() {
        stopped = true;
        for (Thread session : sessions) {
            try {
                session.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package org.postern.check;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.postern.mail.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mail that anybody can ask for by an address: it is made behind the answer, so that the answer is
/// the same, and takes the same time, whoever the address belongs to; at most three an hour and ten
/// a day for an address, so that nobody's mailbox is filled; and at most so much for a network and
/// for everybody.
public final class MailOnRequest {
    private static final Logger LOG = LoggerFactory.getLogger(MailOnRequest.class);

    private static final int AT_ONCE_MAX = 16;
    private static final int HOUR_MAX = 3;
    private static final int DAY_MAX = 10;

    private final String what;
    private final AskLimits limits;
    private final Semaphore places = new Semaphore(AT_ONCE_MAX);
    private final Pace anHour = new Pace(Duration.ZERO, HOUR_MAX, Duration.ofHours(1));
    private final Pace aDay = new Pace(Duration.ZERO, DAY_MAX, Duration.ofDays(1));

    /// @param what is sent, for the log
    public MailOnRequest(String what) {
        this.what = what;
        this.limits = new AskLimits(what);
    }

    /// What is done behind the answer.
    @FunctionalInterface
    public interface Sending {
        /// @throws IOException if it could not be queued; the log says so
        void run() throws IOException;
    }

    /// Mail that somebody asks for.
    ///
    /// @param sending what makes and queues it
    public record Wish(Address to, Sending sending) {}

    /// Begins to send, unless the address had its share, which nobody who asks sees.
    ///
    /// @param peer IP address of whoever asks
    /// @param wish empty if nothing is to be sent, which nobody sees either
    /// @return what is full; then nothing is sent
    /// @throws IOException if so much is being made that this is not, whatever the address
    public Optional<AskLimits.Limit> ask(String peer, Instant now, Optional<Wish> wish)
            throws IOException {
        AtomicReference<Sent> sent = new AtomicReference<>(Sent.LEFT_OUT);
        Optional<AskLimits.Limit> over =
                limits.ask(
                        peer,
                        now,
                        () -> {
                            wish.ifPresent(it -> sent.set(send(it, now)));
                            return sent.get() == Sent.BEGUN;
                        });
        if (over.isEmpty() && sent.get() == Sent.BUSY) {
            throw new IOException("too many of these are being made: " + what);
        }
        return over;
    }

    private enum Sent {
        BEGUN,
        /// The address had its share.
        LEFT_OUT,
        BUSY
    }

    private Sent send(Wish wish, Instant now) {
        if (!places.tryAcquire()) {
            LOG.warn("Too much is asked for at once; one {} is left out", what);
            return Sent.BUSY;
        }
        String mailbox = Pace.mailboxOf(wish.to());
        if (anHour.take(mailbox, now) && aDay.take(mailbox, now)) {
            Thread.ofVirtual().name("mail-on-request").start(() -> run(wish.sending()));
            return Sent.BEGUN;
        }
        places.release();
        return Sent.LEFT_OUT;
    }

    private void run(Sending sending) {
        try {
            sending.run();
        } catch (IOException e) {
            LOG.error("A {} could not be queued; the patient may ask again", what, e);
        } finally {
            places.release();
        }
    }
}

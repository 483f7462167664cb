package org.postern.check;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import org.postern.mail.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mail that anybody can ask for by an address: it is made behind the answer, so that the answer is
/// the same, and takes the same time, whoever the address belongs to; at most three an hour and ten
/// a day for an address, so that nobody's mailbox is filled.
public final class MailOnRequest {
    private static final Logger LOG = LoggerFactory.getLogger(MailOnRequest.class);

    private static final int AT_ONCE_MAX = 16;
    private static final int HOUR_MAX = 3;
    private static final int DAY_MAX = 10;

    private final String what;
    private final Semaphore places = new Semaphore(AT_ONCE_MAX);
    private final Pace anHour = new Pace(Duration.ZERO, HOUR_MAX, Duration.ofHours(1));
    private final Pace aDay = new Pace(Duration.ZERO, DAY_MAX, Duration.ofDays(1));

    /// @param what is sent, for the log
    public MailOnRequest(String what) {
        this.what = what;
    }

    /// What is done behind the answer.
    @FunctionalInterface
    public interface Sending {
        /// @throws IOException if it could not be queued; the log says so
        void run() throws IOException;
    }

    /// What became of a request. Between the first two nobody who asks sees a difference.
    public enum Sent {
        BEGUN,
        /// The address had its share.
        LEFT_OUT,
        /// So much is being made that this is not, whatever the address.
        BUSY
    }

    /// Begins to send, unless the address had its share.
    ///
    /// @return whether it is sent
    public Sent send(Address to, Instant now, Sending sending) {
        if (!places.tryAcquire()) {
            LOG.warn("Too much is asked for at once; one {} is left out", what);
            return Sent.BUSY;
        }
        String mailbox = Pace.mailboxOf(to);
        if (anHour.take(mailbox, now) && aDay.take(mailbox, now)) {
            Thread.ofVirtual().name("mail-on-request").start(() -> run(sending));
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

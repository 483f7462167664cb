package org.postern.writing;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postern.http.BadRequest;
import org.postern.http.WebRequest;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.Reception;
import org.postern.mail.Reply;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.NewMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands what a patient wrote over like any other mail, once for each writing. "Sent" stands on a
/// page only after a positive reply: then the letter is on disk.
public final class PostBox {
    private static final Logger LOG = LoggerFactory.getLogger(PostBox.class);

    private static final int ONCE_MAX = 5_000;
    private static final Pattern ONCE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /// Of all that one patient writes, with its files.
    private static final long PATIENT_OCTETS_A_DAY_MAX = 200L * 1024 * 1024;

    private static final int LOCKS = 64;

    private final Reception reception;
    private final MailboxStore mailbox;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
    private final OctetBudget budget =
            new OctetBudget(PATIENT_OCTETS_A_DAY_MAX, Duration.ofDays(1));

    /// Writings that were handed over, and what they said: a second tap on "Send" must not send
    /// again, and other words under the same name must not be taken for sent.
    private final Map<String, String> handedOver =
            Collections.synchronizedMap(
                    new LinkedHashMap<>() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                            return size() > ONCE_MAX;
                        }
                    });

    public PostBox(Reception reception, MailboxStore mailbox) {
        this.reception = reception;
        this.mailbox = mailbox;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /// A letter that was written to its end.
    ///
    /// @param once names this writing among those of its patient
    /// @param digest of what it says
    /// @param message as the patient's own copy is kept; its clinician gets the letter
    /// @param copies who gets it besides
    /// @param writer the patient, or whoever writes for her
    public record Letter(
            WebRequest request,
            Draft draft,
            String once,
            String digest,
            NewMessage message,
            List<Address> copies,
            Address writer) {
        public Letter {
            copies = List.copyOf(copies);
        }
    }

    /// What is done before a letter is handed over, such as its entry in the audit.
    @FunctionalInterface
    public interface Before {
        void handOver() throws IOException;
    }

    /// What became of a letter.
    public enum Posted {
        /// It is on disk, now or since an earlier tap.
        TAKEN,
        /// Not now; trying again may help.
        LATER,
        REFUSED,
        /// Something else was sent under the name of this writing; this was not.
        OTHER_TAKEN,
        /// So much came from this patient today that no more is taken.
        TOO_MUCH
    }

    /// Hands a letter over, and keeps the patient's own copy.
    ///
    /// @throws BadRequest if the writing has no name of the kind that our pages give
    public Posted post(Letter letter, Before before) throws IOException {
        if (!ONCE.matcher(letter.once()).matches()) {
            throw new BadRequest(400, "no name of a writing");
        }
        String once = letter.message().patient().key() + " " + letter.once();
        // Only behind the upload, so that a slow phone keeps nobody waiting.
        ReentrantLock lock = locks[Math.floorMod(once.hashCode(), LOCKS)];
        lock.lock();
        try {
            String earlier = handedOver.get(once);
            if (earlier != null) {
                return earlier.equals(letter.digest()) ? Posted.TAKEN : Posted.OTHER_TAKEN;
            }
            return post(letter, once, before);
        } catch (BadRequest e) {
            throw e;
        } catch (IOException e) {
            // Nothing of it was promised, and its words can be given back.
            LOG.error("The letter {} was not taken: {}", letter.draft().id(), e.getMessage());
            return Posted.LATER;
        } finally {
            lock.unlock();
        }
    }

    private Posted post(Letter letter, String once, Before before) throws IOException {
        Content content = letter.draft().finish();
        String patient = letter.message().patient().key();
        Instant now = letter.message().arrived();
        if (!budget.take(patient, content.size(), now)) {
            LOG.warn("The letter {} is too much for one day", letter.draft().id());
            return Posted.TOO_MUCH;
        }
        Posted posted = Posted.LATER;
        try {
            before.handOver();
            posted = handOver(letter, once, content);
        } finally {
            if (posted != Posted.TAKEN) {
                budget.giveBack(patient, content.size(), now);
            }
        }
        return posted;
    }

    private Posted handOver(Letter letter, String once, Content content) throws IOException {
        Reply answer = reception.receive(envelope(letter), letter.draft());
        if (!answer.isPositive()) {
            LOG.warn("The letter {} was not taken: {}", letter.draft().id(), answer);
            return answer.isTransient() ? Posted.LATER : Posted.REFUSED;
        }
        handedOver.put(once, letter.digest());
        keep(letter.message(), content);
        return Posted.TAKEN;
    }

    private static Envelope envelope(Letter letter) {
        Address patient = letter.message().patient();
        Arrival arrival =
                new Arrival(
                        Listener.PICKUP,
                        letter.request().peer(),
                        letter.writer(),
                        letter.request().tls().orElse(null));
        List<Address> recipients =
                Stream.concat(
                                Stream.of(letter.message().clinician()),
                                letter.copies().stream()
                                        .filter(copy ->
                                                !copy.key()
                                                        .equals(
                                                                letter.message()
                                                                        .clinician()
                                                                        .key())))
                        .distinct()
                        .toList();
        return new Envelope(arrival, patient, recipients);
    }

    /// The patient's own copy. The letter itself is safe by now, so a fault here must not look as
    /// if it had not been sent.
    private void keep(NewMessage message, Content content) {
        try {
            mailbox.store(message, content);
        } catch (IOException e) {
            LOG.error("The patient's copy of {} could not be stored", message.queueId(), e);
        }
    }
}

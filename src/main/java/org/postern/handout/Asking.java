package org.postern.handout;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.postern.handout.AskedKeys.Asked;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What becomes of the wish of a patient for a key: IT hears of it by mail and sees it in a list,
/// and gives her one or declines. Nothing is made by asking. Safe for use by many threads.
public final class Asking {
    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);

    private final AskedKeys asked;
    private final Office office;
    private final Handout.Journal journal;
    private final Announcement announcement;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// Where IT reads its mail.
    @FunctionalInterface
    public interface Office {
        /// Mails that somebody has asked; durable on return.
        void asked(Address patient) throws IOException;
    }

    /// What came of asking.
    public enum Answer {
        /// She asks, from now on or for a while already.
        TAKEN,
        /// More are open than anybody answers.
        FULL
    }

    Asking(
            Database database,
            Office office,
            Handout.Clinic clinic,
            Handout.Outlets outlets,
            KeysOutside.World world) {
        this.asked = new AskedKeys(database);
        this.office = office;
        this.journal = outlets.journal();
        this.announcement = new Announcement(clinic, outlets.post());
        this.clock = world.clock();
        this.random = world.random();
    }

    /// Since when she asks; empty if she does not.
    public Optional<Instant> since(Address patient) throws IOException {
        return asked.of(patient).map(Asked::at);
    }

    /// Whether one more may ask now.
    public boolean hasRoom() throws IOException {
        return asked.count() < AskedKeys.OPEN_MAX;
    }

    /// She asks; durable on return. Whoever lets her ask has audited it.
    public Answer ask(Address patient) throws IOException {
        if (!asked.add(patient, clock.instant())) {
            return Answer.FULL;
        }
        tell();
        return Answer.TAKEN;
    }

    /// She asks no more; durable on return.
    ///
    /// @return false if she did not ask
    public boolean withdraw(Address patient) throws IOException {
        return asked.remove(patient);
    }

    /// Mails IT those of whom it was not mailed. What fails is logged, and tried again: the list
    /// has them all the same. A stop at the wrong moment tells of one twice.
    public synchronized void tell() {
        try {
            for (Asked each : asked.untold()) {
                office.asked(each.patient());
                asked.markTold(each.patient(), clock.instant());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "IT was not told that somebody asks for a key: {}; ./gateway cert asked",
                    e.getClass().getName());
        }
    }

    /// The oldest first.
    List<Asked> all() throws IOException {
        return asked.all();
    }

    /// She was given a key.
    void answered(Address patient) throws IOException {
        asked.remove(patient);
    }

    /// Audits it, tells her, and closes her request: after a stop between the two she is told once
    /// more, and never not at all. Any address that asks may be told, also one that no key can be
    /// given to.
    ///
    /// @return false if she does not ask
    boolean decline(Address patient, String operator) throws IOException {
        if (asked.of(patient).isEmpty()) {
            return false;
        }
        Instant now = clock.instant();
        journal.append("key declined", "%s, by %s".formatted(patient, operator));
        announcement.send(QueueId.next(now, random), patient, now, Asking::declining);
        return asked.remove(patient);
    }

    private static Announcement.Words declining(Texts texts) {
        return new Announcement.Words(
                texts.say("keyno.subject"),
                List.of(texts.say("keyno.what"), texts.say("keyno.then"), texts.say("keyno.call")));
    }
}

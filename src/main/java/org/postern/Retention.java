package org.postern;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MailboxStore.Over;
import org.postern.operate.Rounds;
import org.postern.writing.Unsent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Destroys the messages of the secure mailbox that are older than the clinic keeps them or have
/// come to an end of their own, and what was typed and never sent: at the start and then every
/// hour. The audit says how many before the first one goes, so that none vanishes without a trace;
/// if it cannot, they stay. So do they while the clock is doubted by which they are too old.
final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final MailboxStore mailbox;
    private final AuditLog audit;
    private final Duration keep;
    private final InstantSource clock;
    private final BooleanSupplier believed;
    private final Unsent unsent;
    private final Rounds rounds = new Rounds("retention", INTERVAL, this::look);

    /// @param keep how long a message stays, at least a day
    /// @param believed whether what the clock shows may be believed
    Retention(
            MailboxStore mailbox,
            AuditLog audit,
            Duration keep,
            Unsent unsent,
            InstantSource clock,
            BooleanSupplier believed) {
        this.mailbox = mailbox;
        this.audit = audit;
        this.keep = keep;
        this.unsent = unsent;
        this.clock = clock;
        this.believed = believed;
    }

    static Retention of(Ground ground, Story.Setting setting) {
        Duration keep = setting.config().pickup().keep();
        return new Retention(
                ground.mailbox(),
                ground.audit(),
                keep,
                new Unsent(ground.database(), ground.vault()),
                setting.world().clock(),
                ground.clock()::isBelieved);
    }

    /// Looks as long as the gateway runs.
    static void begin(Ground ground, Story.Setting setting) {
        setting.closing().later("retention", of(ground, setting).start()::close);
    }

    /// Begins; the first look is taken at once.
    Retention start() {
        rounds.start();
        return this;
    }

    /// One look: what is too old now is gone when it returns, unless a failure was logged. The next
    /// look tries again. What fails keeps none of the others: a patient was told of each end.
    void look() {
        if (!believed.getAsBoolean()) {
            LOG.warn("nothing is destroyed for its age: the clock of this machine is doubted");
            return;
        }
        Instant now = clock.instant();
        attempt(() -> unsent.forgetOld(now));
        attempt(() ->
                forget(Over.before(now.minus(keep)), "older than " + keep.toDays() + " days"));
        attempt(() -> forget(Over.ended(now), "at the end that a rule gave them"));
    }

    private interface Forgetting {
        void run() throws IOException;
    }

    private static void attempt(Forgetting forgetting) {
        try {
            forgetting.run();
        } catch (IOException e) {
            LOG.error("old messages could not be destroyed: {}", e.getMessage());
        }
    }

    private void forget(Over over, String why) throws IOException {
        int number = mailbox.count(over);
        if (number == 0) {
            return;
        }
        String detail = number + " " + why;
        audit.append(new Housekeeping("messages forgotten", detail));
        while (rounds.goesOn() && mailbox.forget(over) > 0) {
            // A bounded number each time, so that closing waits for one portion at most.
            LOG.debug("a portion of old messages is gone");
        }
        LOG.info("messages forgotten: {}", detail);
    }

    @Override
    public void close() {
        rounds.close();
    }
}

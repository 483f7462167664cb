package org.postern.held;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.clerk.HeldFolder;
import org.postern.cli.Console;
import org.postern.config.PolicyText;
import org.postern.held.HeldList.Wanted;
import org.postern.holding.HeldRows;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.membership.Memberships;
import org.postern.policy.Hearing;
import org.postern.policy.Policy;
import org.postern.spool.FileSpool;
import org.postern.spool.RecipientState.Review;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleMail;
import org.postern.testkit.TestVault;

/// Measures by hand what much held mail costs, in a spool, a database and an audit on the disk of
/// this machine: filling, asking, lists, folders, decisions, and the next start.
///
/// Arguments: an empty folder, how many messages are held, and how many others the mailboxes keep.
public final class HeldMeasure {
    private static final String CONTENT =
            "From: a@b.example\r\nSubject: x\r\n\r\n" + "x".repeat(4_096);
    private static final int TIMES = 20;

    /// Messages by authors of the clinic, who hear of what holds them.
    private static final int OWN = 500;

    private static final Address LEE = Address.of("lee@clinic.example");
    private static final Policy POLICY =
            new Policy(
                    PolicyText.policy("rules: [{ name: held, then: { hold: Why. } }]").rules(),
                    Map.of("privacy", List.of(LEE, Address.of("kim@clinic.example"))));
    private static final Hearing HEARING =
            new Hearing("privacy", Duration.ofDays(2), Hearing.AtEnd.REJECT, false);

    private final Console out = Console.system();
    private final ManualClock clock = ManualClock.atNoon();
    private final Path folder;

    private HeldMeasure(Path folder) {
        this.folder = folder;
    }

    public static void main(String... arguments) throws IOException {
        HeldMeasure measure = new HeldMeasure(Path.of(arguments[0]));
        measure.run(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    }

    /// One run of the gateway, as far as held mail is concerned.
    private final class Run implements AutoCloseable {
        private final HeldStage stage;
        private final Docket docket;
        private final FileSpool spool;
        private final Database database;
        private final HeldDesk.Stores stores;
        private final HeldDesk desk;
        private final HeldRows rows;

        Run() throws IOException {
            database = Database.open(new FileDisk(), folder.resolve("db"), clock);
            stage = new HeldStage(folder, database, clock, HeldStage.Setting.USUAL);
            docket = stage.docket;
            spool = stage.spool;
            stores = new HeldDesk.Stores(spool, stage.audit);
            desk = stage.desk(spool, () -> POLICY, Memberships.none());
            rows = new HeldRows(database, TestVault.one());
            show();
        }

        /// As if something had changed.
        private void show() {
            rows.show(HeldFolder.over(desk, stores, HeldStage.noMailbox()));
        }

        @Override
        public void close() throws IOException {
            stage.close();
        }
    }

    /// What is measured once.
    private interface Step {
        void run() throws IOException;
    }

    private void time(String what, int times, Step step) throws IOException {
        long begun = System.nanoTime();
        for (int i = 0; i < times; i++) {
            step.run();
        }
        double mean = (System.nanoTime() - begun) / 1e6 / times;
        out.line("%-58s %10.2f ms".formatted(what, mean));
    }

    private void run(int held, int others) throws IOException {
        Decider she = new Decider.Approver(LEE, Set.of());
        QueueId[] ids = new QueueId[held];
        try (Run run = new Run()) {
            keep(run.database, others);
            int[] number = {0};
            time("taking one in and holding it", held, () -> ids[number[0]++] = hold(run));
            note(run, held, "from outside");
            for (int i = 0; i < OWN; i++) {
                hold(run, SampleMail.envelope(SampleMail.PATIENT));
            }
            note(run, OWN, "whose authors are told");
            time("look with nothing to say", TIMES, () -> after(run, Duration.ofSeconds(2)));
            time("look that writes two digests", 1, () -> after(run, Duration.ofMinutes(15)));
            time("page of the list, first", TIMES, () -> page(run, she, Wanted.ALL, ""));
            String last = ids[held - 1].value();
            time("page of the list, last", TIMES, () -> page(run, she, Wanted.ALL, last));
            Wanted from = new Wanted("", "", "", "nobody");
            time("page of the list, nothing found", TIMES, () -> page(run, she, from, ""));
            time("folder Held, first time", 1, () -> run.rows.bring(LEE.key()));
            time("folder Held, again", TIMES, () -> run.rows.bring(LEE.key()));
            number[0] = 0;
            time("release of one", TIMES, () -> release(run, she, ids[number[0]++]));
            time(
                    "look and sweep of rows behind it",
                    TIMES,
                    () -> {
                        release(run, she, ids[number[0]++]);
                        after(run, Duration.ofSeconds(2));
                        run.rows.sweep();
                    });
            time("sweep of rows alone", TIMES, () -> sweepAll(run));
            run.database.change(handle -> handle.execute("DROP INDEX message_shown"));
            time("  the same without its index", TIMES, () -> sweepAll(run));
        }
        time(
                "next start: all of the spool read, and the first look",
                1,
                () -> {
                    try (Run run = new Run()) {
                        time(
                                "  of that: the spool",
                                1,
                                () ->
                                        run.spool.recover(message -> {
                                            run.stage.ownMail.recovered(message);
                                            run.docket.accept(message);
                                        }));
                        time("  of that: the first look", 1, () -> run.desk.look(() -> true));
                    }
                });
    }

    /// All that is held, by as many looks as it takes.
    private void note(Run run, int held, String what) {
        int looks = Math.ceilDiv(held, HeldDesk.TOLD_AT_A_LOOK_MAX);
        long begun = System.nanoTime();
        for (int i = 0; i < looks; i++) {
            run.desk.look(() -> true);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (!run.docket.takeUntold(Instant.MAX).isEmpty()) {
            throw new IllegalStateException("not all of it is noted; see the log");
        }
        out.line(
                "noting messages %s: %d looks, %.0f a second, %.2f ms for one"
                        .formatted(what, looks, held / seconds, seconds * 1_000 / held));
    }

    private static void sweepAll(Run run) {
        run.show();
        run.rows.sweep();
    }

    private void after(Run run, Duration time) {
        clock.advance(time);
        run.desk.look(() -> true);
    }

    private static void page(Run run, Decider who, Wanted wanted, String after) {
        run.desk.list().page(who, wanted, after);
    }

    private static void release(Run run, Decider by, QueueId id) throws IOException {
        run.desk.decide(new Ask(id, by, new Ask.Way.Release(), Optional.empty()));
    }

    private QueueId hold(Run run) throws IOException {
        Arrival outside =
                new Arrival(
                        Listener.INBOUND, "192.0.2.7", null, new Arrival.Tls("TLSv1.3", "TLS_X"));
        Address from = Address.of("anybody@else.example");
        return hold(run, new Envelope(outside, from, List.of(SampleMail.PATIENT)));
    }

    private QueueId hold(Run run, Envelope envelope) throws IOException {
        Review review = Review.of("held", HEARING, clock.instant(), Set.of());
        return run.stage.hold(envelope, CONTENT, review).id();
    }

    /// Mail of patients and to them.
    private static void keep(Database database, int others) throws IOException {
        database.change(handle ->
                handle.createUpdate(
                                """
                                INSERT INTO message (message_key, thread_id, queue_id, direction,
                                    clinician, clinician_key, patient, patient_key, message_id,
                                    id_hash, mentions, arrived, octets, notified)
                                SELECT 'k' || CAST(x AS VARCHAR(9)), 't' || CAST(x AS VARCHAR(9)),
                                    'q' || CAST(x AS VARCHAR(9)), 'TO_PATIENT', 'c', 'c', 'p',
                                    'p', '', '', '', x, 4096, FALSE
                                FROM UNNEST(SEQUENCE_ARRAY(1, :others, 1)) AS sequence (x)
                                """)
                        .bind("others", others)
                        .execute());
    }
}

package org.postern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.postern.cabinet.Cabinet;
import org.postern.cli.Console;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// What a delivery into the secure mailbox costs with an outline and without one: the same store on
/// the same disk, each message durable, once with a cabinet that makes the outline of what comes
/// and once with none. Both take turns, so that what else the machine does hits both.
final class DeliveryBench {
    private static final Address ANNA = Address.of("anna.reyes@mapleclinic.example");
    private static final Address MARIA = Address.of("maria.gomez@homemail.example");
    private static final int DELIVERIES = 300;
    private static final int DELIVERIES_SMOKE = 10;

    /// As a photo of a wound has.
    private static final int ATTACHED_OCTETS = 1 << 20;

    private final Path home;
    private final Bench.Effort effort;
    private final Console out;

    DeliveryBench(Path home, Bench.Effort effort, Console out) {
        this.home = home;
        this.effort = effort;
        this.out = out;
    }

    /// What one delivery of some took.
    private record Cost(double millis, double cpuMillis) {}

    void run() throws IOException {
        out.line(
                "| delivery of | ms: with outline | without | with : without | all ratios |"
                        + " processor, ms: with | without |");
        out.line("|---|---|---|---|---|---|---|");
        int usual = effort.smoke() ? DELIVERIES_SMOKE : DELIVERIES;
        compare("a letter of 2.8 kB", ImapLetters.letter(1), usual);
        compare("one with a photo of 1 MiB", photo(), Math.max(2, usual / 10));
    }

    private static String photo() {
        byte[] octets = new byte[ATTACHED_OCTETS];
        new SplittableRandom(20261128).nextBytes(octets);
        return """
        From: "Maria Gomez" <maria.gomez@homemail.example>\r
        Subject: My knee\r
        MIME-Version: 1.0\r
        Content-Type: multipart/mixed; boundary="b"\r
        \r
        --b\r
        Content-Type: text/plain\r
        \r
        This is how it looks.\r
        --b\r
        Content-Type: image/jpeg; name="knee.jpg"\r
        Content-Transfer-Encoding: base64\r
        \r
        %s\r
        --b--\r
        """
                .formatted(Base64.getMimeEncoder().encodeToString(octets));
    }

    private void compare(String name, String text, int count) throws IOException {
        Content letter = Content.of(text.getBytes(US_ASCII));
        List<Cost> with = new ArrayList<>();
        List<Cost> without = new ArrayList<>();
        Path place = home.resolve(Integer.toString(text.length()));
        try (Store outlined = Store.open(place.resolve("with"), true);
                Store plain = Store.open(place.resolve("without"), false)) {
            // The first are not counted: code is compiled meanwhile.
            for (int pair = -2; pair < effort.pairs(); pair++) {
                boolean counts = pair >= 0;
                // Whoever comes second finds another disk.
                List<Store> turns =
                        pair % 2 == 0 ? List.of(outlined, plain) : List.of(plain, outlined);
                for (Store each : turns) {
                    Cost cost = each.deliver(letter, count);
                    if (counts) {
                        (each == outlined ? with : without).add(cost);
                    }
                }
            }
        }
        StringBuilder ratios = new StringBuilder();
        for (int i = 0; i < with.size(); i++) {
            ratios.append(i == 0 ? "" : ", ");
            double ratio = with.get(i).millis() / without.get(i).millis();
            ratios.append(String.format(Locale.ROOT, "%.2f", ratio));
        }
        double mine = Run.median(with.stream().map(Cost::millis).toList());
        double other = Run.median(without.stream().map(Cost::millis).toList());
        out.line(
                String.format(
                        Locale.ROOT,
                        "| %s | %.2f | %.2f | %.2f | %s | %.2f | %.2f |",
                        name,
                        mine,
                        other,
                        mine / other,
                        ratios,
                        Run.median(with.stream().map(Cost::cpuMillis).toList()),
                        Run.median(without.stream().map(Cost::cpuMillis).toList())));
    }

    /// A secure mailbox, with somebody who makes outlines or without.
    private static final class Store implements Closeable {
        private final Database database;
        private final FileMailboxStore mailbox;
        private int number;

        private Store(Database database, FileMailboxStore mailbox) {
            this.database = database;
            this.mailbox = mailbox;
        }

        static Store open(Path home, boolean outlined) throws IOException {
            FileDisk disk = new FileDisk();
            Clock clock = Clock.systemUTC();
            Database database = TestDatabase.open(disk, home.resolve("db"), clock);
            FileMailboxStore mailbox =
                    FileMailboxStore.open(
                            new FileMailboxStore.Ground(
                                    disk,
                                    home.resolve("bodies"),
                                    TestVault.one(),
                                    database,
                                    new SecureRandom(),
                                    clock));
            if (outlined) {
                Cabinet.open(
                        new Cabinet.Ground(
                                mailbox,
                                database,
                                TestVault.one(),
                                clock,
                                disk,
                                home.resolve(Cabinet.MARK)));
            }
            return new Store(database, mailbox);
        }

        Cost deliver(Content letter, int count) throws IOException {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long cpu = threads.getCurrentThreadCpuTime();
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                mailbox.store(
                        new NewMessage(
                                new QueueId("%016d".formatted(number++)),
                                Direction.FROM_PATIENT,
                                ANNA,
                                MARIA,
                                "",
                                List.of(),
                                Clock.systemUTC().instant()),
                        letter);
            }
            double millis = (System.nanoTime() - begin) / 1e6 / count;
            return new Cost(millis, (threads.getCurrentThreadCpuTime() - cpu) / 1e6 / count);
        }

        @Override
        public void close() throws IOException {
            mailbox.close();
            database.close();
        }
    }
}

package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.audit.AuditVerifier;
import org.postern.demo.SampleClinic;
import org.postern.store.FileDisk;
import org.postern.story.LoadClient.Kind;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.Tmpfs;

/// R6: a volume of its own under spool, database and audit in turn is filled while the gateway
/// runs. Nothing is acknowledged falsely, what was acknowledged arrives, and when there is room
/// again the same process goes on by itself.
class DiskFullStory {
    private static final long MIB = 1 << 20;
    private static final long SPOOL_RESERVE = 256 * MIB;
    private static final String CANARY = "canary-0f3ab97d51c84e26";

    /// More than fit into what is left of a page.
    private static final int OFFERS_MAX = 200;

    @TempDir Path home;

    /// Runs fast while something is waited for.
    private final ManualClock clock = new ManualClock(Clock.systemUTC().instant());

    private final Set<Integer> acknowledged = new TreeSet<>();
    private int port;
    private int numbers;
    private @Nullable StagedClinic clinic;
    private @Nullable SmtpSink sink;

    @BeforeEach
    void writeTheClinic() throws IOException {
        // Nobody listens there at first, and no server beside us may be given it meanwhile.
        port = SampleClinic.Ports.one();
        clinic = StagedClinic.in(home, clock).write(port, "none");
    }

    @AfterEach
    void stop() throws IOException {
        if (sink != null) {
            sink.close();
        }
    }

    @Test
    void theSpoolsVolume() throws Exception {
        try (Tmpfs volume = Tmpfs.mount(data("spool"), 290);
                StagedClinic open = clinic().open()) {
            offerEachKind("250");
            volume.fill(SPOOL_RESERVE - MIB);
            try (MailClient client = open.relay()) {
                client.command("MAIL FROM:<" + ANNA + ">", "452 4.3.1");
                client.command("MAIL FROM:<" + ANNA + "> SIZE=1000", "452 4.3.1");
            }
            sink = SmtpSink.start(port);
            awaitLater("what waited goes out below the reserve", this::hasArrived);

            volume.empty();
            volume.fill(SPOOL_RESERVE + 8 * MIB);
            try (MailClient client = open.relay()) {
                client.command("MAIL FROM:<" + ANNA + "> SIZE=10000000", "452 4.3.1");
            }
            offerEachKind("250");
            try (MailClient large = begun(open, Kind.INTERNAL);
                    MailClient small = begun(open, Kind.INTERNAL)) {
                // The room goes while they are on their way.
                volume.fill(0);
                String filling = "0123456789abcdef".repeat(60).concat("\r\n").repeat(1_100);
                large.command("Subject: large\r\n\r\n" + filling + ".", "452 4.3.1");
                large.command("RSET", "250");
                large.command("MAIL FROM:<" + ANNA + ">", "452 4.3.1");
                small.command("Subject: small\r\n\r\n" + filling + ".", "452 4.3.1");
            }

            volume.empty();
            offerEachKind("250");
            awaitLater("all that was acknowledged", this::hasArrived);
            open.awaitEmptySpool();
            assertAudited();
        }
        assertNothingElse();
    }

    @Test
    void theAuditsVolume() throws Exception {
        try (Tmpfs volume = Tmpfs.mount(data("audit"), 8);
                StagedClinic open = clinic().open()) {
            offerEachKind("250");
            int patient = numbers;
            volume.fill(0);
            offerUntilRefused();
            sink = SmtpSink.start(port);
            // A notice is audited before it is sent, so a patient who has none yet waits for it.
            awaitLater("what waited goes out", () -> Set.of(patient).containsAll(missing()));
            offer(Kind.INTERNAL, "451 4.3.0");

            volume.empty();
            offerEachKind("250");
            awaitLater("all that was acknowledged", this::hasArrived);
            awaitLater("what was settled meanwhile is audited", () -> open.queued() == 0);
            assertAudited();
        }
        assertNothingElse();
    }

    @Test
    void theDatabasesVolume() throws Exception {
        try (Tmpfs volume = Tmpfs.mount(data("db"), 80);
                StagedClinic open = clinic().open()) {
            sink = SmtpSink.start(port);
            for (long free : new long[] {63 * MIB, 0}) {
                volume.fill(free);
                // The promise rests on the spool: it is kept, and the patient is told later.
                offerEachKind("250");
                int patient = numbers;
                awaitLater("what needs no database", () -> missing().equals(Set.of(patient)));
                awaitLater("that alone is left", () -> open.queued() == 1);
                volume.empty();
                awaitLater("the patient is told", this::hasArrived);
                open.awaitEmptySpool();
            }
            assertAudited();
        }
        assertNothingElse();
    }

    private void assertNothingElse() throws IOException {
        SmtpSink all = sink();
        Set<Integer> taken = new TreeSet<>();
        all.taken().forEach(each -> KillStory.number(each).ifPresent(taken::add));
        assertEquals(acknowledged, taken, "no false 250, and nothing of what was refused");
        for (byte[] wire : all.wires()) {
            assertFalse(new String(wire, StandardCharsets.ISO_8859_1).contains(CANARY), "in clear");
        }
    }

    /// I6: one entry for each acceptance that stands, and one for what became of it.
    private void assertAudited() throws IOException {
        AuditFolder folder = new AuditFolder(new FileDisk(), data("audit"));
        assertInstanceOf(
                AuditVerifier.Verdict.Intact.class,
                new AuditVerifier(folder, clinic().clinic().vault()).verify());
        List<String> accepted = new ArrayList<>();
        List<String> ended = new ArrayList<>();
        List<String> withdrawn = new ArrayList<>();
        new AuditReader(folder)
                .read(entry -> {
                    switch (entry.event()) {
                        case "accepted" -> accepted.add(entry.text("id"));
                        case "withdrawn" -> withdrawn.add(entry.text("id"));
                        case "attempted" -> {
                            if (!entry.text("outcome").equals("delayed")) {
                                ended.add(entry.text("id"));
                            }
                        }
                        default -> {
                            // Of no interest here.
                        }
                    }
                });
        accepted.removeAll(withdrawn);
        ended.retainAll(accepted);
        assertEquals(acknowledged.size(), accepted.size());
        assertEquals(new TreeSet<>(accepted), new TreeSet<>(ended));
        assertEquals(accepted.size(), ended.size(), "no outcome twice");
    }

    // -- offering --

    /// One to a colleague, one encrypted to a partner, one for a patient to pick up.
    private void offerEachKind(String code) throws IOException {
        for (Kind kind : Kind.values()) {
            offer(kind, code);
        }
    }

    private void offerUntilRefused() throws IOException {
        for (int i = 0; i < OFFERS_MAX; i++) {
            String reply = offer(Kind.INTERNAL, "");
            if (!reply.startsWith("250")) {
                assertTrue(reply.startsWith("451 4.3.0"), reply);
                return;
            }
        }
        throw new AssertionError("nothing was refused");
    }

    /// @param code that the reply begins with
    /// @return the reply
    private String offer(Kind kind, String code) throws IOException {
        try (MailClient client = begun(clinic(), kind)) {
            int number = numbers;
            String canary = kind == Kind.INTERNAL ? "canteen" : CANARY;
            String text =
                    """
                    Message-ID: %s
                    From: %s
                    Subject: %s

                    %s
                    .\
                    """
                            .formatted(LoadClient.messageId(number), ANNA, canary, canary)
                            .replace("\n", "\r\n");
            String reply = client.command(text, code);
            if (reply.startsWith("250")) {
                acknowledged.add(number);
            }
            return reply;
        }
    }

    /// A session in which DATA was answered 354.
    private MailClient begun(StagedClinic to, Kind kind) throws IOException {
        numbers++;
        MailClient client = to.relay();
        client.command("MAIL FROM:<" + ANNA + ">", "250");
        client.command("RCPT TO:<" + kind.recipient(numbers) + ">", "250");
        client.command("DATA", "354");
        return client;
    }

    // -- waiting --

    private void awaitLater(String what, BooleanSupplier condition) {
        RunningClinic.await(
                what,
                () -> {
                    clock.advance(Duration.ofSeconds(5));
                    return condition.getAsBoolean();
                });
    }

    private boolean hasArrived() {
        return missing().isEmpty();
    }

    private Set<Integer> missing() {
        Set<Integer> missing = new TreeSet<>(acknowledged);
        sink().taken().forEach(each -> KillStory.number(each).ifPresent(missing::remove));
        return missing;
    }

    private Path data(String folder) {
        return clinic().clinic().data().resolve(folder);
    }

    private StagedClinic clinic() {
        return Objects.requireNonNull(clinic);
    }

    private SmtpSink sink() {
        return Objects.requireNonNull(sink);
    }
}

package org.postern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.postern.PowerLossLife.Place;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.audit.AuditVerifier;
import org.postern.check.PatientFile;
import org.postern.config.Configuration;
import org.postern.demo.SampleClinic;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.QuickKeystore;
import org.postern.testkit.SimulatedDisk;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;
import org.postern.vault.Vault;
import org.postern.yaml.Checked;

/// A clinic whose power goes: messages go through a gateway, states of the disk are taken while
/// they do, and from each of them a second gateway has to bring all to a good end.
///
/// The database is HSQLDB on a real disk. What it had committed when a state was taken is put back
/// before that state is judged, or all of its rows are lost.
final class PowerLossWorld implements AutoCloseable {
    private static final String CANARY = "canary-7d20c1e49bb35f86";
    private static final List<String> TABLES = List.of("message", "follow", "pickup_grant");

    private final Place place;
    private final SmtpSink sink;
    private int numbers;

    /// The database's rows, by table.
    private record Rows(Map<String, List<Map<String, Object>>> tables) {}

    /// A moment of a run.
    ///
    /// @param acknowledged numbers of the messages that were answered 250
    /// @param taken what the next hop had, at least
    record State(SimulatedDisk disk, Set<Integer> acknowledged, List<Taken> taken, Rows rows) {}

    PowerLossWorld(Path home) throws IOException {
        sink = SmtpSink.start();
        int port = sink.port();
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), Clock.systemUTC());
        clinic.write(
                Path.of("policy-config"),
                new SampleClinic.Outside(port, port, "none"),
                QuickKeystore::create);
        if (!(Configuration.load(clinic.config())
                instanceof Checked.Valid<Configuration>(Configuration configuration))) {
            throw new AssertionError("the configuration has mistakes");
        }
        Vault vault = clinic.vault();
        place =
                new Place(
                        clinic.config(),
                        configuration,
                        vault,
                        PatientFile.open(configuration.gateway().storage().patients(), vault),
                        Database.open(
                                new FileDisk(), clinic.data().resolve("db"), Clock.systemUTC()));
    }

    /// What a run says at a changing operation of its disk: whether and which states to take.
    @FunctionalInterface
    interface Moment {
        List<SimulatedDisk> states(SimulatedDisk disk);
    }

    /// Lets messages through, each to a colleague, a partner and a patient, several at once.
    List<State> run(int messages, Moment moment) throws IOException {
        put(new Rows(Map.of()));
        SimulatedDisk disk = new SimulatedDisk();
        Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
        List<State> states = new ArrayList<>();
        sink.forget();
        Supplier<State> now =
                () -> new State(disk, new TreeSet<>(acknowledged), sink.taken(), rows());
        disk.watch(operation -> {
            if (changes(operation)) {
                synchronized (states) {
                    State seen = now.get();
                    for (SimulatedDisk each : moment.states(disk)) {
                        states.add(new State(each, seen.acknowledged, seen.taken, seen.rows));
                    }
                }
            }
        });
        try (PowerLossLife life = new PowerLossLife(place, disk)) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < messages; i++) {
                int number = ++numbers;
                clients.add(Thread.ofVirtual().start(() -> offer(life, number, acknowledged)));
            }
            for (Thread client : clients) {
                client.join();
            }
            assertEquals(messages, acknowledged.size(), "all are taken");
            life.drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return states;
    }

    private static boolean changes(String operation) {
        return !operation.startsWith("read")
                && !operation.startsWith("size")
                && !operation.startsWith("list")
                && !operation.startsWith("close");
    }

    private static void offer(PowerLossLife life, int number, Set<Integer> acknowledged) {
        String text =
                """
                Message-ID: %s
                From: anna.reyes@mapleclinic.example
                Subject: %s

                %s
                """
                        .formatted(id(number), CANARY, CANARY + number)
                        .replace("\n", "\r\n");
        try {
            if (life.offer(recipients(number), text)) {
                acknowledged.add(number);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String id(int number) {
        return "<power-" + number + "@mapleclinic.example>";
    }

    private static List<String> recipients(int number) {
        return List.of(
                "sam.okafor@mapleclinic.example", "chidi.obi@stmary.example", patient(number));
    }

    private static String patient(int number) {
        return "patient-" + number + "@homemail.example";
    }

    /// What the database is after the loss.
    enum DatabaseIs {
        AS_COMMITTED,
        LOST
    }

    /// Starts again from a state, and looks what becomes of its messages.
    void judge(State state, DatabaseIs database, String which) throws IOException {
        // It keeps every octet.
        sink.forget();
        put(database == DatabaseIs.LOST ? new Rows(Map.of()) : state.rows());
        try (PowerLossLife life = new PowerLossLife(place, state.disk())) {
            life.drain();
        }
        Map<String, Integer> copies = new HashMap<>();
        List<Taken> all = new ArrayList<>(state.taken());
        all.addAll(sink.taken());
        for (Taken each : all) {
            for (String recipient : each.recipients()) {
                String name = recipient.startsWith("patient-") ? "" : each.field("Message-ID");
                copies.merge(name + recipient, 1, Integer::sum);
            }
        }
        copies.forEach((copy, count) -> assertTrue(count <= 2, which + ": " + count + " " + copy));
        for (int number : state.acknowledged()) {
            for (String recipient : recipients(number)) {
                String name = recipient.startsWith("patient-") ? "" : id(number);
                assertTrue(copies.containsKey(name + recipient), which + ": lost, " + recipient);
            }
            long bodies = place.database().read(handle -> bodies(handle, number));
            assertEquals(1L, bodies, which + ": in the mailbox");
        }
        audited(state, which);
        for (Path path : state.disk().files()) {
            String octets = new String(state.disk().octets(path), StandardCharsets.ISO_8859_1);
            assertFalse(octets.contains(CANARY), which + ": in clear, " + path);
        }
    }

    private static long bodies(Handle handle, int number) {
        return handle.createQuery("SELECT COUNT(*) FROM message WHERE patient_key = ?")
                .bind(0, patient(number))
                .mapTo(Long.class)
                .one();
    }

    /// I6.
    private void audited(State state, String which) throws IOException {
        AuditFolder folder = new AuditFolder(state.disk(), place.data("audit"));
        assertInstanceOf(
                AuditVerifier.Verdict.Intact.class,
                new AuditVerifier(folder, place.vault()).verify(),
                which);
        Map<String, Map<String, Integer>> ends = new TreeMap<>();
        Map<String, Integer> accepted = new TreeMap<>();
        new AuditReader(folder)
                .read(entry -> {
                    String id = entry.text("id");
                    if (entry.event().equals("accepted")) {
                        accepted.merge(id, 1, Integer::sum);
                    } else if (entry.event().equals("attempted")) {
                        assertFalse(entry.text("outcome").equals("delayed"), which);
                        ends.computeIfAbsent(id, _ -> new TreeMap<>())
                                .merge(entry.text("recipient"), 1, Integer::sum);
                    }
                });
        assertTrue(accepted.size() >= state.acknowledged().size(), which + ": not audited");
        accepted.forEach((id, count) -> assertEquals(1, count, which + ": accepted, " + id));
        ends.forEach((id, each) ->
                each.forEach((to, count) -> assertEquals(1, count, which + ": " + id + " " + to)));
        long complete =
                accepted.keySet().stream()
                        .filter(id -> ends.getOrDefault(id, Map.of()).size() == 3)
                        .count();
        assertTrue(complete >= state.acknowledged().size(), which + ": outcomes not audited");
    }

    // -- the database --

    private Rows rows() {
        try {
            return place.database()
                    .read(handle -> {
                        Map<String, List<Map<String, Object>>> tables = new HashMap<>();
                        for (String table : TABLES) {
                            tables.put(
                                    table,
                                    handle.createQuery("SELECT * FROM " + table).mapToMap().list());
                        }
                        return new Rows(tables);
                    });
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void put(Rows rows) throws IOException {
        place.database()
                .change(handle -> {
                    for (String table : TABLES.reversed()) {
                        handle.execute("DELETE FROM " + table);
                    }
                    for (String table : TABLES) {
                        rows.tables()
                                .getOrDefault(table, List.of())
                                .forEach(row -> insert(handle, table, row));
                    }
                });
    }

    private static void insert(Handle handle, String table, Map<String, Object> row) {
        List<String> columns = List.copyOf(row.keySet());
        String sql =
                "INSERT INTO %s (%s) VALUES (%s)"
                        .formatted(
                                table,
                                String.join(", ", columns),
                                String.join(", ", columns.stream().map(_ -> "?").toList()));
        handle.execute(sql, columns.stream().map(row::get).toArray());
    }

    @Override
    public void close() throws IOException {
        place.database().close();
        sink.close();
    }
}

package org.postern.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cabinet.Cabinet.Listed;
import org.postern.entrance.UpstreamException;
import org.postern.mail.Address;
import org.postern.net.PerSource;
import org.postern.testkit.FakeClinic;
import org.postern.testkit.ScriptedServer;
import org.postern.upstream.LogIns;
import org.postern.upstream.UpstreamClient;

/// What sessions remember of the names of folders, all of them together.
class KnownNamesTest {
    private static final Address ANNA = Address.of("anna@clinic.example");

    private static final Address LEE = Address.of("lee@clinic.example");

    /// So long that nothing of it is remembered for other sessions.
    private static final int NAME_OCTETS = 900;

    private static final int FOLDERS = 20;

    @TempDir Path home;

    private static List<String> answer(String tag) {
        List<String> said = new ArrayList<>();
        said.add("C " + tag + " LIST \"\" \"*\"");
        for (int i = 0; i < FOLDERS; i++) {
            said.add("S * LIST () \"/\" " + "n".repeat(NAME_OCTETS) + i);
        }
        said.add("S " + tag + " OK done");
        return said;
    }

    private static List<String> lists(int count) {
        List<String> said = new ArrayList<>(LineTest.LOGGING_IN);
        said.add("S p2 OK in");
        for (int i = 0; i < count; i++) {
            said.addAll(answer("p" + (3 + i)));
        }
        return said;
    }

    private Clinic clinic(ReadingThere there, int port, Room names) throws Exception {
        Clinic.Bounds bounds =
                new Clinic.Bounds(new PerSource(4), new LogIns(), new Room(1, 1), names);
        return new Clinic(LineTest.server(port), there.reading, bounds, new KnownFolders());
    }

    /// The server is asked again each time, and an empty list is told to nobody.
    @Test
    void whoHasNoRoomAsksEachTime() throws Exception {
        try (ScriptedServer server = FakeClinic.inTurn(List.of(lists(2)));
                ReadingThere there = new ReadingThere(home);
                ClinicFolders folders =
                        clinic(there, server.port(), new Room(1_000_000, 10_000))
                                .of(ANNA, LineTest.hers())) {
            assertEquals(FOLDERS + 1, folders.list().size());
            assertEquals(List.of(), folders.listed());
            assertEquals(FOLDERS + 1, folders.list().size());
            end(server);
            assertThrows(UpstreamException.class, folders::list);
        }
    }

    /// The server goes away while it is still asked.
    private static void end(ScriptedServer server) throws IOException {
        server.close();
    }

    /// A server that was never heard has not said that there is nothing.
    @Test
    void nothingIsToldOfAServerThatWasNeverHeard() throws Exception {
        List<String> nothing = new ArrayList<>(LineTest.LOGGING_IN);
        nothing.addAll(List.of("S p2 OK in", "C p3 LIST \"\" \"*\"", "S p3 OK done"));
        try (ReadingThere there = new ReadingThere(home);
                ScriptedServer server = FakeClinic.inTurn(List.of(nothing))) {
            Clinic clinic = clinic(there, server.port(), new Room(60_000, 60_000));
            try (ClinicFolders folders = clinic.of(ANNA, LineTest.hers());
                    ClinicFolders other = clinic.of(LEE, LineTest.hers())) {
                assertEquals(List.of(), folders.list());
                end(server);
                assertEquals(List.of(), folders.list(), "it has said so");
                assertThrows(UpstreamException.class, other::list);
            }
        }
    }

    /// What would be refused for ever would put the secure folders out of reach as well.
    @Test
    void whatWillBeAnsweredSoForEverHidesNoSecureFolders() throws Exception {
        String asked = "C p3 LIST \"\" \"*\"";
        for (List<String> answer :
                List.of(
                        List.of("S p3 NO [NOPERM] no"),
                        List.of("S p3 BAD what"),
                        List.of("S * LIST () \"/\" {1001}"),
                        List.of("S p4 OK of another"))) {
            List<String> said = new ArrayList<>(LineTest.LOGGING_IN);
            said.addAll(List.of("S p2 OK in", asked));
            said.addAll(answer);
            assertEquals(List.of(), lists(said), answer.toString());
        }
        for (List<String> answer :
                List.of(List.of("S p3 NO [UNAVAILABLE] later"), List.of("S * BYE"))) {
            List<String> said = new ArrayList<>(LineTest.LOGGING_IN);
            said.addAll(List.of("S p2 OK in", asked));
            said.addAll(answer);
            assertThrows(UpstreamException.class, () -> lists(said), answer.toString());
        }
    }

    private List<Listed> lists(List<String> script) throws Exception {
        try (ScriptedServer server = FakeClinic.inTurn(List.of(script));
                ReadingThere there = new ReadingThere(home);
                ClinicFolders folders =
                        clinic(there, server.port(), new Room(60_000, 60_000))
                                .of(ANNA, LineTest.hers())) {
            return folders.list();
        }
    }

    /// Whoever has more folders than can be shown sees the first of them.
    @Test
    void ofTooManyFoldersTheFirstAreListed() throws Exception {
        List<String> said = new ArrayList<>(LineTest.LOGGING_IN);
        said.addAll(List.of("S p2 OK in", "C p3 LIST \"\" \"*\""));
        for (int i = 0; i < 2_500; i++) {
            said.add("S * LIST () \"/\" f" + i);
        }
        said.add("S p3 OK done");
        List<Listed> told = lists(said);
        assertEquals(UpstreamClient.FOLDERS_MAX + 1, told.size());
        assertTrue(told.stream().anyMatch(each -> each.name().equals("Clinic/f999")));
    }

    @Test
    void whoHasRoomGivesItBack() throws Exception {
        Room names = new Room(60_000, 60_000);
        try (ScriptedServer server = FakeClinic.inTurn(List.of(lists(2), lists(1)));
                ReadingThere there = new ReadingThere(home)) {
            Clinic clinic = clinic(there, server.port(), names);
            try (ClinicFolders folders = clinic.of(ANNA, LineTest.hers())) {
                List<Listed> told = folders.list();
                assertEquals(told, folders.listed());
                assertEquals(told, folders.list());
                assertFalse(names.of("lee").holds(30_000));
                try (ClinicFolders other = clinic.of(ANNA, LineTest.hers())) {
                    assertEquals(told, other.list());
                    assertEquals(List.of(), other.listed());
                }
                end(server);
                assertEquals(told, folders.list(), "as it was told last");
            }
            assertTrue(names.of("lee").holds(60_000));
        }
    }
}

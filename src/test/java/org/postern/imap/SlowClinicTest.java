package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.beside.Clinic;
import org.postern.beside.ReadingThere;
import org.postern.testkit.FakeClinic;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.ScriptedServer;

/// How long a list waits for a clinic's server that is slow: RFC 5819 §2.
class SlowClinicTest {
    private static final String OWNER = "anna@clinic.example";
    private static final Duration SLOW = Duration.ofSeconds(6);

    @TempDir Path home;

    private static List<String> script() {
        List<String> script =
                FakeClinic.script(
                        FakeClinic.asked(OWNER, ImapWorld.SECRET),
                        "S p2 OK in",
                        "C p3 LIST \"\" \"*\"");
        for (String each : List.of("a", "b", "c", "d")) {
            script.add("S * LIST () \"/\" " + each);
        }
        script.add("S p3 OK done");
        int tag = 4;
        for (String each : List.of("a", "b", "c")) {
            script.add(
                    "C p%d STATUS \"%s\" (MESSAGES UNSEEN UIDVALIDITY UIDNEXT)"
                            .formatted(tag, each));
            script.add("W");
            script.add("S * STATUS " + each + " (MESSAGES 3 UNSEEN 1 UIDVALIDITY 7 UIDNEXT 9)");
            script.add("S p" + tag + " OK done");
            tag++;
        }
        return script;
    }

    private static Optional<Clinic> clinic(ReadingThere there, int port) {
        Clinic.Server server =
                new Clinic.Server(
                        FakeClinic.at(port), FakeClinic.HERE, "Clinic", Clinic.Pace.USUAL);
        return Optional.of(new Clinic(server, there.reading, Clinic.Messages.USUAL));
    }

    /// Folders that are left out are listed all the same, and so are the secure ones behind them.
    @Test
    void aListLeavesOutHowFoldersStandOnceItTakesTooLong() throws Exception {
        AtomicReference<Runnable> passing = new AtomicReference<>(() -> {});
        try (ScriptedServer server =
                        ScriptedServer.taking(
                                FakeClinic.tls(), script(), () -> passing.get().run());
                ReadingThere there = new ReadingThere(home.resolve("there"));
                ImapWorld world =
                        new ImapWorld(
                                home, limits -> limits, (_, _) -> clinic(there, server.port()));
                ImapPeer here = world.peer()) {
            passing.set(() -> world.stopwatch.addAndGet(SLOW.toNanos()));
            List<String> said = said(here, "LOGIN " + OWNER + " \"" + ImapWorld.SECRET + "\"");
            assertTrue(said.getLast().startsWith("OK"), said::toString);
            said = said(here, "LIST \"\" * RETURN (STATUS (MESSAGES))");
            assertTrue(said.getLast().startsWith("OK"), said::toString);
            List<String> told = new ArrayList<>(said);
            for (String each : List.of("a", "b", "c", "d")) {
                assertTrue(
                        told.removeIf(it -> it.endsWith(" \"/\" Clinic/" + each)), said::toString);
            }
            told.removeIf(it -> !it.startsWith("* STATUS Clinic"));
            assertEquals(
                    List.of("* STATUS Clinic/a (MESSAGES 3)", "* STATUS Clinic/b (MESSAGES 3)"),
                    told);
            assertTrue(said.contains("* STATUS INBOX (MESSAGES 0)"), said::toString);
        }
    }

    /// @return what was said, the answer at the end
    private static List<String> said(ImapPeer peer, String command) throws IOException {
        List<String> said = new ArrayList<>();
        String last = peer.any(command, said);
        said.add(last);
        return said.stream().map(String::stripTrailing).toList();
    }
}

package org.postern.imap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.beside.Clinic;
import org.postern.beside.ReadingThere;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.net.PeerProof;
import org.postern.net.TlsTrust;
import org.postern.sasl.MailServer;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.ManualClock;
import org.postern.testkit.ScriptedServer;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// How long a list waits for a clinic's server that is slow: RFC 5819 §2.
class SlowClinicTest {
    private static final String OWNER = "anna@clinic.example";
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Duration SLOW = Duration.ofSeconds(6);

    @TempDir Path home;

    private static List<String> script() {
        String message = "\0" + OWNER + "\0" + ImapWorld.SECRET;
        List<String> script =
                new ArrayList<>(
                        List.of(
                                "S * OK ready",
                                "C p1 CAPABILITY",
                                "S * CAPABILITY IMAP4rev1 AUTH=PLAIN",
                                "S p1 OK done",
                                "C p2 AUTHENTICATE PLAIN",
                                "S + ",
                                "C " + Base64.getEncoder().encodeToString(message.getBytes(UTF_8)),
                                "S p2 OK in",
                                "C p3 LIST \"\" \"*\""));
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
        TlsTrust trust =
                TlsTrust.of(
                        List.of(AUTHORITY.authority().certificate()),
                        new ManualClock(TestAuthority.NOW));
        MailServer.Server at =
                new MailServer.Server(
                        MailServer.Protocol.IMAP,
                        "localhost",
                        port,
                        MailServer.Tls.IMPLICIT,
                        new PeerProof.Path(trust, Proof.CA));
        Clinic.Server server =
                new Clinic.Server(
                        at,
                        _ -> List.of(InetAddress.getLoopbackAddress()),
                        "Clinic",
                        Clinic.Pace.USUAL);
        return Optional.of(new Clinic(server, there.reading, Clinic.Messages.USUAL));
    }

    /// Folders that are left out are listed all the same, and so are the secure ones behind them.
    @Test
    void aListLeavesOutHowFoldersStandOnceItTakesTooLong() throws Exception {
        AtomicReference<Runnable> passing = new AtomicReference<>(() -> {});
        try (ScriptedServer server =
                        ScriptedServer.taking(
                                TestTls.server(AUTHORITY.server("localhost")),
                                script(),
                                () -> passing.get().run());
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

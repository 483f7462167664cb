package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.testkit.GatewayProcess;
import org.postern.testkit.Peers;

/// S30: no client makes the gateway shake hands again within a session of TLS 1.2, which costs it
/// much and the client nothing. The platform leaves that to a property, so the gateway is started
/// as it is shipped, by its own launcher.
class RenegotiationStory {
    private static final String SMTP = "NOOP\r\n";
    private static final String SMTP_ANSWER = "250 2.0.0 ";

    @TempDir Path home;

    /// @param starttls the protocol in which TLS is asked for; empty if it comes first
    /// @param greeting that is said under TLS; empty for none
    /// @param question to which a whole session has the answer
    private record Door(
            int port, String starttls, String greeting, String question, String answer) {}

    @Test
    void nobodyShakesHandsTwice() throws Exception {
        Peers.program("openssl");
        StagedClinic staged = StagedClinic.in(home.resolve("clinic"), Clock.systemUTC());
        List<Door> doors = doors(staged);
        List<String> command =
                List.of(
                        shipped().toString(),
                        "serve",
                        "--config",
                        staged.clinic().config().toString());
        Path log = home.resolve("log");
        try (GatewayProcess gateway = GatewayProcess.launch(command, log)) {
            assertTrue(gateway.awaitReady(), () -> read(log));
            for (Door door : doors) {
                String ordinary = session(door, false);
                assertTrue(ordinary.contains(door.answer()), door + ": " + ordinary);
                String again = session(door, true);
                assertFalse(again.contains(door.answer()), door + ": " + again);
            }
        }
    }

    /// So this client would have had its way: a gateway in this JVM knows nothing of the property.
    /// The web server of the pages refuses it by itself.
    @Test
    void theClientCanDoIt() throws Exception {
        Peers.program("openssl");
        try (StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            List<Door> doors = doors(staged);
            staged.open();
            for (Door door : doors) {
                String again = session(door, true);
                boolean pages = door.port() == staged.clinic().ports().pickup();
                assertEquals(!pages, again.contains(door.answer()), door + ": " + again);
            }
        }
    }

    /// All doors at which TLS is spoken.
    private static List<Door> doors(StagedClinic staged) throws IOException {
        int imaps = SampleClinic.Ports.one();
        SampleClinic clinic = staged.write(SampleClinic.Ports.one(), "none").clinic();
        int imap = staged.imap();
        Path file = clinic.config().resolve("gateway.yaml");
        String written = Files.readString(file);
        Files.writeString(
                file,
                written.replace("listeners:\n", "listeners:\n" + imaps(imaps))
                        .replace("\"http://localhost:", "\"https://localhost:")
                        .replace("tls: proxy", "tls: here"));
        SampleClinic.Ports ports = clinic.ports();
        String http = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        return List.of(
                new Door(ports.submission(), "smtp", "", SMTP, SMTP_ANSWER),
                new Door(ports.submissions(), "", "220 mail.", SMTP, SMTP_ANSWER),
                new Door(ports.relay(), "smtp", "", SMTP, SMTP_ANSWER),
                new Door(ports.inbound(), "smtp", "", SMTP, SMTP_ANSWER),
                new Door(imap, "imap", "", "a NOOP\r\n", "a OK "),
                new Door(imaps, "", "* OK ", "a NOOP\r\n", "a OK "),
                new Door(ports.pickup(), "", "", http, "HTTP/1.1 "));
    }

    private static String imaps(int port) {
        return "  imaps: { address: 127.0.0.1, port: " + port + " }\n";
    }

    /// The launcher with the classes beside it and no sources, from which it would build anew.
    private Path shipped() throws IOException {
        Path folder = Files.createDirectories(home.resolve("shipped"));
        Files.createSymbolicLink(folder.resolve("target"), Path.of("target").toAbsolutePath());
        return Files.copy(
                Path.of("gateway"), folder.resolve("gateway"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    /// What openssl says of a session in which it asks the door's question, until there is an
    /// answer or an end.
    ///
    /// @param again whether it first wants to shake hands again
    private static String session(Door door, boolean again) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Peers.program("openssl").toString());
        command.addAll(List.of("s_client", "-tls1_2", "-connect", "127.0.0.1:" + door.port()));
        if (!door.starttls().isEmpty()) {
            command.addAll(List.of("-starttls", door.starttls()));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            Thread follower = Thread.ofVirtual().start(() -> follow(process, said));
            awaitWords(follower, said, "Verify return code");
            // What is on its way then would be no part of a handshake.
            awaitWords(follower, said, door.greeting());
            int from = said.size();
            if (again) {
                say(process, "R\n");
                awaitWords(follower, said, "RENEGOTIATING");
            }
            say(process, door.question());
            // The end is that of its words, not of the process, which may be read behind it.
            RunningClinic.await(
                    "an answer or an end",
                    () -> words(said).indexOf(door.answer(), from) >= 0 || !follower.isAlive());
            return words(said).substring(from);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String words(ByteArrayOutputStream said) {
        return said.toString(StandardCharsets.ISO_8859_1);
    }

    private static void awaitWords(Thread follower, ByteArrayOutputStream said, String words) {
        RunningClinic.await(words, () -> words(said).contains(words) || !follower.isAlive());
        assertTrue(words(said).contains(words), () -> words(said));
    }

    /// To a client that has given up nothing can be said any more.
    private static void say(Process process, String words) {
        try {
            OutputStream out = process.getOutputStream();
            out.write(words.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException _) {
            // Its own words tell why it has ended.
            return;
        }
    }

    private static void follow(Process process, ByteArrayOutputStream said) {
        try (InputStream in = process.getInputStream()) {
            byte[] octets = new byte[1_024];
            for (int n = in.read(octets); n >= 0; n = in.read(octets)) {
                said.write(octets, 0, n);
            }
        } catch (IOException _) {
            // The process was ended.
            return;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}

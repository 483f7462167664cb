package org.postern.keycare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cert.Cert;
import org.postern.cli.Command;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.FolderCopy;
import org.postern.operate.Patient;

/// Root types the commands, and the gateway runs as somebody else, whose files they make.
class OwnersTest {
    @TempDir Path home;
    private FolderCopy folder;
    private Path data;
    private UserPrincipal gateway;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void give() throws IOException {
        folder = FolderCopy.in(home);
        data = Files.createDirectories(home.resolve("data"));
        assumeTrue(Files.getOwner(data).getName().equals("root"), "only root gives away");
        gateway =
                home.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("nobody");
        Files.setOwner(data, gateway);
        assertEquals(Command.OK, run("", "keys", "init"), this::said);
    }

    private int run(String input, String... words) {
        out.reset();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Console console =
                new Console(
                        print,
                        print,
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(1, List.of("--config", folder.path().toString()));
        List<Command> commands =
                List.of(
                        new Keys(console, new SecureRandom()),
                        new Cert(console, _ -> List.of()),
                        new Patient(console));
        return new CommandLineTool(console, commands).run(all.toArray(String[]::new));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatCommandsMakeBelongsToTheGateway() throws Exception {
        String maria = "maria.gomez@homemail.example";
        assertEquals(Command.OK, run("", "keys", "dkim", "p2027"), this::said);
        assertEquals(Command.OK, run("", "keys", "token", "off"), this::said);
        assertEquals(
                Command.OK, run("", "cert", "issue", "anna.reyes@mapleclinic.example"), this::said);
        assertEquals(Command.OK, run("483920\n", "patient", "add", maria, "pin"), this::said);
        assertEquals(Command.OK, run("es\n", "patient", "add", maria, "language"), this::said);
        allAreTheGateways();
    }

    @Test
    void soDoesWhatIsPutBackFromABackup() throws Exception {
        Path backup = home.resolve("keys.backup");
        String password = "apple tree by the river\n";
        assertEquals(
                Command.OK, run("", "cert", "issue", "anna.reyes@mapleclinic.example"), this::said);
        assertEquals(
                Command.OK,
                run(password, "keys", "backup", backup.toString(), "--password-fd", "0"),
                this::said);
        Files.move(data.resolve("keys"), home.resolve("destroyed"));
        assertEquals(
                Command.OK,
                run(password, "keys", "restore", backup.toString(), "--password-fd", "0"),
                this::said);
        allAreTheGateways();
    }

    private void allAreTheGateways() throws IOException {
        int files = 0;
        try (Stream<Path> all = Files.walk(data)) {
            for (Path each : all.toList()) {
                assertEquals(gateway, Files.getOwner(each), each.toString());
                files++;
            }
        }
        assertTrue(files > 3, "files: " + files);
    }
}

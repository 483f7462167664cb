package org.postern.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.Console;
import org.postern.config.FolderCopy;
import org.postern.testkit.Peers;

/// The commands with SoftHSM, each in a process of its own, because SoftHSM takes its settings from
/// the environment.
class TokenPeersTest {
    private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    private static final Pattern SLOT = Pattern.compile("reassigned to slot (\\d+)");
    private static final long RUN_SECONDS_MAX = 120;

    @TempDir Path home;
    private FolderCopy folder;
    private Path password;
    private Path tokens;
    private Path pin;

    /// How a process ended, and all that it said.
    private record Ended(int code, String said) {}

    @BeforeEach
    void make() throws IOException {
        folder = FolderCopy.in(home);
        password = home.resolve("data/keys/password");
        tokens = Files.createDirectories(home.resolve("tokens"));
        pin = Files.writeString(home.resolve("pin"), "87654321\n");
        Files.writeString(home.resolve("softhsm2.conf"), "directories.tokendir = " + tokens + "\n");
    }

    private Ended run(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SOFTHSM2_CONF", home.resolve("softhsm2.conf").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS), said);
        return new Ended(process.exitValue(), said);
    }

    private Ended postern(String... words) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("org.postern.Gateway", words[0]));
        command.addAll(List.of("--config", folder.path().toString()));
        command.addAll(List.of(words).subList(1, words.length));
        return run(command);
    }

    private String uri() throws Exception {
        String tool = Peers.program("softhsm2-util").toString();
        Ended made =
                run(
                        List.of(
                                tool,
                                "--init-token",
                                "--free",
                                "--label",
                                "clinic",
                                "--so-pin",
                                "12345678",
                                "--pin",
                                "87654321"));
        Matcher slot = SLOT.matcher(made.said());
        assertTrue(slot.find(), made.said());
        return "pkcs11:slot-id=%s;object=postern?module-path=%s&pin-source=file:%s"
                .formatted(slot.group(1), MODULE, pin);
    }

    @Test
    void theKeystoresOpenWithTheTokenAndNotWithoutIt() throws Exception {
        String uri = uri();
        assertEquals(0, postern("keys", "init").code());
        String secret = Files.readAllLines(password).getFirst();
        Ended sealed = postern("keys", "token", uri);
        assertEquals(0, sealed.code(), sealed.said());
        assertFalse(Files.readString(password).contains(secret));
        assertTrue(Files.readString(password).startsWith(uri + "\n"));
        Ended list = postern("keys", "list");
        assertEquals(0, list.code(), list.said());
        assertTrue(list.said().contains("active"), list.said());

        Path away = Files.move(tokens, home.resolve("away"));
        Files.createDirectories(tokens);
        Ended gone = postern("keys", "list");
        assertEquals(1, gone.code(), gone.said());
        assertTrue(gone.said().contains("is not there"), gone.said());
        assertFalse(gone.said().contains("87654321"), gone.said());
        Ended doctor = postern("doctor");
        assertEquals(1, doctor.code(), doctor.said());
        assertTrue(doctor.said().contains("No key opens: the token in slot"), doctor.said());
        Files.delete(tokens);
        Files.move(away, tokens);

        Files.writeString(pin, "1111\n");
        Ended refused = postern("keys", "list");
        assertEquals(1, refused.code(), refused.said());
        assertTrue(refused.said().contains("refuses the PIN"), refused.said());
        Path noted = home.resolve("data/keys/password.refused");
        assertFalse(Files.readString(noted).contains("1111"));
        // If the token were asked, it would not be there.
        Files.move(tokens, away);
        Files.createDirectories(tokens);
        for (int command = 0; command < 2; command++) {
            Ended again = postern("keys", "list");
            assertEquals(1, again.code(), again.said());
            assertTrue(again.said().contains("has refused this PIN"), again.said());
            assertTrue(again.said().contains("remove " + noted), again.said());
        }
        String sameToken = uri.replace("object=postern", "object=other");
        String sealedNow = Files.readString(password);
        Files.writeString(password, sealedNow.replace(uri, sameToken));
        Ended other = postern("keys", "list");
        assertTrue(other.said().contains("has refused this PIN"), other.said());
        Files.writeString(password, sealedNow);
        Files.delete(tokens);
        Files.move(away, tokens);
        String before = Files.readString(noted);
        Files.writeString(noted, "spoilt\n");
        Ended doubt = postern("keys", "list");
        assertTrue(doubt.said().contains("cannot be read, and it is not asked"), doubt.said());
        Files.writeString(noted, before);

        Files.writeString(pin, "87654321\n");
        assertEquals(0, postern("keys", "token", "off").code());
        assertFalse(Files.exists(noted), "the token has taken a PIN");
        assertEquals(secret + "\n", Files.readString(password));
    }

    /// Asks a token twice, as a gateway does that runs on; whoever wrote the note of the first
    /// refusal has taken it away.
    static final class Running {
        private Running() {}

        /// @param arguments the password file; then whether what is refused can be kept
        public static void main(String[] arguments) throws IOException {
            List<String> lines = Files.readAllLines(Path.of(arguments[0]));
            Removed removed = new Removed(Boolean.parseBoolean(arguments[1]));
            Console said = Console.system();
            for (int times = 0; times < 2; times++) {
                try {
                    said.line(TokenSecret.open(lines, removed).toString());
                } catch (IOException e) {
                    said.line(String.valueOf(e.getMessage()));
                }
            }
        }
    }

    private record Removed(boolean isKept) implements TokenSecret.Refusals {
        @Override
        public boolean hold(char[] tried) {
            return false;
        }

        @Override
        public void keep(char[] tried) throws IOException {
            if (!isKept) {
                throw new IOException("the disk is full (test)");
            }
        }

        @Override
        public void forget() {
            // There is nothing.
        }

        @Override
        public String place() {
            return "password.refused";
        }
    }

    private List<String> askedTwice(boolean isKept) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Ended ended =
                run(
                        List.of(
                                java,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Running.class.getName(),
                                password.toString(),
                                String.valueOf(isKept)));
        return ended.said().lines().toList();
    }

    @Test
    void aRunningGatewayTriesAgainOnceTheNoteIsRemoved() throws Exception {
        String uri = uri();
        assertEquals(0, postern("keys", "init").code());
        Ended sealed = postern("keys", "token", uri);
        assertEquals(0, sealed.code(), sealed.said());
        Files.writeString(pin, "1111\n");
        for (String said : askedTwice(true)) {
            assertTrue(said.endsWith("refuses the PIN"), said);
        }
        List<String> unkept = askedTwice(false);
        assertEquals(2, unkept.size(), unkept::toString);
        assertTrue(unkept.getFirst().contains("could not be noted"), unkept::toString);
        assertTrue(unkept.getLast().contains("has refused this PIN"), unkept::toString);
        assertTrue(unkept.getLast().endsWith("restart the gateway"), unkept::toString);
    }

    @Test
    void onlyAUriThatSaysAllIsUnderstood() throws IOException {
        String good = "pkcs11:slot-id=0;object=postern?module-path=/usr/lib/x.so";
        assertEquals(
                new TokenUri(0, "postern", Path.of("/usr/lib/x.so"), null), TokenUri.parse(good));
        for (String bad :
                List.of(
                        "pkcs11:",
                        "pkcs11:slot-id=0;object=postern",
                        "pkcs11:slot-id=x;object=postern?module-path=/usr/lib/x.so",
                        "pkcs11:slot-id=0;object=a b?module-path=/usr/lib/x.so",
                        "pkcs11:slot-id=0;object=a?module-path=x.so",
                        "pkcs11:slot-id=0;object=a?module-path=/x.so%0Aname=y",
                        good + "&pin-value=1234",
                        good + "&pin-source=|cat /etc/pin",
                        good + "&module-path=/usr/lib/y.so")) {
            assertThrows(IOException.class, () -> TokenUri.parse(bad), bad);
        }
    }
}

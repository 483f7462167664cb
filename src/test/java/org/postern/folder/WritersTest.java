package org.postern.folder;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whose a file is, also where the user of the gateway is a number without a name.
class WritersTest {
    /// No system has a user of that number.
    private static final int NAMELESS = 1_310_001;

    @TempDir Path folder;

    @Test
    void theUserIsWhoOwnsTheProcess() {
        assumeTrue(Files.exists(Path.of("/proc/self")), "only Linux has it");
        assertEquals(Optional.of(new UnixSystem().getUid()), Writers.owner(Path.of("/proc/self")));
        assertEquals(Optional.empty(), Writers.owner(folder.resolve("nothing")));
    }

    /// As in `docker run --user 10001`.
    @Test
    void ofAUserWithoutANameItsOwnFilesAreItsOwn() throws Exception {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can become another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not there");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path own = owned("own", NAMELESS);
        Path strange = owned("strange", NAMELESS + 1);
        // The classes may lie where no other user comes.
        Path classes = Files.createDirectories(folder.resolve("classes/org/postern/folder"));
        for (Class<?> each : new Class<?>[] {Writers.class, WritersThere.class}) {
            String name = each.getSimpleName() + ".class";
            try (var in = requireNonNull(each.getResourceAsStream(name))) {
                Files.copy(in, classes.resolve(name));
            }
        }
        assertEquals("nobody", said(own));
        assertTrue(said(strange).contains("it belongs to"));
    }

    private Path owned(String name, int user) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setAttribute(file, "unix:uid", user);
        return file;
    }

    private String said(Path file) throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process there =
                new ProcessBuilder(
                                "/usr/bin/setpriv",
                                "--reuid=" + NAMELESS,
                                "--regid=" + NAMELESS,
                                "--clear-groups",
                                java,
                                "-Xshare:auto",
                                "-cp",
                                folder.resolve("classes").toString(),
                                WritersThere.class.getName(),
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        try {
            assertTrue(there.waitFor(30, TimeUnit.SECONDS), "it does not end");
            return new String(there.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .strip();
        } finally {
            there.destroyForcibly();
        }
    }
}

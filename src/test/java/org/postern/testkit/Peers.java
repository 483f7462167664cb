package org.postern.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Outside programs and inputs that some tests need.
///
/// Without them a test reports itself skipped and names what to install; under `-Dpeers=required`
/// it fails instead, so that CI cannot pass by missing them. `-Dpeers=none` finds nothing, as on a
/// machine where nothing was installed yet.
public final class Peers {
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/usr/local/sbin");

    /// capabilities(7)
    private static final int CAP_SYS_ADMIN = 21;

    private Peers() {}

    /// The program's file.
    ///
    /// @param name as typed in a shell; also the Debian package, unless `scripts/peers` says
    ///   otherwise
    /// @param others what does as well where that is missing
    public static Path program(String name, String... others) {
        return Stream.concat(Stream.of(name), Stream.of(others))
                .flatMap(each -> find(each).stream())
                .findFirst()
                .orElseGet(() -> {
                    lack(name + " is not installed; scripts/peers installs it");
                    throw new IllegalStateException("not reached");
                });
    }

    /// A Python that has a module.
    ///
    /// @param module as imported; Debian's package is `python3-` and its name
    public static Path python(String module) {
        if (wanted().equals("none")) {
            lack("python3-" + module + " is not looked for");
        }
        for (Path python :
                List.of(Path.of("/usr/bin/python3"), Path.of("/usr/local/bin/python3"))) {
            if (Files.isExecutable(python) && imports(python, module)) {
                return python;
            }
        }
        lack("python3-" + module + " is not installed; scripts/peers installs it");
        throw new IllegalStateException("not reached");
    }

    private static boolean imports(Path python, String module) {
        return succeeds(List.of(python.toString(), "-c", "import " + module));
    }

    private static boolean succeeds(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The folder of outside test corpora, `-Dpostern.corpora=…`.
    public static Path corpora() {
        String folder = System.getProperty("postern.corpora", "");
        if (folder.isEmpty() || !Files.isDirectory(Path.of(folder))) {
            lack("no corpora; name their folder with -Dpostern.corpora=FOLDER");
        }
        return Path.of(folder);
    }

    /// Some programs start as root only.
    public static void root() {
        if (!isRoot()) {
            lack("the tests do not run as root");
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name", "").equals("root");
    }

    /// Where a test may mount a volume of its own.
    public enum Mounting {
        /// Where all programs see it.
        HERE,
        /// In a name space of its own, which is open to all users on most machines.
        APART
    }

    /// Where some tests mount a volume of their own.
    public static Mounting mounting() {
        if (isRoot() && mayMount()) {
            return Mounting.HERE;
        }
        if (!mayMountApart()) {
            lack(
                    "mounting needs CAP_SYS_ADMIN (in Docker: --cap-add SYS_ADMIN), or name spaces"
                            + " for everybody (\"unshare -rm\")");
        }
        return Mounting.APART;
    }

    static boolean mayMountApart() {
        Optional<Path> unshare = find("unshare");
        return unshare.isPresent() && succeeds(List.of(unshare.get().toString(), "-rm", "true"));
    }

    private static boolean mayMount() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("CapEff:"))
                    .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .anyMatch(capabilities -> (capabilities >> CAP_SYS_ADMIN & 1) == 1);
        } catch (IOException e) {
            return false;
        }
    }

    private static void lack(String what) {
        if (wanted().equals("required")) {
            Assertions.fail(what);
        }
        Assumptions.abort(what);
    }

    private static String wanted() {
        return System.getProperty("peers", "optional");
    }

    private static Optional<Path> find(String name) {
        if (wanted().equals("none")) {
            return Optional.empty();
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), SYSTEM_FOLDERS.stream())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}

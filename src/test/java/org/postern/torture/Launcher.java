package org.postern.torture;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The command by which the gateway's processes are started: as the launcher does it, with the
/// classes in jars of the run's own and, once it was trained, a cache of loaded classes. So a start
/// takes about a second instead of three, and nobody can exchange the classes under a long run. The
/// second compiler is off: no life is long enough for what it makes.
final class Launcher {
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

    private final Path cache;
    private final String classPath;

    /// @param folder where the jars and the cache go
    Launcher(Path folder) throws IOException {
        Files.createDirectories(folder);
        cache = folder.resolve("classes.aot");
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = folder.resolve("classes-" + entries.size() + ".jar");
                pack(path, jar);
                entries.add(jar.toString());
            } else if (Files.exists(path)) {
                entries.add(withoutSignatures(path, folder).toString());
            }
        }
        classPath = String.join(File.pathSeparator, entries);
    }

    /// Classes of a signed jar are not cached, and each is checked against the signature when it is
    /// loaded. The same jar without its signatures is read as fast as the others.
    private static Path withoutSignatures(Path jar, Path folder) throws IOException {
        try (JarFile from = new JarFile(jar.toFile(), false)) {
            if (from.stream().noneMatch(entry -> isSignature(entry.getName()))) {
                return jar;
            }
            Manifest manifest = from.getManifest();
            manifest.getEntries().clear();
            Path to = folder.resolve(jar.getFileName());
            try (JarOutputStream packed =
                    new JarOutputStream(Files.newOutputStream(to), manifest)) {
                for (JarEntry entry : from.stream().toList()) {
                    String name = entry.getName();
                    if (!isSignature(name) && !name.equals(JarFile.MANIFEST_NAME)) {
                        packed.putNextEntry(new JarEntry(name));
                        try (InputStream in = from.getInputStream(entry)) {
                            in.transferTo(packed);
                        }
                        packed.closeEntry();
                    }
                }
            }
            return to;
        }
    }

    private static boolean isSignature(String name) {
        return SIGNATURE.matcher(name).matches();
    }

    private static void pack(Path folder, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out);
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                String name = folder.relativize(file).toString();
                // Folders are entries as well: the migrations are looked for in theirs.
                boolean plain = Files.isRegularFile(file);
                if (!name.isEmpty()) {
                    packed.putNextEntry(new JarEntry(plain ? name : name + "/"));
                    if (plain) {
                        Files.copy(file, packed);
                    }
                    packed.closeEntry();
                }
            }
        }
    }

    /// A command that notes which classes it loads, and how they are used, when it ends well.
    List<String> training(String... words) {
        return command(List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + notes()), words);
    }

    /// Makes the cache from the notes of a training. Without it a start takes seconds, and a run of
    /// an hour kills a dozen gateways that never took a message.
    ///
    /// @throws IOException if there is no cache then
    void makeCache() throws IOException, InterruptedException {
        List<String> command =
                command(
                        List.of(
                                "-XX:AOTMode=create",
                                "-XX:AOTConfiguration=" + notes(),
                                "-XX:AOTCache=" + cache));
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0 || !Files.exists(cache)) {
            throw new IOException("the cache of loaded classes was not made; exit code " + exit);
        }
    }

    private Path notes() {
        return cache.resolveSibling("classes.aot.notes");
    }

    List<String> command(String... words) {
        return command(Files.exists(cache) ? List.of("-XX:AOTCache=" + cache) : List.of(), words);
    }

    private List<String> command(List<String> options, String... words) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:-HeapDumpOnOutOfMemoryError",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xlog:aot=off,cds=off"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath));
        command.addAll(List.of(words));
        return command;
    }

    /// A command of the test classes that is not killed.
    List<String> tool(String main, String... words) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx2g", "--enable-native-access=ALL-UNNAMED", "-cp", classPath, main));
        command.addAll(List.of(words));
        return command;
    }
}

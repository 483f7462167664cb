package org.postern.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A small volume in memory, mounted for a test, that can really be full: a file of ballast takes
/// the room and gives it back.
///
/// Where nobody may mount here it is mounted in a name space of its own, in which everybody may,
/// and reached by way of `/proc`: the folder is a link there then. It is the same volume.
public final class Tmpfs implements AutoCloseable {
    private static final int BLOCK = 1 << 16;
    private static final int PAGE = 1 << 12;

    private static final String MOUNTED = "mounted";

    private final Path at;
    private final @Nullable Process apart;

    private Tmpfs(Path at, @Nullable Process apart) {
        this.at = at;
        this.apart = apart;
    }

    /// Mounts one, or reports the test as skipped or failed where that is not allowed at all: see
    /// `Peers`.
    ///
    /// @param at a folder, made if it is missing; what lies in it is hidden meanwhile
    public static Tmpfs mount(Path at, int mebibytes) throws IOException, InterruptedException {
        return mount(at, mebibytes, Peers.mounting());
    }

    static Tmpfs mount(Path at, int mebibytes, Peers.Mounting where)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(at).toAbsolutePath();
        String options = "size=" + mebibytes + "m,mode=700";
        return switch (where) {
            case HERE -> {
                run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);
                yield new Tmpfs(folder, null);
            }
            case APART -> apart(folder, options);
        };
    }

    /// The name space lives as long as a process in it, which ends with its input: with this JVM,
    /// whatever becomes of it.
    private static Tmpfs apart(Path at, String options) throws IOException {
        Path hidden = Files.move(at, hidden(at));
        String script = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && echo " + MOUNTED + " && exec cat";
        Process process =
                new ProcessBuilder(
                                Peers.program("unshare").toString(),
                                "-rm",
                                "sh",
                                "-c",
                                script,
                                "sh",
                                options,
                                hidden.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = process.inputReader().readLine();
        if (!MOUNTED.equals(said)) {
            process.destroyForcibly();
            Files.move(hidden, at);
            throw new IOException("mounting in a name space of its own: " + said);
        }
        Path root = Path.of("/proc", Long.toString(process.pid()), "root");
        Files.createSymbolicLink(at, Path.of(root + hidden.toString()));
        return new Tmpfs(at, process);
    }

    private static Path hidden(Path at) {
        return at.resolveSibling(at.getFileName() + ".below");
    }

    /// Fills it up, but for so many octets.
    public void fill(long free) throws IOException {
        byte[] block = new byte[BLOCK];
        try (OutputStream out =
                Files.newOutputStream(
                        ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            long left = free();
            while (left > free) {
                out.write(block, 0, left - free >= BLOCK ? BLOCK : PAGE);
                left = free();
            }
        }
    }

    /// Gives back all that was filled.
    public void empty() throws IOException {
        Files.deleteIfExists(ballast());
    }

    /// Octets that can still be written.
    public long free() {
        return at.toFile().getUsableSpace();
    }

    private Path ballast() {
        return at.resolve("ballast");
    }

    private static void run(Object... words) throws IOException, InterruptedException {
        String[] command = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            command[i] = words[i].toString();
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
    }

    /// Unmounts it; what lay on it is gone.
    @Override
    public void close() throws IOException {
        try {
            if (apart == null) {
                // Lazily: a file that is still open must not leave the folder behind.
                run("umount", "-l", at);
            } else {
                apart.destroyForcibly().waitFor();
                Files.delete(at);
                Files.move(hidden(at), at);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

package org.postern.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A small volume in memory, mounted for a test, that can really be full: a file of ballast takes
/// the room and gives it back.
public final class Tmpfs implements AutoCloseable {
    private static final int BLOCK = 1 << 16;
    private static final int PAGE = 1 << 12;

    private final Path at;

    private Tmpfs(Path at) {
        this.at = at;
    }

    /// Mounts one, or reports the test as skipped where that is not allowed: see `Peers`.
    ///
    /// @param at a folder, made if it is missing; what lies in it is hidden meanwhile
    public static Tmpfs mount(Path at, int mebibytes) throws IOException, InterruptedException {
        Peers.mounting();
        Files.createDirectories(at);
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m,mode=700", "tmpfs", at);
        return new Tmpfs(at);
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
            // Lazily: a file that is still open must not leave the folder behind.
            run("umount", "-l", at);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

package org.postern.folder;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/// How the files were that one reading looked at: size, time of change, identity and a digest of
/// what was read; of one that is missing, that it is. For one thread.
///
/// A file is begun before its octets are read, and so a change between the two is seen as well as
/// one that comes later.
public final class Prints {
    private static final String MISSING = "missing";

    private final Map<Path, String> states = new TreeMap<>();
    private final Map<Path, String> digests = new TreeMap<>();
    private boolean moved;

    /// Notes how a file is before it is read.
    public void begin(Path file) {
        String state = state(file);
        String before = states.putIfAbsent(file, state);
        // A reading that asks for a file twice and finds two of them has no whole of it.
        moved |= before != null && !before.equals(state);
    }

    /// Notes what was read of a file that was begun.
    public void took(Path file, byte[] octets) {
        String digest = digest(octets);
        String before = digests.putIfAbsent(file, digest);
        moved |= before != null && !before.equals(digest);
    }

    /// Whether all files are now as they were when they were read. If so, there was a moment at
    /// which all of them were what this reading found.
    public boolean stand() {
        return !moved
                && states.entrySet().stream()
                        .allMatch(each -> state(each.getKey()).equals(each.getValue()));
    }

    /// Files, and how each was: the same for two readings that found the same.
    Map<Path, String> all() {
        Map<Path, String> all = new TreeMap<>(states);
        digests.forEach((file, digest) -> all.merge(file, digest, (a, b) -> a + " " + b));
        return Map.copyOf(all);
    }

    private static String state(Path file) {
        try {
            return FileState.line(file);
        } catch (NoSuchFileException _) {
            return MISSING;
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static String digest(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }
}

package org.postern.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.store.FileDisk;

/// Databases of this release for tests to which it is all the same how their tables came to be: a
/// new one is the copy of one that was made, and closed, once in this process. To make the tables
/// takes longer than most of these tests.
public final class TestDatabase {
    private static @Nullable Path made;

    private TestDatabase() {}

    /// As [Database#open].
    public static Database open(Disk disk, Path directory, InstantSource clock) throws IOException {
        return open(disk, directory, clock, () -> true);
    }

    /// The same, with a clock that may be doubted.
    public static Database open(
            Disk disk, Path directory, InstantSource clock, BooleanSupplier believed)
            throws IOException {
        put(directory);
        return Database.open(disk, directory, clock, believed);
    }

    /// Puts a new one where none is, for whoever opens it.
    public static void put(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            copy(made(), directory);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        // As the product makes its folders: for their owner alone.
        new FileDisk().createDirectories(to);
        for (Path file : files(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    private static synchronized Path made() throws IOException {
        Path there = made;
        if (there == null) {
            Path folder = Files.createTempDirectory("postern-database");
            there = folder.resolve("db");
            Database.open(new FileDisk(), there, InstantSource.system()).close();
            folder.toFile().deleteOnExit();
            folder.resolve("db.lock").toFile().deleteOnExit();
            there.toFile().deleteOnExit();
            files(there).forEach(file -> file.toFile().deleteOnExit());
            made = there;
        }
        return there;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}

package org.postern.auditor;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A file of rows, one a line, its cells divided by tabs: what a witness writes down while things
/// happen. A row is handed to the operating system before the call returns.
public final class Rows implements Closeable {
    private final OutputStream out;

    private Rows(OutputStream out) {
        this.out = out;
    }

    /// Opens a file for more rows behind those that are there.
    public static Rows append(Path file) throws IOException {
        return new Rows(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /// Adds one row.
    public synchronized void add(String... cells) {
        String line = String.join("\t", cells) + "\n";
        if (line.chars().filter(c -> c == '\n').count() != 1) {
            throw new IllegalArgumentException("a cell holds a line end");
        }
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All rows of a file; none if there is no such file.
    public static List<List<String>> read(Path file) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        if (Files.exists(file)) {
            try (Stream<String> lines = Files.lines(file)) {
                lines.forEach(line -> rows.add(List.of(line.split("\t", -1))));
            }
        }
        return rows;
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}

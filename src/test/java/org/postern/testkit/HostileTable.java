package org.postern.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Reads the tables of `src/test/resources/hostile`: aligned columns between bars, comments behind
/// `#`, octets as `Escapes` writes them.
public final class HostileTable {
    private static final Path FOLDER = Path.of("src/test/resources/hostile");

    private HostileTable() {}

    /// One input.
    ///
    /// @param place file and line, for the message of a failure
    /// @param cells as they are written, the id first
    public record Row(String place, List<String> cells) {
        public Row {
            cells = List.copyOf(cells);
        }

        /// The cell's octets, each a character.
        public String octets(int column) {
            return Escapes.octets(cells.get(column));
        }

        @Override
        public String toString() {
            return place + " " + cells.getFirst();
        }
    }

    /// The rows of a table, in their order.
    ///
    /// @throws AssertionError if a line has not so many columns
    public static List<Row> rows(String name, int columns) {
        List<Row> rows = new ArrayList<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(FOLDER.resolve(name + ".table"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank() || lines.get(i).startsWith("#")) {
                continue;
            }
            String place = name + ".table:" + (i + 1);
            List<String> cells =
                    Stream.of(lines.get(i).split(" +\\| +", -1)).map(String::strip).toList();
            if (cells.size() != columns) {
                throw new AssertionError(place + ": " + cells.size() + " columns");
            }
            rows.add(new Row(place, cells));
        }
        return rows;
    }
}

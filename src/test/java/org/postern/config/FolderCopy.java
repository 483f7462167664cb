package org.postern.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.postern.yaml.ConfigError;

/// A copy of the shipped configuration that a test may spoil.
public record FolderCopy(Path path) {
    private static final Path SHIPPED = Path.of("policy-config");

    /// @param empty a folder of the test's own
    public static FolderCopy in(Path empty) throws IOException {
        Path copy = empty.resolve("policy-config");
        try (Stream<Path> files = Files.walk(SHIPPED)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(SHIPPED.relativize(file)));
            }
        }
        return new FolderCopy(copy);
    }

    /// Writes a file of it anew.
    public FolderCopy with(String file, String text) {
        try {
            Files.createDirectories(path.resolve(file).getParent());
            Files.writeString(path.resolve(file), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file's text.
    public String text(String file) {
        try {
            return Files.readString(path.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is wrong with it.
    public List<ConfigError> problems() {
        return Configuration.load(path).problems();
    }

    /// What is wrong with it, in words, without the folder's name.
    public String complaints() {
        StringBuilder all = new StringBuilder();
        problems().forEach(e -> all.append(e.toString().replace(path + "/", "")).append('\n'));
        return all.toString();
    }
}

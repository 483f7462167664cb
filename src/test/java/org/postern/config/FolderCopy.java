package org.postern.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
                Path there = Files.copy(file, copy.resolve(SHIPPED.relativize(file)));
                // Whatever the umask was when the sources were fetched.
                Set<PosixFilePermission> modes =
                        new HashSet<>(Files.getPosixFilePermissions(there));
                modes.remove(PosixFilePermission.GROUP_WRITE);
                Files.setPosixFilePermissions(there, modes);
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

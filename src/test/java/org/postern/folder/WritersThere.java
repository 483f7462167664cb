package org.postern.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/// Says who else may change a file, in a process of another user.
public final class WritersThere {
    private WritersThere() {}

    public static void main(String[] words) throws IOException {
        Path file = Path.of(words[0]);
        Writers writers =
                new Writers(
                        Objects.requireNonNull(
                                file.toAbsolutePath().getParent(), "a file lies somewhere"));
        IO.println(writers.fault(file).orElse("nobody"));
    }
}

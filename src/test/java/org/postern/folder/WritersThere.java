package org.postern.folder;

import java.io.IOException;
import java.nio.file.Path;

/// Says who else may change a file, in a process of another user.
public final class WritersThere {
    private WritersThere() {}

    public static void main(String[] words) throws IOException {
        Path file = Path.of(words[0]);
        Writers writers = new Writers(file.toAbsolutePath().getParent());
        IO.println(writers.fault(file).orElse("nobody"));
    }
}

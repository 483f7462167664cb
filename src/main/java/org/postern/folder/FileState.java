package org.postern.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// How a file is, in one line: time of change, size and identity. Two lines differ once the file
/// was written or replaced.
final class FileState {
    private FileState() {}

    /// @throws IOException if the file is missing, or nobody says how it is
    static String line(Path file) throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    }
}

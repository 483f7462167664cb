package org.postern.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/// Tells whether a file was written or replaced since it was read.
record FileVersion(FileTime modified, long size, String key) {
    /// That of a file that is not there.
    static final FileVersion NONE = new FileVersion(FileTime.fromMillis(0), -1, "");

    static FileVersion of(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            String key = String.valueOf(found.fileKey());
            return new FileVersion(found.lastModifiedTime(), found.size(), key);
        } catch (IOException e) {
            return NONE;
        }
    }
}

package org.postern.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/// Tells whether a file was written or replaced since it was read.
public record FileVersion(FileTime modified, long size, String key) {
    /// That of a file that is not there.
    public static final FileVersion NONE = new FileVersion(FileTime.fromMillis(0), -1, "");

    /// That of a file as it is now; [#NONE] if it is not there, or nobody says.
    public static FileVersion of(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            String key = String.valueOf(found.fileKey());
            return new FileVersion(found.lastModifiedTime(), found.size(), key);
        } catch (IOException e) {
            return NONE;
        }
    }
}

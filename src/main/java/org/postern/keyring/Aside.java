package org.postern.keyring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import org.postern.store.Disk;
import org.postern.store.FileDisk;

/// Where something is kept that is of no use in its place, for a person to look at. Nothing that
/// was put aside before is replaced.
final class Aside {
    private static final int NUMBER_MAX = 1_000;

    private Aside() {}

    /// A name beside a file that nothing has yet, such as `revoked.damaged-1`.
    static Path name(Path file, String word) throws IOException {
        for (int number = 1; number <= NUMBER_MAX; number++) {
            Path aside =
                    file.resolveSibling("%s.%s-%d".formatted(file.getFileName(), word, number));
            if (!Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
                return aside;
            }
        }
        throw new IOException(file + " was put aside too often: remove what lies beside it");
    }

    /// Gives a file or folder such a name, durable on return.
    static void move(Path file, String word) throws IOException {
        Disk disk = new FileDisk();
        disk.rename(file, name(file, word));
        disk.sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "it has a folder"));
    }
}

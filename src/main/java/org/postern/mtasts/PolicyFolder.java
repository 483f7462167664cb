package org.postern.mtasts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.postern.mail.Domain;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.WholeFile;

/// Keeps policies over a restart, a file for each domain: `id`, the time of the fetch, and the
/// body, parted by line ends. Without it a domain would be unprotected after each restart until its
/// policy host answers, and whoever hinders that would have won.
///
/// A file is replaced whole. One that cannot be read counts as none.
public final class PolicyFolder {
    private static final int FILE_OCTETS_MAX = HttpsPolicyFetch.BODY_OCTETS_MAX + 1024;

    private final Disk disk;
    private final Path folder;
    private final Use use;

    private enum Use {
        KEEP,
        READ
    }

    private PolicyFolder(Disk disk, Path folder, Use use) {
        this.disk = disk;
        this.folder = folder;
        this.use = use;
    }

    /// Opens the folder, which is made if it is missing.
    public static PolicyFolder open(Disk disk, Path folder) throws IOException {
        disk.createDirectories(folder);
        return new PolicyFolder(disk, folder, Use.KEEP);
    }

    /// The folder of a gateway that may run: what it keeps is read, and nothing is written.
    public static PolicyFolder ofAnother(Disk disk, Path folder) {
        return new PolicyFolder(disk, folder, Use.READ);
    }

    Optional<KeptPolicy> load(Domain domain) throws IOException {
        byte[] octets;
        try (DiskFile file = disk.read(folder.resolve(domain.name()))) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(file.size(), FILE_OCTETS_MAX));
            int count = file.read(buffer, 0);
            octets = java.util.Arrays.copyOf(buffer.array(), count);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        String[] parts = new String(octets, StandardCharsets.UTF_8).split("\n", 3);
        if (parts.length < 3) {
            return Optional.empty();
        }
        try {
            Instant fetched = Instant.parse(parts[1]);
            return switch (Policy.parse(parts[2])) {
                case Policy.Parsed.Good(Policy policy) ->
                        Optional.of(new KeptPolicy(parts[0], fetched, parts[2], policy));
                case Policy.Parsed.Bad _ -> Optional.empty();
            };
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// Durable on return, where it is ours. Calls for one domain must not overlap.
    void save(Domain domain, KeptPolicy kept) throws IOException {
        if (use == Use.READ) {
            return;
        }
        String text = kept.id() + "\n" + kept.fetched() + "\n" + kept.body();
        WholeFile.replace(
                disk, folder.resolve(domain.name()), text.getBytes(StandardCharsets.UTF_8));
    }
}

package org.postern.cert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.postern.operate.Rounds;
import org.postern.random.Randomness;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What operators did with certificates, on its way into the audit: commands work whether or not
/// the gateway runs, and the audit has one writer. A command leaves a file, and the gateway writes
/// down what is in it, at its start or within [#EVERY]. After a stop between the two it may stand
/// in the audit twice, and is never left out.
///
/// The file lies there before the act is done. That of a command which did not come to its end is
/// written down as an act of which nobody knows whether it was done.
public final class Acts {
    /// How often the gateway looks.
    static final Duration EVERY = Duration.ofSeconds(10);

    private static final String ENDING = ".act";
    private static final String BEGUN = ".begun";

    /// A command that takes longer has been stopped.
    static final Duration COMMAND_MAX = Duration.ofMinutes(2);

    private static final int CHARS_MAX = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Acts.class);

    private static final SecureRandom RANDOM = Randomness.shared();

    private final Path folder;
    private final InstantSource clock;

    /// Where they are written down.
    @FunctionalInterface
    public interface Journal {
        void append(String act, String detail) throws IOException;
    }

    /// @param data the data folder
    public Acts(Path data, InstantSource clock) {
        this.folder = data.resolve("acts");
        this.clock = clock;
    }

    /// Keeps what is about to be done, durable on return.
    ///
    /// @param act such as `certificate revoked`
    /// @param detail addresses, numbers and reasons
    Begun begin(String act, String detail) throws IOException {
        Disk disk = FileDisk.forFolderOwner();
        disk.createDirectories(folder);
        String text =
                "%s%n%s, by %s at %s%n"
                        .formatted(plain(act), plain(detail), operator(), clock.instant());
        String name = "%015d-%016x".formatted(clock.millis(), RANDOM.nextLong());
        byte[] octets = text.getBytes(UTF_8);
        WholeFile.replace(disk, folder.resolve(name + BEGUN), octets);
        return new Begun(disk, folder.resolve(name + BEGUN), folder.resolve(name + ENDING), octets);
    }

    /// An act that is being done. Without one of the two words it counts as broken off.
    static final class Begun {
        private final Disk disk;
        private final Path file;
        private final Path finished;
        private final byte[] octets;

        private Begun(Disk disk, Path file, Path finished, byte[] octets) {
            this.disk = disk;
            this.file = file;
            this.finished = finished;
            this.octets = octets;
        }

        /// It was done; durable on return.
        void done() throws IOException {
            // Not a rename: the gateway may have taken the first one for broken off.
            WholeFile.replace(disk, finished, octets);
            undone();
        }

        /// Nothing was done.
        void undone() throws IOException {
            try {
                disk.delete(file);
            } catch (NoSuchFileException _) {
                // The gateway has told of it already.
            }
        }
    }

    private static String plain(String words) {
        String line = words.replaceAll("\\p{C}", "?");
        return line.length() <= CHARS_MAX ? line : line.substring(0, CHARS_MAX);
    }

    private static String operator() {
        return ProcessHandle.current().info().user().orElse("an unknown user");
    }

    /// Writes them down, from time to time.
    public Rounds telling(Journal journal) {
        return new Rounds("acts", EVERY, () -> tell(journal));
    }

    /// Writes down what is there, in its order. A failure is logged, and the next look tries again.
    void tell(Journal journal) {
        Disk disk = new FileDisk();
        try {
            for (Path file : disk.list(folder).stream().sorted().toList()) {
                String name = file.getFileName().toString();
                boolean finished = name.endsWith(ENDING);
                if (finished || isBrokenOff(name)) {
                    tell(journal, file, finished);
                    disk.delete(file);
                }
            }
        } catch (NoSuchFileException _) {
            // Nothing was done yet, or it was told by its command meanwhile.
        } catch (IOException e) {
            LOG.error("what was done with certificates is not in the audit yet: {}", e.toString());
        }
    }

    private boolean isBrokenOff(String name) {
        if (!name.matches("[0-9]{15}-.*\\.begun")) {
            return false;
        }
        Instant begun = Instant.ofEpochMilli(Long.parseLong(name.substring(0, 15)));
        // A clock that was ahead is not waited for.
        return !clock.instant().isBefore(begun.plus(COMMAND_MAX))
                || clock.instant().isBefore(begun.minus(COMMAND_MAX));
    }

    private static void tell(Journal journal, Path file, boolean finished) throws IOException {
        List<String> lines = Files.readString(file, UTF_8).lines().toList();
        String act = lines.isEmpty() ? "an act without words" : lines.getFirst();
        String detail = String.join(" ", lines.stream().skip(1).toList());
        journal.append(
                act,
                finished ? detail : detail + "; the command broke off: look whether it was done");
    }
}

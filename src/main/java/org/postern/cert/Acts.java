package org.postern.cert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
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
public final class Acts {
    /// How often the gateway looks.
    static final Duration EVERY = Duration.ofSeconds(10);

    private static final String ENDING = ".act";
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

    /// Keeps what was done, durable on return.
    ///
    /// @param act such as `certificate revoked`
    /// @param detail addresses, numbers and reasons
    void note(String act, String detail) throws IOException {
        Disk disk = FileDisk.forFolderOwner();
        disk.createDirectories(folder);
        String text =
                "%s%n%s, by %s at %s%n"
                        .formatted(plain(act), plain(detail), operator(), clock.instant());
        String name = "%015d-%016x".formatted(clock.millis(), RANDOM.nextLong());
        WholeFile.replace(disk, folder.resolve(name + ENDING), text.getBytes(UTF_8));
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
            List<Path> files =
                    disk.list(folder).stream()
                            .filter(it -> it.toString().endsWith(ENDING))
                            .sorted()
                            .toList();
            for (Path file : files) {
                List<String> lines = Files.readString(file, UTF_8).lines().toList();
                journal.append(
                        lines.isEmpty() ? "an act without words" : lines.getFirst(),
                        String.join(" ", lines.stream().skip(1).toList()));
                disk.delete(file);
            }
        } catch (NoSuchFileException _) {
            // Nothing was done yet.
        } catch (IOException e) {
            LOG.error("what was done with certificates is not in the audit yet: {}", e.toString());
        }
    }
}

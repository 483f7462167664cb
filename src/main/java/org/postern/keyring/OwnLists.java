package org.postern.keyring;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postern.pki.Authority;
import org.postern.pki.KeyKind;
import org.postern.pki.Validity;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes what the clinic's own authorities have revoked: a list for each of them (RFC 5280 §5),
/// as a file that a web server can serve. A list is made anew each day, so that nobody who asks
/// finds one that has ended, even if the gateway stands still for a week.
public final class OwnLists {
    /// How often [#look] is to be called: a new authority's certificates name a list at once.
    public static final Duration EVERY = Duration.ofMinutes(1);

    /// How often they are made anew.
    private static final Duration ANEW = Duration.ofDays(1);

    /// The CA/B S/MIME baseline requirements allow 10 days.
    static final Duration LIFE = Duration.ofDays(8);

    private static final Pattern NAME = Pattern.compile("authority-[0-9]{1,6}\\.crl");

    private static final Logger LOG = LoggerFactory.getLogger(OwnLists.class);

    private final Keyring keyring;
    private final RevokedBook book;
    private final Path folder;
    private final InstantSource clock;
    private Instant written = Instant.MIN;

    /// @param folder where the files are written; made if it is missing
    public OwnLists(Keyring keyring, RevokedBook book, Path folder, InstantSource clock) {
        this.keyring = keyring;
        this.book = book;
        this.folder = folder;
        this.clock = clock;
    }

    /// The file name of an authority's list: each key has a list of its own.
    ///
    /// @param number of the authority's key in the keyring
    public static String name(int number) {
        return "authority-" + number + ".crl";
    }

    /// Writes all lists, durable on return.
    ///
    /// @return the files
    /// @throws IOException if a list cannot be made or written; the message is for people
    public List<Path> write() throws IOException {
        Disk disk = new FileDisk();
        List<Path> written = new ArrayList<>();
        List<Authority.Revoked> revoked =
                book.lines().stream().map(RevokedBook.Line::listed).toList();
        Instant now = clock.instant();
        for (Keyring.Entry entry : keyring.entries()) {
            Optional<KeyKind> kind = KeyKind.of(entry.certificate().getPublicKey());
            if (!(entry.owner() instanceof Owner.Authority)
                    || !entry.isValidAt(now)
                    || kind.isEmpty()) {
                continue;
            }
            // Serial numbers have 127 random bits, so one list cannot name another's certificate.
            byte[] list =
                    Authority.of(keyring.identity(entry), kind.get())
                            .list(
                                    revoked,
                                    Validity.from(now, LIFE),
                                    BigInteger.valueOf(now.toEpochMilli()));
            Path file = folder.resolve(name(entry.number()));
            disk.createDirectories(folder);
            WholeFile.replace(disk, file, list);
            written.add(file);
        }
        return written;
    }

    /// Writes all lists, if it is time or one is missing. A failure is logged, and the next look
    /// tries again.
    public synchronized void look() {
        Instant now = clock.instant();
        try {
            if (!now.isBefore(written.plus(ANEW)) || isMissing()) {
                write();
                written = now;
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("what the clinic revoked was not published: {}", e.getMessage());
        }
    }

    private boolean isMissing() throws IOException {
        for (Keyring.Entry entry : keyring.entries()) {
            if (entry.owner() instanceof Owner.Authority
                    && entry.isValidAt(clock.instant())
                    && Files.notExists(folder.resolve(name(entry.number())))) {
                return true;
            }
        }
        return false;
    }

    /// The list of that file name, as it was written last.
    public Optional<byte[]> find(String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(name)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }
}

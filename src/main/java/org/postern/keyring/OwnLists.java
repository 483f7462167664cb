package org.postern.keyring;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CRLReason;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    private static final String LOCK = "lock";

    private static final Logger LOG = LoggerFactory.getLogger(OwnLists.class);

    private final Keyring keyring;
    private final RevokedBook book;
    private final PublishedLists published;
    private final Path folder;
    private final InstantSource clock;
    private Instant written = Instant.MIN;

    /// Writes into the folder of lists that the keyring knows, which is made if it is missing.
    public OwnLists(Keyring keyring, InstantSource clock) {
        this.keyring = keyring;
        this.book = keyring.revoked();
        this.published = keyring.published();
        this.folder = published.folder();
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
    /// @throws IOException if a list cannot be made or written, another process writes them at this
    ///   moment, or the book says less than a list that was published; the message is for people
    public synchronized List<Path> write() throws IOException {
        Disk disk = FileDisk.forFolderOwner();
        disk.createDirectories(folder);
        try (Closeable _ = locked(disk)) {
            return write(disk);
        }
    }

    private Closeable locked(Disk disk) throws IOException {
        try {
            return disk.lock(folder.resolve(LOCK));
        } catch (IOException e) {
            throw new IOException(
                    "The lists are being written by somebody else; what was revoked is in them"
                            + " within a minute if the gateway runs. See "
                            + folder,
                    e);
        }
    }

    /// What was revoked is read after the lock was taken, so that no older list comes last.
    private List<Path> write(Disk disk) throws IOException {
        List<Path> written = new ArrayList<>();
        List<Authority.Revoked> revoked =
                book.lines().stream().map(RevokedBook.Line::listed).toList();
        int unwritten = unwritten().size();
        if (unwritten > 0) {
            throw BookLostException.older(unwritten);
        }
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
            // A clock that was ahead is not waited for.
            book.lines();
            boolean isTime = !now.isBefore(written.plus(ANEW)) || now.isBefore(written);
            if (isTime || isBehind()) {
                write();
                written = now;
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("what the clinic revoked was not published: {}", e.getMessage());
        }
    }

    /// Whether a list is missing, or older than what was revoked last: whoever revoked that could
    /// not write it, or another one has written over it.
    private boolean isBehind() throws IOException {
        Optional<FileTime> revoked = book.changed();
        for (Keyring.Entry entry : keyring.entries()) {
            if (!(entry.owner() instanceof Owner.Authority) || !entry.isValidAt(clock.instant())) {
                continue;
            }
            try {
                FileTime made = Files.getLastModifiedTime(folder.resolve(name(entry.number())));
                if (revoked.isPresent() && made.compareTo(revoked.get()) <= 0) {
                    return true;
                }
            } catch (NoSuchFileException _) {
                return true;
            }
        }
        return false;
    }

    /// What stands in the lists that were published last and not in the book. A list counts if one
    /// of our authorities has signed it.
    ///
    /// @throws BookLostException if a list, or the book, is there and cannot be read whole
    public List<RevokedBook.Line> unwritten() throws IOException {
        // Read before the book: what is revoked stands there before it is published.
        PublishedLists.Reading told = published.now();
        return unwritten(told, Files.exists(book.file()) ? book.lines() : List.of());
    }

    private List<RevokedBook.Line> unwritten(
            PublishedLists.Reading told, List<RevokedBook.Line> book) throws IOException {
        Set<BigInteger> there = new HashSet<>();
        book.forEach(line -> there.add(line.serial()));
        List<RevokedBook.Line> missing = new ArrayList<>();
        for (X509CRLEntry each : told.revoked().values()) {
            if (there.add(each.getSerialNumber())) {
                missing.add(line(each));
            }
        }
        missing.sort(Comparator.comparing(RevokedBook.Line::when));
        return List.copyOf(missing);
    }

    /// What a new book can be made of, whatever has become of the book and the lists.
    ///
    /// @param missing what lists name, and no line of the book that can be read
    /// @param damaged how many lines of the book cannot be read
    /// @param unreadable whether it is there, and nothing of it can be read
    /// @param silent the authorities of which no list tells that can be read and has not ended
    public record Salvage(
            List<RevokedBook.Line> missing,
            int damaged,
            boolean unreadable,
            List<X509Certificate> silent) {
        public Salvage {
            missing = List.copyOf(missing);
            silent = List.copyOf(silent);
        }

        /// Whether something may have stood in the book of which nothing else tells. How many the
        /// lists name says nothing of that: they may be others.
        public boolean isDoubtful() {
            return unreadable || damaged > 0;
        }
    }

    /// Reads what can be read.
    public Salvage salvage() throws IOException {
        PublishedLists.Reading told = published.readable();
        Optional<BookText> found = book.salvage();
        BookText text = found.orElse(BookText.EMPTY);
        Instant now = clock.instant();
        List<X509Certificate> silent = new ArrayList<>();
        for (X509Certificate authority : keyring.authorities()) {
            boolean tells =
                    told.of(authority)
                            .filter(it -> !now.isAfter(it.getNextUpdate().toInstant()))
                            .isPresent();
            if (!tells && !now.isAfter(authority.getNotAfter().toInstant())) {
                silent.add(authority);
            }
        }
        return new Salvage(
                unwritten(told, text.lines()), text.unreadable().size(), found.isEmpty(), silent);
    }

    /// Moves what cannot be read out of the way, durable on return; the next [#write] makes lists
    /// in its place. Only for a person who knows that they named nobody else.
    public void putAside() throws IOException {
        published.putAside(published.readable());
    }

    /// Whether a list was ever published, by whatever authority of the clinic; also if nobody can
    /// tell.
    public boolean isAnyPublished() {
        try {
            return published.isAny();
        } catch (BookLostException _) {
            return true;
        }
    }

    private RevokedBook.Line line(X509CRLEntry each) throws IOException {
        CRLReason reason = each.getRevocationReason();
        Optional<Keyring.Entry> of =
                keyring.entries().stream()
                        .filter(it ->
                                it.certificate().getSerialNumber().equals(each.getSerialNumber()))
                        .findFirst();
        return RevokedBook.Line.published(
                each.getSerialNumber(),
                each.getRevocationDate().toInstant(),
                reason == null ? CRLReason.UNSPECIFIED : reason,
                of);
    }

    /// The list of that file name, as it was written last.
    public Optional<byte[]> find(String name) throws IOException {
        if (!PublishedLists.isName(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(name)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }
}

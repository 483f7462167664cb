package org.postern.keyring;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.pki.Authority;
import org.postern.rewrap.SealedLines;
import org.postern.store.FileDisk;
import org.postern.store.FileVersion;
import org.postern.store.WholeFile;

/// What the clinic's own authorities have revoked: the text file `revoked` beside the keys, a line
/// for each certificate:
///
/// ```
/// 9f3c… 2026-11-26T20:00:00Z key-compromise anna@clinic.example 2
/// ```
///
/// A line is never taken out: who has once been told keeps it. A file that cannot be read stops
/// whoever asks, because nothing may be signed or listed by half of it.
///
/// The book is made before the clinic's first authority, empty. So if there is an authority and no
/// book, it was lost, or not restored with the keys: then nothing is signed, issued by a new
/// authority or listed until a person has put it back ([BookLostException]). By a book that is gone
/// a revoked key would sign again, and the next list would name nobody. The same goes for an older
/// book that was put back: the lists that were published tell.
///
/// Safe for use by many threads and processes: whoever changes it holds a lock file beside it from
/// before it is read until it is written. Who finds it held is refused, and tries again.
public final class RevokedBook {
    private static final String FILE = "revoked";
    private static final int OCTETS_MAX = 16 << 20;

    private final Path file;
    private final Witness witness;
    private volatile @Nullable Reading last;
    private volatile @Nullable Compared whole;

    /// What else tells of the clinic's authority and of what it has revoked.
    interface Witness {
        /// Whether the clinic has an authority, or had one, valid or not.
        boolean isAuthorityThere() throws IOException;

        /// Serial numbers of all that it has published as revoked.
        Set<BigInteger> published() throws IOException;
    }

    /// Two sets that were compared and found good.
    private record Compared(Set<BigInteger> written, Set<BigInteger> published) {
        boolean are(Set<BigInteger> one, Set<BigInteger> other) {
            // Each reading has sets of its own, which do not change.
            return written == one && published == other;
        }
    }

    /// What was read of one version of the file.
    private record Reading(FileVersion version, List<Line> lines, Set<BigInteger> serials) {
        static Reading of(FileVersion version, List<Line> lines) {
            return new Reading(
                    version,
                    List.copyOf(lines),
                    lines.stream().map(Line::serial).collect(Collectors.toUnmodifiableSet()));
        }
    }

    /// Why a certificate is revoked: RFC 5280 §5.3.1.
    public enum Reason {
        UNSPECIFIED(0),
        /// The key is in wrong hands, or may be.
        KEY_COMPROMISE(1),
        /// The person has left, or has another name.
        AFFILIATION_CHANGED(3),
        /// There is a newer one.
        SUPERSEDED(4),
        /// It is not needed any more.
        CESSATION_OF_OPERATION(5);

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /// Such as `key-compromise`.
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /// What was named so; empty if nothing is.
        public static Optional<Reason> of(String word) {
            return List.of(values()).stream().filter(it -> it.word().equals(word)).findFirst();
        }
    }

    /// One revoked certificate.
    ///
    /// @param owner as people name it
    /// @param number of the owner's key
    public record Line(BigInteger serial, Instant when, Reason reason, String owner, int number) {
        private String text() {
            return "%s %s %s %s %d\n"
                    .formatted(serial.toString(16), when, reason.word(), owner, number);
        }

        /// One that was found in a list that the clinic has published, and not in the book.
        ///
        /// @param why one that we never write counts as unspecified
        static Line published(
                BigInteger serial, Instant when, CRLReason why, Optional<Keyring.Entry> of) {
            Reason reason =
                    List.of(Reason.values()).stream()
                            .filter(it -> it.name().equals(why.name()))
                            .findFirst()
                            .orElse(Reason.UNSPECIFIED);
            return new Line(
                    serial,
                    when,
                    reason,
                    of.map(it -> it.owner().word()).orElse("unknown"),
                    of.map(Keyring.Entry::number).orElse(0));
        }

        Authority.Revoked listed() {
            return new Authority.Revoked(serial, when, reason.code());
        }
    }

    /// @param folder of the keys; it need not exist yet
    RevokedBook(Path folder, Witness witness) {
        this.file = folder.resolve(FILE);
        this.witness = witness;
    }

    /// Where it lies.
    public Path file() {
        return file;
    }

    /// All lines, in their order.
    ///
    /// @throws BookLostException if it was lost
    /// @throws IOException if the file cannot be read; the message is for people
    public List<Line> lines() throws IOException {
        return reading().lines();
    }

    /// Each message that is signed asks for it, so it is read only when it has changed.
    private Reading reading() throws IOException {
        FileVersion found = FileVersion.of(file);
        Reading known = last;
        if (known != null && !found.equals(FileVersion.NONE) && found.equals(known.version())) {
            return known;
        }
        Reading read = Reading.of(found, read());
        last = read;
        return read;
    }

    private List<Line> read() throws IOException {
        BookText text;
        try {
            text = BookText.of(octets());
        } catch (NoSuchFileException _) {
            requireNoAuthority();
            return List.of();
        } catch (IOException e) {
            throw BookLostException.unreadable(file, e);
        }
        if (!text.unreadable().isEmpty()) {
            throw BookLostException.damaged(file, text.unreadable());
        }
        return text.lines();
    }

    private byte[] octets() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] octets = in.readNBytes(OCTETS_MAX + 1);
            if (octets.length > OCTETS_MAX) {
                throw new IOException("it is too large");
            }
            return octets;
        }
    }

    /// What can still be read of it; nothing, if it is missing.
    ///
    /// @return empty if it is there and cannot be read, so that nobody knows what it told
    Optional<BookText> salvage() {
        try {
            return Optional.of(BookText.of(octets()));
        } catch (NoSuchFileException _) {
            return Optional.of(BookText.EMPTY);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private void requireNoAuthority() throws IOException {
        if (witness.isAuthorityThere()) {
            throw BookLostException.missing(file);
        }
    }

    /// Whether nothing was published as revoked that does not stand here.
    ///
    /// @throws BookLostException if something was, or the book is missing
    void requireWhole() throws IOException {
        // In this order: what is revoked stands in the book before it is published.
        Set<BigInteger> published = witness.published();
        Set<BigInteger> written = reading().serials();
        Compared known = whole;
        if (known != null && known.are(written, published)) {
            return;
        }
        long missing = published.stream().filter(it -> !written.contains(it)).count();
        if (missing > 0) {
            throw BookLostException.older((int) missing);
        }
        whole = new Compared(written, published);
    }

    /// When it was written last; empty if nothing was ever revoked.
    Optional<FileTime> changed() throws IOException {
        try {
            return Optional.of(Files.getLastModifiedTime(file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /// Whether it was revoked by the clinic: what was once published as revoked is, whatever book
    /// was put back.
    public boolean holds(X509Certificate certificate) throws IOException {
        BigInteger serial = certificate.getSerialNumber();
        return reading().serials().contains(serial) || witness.published().contains(serial);
    }

    /// Makes the book, if there is none and nothing can stand in it yet; durable on return.
    ///
    /// @throws BookLostException if it was lost
    synchronized void begin() throws IOException {
        if (!Files.exists(file)) {
            try (Closeable _ = SealedLines.lock(file)) {
                write(read());
            }
        }
    }

    /// Puts back what lists that were published say, and makes the book if it is missing; durable
    /// on return. Of one that is damaged the lines stay that can be read; the whole file is kept
    /// aside. Only for a person who knows that nothing else was revoked.
    ///
    /// @return how many lines were missing
    public synchronized int restore(List<Line> published) throws IOException {
        try (Closeable _ = SealedLines.lock(file)) {
            List<Line> lines = new ArrayList<>(saved());
            Set<BigInteger> there =
                    lines.stream().map(Line::serial).collect(Collectors.toCollection(HashSet::new));
            int before = lines.size();
            published.stream().filter(it -> there.add(it.serial())).forEach(lines::add);
            write(lines);
            return lines.size() - before;
        }
    }

    /// What a new book begins with. The damaged one stays in its place until the new one is there.
    private List<Line> saved() throws IOException {
        byte[] octets;
        try {
            octets = octets();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException _) {
            Aside.move(file, "damaged");
            return List.of();
        }
        BookText text = BookText.of(octets);
        if (!text.unreadable().isEmpty()) {
            WholeFile.replace(FileDisk.forFolderOwner(), Aside.name(file, "damaged"), octets);
        }
        return text.lines();
    }

    private void write(List<Line> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.text()));
        WholeFile.replace(FileDisk.forFolderOwner(), file, text.toString().getBytes(US_ASCII));
    }

    /// Adds a certificate, durable on return.
    ///
    /// @return false if it was there before
    /// @throws IOException if it cannot be written, or somebody else changes the book at this
    ///   moment; then it is not revoked, and the message is for people
    public synchronized boolean add(Keyring.Entry entry, Reason reason, Instant now)
            throws IOException {
        Line fresh =
                new Line(
                        entry.certificate().getSerialNumber(),
                        now,
                        reason,
                        entry.owner().word(),
                        entry.number());
        try (Closeable _ = SealedLines.lock(file)) {
            // Read anew: what was remembered may be older than what another process wrote.
            List<Line> lines = new ArrayList<>(read());
            if (stands(fresh.serial(), lines) || witness.published().contains(fresh.serial())) {
                return false;
            }
            lines.add(fresh);
            write(lines);
            if (!stands(fresh.serial(), read())) {
                throw new IOException(file + " does not hold what was just written; try again");
            }
            return true;
        }
    }

    private static boolean stands(BigInteger serial, List<Line> lines) {
        return lines.stream().anyMatch(it -> it.serial().equals(serial));
    }
}

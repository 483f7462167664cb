package org.postern.choice;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postern.facts.Choices.Choice;
import org.postern.mail.Address;
import org.postern.rewrap.SealedLines;
import org.postern.rewrap.SealedPlace;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.DiskStreams;
import org.postern.store.WholeFile;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What patients chose, on record: a text file, one line for each person, `address;sealed`. It is
/// replaced whole and synced, so that after a stop at any moment there is the old record or the new
/// one; the database, which may lose what was written last, is no place for a choice that was taken
/// back.
///
/// A line that does not open makes the choice of its person unknown, and one of which nobody knows
/// whose it is, that of everybody who has no line that opens. It stays in the file. So is what
/// somebody said last and what perhaps was not written, until she says something that is.
///
/// Safe for use by many threads. One process writes, that which has the data folder.
public final class ChoiceBook {
    /// Its name within the data folder.
    public static final String FILE = "choices";

    /// People of whom something is on record.
    static final int PEOPLE_MAX = 50_000;

    private static final Logger LOG = LoggerFactory.getLogger(ChoiceBook.class);

    private static final int OCTETS_MAX = 100 << 20;

    /// A new key under as many lines as there can be takes less.
    private static final Duration TURN_MAX = Duration.ofSeconds(30);

    private final Disk disk;
    private final Path file;
    private final Vault vault;

    /// Of whoever changes the file.
    private final Turns writing =
            new Turns(TURN_MAX, "the record of choices is being changed by somebody else");

    private volatile Known known;

    /// Keys of those whose last word may not have been written. What others say clears none.
    private final Set<String> doubted = ConcurrentHashMap.newKeySet();

    /// What the file says.
    ///
    /// @param recorded by the key of the address
    /// @param unreadable keys of those whose line does not open
    /// @param whole whether it is known of each line whose it is
    private record Known(Map<String, Recorded> recorded, Set<String> unreadable, boolean whole) {}

    private ChoiceBook(Disk disk, Path file, Vault vault) throws IOException {
        this.disk = disk;
        this.file = file;
        this.vault = vault;
        this.known = read(lines());
    }

    /// Opens the record of a data folder. One that is not there holds nothing: nobody chose.
    ///
    /// @throws IOException if the file cannot be read at all
    public static ChoiceBook open(Disk disk, Path data, Vault vault) throws IOException {
        return new ChoiceBook(disk, data.resolve(FILE), vault);
    }

    /// What somebody chose, as rules ask for it.
    public Choice of(Address person) {
        if (doubted.contains(person.key())) {
            return Choice.UNKNOWN;
        }
        Known now = known;
        Recorded recorded = now.recorded().get(person.key());
        if (now.unreadable().contains(person.key()) || (recorded == null && !now.whole())) {
            return Choice.UNKNOWN;
        }
        return recorded != null && recorded.state() == Recorded.State.ORDINARY_MAIL
                ? Choice.ORDINARY_MAIL
                : Choice.NONE;
    }

    /// What is on record of somebody, as far as it can be read.
    public Optional<Recorded> recorded(Address person) {
        return Optional.ofNullable(known.recorded().get(person.key()));
    }

    /// All that is on record, the newest last.
    public List<Recorded> all() {
        return known.recorded().values().stream()
                .sorted(Comparator.comparing(Recorded::at).thenComparing(it -> it.person().key()))
                .toList();
    }

    /// Whether every line can be read.
    public boolean isWhole() {
        return known.whole() && known.unreadable().isEmpty() && doubted.isEmpty();
    }

    /// Puts something on record in the place of what was said before, also of what cannot be read;
    /// durable on return.
    ///
    /// @throws IOException if it may not have been written; then nobody knows what she chose, until
    ///   something of hers is written or this process ends. Where nothing was begun, as in a full
    ///   record, a choice is none; who wanted to take one back is in doubt all the same
    public void record(Recorded recorded) throws IOException {
        String key = recorded.person().key();
        boolean unsure = recorded.state() == Recorded.State.WITHDRAWN;
        try {
            try (var _ = writing.take()) {
                List<String> after = with(recorded);
                unsure = true;
                String text = String.join("\n", after) + "\n";
                WholeFile.replace(disk, file, text.getBytes(StandardCharsets.UTF_8));
                known = read(after);
                doubted.remove(key);
                unsure = false;
            }
        } finally {
            if (unsure) {
                doubted.add(key);
            }
        }
    }

    /// The lines of all others, and the new one.
    private List<String> with(Recorded recorded) throws IOException {
        Address person = recorded.person();
        List<String> after = new ArrayList<>();
        for (String line : lines()) {
            if (!owner(line).map(Address::key).equals(Optional.of(person.key()))) {
                after.add(line);
            }
        }
        if (after.size() >= PEOPLE_MAX) {
            throw new IOException("the record of choices is full");
        }
        byte[] sealed = SealedText.seal(vault, recorded.words(), context(person));
        after.add(person + ";" + HexFormat.of().formatHex(sealed));
        return after;
    }

    /// The record as a place of sealed texts, for whoever brings them under another key.
    public SealedPlace place() {
        SealedLines lines = new SealedLines(file, vault, line -> owner(line).isPresent());
        return pace -> {
            try (var _ = writing.take()) {
                return lines.rewrap(pace);
            }
        };
    }

    private List<String> lines() throws IOException {
        try (DiskFile open = disk.read(file)) {
            if (open.size() > OCTETS_MAX) {
                throw new IOException(file + " is too large to be a record of choices");
            }
            InputStream octets = DiskStreams.in(open, 0);
            return new String(octets.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /// Whose line it is; empty if nobody can say it.
    private static Optional<Address> owner(String line) {
        int end = line.lastIndexOf(';');
        return end < 0 ? Optional.empty() : Address.parse(line.substring(0, end));
    }

    private Known read(List<String> lines) {
        Map<String, Recorded> recorded = new LinkedHashMap<>();
        Set<String> unreadable = new HashSet<>();
        boolean whole = true;
        for (String line : lines) {
            Optional<Address> owner = owner(line);
            if (owner.isEmpty()) {
                whole = false;
                continue;
            }
            Optional<Recorded> one = opened(owner.get(), line);
            String key = owner.get().key();
            // Of two lines nobody knows which is the later one.
            if (one.isEmpty() || recorded.put(key, one.get()) != null) {
                unreadable.add(key);
            }
        }
        unreadable.forEach(recorded::remove);
        if (!whole || !unreadable.isEmpty()) {
            LOG.error("{}: some of what patients chose cannot be read and is unknown", file);
        }
        return new Known(recorded, unreadable, whole);
    }

    private Optional<Recorded> opened(Address owner, String line) {
        try {
            byte[] sealed = HexFormat.of().parseHex(line.substring(line.lastIndexOf(';') + 1));
            String words = SealedText.open(vault, sealed, context(owner));
            return Optional.of(Recorded.of(owner, words));
        } catch (SealBrokenException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String context(Address person) {
        return "choice of " + person.key();
    }
}

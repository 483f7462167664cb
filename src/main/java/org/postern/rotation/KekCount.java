package org.postern.rotation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postern.frame.DamagedException;
import org.postern.frame.FrameReader;
import org.postern.frame.FreshHead;
import org.postern.journal.JournalFolder;
import org.postern.journal.JournalReader;
import org.postern.journal.JournalRecord.Kind;
import org.postern.journal.Place;
import org.postern.mail.QueueId;
import org.postern.rewrap.Pace;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;

/// Counts what needs which KEK, by looking at what lies in the data folder and not by asking those
/// who rewrapped it: every body, every file of the queue and of what was set aside, every record of
/// the journal, every text column of every table, the patients' file, and what they chose.
///
/// Bodies under way and bodies being destroyed are not counted: the former are under the active KEK
/// or known to the rounds, and the latter are opened by nobody again.
public final class KekCount {
    /// The head of a body: magic, the length of the wrapped key, the wrapped key.
    private static final byte[] BODY = "POSTERN BODY 1\n".getBytes(StandardCharsets.US_ASCII);

    /// How every sealed text begins in base64: 45 octets, format 1, the first two bits of the id.
    private static final String TEXT_BEGIN = "LQ%";

    /// Digits of base64 that hold length, format and id.
    private static final int ID_DIGITS = 8;

    /// The same in hexadecimal digits, as the patients' file has it.
    private static final Pattern IN_HEX = Pattern.compile(";2d01([0-9a-f]{8})[0-9a-f]*$");

    /// Beside the others in the data folder.
    private static final String CHOICES = "choices";

    private static final String COLUMNS =
            """
            SELECT table_name, column_name FROM information_schema.columns
            WHERE table_schema = 'PUBLIC' AND data_type LIKE 'CHARACTER%'
                AND character_maximum_length >= 64
            """;

    private final Disk disk;
    private final Path data;
    private final Path patients;
    private final @Nullable Database database;

    /// @param data the folder with `spool` and `bodies`
    public KekCount(Disk disk, Path data, Path patients, @Nullable Database database) {
        this.disk = disk;
        this.data = data;
        this.patients = patients;
        this.database = database;
    }

    /// Without the database, for a data folder in which no gateway works, and which may be empty.
    public static KekCount ofFiles(Disk disk, Path data, Path patients) {
        return new KekCount(disk, data, patients, null);
    }

    /// A folder that is not there is nothing to be counted, but in the data of a running gateway:
    /// there it means that a volume is missing.
    private boolean isMissing(Path folder) {
        return database == null && !Files.isDirectory(folder);
    }

    /// How much needs each KEK, by the place where it lies.
    public static final class Uses {
        private final Map<Integer, Map<String, Long>> byKek = new TreeMap<>();

        void add(int kek, String place, long count) {
            byKek.computeIfAbsent(kek, _ -> new TreeMap<>()).merge(place, count, Long::sum);
        }

        /// By place; empty if nothing needs it.
        public Map<String, Long> of(int kek) {
            return byKek.getOrDefault(kek, Map.of());
        }

        /// All in all.
        public long sum(int kek) {
            return of(kek).values().stream().mapToLong(Long::longValue).sum();
        }

        /// The KEKs that something needs.
        public Iterable<Integer> keks() {
            return byKek.keySet();
        }
    }

    /// Counts once. What comes or goes meanwhile is counted or not.
    ///
    /// @throws IOException if anything cannot be read: then nothing is said at all
    public Uses count(Pace pace) throws IOException {
        Uses uses = new Uses();
        countBodies(uses, pace);
        countSpool(data.resolve("spool"), "queue", uses, pace);
        countSpool(data.resolve("spool/corrupt"), "set aside", uses, pace);
        countJournal(uses, pace);
        countLines(patients, "patients", uses);
        countLines(data.resolve(CHOICES), "choices", uses);
        if (database != null) {
            database.read(handle -> {
                countRows(handle, uses);
                return uses;
            });
        }
        return uses;
    }

    private void countBodies(Uses uses, Pace pace) throws IOException {
        Path bodies = data.resolve("bodies");
        if (isMissing(bodies)) {
            return;
        }
        disk.forEachName(
                bodies,
                name -> {
                    if (name.endsWith(".body")) {
                        pace.step();
                        kekOfBody(bodies.resolve(name))
                                .ifPresent(kek -> uses.add(kek, "bodies", 1));
                    }
                });
    }

    private OptionalInt kekOfBody(Path path) throws IOException {
        int at = BODY.length + Integer.BYTES;
        ByteBuffer head = ByteBuffer.allocate(at + Vault.WRAPPED_OCTETS);
        try (DiskFile file = disk.read(path)) {
            file.read(head, 0);
        } catch (NoSuchFileException _) {
            return OptionalInt.empty();
        }
        boolean ours =
                !head.hasRemaining()
                        && head.flip().slice(0, BODY.length).equals(ByteBuffer.wrap(BODY))
                        && head.getInt(BODY.length) == Vault.WRAPPED_OCTETS;
        byte[] wrapped = new byte[Vault.WRAPPED_OCTETS];
        head.get(at, wrapped);
        return ours ? Vault.kekOf(wrapped) : OptionalInt.empty();
    }

    private void countSpool(Path folder, String place, Uses uses, Pace pace) throws IOException {
        if (isMissing(folder)) {
            return;
        }
        for (Path path : disk.list(folder)) {
            String name = path.getFileName().toString();
            if (QueueId.isValid(name.replaceAll("\\.[0-9]+$", ""))) {
                pace.step();
                try (DiskFile file = disk.read(path)) {
                    FreshHead.kekOf(file).ifPresent(kek -> uses.add(kek, place, 1));
                } catch (NoSuchFileException | DamagedException _) {
                    // It has gone since, or tells of no key at all.
                } catch (FrameReader.NewerException e) {
                    throw new IOException(path + " is of a newer release, so nothing is said", e);
                }
            }
        }
    }

    private void countJournal(Uses uses, Pace pace) throws IOException {
        JournalFolder folder = new JournalFolder(disk, data.resolve("spool/journal"));
        if (isMissing(folder.directory())) {
            return;
        }
        JournalReader reader = new JournalReader(folder, new InJournal(folder, uses, pace));
        for (Long segment : folder.segments()) {
            try {
                reader.read(List.of(segment));
            } catch (NoSuchFileException _) {
                // It was empty, and has gone since.
            }
        }
    }

    /// Counts also what has left the journal: after damage it would be taken up again.
    private record InJournal(JournalFolder folder, Uses uses, Pace pace)
            implements JournalReader.Visitor {
        @Override
        public void record(Kind kind, QueueId id, Place place) throws IOException {
            if (kind == Kind.MESSAGE) {
                pace.step();
                try (DiskFile file = folder.open(place)) {
                    FreshHead.kekOf(file).ifPresent(kek -> uses.add(kek, "journal", 1));
                } catch (DamagedException _) {
                    // Then it tells of no key.
                }
            }
        }

        @Override
        public void doubtful(Kind kind, QueueId id, Place place) throws IOException {
            record(kind, id, place);
        }

        @Override
        public void lost(Place place) {
            // In these octets no record can be told.
        }

        @Override
        public void missing(long segment, long from, long end) {
            // What is not there needs no key.
        }
    }

    private static void countLines(Path file, String place, Uses uses) throws IOException {
        try {
            for (String line : Files.readAllLines(file)) {
                Matcher sealed = IN_HEX.matcher(line.toLowerCase(Locale.ROOT));
                // A hash has 64 digits and no length in front: it is no sealed text.
                if (sealed.find() && line.length() - sealed.start() > 2 * SealedText.HEAD_OCTETS) {
                    uses.add(HexFormat.fromHexDigits(sealed.group(1)), place, 1);
                }
            }
        } catch (NoSuchFileException _) {
            // Nothing is known of patients.
        }
    }

    private static void countRows(Handle handle, Uses uses) {
        handle.createQuery(COLUMNS)
                .map((row, _) -> List.of(row.getString(1), row.getString(2)))
                .list()
                .forEach(column -> countRows(handle, column, uses));
    }

    private static void countRows(Handle handle, List<String> column, Uses uses) {
        String counting =
                """
                SELECT SUBSTRING("%2$s" FROM 1 FOR %3$d) AS head, COUNT(*) FROM "%1$s"
                WHERE "%2$s" LIKE '%4$s' GROUP BY SUBSTRING("%2$s" FROM 1 FOR %3$d)
                """
                        .formatted(column.getFirst(), column.getLast(), ID_DIGITS, TEXT_BEGIN);
        handle.createQuery(counting)
                .map((row, _) -> Map.entry(row.getString(1), row.getLong(2)))
                .forEach(found -> {
                    OptionalInt kek = kekOfText(found.getKey());
                    String place = String.join(".", column).toLowerCase(Locale.ROOT);
                    kek.ifPresent(id -> uses.add(id, place, found.getValue()));
                });
    }

    private static OptionalInt kekOfText(String digits) {
        try {
            byte[] octets = Base64.getDecoder().decode(digits);
            byte[] head = new byte[SealedText.HEAD_OCTETS];
            System.arraycopy(octets, 0, head, 0, octets.length);
            return SealedText.kekOf(head);
        } catch (IllegalArgumentException _) {
            return OptionalInt.empty();
        }
    }
}

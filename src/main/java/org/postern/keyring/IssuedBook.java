package org.postern.keyring;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postern.folder.Glance;
import org.postern.mail.Address;
import org.postern.pki.Pem;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;

/// The clinic's record of certificates whose keys it has made and given away, in the folder of its
/// own keys, so that it is in their backup:
///
/// ```
/// smime/maria@homemail.example-1.issued   a certificate, and those up to the authority
/// smime/maria@homemail.example-1.used     since when mail to her is encrypted to it, and by what
/// smime/maria@homemail.example-1.told     since when somebody of the clinic knows what opens it
/// ```
///
/// The keys are not here, nor anywhere else in the clinic. Nothing is overwritten or taken out;
/// what was revoked stands in the [RevokedBook]. What another process adds is seen at the next
/// look. Safe for use by many threads and processes.
public final class IssuedBook {
    private static final String ISSUED = ".issued";
    private static final String USED = ".used";
    private static final String TOLD = ".told";
    private static final List<String> ENDINGS = List.of(ISSUED, USED, TOLD);
    private static final Pattern NAME = Pattern.compile("(.+)-(\\d{1,6})\\.issued");
    private static final int NAME_OCTETS = 4;
    private static final int USED_OCTETS_MAX = 200;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final Glance<Reading, IOException> glance = new Glance<>(this::look);

    /// A certificate that was given away with its key.
    ///
    /// @param entry whose it is; the keyring has no key of it
    /// @param use whether mail to its owner is encrypted to it
    /// @param isTold whether what opens its file was shown to somebody of the clinic: it is shown
    ///   once, and may have been lost on its way
    public record Issued(Keyring.Entry entry, Use use, boolean isTold) {
        /// Whether it is known that its owner's mail program has the key.
        public boolean isUsed() {
            return use != Use.NOT_YET;
        }
    }

    /// By what it is known that the owner's mail program has the key.
    public enum Use {
        NOT_YET("not yet"),
        /// Somebody of the clinic has said so.
        BY_HAND("by hand"),
        /// A message came that was signed with it.
        BY_SIGNED_MAIL("by signed mail"),
        /// It is used, and the file that says how cannot be read now.
        UNKNOWN("in a way that cannot be read now");

        private final String words;

        Use(String words) {
            this.words = words;
        }

        /// For people.
        public String words() {
            return words;
        }
    }

    /// What was found at one look.
    ///
    /// @param read by the names of their files, which do not change
    /// @param unread the first sentence about files of certificates in use that could not be read,
    ///   by whose they are
    private record Reading(
            Set<String> names,
            Map<String, Keyring.Entry> read,
            List<Issued> all,
            Map<String, List<Issued>> byAddress,
            Map<String, String> unread,
            List<String> problems) {}

    /// @param folder of the clinic's own keys; it need not exist yet
    public IssuedBook(Path folder) {
        this.folder = folder;
    }

    /// All of them, by owner, the newest first.
    public List<Issued> all() throws IOException {
        return glance.now().all();
    }

    /// Those of one person, the newest first, as they were found not long ago.
    ///
    /// @throws IOException if one that is in use cannot be read, so that nobody can say which they
    ///   are; the message is for people
    public List<Issued> of(Address address, Instant now) throws IOException {
        Reading reading = glance.at(now);
        String problem = reading.unread().get(address.key());
        if (problem != null) {
            throw new IOException(problem);
        }
        return reading.byAddress().getOrDefault(address.key(), List.of());
    }

    /// Files that cannot be read, each as a sentence for people.
    public List<String> problems() throws IOException {
        return glance.now().problems();
    }

    /// Adds one of which nobody has the key yet; durable on return.
    public Issued add(Owner.Person owner, List<X509Certificate> chain) throws IOException {
        FileDisk.forFolderOwner().createDirectories(folder);
        for (int number = 1; ; number++) {
            try {
                put(file(owner, number, ISSUED), Pem.of(chain));
                return new Issued(new Keyring.Entry(owner, number, chain), Use.NOT_YET, false);
            } catch (FileAlreadyExistsException _) {
                // The next number: what is there is never replaced.
            }
        }
    }

    /// From now on mail is encrypted to it; durable on return.
    ///
    /// @param how not `NOT_YET`
    /// @return false if that was so before
    public boolean use(Issued issued, Use how, Instant now) throws IOException {
        Keyring.Entry entry = issued.entry();
        try {
            put(
                    file(entry.owner(), entry.number(), USED),
                    "since %s %s\n".formatted(now, how.words()));
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        }
    }

    /// What opens its file was shown to somebody of the clinic; durable on return.
    public void tell(Issued issued, Instant now) throws IOException {
        Keyring.Entry entry = issued.entry();
        try {
            put(file(entry.owner(), entry.number(), TOLD), "at " + now + "\n");
        } catch (FileAlreadyExistsException _) {
            // It is shown once; whoever says so twice is right.
        }
    }

    private Path file(Owner owner, int number, String ending) {
        return folder.resolve(owner.fileWord() + "-" + number + ending);
    }

    /// Whole or not at all, and never over another.
    private void put(Path file, String text) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        byte[] name = new byte[NAME_OCTETS];
        RANDOM.nextBytes(name);
        Disk disk = FileDisk.forFolderOwner();
        Path whole =
                folder.resolve(file.getFileName() + "." + HexFormat.of().formatHex(name) + ".new");
        try (DiskFile open = disk.create(whole)) {
            open.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
            open.sync();
        }
        try {
            // A link and not a rename, which would replace what another process has put there.
            Files.createLink(file, whole);
        } finally {
            disk.delete(whole);
        }
        disk.sync(folder);
    }

    /// Files do not change, so their names tell whether there is something new. What could not be
    /// read is tried again: it may have been the disk, or too many open files.
    private Reading look(@Nullable Reading before) throws IOException {
        Set<String> names = new TreeSet<>();
        try {
            new FileDisk()
                    .forEachName(
                            folder,
                            name -> {
                                if (ENDINGS.stream().anyMatch(name::endsWith)) {
                                    names.add(name);
                                }
                            });
        } catch (NoSuchFileException _) {
            // Then nothing was given away yet.
        }
        return before != null && before.problems().isEmpty() && names.equals(before.names())
                ? before
                : read(names, before == null ? Map.of() : before.read());
    }

    private Reading read(Set<String> names, Map<String, Keyring.Entry> known) {
        Map<String, Keyring.Entry> read = new TreeMap<>();
        List<Issued> all = new ArrayList<>();
        Map<String, String> unread = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            if (name.endsWith(TOLD)) {
                continue;
            }
            if (!name.endsWith(ISSUED)) {
                String missing = name.replaceAll("\\.used$", ISSUED);
                if (!names.contains(missing)) {
                    String problem = folder.resolve(missing) + " is missing";
                    problems.add(problem);
                    owner(missing).ifPresent(it -> unread.putIfAbsent(it.word(), problem));
                }
                continue;
            }
            String used = name.replaceAll("\\.issued$", USED);
            boolean isUsed = names.contains(used);
            try {
                Keyring.Entry there = known.get(name);
                Keyring.Entry entry = there == null ? entry(name) : there;
                read.put(name, entry);
                boolean isTold = names.contains(name.replaceAll("\\.issued$", TOLD));
                all.add(new Issued(entry, isUsed ? use(used) : Use.NOT_YET, isTold));
            } catch (IOException e) {
                String problem = String.valueOf(e.getMessage());
                problems.add(problem);
                owner(name)
                        .filter(_ -> isUsed)
                        .ifPresent(it -> unread.putIfAbsent(it.word(), problem));
            }
        }
        all.sort(
                Comparator.comparing((Issued each) -> each.entry().owner().word())
                        .thenComparing(
                                Comparator.comparing((Issued it) -> it.entry().number())
                                        .reversed()));
        Map<String, List<Issued>> byAddress = new TreeMap<>();
        for (Issued each : all) {
            byAddress
                    .computeIfAbsent(each.entry().owner().word(), _ -> new ArrayList<>())
                    .add(each);
        }
        return new Reading(
                Set.copyOf(names),
                read,
                List.copyOf(all),
                byAddress,
                unread,
                List.copyOf(problems));
    }

    /// It is used, whatever the file says; where it does not say how, that was by hand.
    private Use use(String name) {
        try {
            Path file = folder.resolve(name);
            boolean mail =
                    Files.size(file) <= USED_OCTETS_MAX
                            && Files.readString(file, US_ASCII)
                                    .endsWith(" " + Use.BY_SIGNED_MAIL.words() + "\n");
            return mail ? Use.BY_SIGNED_MAIL : Use.BY_HAND;
        } catch (IOException _) {
            // Whether it is used does not hang on it, and nothing is said that may not be so.
            return Use.UNKNOWN;
        }
    }

    private Keyring.Entry entry(String name) throws IOException {
        Matcher matcher = NAME.matcher(name);
        Optional<Owner> owner = owner(name);
        if (owner.isEmpty() || !matcher.matches()) {
            throw new IOException(folder.resolve(name) + " has a name that says nobody's");
        }
        return new Keyring.Entry(
                owner.get(),
                Integer.parseInt(matcher.group(2)),
                Pem.certificates(folder.resolve(name)));
    }

    private static Optional<Owner> owner(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Owner.ofFileWord(matcher.group(1)).filter(Owner.Person.class::isInstance)
                : Optional.empty();
    }
}

package org.postern.keyring;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postern.folder.Glance;
import org.postern.pki.Authority;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;
import org.postern.vault.Secrets;

/// The folder of the clinic's own S/MIME keys, beside the keystore:
///
/// ```
/// smime/anna@clinic.example-2.p12   a private key, sealed with the keystores' password
/// smime/anna@clinic.example-2.pem   its certificate and those up to the authority
/// smime/anna@clinic.example-3.csr   a request: the key waits for its certificate
/// ```
///
/// Nothing is ever overwritten. A renewed key has the next number, and the old one stays, because
/// mail that was encrypted to it still comes. A key counts once its certificate is there, and a key
/// file is opened at its first use. What another process adds is seen at the next look.
///
/// Safe for use by many threads.
public final class Keyring {
    /// A key file that did not open is tried again after so long: each try takes some tenths of a
    /// second.
    static final Duration TRY_AGAIN = Duration.ofMinutes(1);

    private static final Pattern NAME = Pattern.compile("(.+)-(\\d{1,6})\\.pem");

    private final Places places;
    private final Path folder;
    private final RevokedBook revoked;
    private final PublishedLists published;
    private final Map<Entry, Identity> opened = new ConcurrentHashMap<>();
    private final Map<Entry, Unopened> unopened = new ConcurrentHashMap<>();
    private final Glance<Reading, IOException> glance = new Glance<>(this::look);

    /// A key, certificate or request of the clinic's authority.
    private static final Pattern AUTHORITY_FILE = Pattern.compile("authority-[0-9]+\\.");

    private final InstantSource clock;

    /// A key and its certificate.
    ///
    /// @param number counts the keys of one owner
    /// @param chain the own certificate first
    public record Entry(Owner owner, int number, List<X509Certificate> chain) {
        public Entry {
            chain = List.copyOf(chain);
        }

        /// The certificate that belongs to the key.
        public X509Certificate certificate() {
            return chain.getFirst();
        }

        /// When it ends.
        public Instant notAfter() {
            return certificate().getNotAfter().toInstant();
        }

        /// Whether its key signs; one of X25519 or ML-KEM is encrypted to only.
        public boolean signs() {
            return KeyKind.of(certificate().getPublicKey()).map(KeyKind::signs).orElse(true);
        }

        /// Whether its dates allow it to be used.
        public boolean isValidAt(Instant now) {
            return !now.isBefore(certificate().getNotBefore().toInstant())
                    && !now.isAfter(notAfter());
        }
    }

    /// What was found at one look.
    private record Reading(
            Set<String> names,
            List<Entry> entries,
            List<X509Certificate> authorities,
            List<String> problems) {}

    /// A key file that could not be opened.
    private record Unopened(String sentence, Instant at) {}

    private Keyring(Places places, InstantSource clock) {
        this.places = places;
        this.folder = places.keys();
        this.clock = clock;
        this.published = new PublishedLists(places.lists(), this::authorities);
        this.revoked = new RevokedBook(folder, new Traces());
    }

    /// Where everything lies that belongs to the keys of a clinic; no folder need exist yet.
    ///
    /// @param keys the folder of the keys
    /// @param password its first line opens the keys; read when a key is
    /// @param lists the folder of the lists that were published
    /// @param clinic its name, as its authority has it
    public record Places(Path keys, Path password, Path lists, String clinic) {}

    public static Keyring of(Places places, InstantSource clock) {
        return new Keyring(places, clock);
    }

    /// All keys that have a certificate, by owner, the newest first.
    public List<Entry> entries() throws IOException {
        return glance.at(clock.instant()).entries();
    }

    /// Files that cannot be read, and keys that could not be opened when they were needed, each as
    /// a sentence for people.
    public List<String> problems() throws IOException {
        List<String> problems = new ArrayList<>(glance.now().problems());
        unopened.values().forEach(each -> problems.add(each.sentence()));
        return problems;
    }

    /// What was revoked of all that was issued here.
    public RevokedBook revoked() {
        return revoked;
    }

    /// What its authorities have published.
    PublishedLists published() {
        return published;
    }

    /// The certificates of all authorities that the clinic has, or had: where their own files were
    /// lost, those stand behind the certificates that they have issued.
    public List<X509Certificate> authorities() throws IOException {
        return glance.at(clock.instant()).authorities();
    }

    private List<X509Certificate> authorities(List<Entry> entries) {
        Set<X509Certificate> found = new LinkedHashSet<>();
        String name = Issuing.authorityName(places.clinic());
        for (Entry entry : entries) {
            if (entry.owner() instanceof Owner.Authority) {
                found.add(entry.certificate());
            } else if (Authority.hasIssued(name, entry.certificate())) {
                entry.chain().stream()
                        .skip(1)
                        .filter(it -> it.getBasicConstraints() >= 0)
                        .forEach(found::add);
            }
        }
        return List.copyOf(found);
    }

    /// What is left of an authority even if its own files are gone, and what it has published.
    private final class Traces implements RevokedBook.Witness {
        @Override
        public boolean isAuthorityThere() throws IOException {
            return hasAuthorityFile() || published.isAny() || !authorities().isEmpty();
        }

        @Override
        public Set<BigInteger> published() throws IOException {
            return published.at(clock.instant()).serials();
        }
    }

    /// By the names of its files, since one that is damaged or half restored is an authority as
    /// well: what it has issued may have been revoked.
    private boolean hasAuthorityFile() throws IOException {
        boolean[] there = {false};
        try {
            new FileDisk()
                    .forEachName(
                            folder, name -> there[0] |= AUTHORITY_FILE.matcher(name).lookingAt());
        } catch (NoSuchFileException _) {
            // Then there are no keys yet.
        }
        return there[0];
    }

    /// The newest key of an owner that signs, is valid now and was not revoked.
    ///
    /// @throws BookLostException if nobody knows any more what was revoked
    /// @throws IOException if that cannot be read
    public Optional<Entry> current(Owner owner, Instant now) throws IOException {
        revoked.requireWhole();
        for (Entry entry : entries()) {
            boolean candidate =
                    entry.owner().equals(owner) && entry.signs() && entry.isValidAt(now);
            if (candidate && !revoked.holds(entry.certificate())) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    /// The newest key of an owner, valid or not.
    public Optional<Entry> newest(Owner owner) throws IOException {
        return entries().stream().filter(entry -> entry.owner().equals(owner)).findFirst();
    }

    /// The key itself. Opening it the first time takes some tenths of a second.
    ///
    /// @throws IOException if the key file cannot be opened, now or less than [#TRY_AGAIN] ago; the
    ///   message is for people
    public Identity identity(Entry entry) throws IOException {
        Identity known = opened.get(entry);
        if (known != null) {
            return known;
        }
        Unopened failed = unopened.get(entry);
        if (failed != null && clock.instant().isBefore(failed.at().plus(TRY_AGAIN))) {
            throw new IOException(failed.sentence());
        }
        try {
            Identity identity = open(entry);
            opened.put(entry, identity);
            unopened.remove(entry);
            return identity;
        } catch (IOException e) {
            unopened.put(entry, new Unopened(String.valueOf(e.getMessage()), clock.instant()));
            throw e;
        }
    }

    private Identity open(Entry entry) throws IOException {
        Path file = file(entry.owner(), entry.number(), ".p12");
        Identity stored = KeyFile.read(file, password());
        if (!stored.certificate().getPublicKey().equals(entry.certificate().getPublicKey())) {
            throw new IOException(file + " holds another key than its certificate names");
        }
        return new Identity(stored.key(), entry.chain());
    }

    /// Adds a key with its certificate, durable on return.
    public Entry add(Owner owner, Identity identity) throws IOException {
        int number = addKey(owner, identity);
        return certify(owner, number, identity.chain());
    }

    /// Adds a key that has to wait for its certificate, and the request for that one.
    ///
    /// @param placeholder the key with a certificate that says nothing
    /// @param request in PEM form
    /// @return where the request lies
    public Path await(Owner owner, Identity placeholder, String request) throws IOException {
        int number = addKey(owner, placeholder);
        Path file = file(owner, number, ".csr");
        write(file, request);
        return file;
    }

    /// Says whether a key and the certificate that was issued for it are right for an owner.
    @FunctionalInterface
    public interface Fitness {
        /// @throws IOException if they are not; the message is for people
        void require(Owner owner, Identity identity) throws IOException;
    }

    /// Gives the waiting key the certificate that was issued for it.
    ///
    /// @param fitness asked before anything is changed
    /// @return empty if no key waits for it
    public Optional<Entry> fulfil(List<X509Certificate> chain, Fitness fitness) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        for (Path request : new FileDisk().list(folder)) {
            String name = request.getFileName().toString();
            Matcher matcher = NAME.matcher(name.replaceAll("\\.csr$", ".pem"));
            if (!name.endsWith(".csr") || !matcher.matches()) {
                continue;
            }
            Optional<Owner> owner = Owner.ofFileWord(matcher.group(1));
            int number = Integer.parseInt(matcher.group(2));
            if (owner.isEmpty()) {
                continue;
            }
            Identity waiting = KeyFile.read(file(owner.get(), number, ".p12"), password());
            if (hasKeyOf(waiting, chain.getFirst())) {
                fitness.require(owner.get(), new Identity(waiting.key(), chain));
                Entry entry = certify(owner.get(), number, chain);
                Files.delete(request);
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private static boolean hasKeyOf(Identity waiting, X509Certificate certificate) {
        return waiting.certificate().getPublicKey().equals(certificate.getPublicKey());
    }

    private int addKey(Owner owner, Identity identity) throws IOException {
        FileDisk.forFolderOwner().createDirectories(folder);
        if (owner instanceof Owner.Authority) {
            revoked.begin();
        }
        for (int number = 1; ; number++) {
            try {
                KeyFile.create(file(owner, number, ".p12"), identity, password());
                return number;
            } catch (FileAlreadyExistsException _) {
                // The next number: what is there is never replaced.
            }
        }
    }

    private Entry certify(Owner owner, int number, List<X509Certificate> chain) throws IOException {
        write(file(owner, number, ".pem"), Pem.of(chain));
        glance.now();
        return new Entry(owner, number, chain);
    }

    /// Whole or not at all.
    private void write(Path file, String text) throws IOException {
        Disk disk = FileDisk.forFolderOwner();
        Path whole = folder.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(whole);
        try (DiskFile open = disk.create(whole)) {
            open.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            open.sync();
        }
        disk.rename(whole, file);
        disk.sync(folder);
    }

    private Path file(Owner owner, int number, String ending) {
        return folder.resolve(owner.fileWord() + "-" + number + ending);
    }

    private char[] password() throws IOException {
        return Secrets.firstLine(places.password()).toCharArray();
    }

    /// Certificate files do not change, so their names tell whether there is something new.
    private Reading look(@Nullable Reading before) throws IOException {
        Set<String> names = new TreeSet<>();
        try {
            new FileDisk().forEachName(folder, names::add);
        } catch (NoSuchFileException _) {
            // Then there are no keys yet.
        }
        names.removeIf(name -> !name.endsWith(".pem"));
        // What could not be read once may be there again under the same name.
        return before != null && before.problems().isEmpty() && names.equals(before.names())
                ? before
                : read(names);
    }

    private Reading read(Set<String> names) {
        List<Entry> entries = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            Matcher matcher = NAME.matcher(name);
            Optional<Owner> owner =
                    matcher.matches() ? Owner.ofFileWord(matcher.group(1)) : Optional.empty();
            if (owner.isEmpty()) {
                problems.add(folder.resolve(name) + " has a name that says nobody's");
                continue;
            }
            try {
                List<X509Certificate> chain = Pem.certificates(folder.resolve(name));
                entries.add(new Entry(owner.get(), Integer.parseInt(matcher.group(2)), chain));
            } catch (IOException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        entries.sort(
                Comparator.comparing((Entry entry) -> entry.owner().word())
                        .thenComparing(Comparator.comparing(Entry::number).reversed()));
        return new Reading(
                names, List.copyOf(entries), authorities(entries), List.copyOf(problems));
    }
}

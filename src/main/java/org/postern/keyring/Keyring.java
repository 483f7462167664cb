package org.postern.keyring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.pki.Identity;
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
    /// How often the folder is looked at for what is asked while mail flows.
    private static final Duration CHECK_EVERY = Duration.ofSeconds(2);

    private static final Pattern NAME = Pattern.compile("(.+)-(\\d{1,6})\\.pem");

    private final Path folder;
    private final Path passwordFile;
    private final Map<Entry, Identity> opened = new ConcurrentHashMap<>();
    private Reading reading = new Reading(Set.of(), List.of(), List.of());
    private Instant checked = Instant.EPOCH;

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

        /// Whether its dates allow it to be used.
        public boolean isValidAt(Instant now) {
            return !now.isBefore(certificate().getNotBefore().toInstant())
                    && !now.isAfter(notAfter());
        }
    }

    /// What was found at one look.
    private record Reading(Set<String> names, List<Entry> entries, List<String> problems) {}

    private Keyring(Path folder, Path passwordFile) {
        this.folder = folder;
        this.passwordFile = passwordFile;
    }

    /// @param folder need not exist yet
    /// @param passwordFile its first line opens the keys; read when a key is
    public static Keyring of(Path folder, Path passwordFile) {
        return new Keyring(folder, passwordFile);
    }

    /// All keys that have a certificate, by owner, the newest first.
    public List<Entry> entries() throws IOException {
        return look().entries();
    }

    /// Files that could not be read, each as a sentence for people.
    public List<String> problems() throws IOException {
        return look().problems();
    }

    /// The newest key of an owner that is valid now.
    public Optional<Entry> current(Owner owner, Instant now) throws IOException {
        return lookAt(now).entries().stream()
                .filter(entry -> entry.owner().equals(owner) && entry.isValidAt(now))
                .findFirst();
    }

    /// The newest key of an owner, valid or not.
    public Optional<Entry> newest(Owner owner) throws IOException {
        return entries().stream().filter(entry -> entry.owner().equals(owner)).findFirst();
    }

    /// The key itself. Opening it the first time takes some tenths of a second.
    ///
    /// @throws IOException if the key file cannot be opened; the message is for people
    public Identity identity(Entry entry) throws IOException {
        Identity known = opened.get(entry);
        if (known != null) {
            return known;
        }
        Path file = file(entry.owner(), entry.number(), ".p12");
        Identity stored = KeyFile.read(file, password());
        if (!stored.certificate().getPublicKey().equals(entry.certificate().getPublicKey())) {
            throw new IOException(file + " holds another key than its certificate names");
        }
        Identity identity = new Identity(stored.key(), entry.chain());
        opened.put(entry, identity);
        return identity;
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

    /// The waiting key that a certificate was issued for.
    ///
    /// @return empty if none waits for it
    public Optional<Entry> fulfil(List<X509Certificate> chain) throws IOException {
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
            if (owner.isPresent() && isOf(owner.get(), number, chain.getFirst())) {
                Entry entry = certify(owner.get(), number, chain);
                Files.delete(request);
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private boolean isOf(Owner owner, int number, X509Certificate certificate) throws IOException {
        return KeyFile.read(file(owner, number, ".p12"), password())
                .certificate()
                .getPublicKey()
                .equals(certificate.getPublicKey());
    }

    private int addKey(Owner owner, Identity identity) throws IOException {
        new FileDisk().createDirectories(folder);
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
        look();
        return new Entry(owner, number, chain);
    }

    /// Whole or not at all.
    private void write(Path file, String text) throws IOException {
        Disk disk = new FileDisk();
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
        return Secrets.firstLine(passwordFile).toCharArray();
    }

    private synchronized Reading lookAt(Instant now) throws IOException {
        if (now.isBefore(checked) || !now.isBefore(checked.plus(CHECK_EVERY))) {
            look();
            checked = now;
        }
        return reading;
    }

    /// Certificate files do not change, so their names tell whether there is something new.
    private synchronized Reading look() throws IOException {
        Set<String> names = new TreeSet<>();
        try {
            new FileDisk()
                    .forEachName(
                            folder,
                            name -> {
                                if (name.endsWith(".pem")) {
                                    names.add(name);
                                }
                            });
        } catch (NoSuchFileException _) {
            // Then there are no keys yet.
        }
        if (!names.equals(reading.names())) {
            reading = read(names);
        }
        return reading;
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
        return new Reading(names, List.copyOf(entries), List.copyOf(problems));
    }
}

package org.postern.keyring;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postern.folder.Glance;
import org.postern.store.FileDisk;
import org.postern.store.FileVersion;

/// The lists that the clinic's own authorities have published last, as witnesses of what was
/// revoked: the keys may have come back from a backup that is older than they. A list counts if one
/// of our authorities has signed it.
///
/// Safe for use by many threads.
final class PublishedLists {
    private static final Pattern NAME = Pattern.compile("authority-[0-9]{1,6}\\.crl");
    private static final int OCTETS_MAX = 32 << 20;

    /// Between two looks at what cannot be read, by the machine's own time.
    static final Duration AGAIN = Duration.ofMillis(200);

    private final Path folder;
    private final Authorities authorities;
    private final Glance<Reading, IOException> glance = new Glance<>(this::look);

    /// When somebody last looked again at what could not be read.
    private final AtomicLong again = new AtomicLong(System.nanoTime() - AGAIN.toNanos());

    /// Who may have signed them.
    @FunctionalInterface
    interface Authorities {
        List<X509Certificate> all() throws IOException;
    }

    /// What was found at one look.
    ///
    /// @param lists by the authority that signed them
    /// @param revoked all that they name
    /// @param unreadable what is there and could not be read, and why: the folder, or a list
    record Reading(
            Map<String, FileVersion> files,
            List<X509Certificate> authorities,
            Map<X509Certificate, X509CRL> lists,
            Map<BigInteger, X509CRLEntry> revoked,
            Map<Path, IOException> unreadable) {
        Reading {
            files = Map.copyOf(files);
            authorities = List.copyOf(authorities);
            lists = Map.copyOf(lists);
            revoked = Map.copyOf(revoked);
            unreadable = Map.copyOf(unreadable);
        }

        Set<BigInteger> serials() {
            return revoked.keySet();
        }

        Optional<X509CRL> of(X509Certificate authority) {
            return Optional.ofNullable(lists.get(authority));
        }

        /// This, if nothing is missing of it: what cannot be read may have named somebody.
        Reading whole() throws BookLostException {
            Optional<Map.Entry<Path, IOException>> first =
                    unreadable.entrySet().stream().min(Map.Entry.comparingByKey());
            if (first.isPresent()) {
                throw BookLostException.unreadableLists(
                        first.get().getKey(), first.get().getValue());
            }
            return this;
        }
    }

    /// @param folder need not exist yet
    PublishedLists(Path folder, Authorities authorities) {
        this.folder = folder;
        this.authorities = authorities;
    }

    Path folder() {
        return folder;
    }

    /// Whether a name is that of a list.
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /// Whether anything was ever published, by whomever it is signed.
    ///
    /// @throws BookLostException if that cannot be read
    boolean isAny() throws BookLostException {
        try {
            return !files().isEmpty();
        } catch (IOException e) {
            throw BookLostException.unreadableLists(folder, e);
        }
    }

    /// What they say, as it was a moment ago. What could not be read then is looked at again at
    /// most once in [#AGAIN], whoever asks: so mail does not wait for long once somebody has mended
    /// it, and much mail does not read everything each time.
    ///
    /// @throws BookLostException if one of them cannot be read
    Reading at(Instant now) throws IOException {
        Reading known = glance.at(now);
        if (known.unreadable().isEmpty()) {
            return known;
        }
        long before = again.get();
        long time = System.nanoTime();
        boolean mine = time - before >= AGAIN.toNanos() && again.compareAndSet(before, time);
        return mine ? now() : known.whole();
    }

    /// What they say.
    ///
    /// @throws BookLostException if one of them cannot be read
    Reading now() throws IOException {
        return glance.now().whole();
    }

    /// What those say that can be read.
    Reading readable() throws IOException {
        return glance.now();
    }

    /// Moves what cannot be read out of the way, durable on return.
    void putAside(Reading reading) throws IOException {
        for (Path each : reading.unreadable().keySet()) {
            Aside.move(each, "unreadable");
        }
    }

    private Map<String, FileVersion> files() throws IOException {
        Map<String, FileVersion> files = new TreeMap<>();
        try {
            new FileDisk()
                    .forEachName(
                            folder,
                            name -> {
                                if (isName(name)) {
                                    files.put(name, FileVersion.of(folder.resolve(name)));
                                }
                            });
        } catch (NoSuchFileException _) {
            // Then nothing was published yet.
        }
        return files;
    }

    private Reading look(@Nullable Reading before) throws IOException {
        List<X509Certificate> signers = authorities.all();
        Map<String, FileVersion> files;
        try {
            files = files();
        } catch (IOException e) {
            return new Reading(Map.of(), signers, Map.of(), Map.of(), Map.of(folder, e));
        }
        if (before != null
                // What could not be read a moment ago may be there again, unchanged.
                && before.unreadable().isEmpty()
                && before.files().equals(files)
                && before.authorities().equals(signers)) {
            return before;
        }
        Map<X509Certificate, X509CRL> lists = new HashMap<>();
        Map<BigInteger, X509CRLEntry> revoked = new HashMap<>();
        Map<Path, IOException> unreadable = new HashMap<>();
        for (String name : files.keySet()) {
            Optional<X509CRL> list;
            try {
                list = read(folder.resolve(name));
            } catch (IOException e) {
                unreadable.put(folder.resolve(name), e);
                continue;
            }
            for (X509Certificate signer : signers) {
                if (list.isPresent() && isSignedBy(list.get(), signer)) {
                    lists.put(signer, list.get());
                    entries(list.get()).forEach(each -> revoked.put(each.getSerialNumber(), each));
                }
            }
        }
        return new Reading(files, signers, lists, revoked, unreadable);
    }

    /// A list that names nobody says null.
    private static Set<? extends X509CRLEntry> entries(X509CRL list) {
        Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
        return entries == null ? Set.of() : entries;
    }

    /// What we did not write, or only half, is written anew and tells nothing.
    ///
    /// @throws IOException if it is there, and the disk does not give it
    private static Optional<X509CRL> read(Path file) throws IOException {
        byte[] octets;
        try (InputStream in = Files.newInputStream(file)) {
            octets = in.readNBytes(OCTETS_MAX + 1);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        if (octets.length > OCTETS_MAX) {
            throw new IOException("it is too large");
        }
        try {
            return CertificateFactory.getInstance("X.509")
                                    .generateCRL(new ByteArrayInputStream(octets))
                            instanceof X509CRL list
                    ? Optional.of(list)
                    : Optional.empty();
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private static boolean isSignedBy(X509CRL list, X509Certificate authority) {
        try {
            if (!list.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
                return false;
            }
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}

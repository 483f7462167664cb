package org.postern.harvest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;

/// The certificates that wait for a person, a file for each:
///
/// ```
/// review/1f3a5c….pem     the certificate with those above it; the address and the time in front
/// rejected/1f3a5c…       looked at and not wanted: it is not offered again
/// ```
///
/// A file's name is the beginning of the SHA-256 of the certificate.
public final class ReviewFolder {
    /// Certificates that wait. Whoever signs mail adds to them, so there is an end.
    static final int WAITING_MAX = 500;

    /// For one address.
    static final int FOR_ADDRESS_MAX = 3;

    private static final int REJECTED_MAX = 10_000;

    private final Shelf review;
    private final Path rejected;

    /// What was read of each file; empty for one that cannot be read.
    private final Map<String, Optional<Brief>> known = new HashMap<>();

    private record Brief(Address address, Instant until) {
        static Brief of(Address address, List<X509Certificate> chain) {
            return new Brief(address, chain.getFirst().getNotAfter().toInstant());
        }
    }

    /// One that waits.
    ///
    /// @param address whose it says it is, and who wrote the message that it signed
    /// @param chain the certificate first
    public record Waiting(
            String id, Address address, Instant received, List<X509Certificate> chain) {
        public Waiting {
            chain = List.copyOf(chain);
        }
    }

    /// What came of offering a certificate.
    enum Offered {
        TAKEN,
        /// It waits already, or was rejected.
        KNOWN,
        /// Too many wait, or it is too large.
        FULL
    }

    /// @param folder need not exist yet
    public ReviewFolder(Path folder) {
        this.review = new Shelf(folder.resolve("review"));
        this.rejected = folder.resolve("rejected");
    }

    /// Keeps a certificate, durable on return.
    synchronized Offered offer(Address address, Instant received, List<X509Certificate> chain)
            throws IOException {
        String id = Shelf.id(chain.getFirst());
        if (review.holds(id) || isRejected(id)) {
            return Offered.KNOWN;
        }
        look(received);
        long same =
                known.values().stream()
                        .flatMap(Optional::stream)
                        .filter(it -> it.address().equals(address))
                        .count();
        long all = known.values().stream().flatMap(Optional::stream).count();
        if (all >= WAITING_MAX || same >= FOR_ADDRESS_MAX) {
            return Offered.FULL;
        }
        if (!review.put(address, received, chain)) {
            return Offered.FULL;
        }
        known.put(id, Optional.of(Brief.of(address, chain)));
        return Offered.TAKEN;
    }

    /// Whether a person did not want it.
    boolean isRejected(String id) {
        return Files.exists(rejected.resolve(id));
    }

    /// Brings what is known up to what lies here, and deletes what has ended. Each file is read
    /// once, because this stands in the way of mail; a person's command may have taken some out.
    private void look(Instant now) throws IOException {
        Set<String> ids = new HashSet<>(review.ids());
        known.keySet().retainAll(ids);
        for (String id : ids) {
            if (!known.containsKey(id)) {
                known.put(id, find(id).map(it -> Brief.of(it.address(), it.chain())));
            }
        }
        for (String id : ids) {
            if (known.getOrDefault(id, Optional.empty())
                    .filter(it -> it.until().isBefore(now))
                    .isPresent()) {
                review.remove(id);
                known.remove(id);
            }
        }
    }

    /// All that wait, those of one address together. What cannot be read is passed over.
    public List<Waiting> waiting() throws IOException {
        List<Waiting> waiting = new ArrayList<>();
        review.ids().forEach(id -> find(id).ifPresent(waiting::add));
        waiting.sort(
                Comparator.comparing((Waiting it) -> it.address().key())
                        .thenComparing(Waiting::received));
        return List.copyOf(waiting);
    }

    /// One that waits.
    public Optional<Waiting> find(String id) {
        return review.find(id);
    }

    /// Takes one out of the list: it was put where it is used.
    public synchronized void settle(Waiting waiting) throws IOException {
        review.remove(waiting.id());
    }

    /// Takes one out of the list, and does not offer it again.
    public synchronized void reject(Waiting waiting) throws IOException {
        Disk disk = FileDisk.forFolderOwner();
        disk.createDirectories(rejected);
        if (disk.list(rejected).size() >= REJECTED_MAX) {
            throw new IOException(
                    "more than " + REJECTED_MAX + " were rejected; empty " + rejected);
        }
        WholeFile.replace(disk, rejected.resolve(waiting.id()));
        settle(waiting);
    }
}

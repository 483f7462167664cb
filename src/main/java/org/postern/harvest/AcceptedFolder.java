package org.postern.harvest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postern.harvest.ReviewFolder.Offered;
import org.postern.harvest.ReviewFolder.Waiting;
import org.postern.mail.Address;
import org.postern.pki.Finder;
import org.postern.store.FileDisk;

/// Certificates that came with signed mail and are used without a person's look, because the
/// authority that IT has put there for their domain vouches for them:
///
/// ```
/// accepted/0c91…/1f3a5c….pem     a folder for each address, a file for each certificate
/// ```
///
/// They are asked for where no file of `partners/` is of use, never about somebody of whom one is
/// pinned, and are judged at each use as any other: they need the path, and must not be revoked.
///
/// Safe for use by many threads.
public final class AcceptedFolder implements Finder {
    /// Of one person; the one that came first makes room.
    static final int FOR_ADDRESS_MAX = 5;

    /// People of whom one is kept.
    static final int ADDRESSES_MAX = 20_000;

    /// Files in the folder of one person that are read: mail waits meanwhile.
    private static final int READ_MAX = 50;

    private static final int NAME_CHARS = 32;

    private final Path folder;

    /// @param folder need not exist yet
    public AcceptedFolder(Path folder) {
        this.folder = folder.resolve("accepted");
    }

    /// Takes one in, durable on return.
    synchronized Offered take(Address address, Instant received, List<X509Certificate> chain)
            throws IOException {
        Path place = place(address);
        Shelf shelf = new Shelf(place);
        if (shelf.holds(Shelf.id(chain.getFirst()))) {
            return Offered.KNOWN;
        }
        if (!Files.isDirectory(place) && addresses().size() >= ADDRESSES_MAX) {
            return Offered.FULL;
        }
        List<Waiting> there = all(shelf, Comparator.comparing(Waiting::received));
        for (int i = 0; i <= there.size() - FOR_ADDRESS_MAX; i++) {
            shelf.remove(there.get(i).id());
        }
        return shelf.put(address, received, kept(chain)) ? Offered.TAKEN : Offered.FULL;
    }

    /// Of what came along, the authorities may lead to an anchor; nothing else has been looked at.
    private static List<X509Certificate> kept(List<X509Certificate> chain) {
        List<X509Certificate> kept = new ArrayList<>(List.of(chain.getFirst()));
        chain.stream().skip(1).filter(it -> it.getBasicConstraints() >= 0).forEach(kept::add);
        return kept;
    }

    private static List<Waiting> all(Shelf shelf, Comparator<Waiting> order) throws IOException {
        return shelf.ids().stream()
                .limit(READ_MAX)
                .flatMap(id -> shelf.find(id).stream())
                .sorted(order)
                .toList();
    }

    /// One of them, whosever it is.
    public Optional<Waiting> find(String id) throws IOException {
        return addresses().stream().flatMap(it -> new Shelf(it).find(id).stream()).findFirst();
    }

    /// Takes one away.
    public synchronized void remove(Waiting accepted) throws IOException {
        new Shelf(place(accepted.address())).remove(accepted.id());
    }

    private List<Path> addresses() throws IOException {
        try {
            return new FileDisk().list(folder);
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    private Path place(Address address) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(address.key().getBytes(UTF_8));
            return folder.resolve(HexFormat.of().formatHex(digest).substring(0, NAME_CHARS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// The newest first.
    @Override
    public Looked look(Address address) {
        Path place = place(address);
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            Comparator<Waiting> newest =
                    Comparator.comparing(it -> it.chain().getFirst().getNotBefore());
            all(new Shelf(place), newest.reversed()).stream()
                    .filter(it -> it.address().key().equals(address.key()))
                    .limit(FOR_ADDRESS_MAX)
                    .forEach(it -> certificates.addAll(it.chain()));
            return new Looked.Known(certificates, place.toString());
        } catch (IOException e) {
            return new Looked.Unknown(place + " cannot be read.");
        }
    }

    /// What cannot be read now is as good as not there: then the next place is asked.
    @Override
    public Duration patience() {
        return Duration.ZERO;
    }
}

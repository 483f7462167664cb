package org.postern.smtp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which mailboxes the clinic has, so that mail for nobody is refused in the session and never has
/// to be reported to a sender who may be forged. A text file with a line for each:
///
/// ```
/// anna.reyes@clinic.example     # anna.reyes+news@clinic.example is hers too
/// @archive.clinic.example       # everybody of this domain
/// ```
///
/// It is read again when it has changed, whole or not at all: a bad edit is logged with file and
/// line, and the list before it stays.
public final class RecipientList {
    private static final Logger LOG = LoggerFactory.getLogger(RecipientList.class);

    private static final String POSTMASTER = "postmaster";

    private record Version(FileTime modified, long size) {}

    private record Known(Version version, Set<String> keys, Set<Domain> domains) {}

    private final @Nullable Path file;
    private final @Nullable Own own;
    private volatile @Nullable Known known;

    /// Addresses that the gateway makes itself.
    ///
    /// @param host the domain of all of them
    /// @param shared whether the clinic has mailboxes in this domain as well
    public record Own(Domain host, boolean shared, Predicate<Address> made) {}

    private RecipientList(@Nullable Path file, @Nullable Own own, @Nullable Known known) {
        this.file = file;
        this.own = own;
        this.known = known;
    }

    /// For a clinic that keeps no list.
    public static RecipientList everybody() {
        return new RecipientList(null, null, null);
    }

    /// @throws IOException if the file cannot be read, or with file and line if a line is bad
    public static RecipientList of(Path file) throws IOException {
        return new RecipientList(file, null, read(file));
    }

    /// The same list with addresses of the gateway's own. The file is followed by the new one.
    public RecipientList and(Own addresses) {
        return new RecipientList(file, addresses, known);
    }

    /// Whether there may be such a mailbox. The postmaster of every domain exists: RFC 5321 §4.5.1.
    boolean contains(Address recipient) {
        if (own != null && recipient.domain().equals(own.host())) {
            if (own.made().test(recipient)) {
                return true;
            }
            if (!own.shared()) {
                return false;
            }
        }
        Known now = current();
        return now == null
                || recipient.localPart().equalsIgnoreCase(POSTMASTER)
                || now.domains().contains(recipient.domain())
                || now.keys().contains(recipient.key())
                || now.keys().contains(withoutTag(recipient.key()));
    }

    private static String withoutTag(String key) {
        int plus = key.indexOf('+');
        return plus <= 0 ? key : key.substring(0, plus) + key.substring(key.lastIndexOf('@'));
    }

    private @Nullable Known current() {
        Known last = known;
        if (file == null || last == null) {
            return last;
        }
        try {
            if (version(file).equals(last.version())) {
                return last;
            }
        } catch (IOException e) {
            LOG.error("{} cannot be read, its last content stays: {}", file, e.toString());
            return last;
        }
        return reload(file, last);
    }

    private synchronized @Nullable Known reload(Path changed, Known last) {
        try {
            Version version = version(changed);
            Known now = known;
            if (now != null && !version.equals(now.version())) {
                // Noted before the content counts: a bad file is reported once.
                known = new Known(version, last.keys(), last.domains());
                known = read(changed);
                LOG.info("{} read again", changed);
            }
        } catch (IOException e) {
            LOG.error("{}; the recipients before this change stay", e.getMessage());
        }
        return known;
    }

    private static Known read(Path file) throws IOException {
        Version version = version(file);
        Set<String> keys = new HashSet<>();
        Set<Domain> domains = new HashSet<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String text = line.replaceFirst("(^|\\s)#.*$", "").strip();
            Optional<Domain> domain =
                    text.startsWith("@") ? Domain.parse(text.substring(1)) : Optional.empty();
            Optional<Address> address = Address.parse(text);
            domain.ifPresent(domains::add);
            address.ifPresent(one -> keys.add(one.key()));
            if (!text.isEmpty() && domain.isEmpty() && address.isEmpty()) {
                throw new IOException(
                        file + ":" + number + ": a line is an address, or @ and a domain");
            }
        }
        return new Known(version, Set.copyOf(keys), Set.copyOf(domains));
    }

    private static Version version(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Version(attributes.lastModifiedTime(), attributes.size());
    }
}

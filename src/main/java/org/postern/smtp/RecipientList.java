package org.postern.smtp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.store.KeptFile;

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
    private static final String POSTMASTER = "postmaster";

    private record Known(Set<String> keys, Set<Domain> domains) {}

    private final @Nullable Own own;
    private final @Nullable KeptFile<Known> known;

    /// Addresses that the gateway makes itself.
    ///
    /// @param host the domain of all of them
    /// @param shared whether the clinic has mailboxes in this domain as well
    public record Own(Domain host, boolean shared, Predicate<Address> made) {}

    private RecipientList(@Nullable Own own, @Nullable KeptFile<Known> known) {
        this.own = own;
        this.known = known;
    }

    /// For a clinic that keeps no list.
    public static RecipientList everybody() {
        return new RecipientList(null, null);
    }

    /// @throws IOException if the file cannot be read, or with file and line if a line is bad
    public static RecipientList of(Path file) throws IOException {
        return new RecipientList(null, new KeptFile<>(file, RecipientList::read));
    }

    /// The same list with addresses of the gateway's own.
    public RecipientList and(Own addresses) {
        return new RecipientList(addresses, known);
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
        if (known == null) {
            return true;
        }
        Known now = known.current();
        return recipient.localPart().equalsIgnoreCase(POSTMASTER)
                || now.domains().contains(recipient.domain())
                || now.keys().contains(recipient.key())
                || now.keys().contains(withoutTag(recipient.key()));
    }

    /// Whether the list has this very address, or would have it for a postmaster; none where the
    /// clinic keeps no list.
    public boolean names(Address address) {
        return known != null
                && (address.localPart().equalsIgnoreCase(POSTMASTER)
                        || known.current().keys().contains(address.key()));
    }

    private static String withoutTag(String key) {
        int plus = key.indexOf('+');
        return plus <= 0 ? key : key.substring(0, plus) + key.substring(key.lastIndexOf('@'));
    }

    private static Known read(Path file) throws IOException {
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
        return new Known(Set.copyOf(keys), Set.copyOf(domains));
    }
}

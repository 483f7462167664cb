package org.postern.cabinet;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.mailbox.NewMessage.Direction;

/// The folders that everybody has: views on the messages of the secure mailbox.
public enum Shelf {
    /// What patients wrote.
    INBOX("INBOX", "", Direction.FROM_PATIENT, 0),
    /// What was sent to patients and waits, or waited, for them. Its author has seen it.
    SENT("Sent", "\\Sent", Direction.TO_PATIENT, Flags.SEEN);

    private final String name;
    private final String use;
    private final Direction direction;
    private final long flags;

    Shelf(String name, String use, Direction direction, long flags) {
        this.name = name;
        this.use = use;
        this.direction = direction;
        this.flags = flags;
    }

    /// RFC 3501 §5.1: INBOX is the same in any case; of other names case counts.
    public static Optional<Shelf> of(String name) {
        String plain = name.toUpperCase(Locale.ROOT).equals("INBOX") ? "INBOX" : name;
        return Arrays.stream(values()).filter(shelf -> shelf.name.equals(plain)).findFirst();
    }

    public static List<Shelf> all() {
        return List.of(values());
    }

    /// As clients know it.
    public String folder() {
        return name;
    }

    /// The attribute of RFC 6154; empty if it has none.
    public String use() {
        return use;
    }

    Direction direction() {
        return direction;
    }

    /// What a message has when it comes.
    long flags() {
        return flags;
    }
}

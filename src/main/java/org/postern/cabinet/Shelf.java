package org.postern.cabinet;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.snapshot.Flags;

/// What kind of folder one is. Everybody has one of each kind but the last three. Some are views as
/// well: messages of the secure mailbox come into them by themselves.
public enum Shelf {
    /// What patients wrote, and what the policy delivers there.
    INBOX("INBOX", "", Set.of(Direction.FROM_PATIENT, Direction.INCOMING), 0),
    /// What was sent to patients and waits, or waited, for them. Its author has seen it.
    SENT("Sent", "\\Sent", Set.of(Direction.TO_PATIENT), Flags.SEEN),
    DRAFTS("Drafts", "\\Drafts", Set.of(), 0),
    ARCHIVE("Archive", "\\Archive", Set.of(), 0),
    TRASH("Trash", "\\Trash", Set.of(), 0),
    /// What a rule holds: what she is asked about, and what she wrote herself.
    HELD("Held", "", Set.of(Direction.HELD), 0),
    /// Nothing lies there: what somebody moves there from `Held` is let go.
    RELEASE("Release", "", Set.of(), 0),
    /// One that somebody made.
    OWN("", "", Set.of(), 0);

    private final String name;
    private final String use;

    @SuppressWarnings("ImmutableEnumChecker") // each is one of Set.of
    private final Set<Direction> directions;

    private final long flags;

    Shelf(String name, String use, Set<Direction> directions, long flags) {
        this.name = name;
        this.use = use;
        this.directions = directions;
        this.flags = flags;
    }

    /// The kind that has a name for good. RFC 3501 §5.1: INBOX is the same in any case; of other
    /// names case counts.
    public static Optional<Shelf> of(String name) {
        String plain = name.toUpperCase(Locale.ROOT).equals("INBOX") ? "INBOX" : name;
        return named().stream().filter(shelf -> shelf.name.equals(plain)).findFirst();
    }

    /// Those that have a name for good.
    public static List<Shelf> named() {
        return Arrays.stream(values()).filter(shelf -> shelf != OWN).toList();
    }

    /// Whether it is about held mail: not everybody has it, and nothing can be put there.
    public boolean isOfHeldMail() {
        return this == HELD || this == RELEASE;
    }

    /// As clients know it; empty for one that somebody made.
    public String folder() {
        return name;
    }

    /// The attribute of RFC 6154; empty if it has none.
    public String use() {
        return use;
    }

    /// What comes into it by itself.
    Set<Direction> directions() {
        return directions;
    }

    /// What a message has when it comes by itself.
    long flags() {
        return flags;
    }
}

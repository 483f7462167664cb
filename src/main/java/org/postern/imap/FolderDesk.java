package org.postern.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.postern.cabinet.Cabinet;
import org.postern.cabinet.Flags;
import org.postern.cabinet.Folder;
import org.postern.cabinet.Shelf;
import org.postern.cabinet.Snapshot;
import org.postern.grammar.Command;
import org.postern.grammar.Command.StatusItem;
import org.postern.grammar.FolderName;
import org.postern.grammar.FolderPattern;
import org.postern.mail.Address;

/// What there is to read: LIST, LSUB, STATUS, and the beginning of SELECT. Everybody has the same
/// folders, each sees his own, and a folder of somebody else is one that does not exist.
final class FolderDesk {
    /// Between a folder and those inside it: RFC 3501 §5.1.1.
    private static final char SEPARATOR = '/';

    private final Conversation out;
    private final Cabinet cabinet;

    FolderDesk(Conversation out, Cabinet cabinet) {
        this.out = out;
        this.cabinet = cabinet;
    }

    /// RFC 2342: one place for all of one's own, and none that is shared.
    Answer namespace() throws IOException {
        out.write("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n");
        return Answer.ok("this is all there is");
    }

    Answer list(Address owner, Command.ListFolders command) throws IOException {
        String word = command.subscribed() ? "LSUB" : "LIST";
        if (command.patterns().equals(List.of(""))) {
            // RFC 3501 §6.3.8: the separator is asked for.
            out.write("* " + word + " (\\Noselect) \"/\" \"\"\r\n");
            return Answer.ok("this is the separator");
        }
        for (Shelf shelf : Shelf.all()) {
            if (isWanted(shelf, command)) {
                out.write(
                        "* %s (%s) \"/\" %s\r\n"
                                .formatted(word, attributes(shelf, command), name(shelf)));
                if (!command.wanted().status().isEmpty()) {
                    tellStatus(owner, shelf, command.wanted().status());
                }
            }
        }
        return Answer.ok("these are the folders");
    }

    private static boolean isWanted(Shelf shelf, Command.ListFolders command) {
        if (command.only() && shelf.use().isEmpty()) {
            return false;
        }
        return command.patterns().stream()
                .map(pattern -> new FolderPattern(command.reference() + pattern, SEPARATOR))
                .anyMatch(pattern -> pattern.matches(shelf.folder()));
    }

    /// Every folder is subscribed for good.
    private static String attributes(Shelf shelf, Command.ListFolders command) {
        StringJoiner attributes = new StringJoiner(" ");
        attributes.add("\\HasNoChildren");
        if (!shelf.use().isEmpty() && !command.subscribed()) {
            attributes.add(shelf.use());
        }
        if (command.wanted().subscription()) {
            attributes.add("\\Subscribed");
        }
        return attributes.toString();
    }

    private static String name(Shelf shelf) {
        return FolderName.encode(shelf.folder());
    }

    Answer status(Address owner, Command.Status command) throws IOException {
        Optional<Shelf> shelf = Shelf.of(command.folder());
        if (shelf.isEmpty()) {
            return Answer.NO_SUCH_FOLDER;
        }
        tellStatus(owner, shelf.get(), command.items());
        return Answer.ok("this is how it stands");
    }

    private void tellStatus(Address owner, Shelf shelf, Set<StatusItem> items) throws IOException {
        Folder folder = cabinet.open(owner, shelf);
        try {
            Snapshot now = folder.look();
            Snapshot.Counters counters = now.counters();
            List<String> all = new ArrayList<>();
            for (StatusItem item : StatusItem.values()) {
                if (items.contains(item)) {
                    long value =
                            switch (item) {
                                case MESSAGES -> now.count();
                                case RECENT -> recent(now);
                                case UIDNEXT -> counters.next();
                                case UIDVALIDITY -> counters.validity();
                                case UNSEEN -> now.without(Flags.SEEN);
                                case SIZE -> folder.octets();
                            };
                    all.add(item + " " + value);
                }
            }
            out.write("* STATUS %s (%s)\r\n".formatted(name(shelf), String.join(" ", all)));
        } finally {
            cabinet.close(folder);
        }
    }

    private static int recent(Snapshot now) {
        int place = now.place(now.counters().firstRecent());
        return now.count() - (place < 0 ? -place - 1 : place);
    }

    /// Opens a folder and tells of it.
    ///
    /// @return the view; empty if there is no such folder
    Optional<View> select(Address owner, Command.Select command) throws IOException {
        Optional<Shelf> shelf = Shelf.of(command.folder());
        if (shelf.isEmpty()) {
            return Optional.empty();
        }
        Folder folder = cabinet.open(owner, shelf.get());
        try {
            View view = View.open(folder, command.readOnly());
            tell(view);
            return Optional.of(view);
        } catch (IOException | RuntimeException e) {
            cabinet.close(folder);
            throw e;
        }
    }

    private void tell(View view) throws IOException {
        Snapshot now = view.told();
        view.tellFlags(out, now);
        out.write("* %d EXISTS\r\n* %d RECENT\r\n".formatted(view.count(), view.recentCount()));
        for (int place = 0; place < now.count(); place++) {
            if ((now.flags(place) & Flags.SEEN) == 0) {
                out.write("* OK [UNSEEN %d] this is the first unread\r\n".formatted(place + 1));
                break;
            }
        }
        Snapshot.Counters counters = now.counters();
        out.write("* OK [UIDVALIDITY %d] UIDs hold\r\n".formatted(counters.validity()));
        out.write("* OK [UIDNEXT %d] this comes next\r\n".formatted(counters.next()));
    }

    void close(View view) {
        cabinet.close(view.folder());
    }

    /// The folders have the names that they have, and all are subscribed.
    Answer alter(Command.Alter command) {
        boolean there = Shelf.of(command.folder()).isPresent();
        return switch (command.what()) {
            case SUBSCRIBE ->
                    there ? Answer.ok("every folder is subscribed") : Answer.NO_SUCH_FOLDER;
            case CREATE ->
                    there
                            ? Answer.no("[ALREADYEXISTS] it is there already")
                            : Answer.no("[CANNOT] this account has no other folders");
            case DELETE, RENAME, UNSUBSCRIBE ->
                    there
                            ? Answer.no("[CANNOT] this folder stays as it is")
                            : Answer.NO_SUCH_FOLDER;
        };
    }

    /// RFC 3501 §6.3.11, §6.4.7: a client may try to create the folder first if it is told so.
    Answer put(String folder) {
        return Shelf.of(folder).isPresent()
                ? Answer.no("[CANNOT] only patients and clinicians' letters come in here")
                : Answer.NO_SUCH_FOLDER;
    }
}

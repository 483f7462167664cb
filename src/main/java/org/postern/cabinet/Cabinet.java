package org.postern.cabinet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.postern.holding.HeldMessages;
import org.postern.holding.HeldRows;
import org.postern.mail.Address;
import org.postern.mailbox.MailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.StoredMessage;
import org.postern.outlining.OlderOutlines;
import org.postern.outlining.OutlinesAhead;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.vault.Vault;

/// All folders of all clinicians. A folder that somebody has open is one object for all who do, and
/// hears of what changes in the mailbox.
public final class Cabinet implements MailboxStore.Listener {
    /// The file of what was told to mail programs, in the folder of the keys.
    public static final String MARK = "folders.mark";

    /// Folders that one person made.
    private static final int FOLDERS_MAX = 500;

    /// Octets of letters that one person put into folders, so that nobody fills the volume on which
    /// mail comes in.
    static final long OWN_OCTETS_MAX = 2L << 30;

    private final Ground ground;
    private final Outlines outlines;
    private final OlderOutlines older;
    private final Ledger ledger;
    private final OwnFolders own;
    private final Subscriptions subscriptions;
    private final Room room;
    private final OpenFolders open = new OpenFolders();
    private final HeldRows held;

    /// What the folders stand on.
    ///
    /// @param mark the file of what was told to mail programs; it lies where a backup of the
    ///   database does not reach
    public record Ground(
            MailboxStore mailbox,
            Database database,
            Vault vault,
            InstantSource clock,
            Disk disk,
            Path mark) {}

    private Cabinet(Ground ground, Mark mark) {
        this.ground = ground;
        // Whoever has a folder open finds out that it is lost.
        Runnable tell = () -> open.now().forEach(Folder::tell);
        this.ledger = new Ledger(ground.database(), mark, ground.clock(), tell);
        this.outlines = new Outlines(ground.database(), ground.vault());
        this.older = new OlderOutlines(ground.database(), ground.mailbox(), outlines.seals());
        this.held = new HeldRows(ground.database(), ground.vault());
        this.own = new OwnFolders(ground.database(), ground.vault());
        this.subscriptions = new Subscriptions(ground.database(), ground.vault());
        this.room =
                new Room(
                        OWN_OCTETS_MAX,
                        owner -> ground.database().read(handle -> Room.octets(handle, owner)));
    }

    /// Opens the cabinet. Where the database was not found as it was left, or knows less than was
    /// told, or where nobody knows what was told, UIDs may be given a second time; so every folder
    /// gets another UIDVALIDITY then (RFC 3501 §2.3.1.1).
    public static Cabinet open(Ground ground) throws IOException {
        Cabinet cabinet = new Cabinet(ground, Mark.open(ground.disk(), ground.mark()));
        Filing.house(cabinet, ground, cabinet.ledger.settle());
        ground.mailbox().listen(cabinet);
        return cabinet;
    }

    /// The clock by which letters arrive.
    public InstantSource clock() {
        return ground.clock();
    }

    /// One folder as people see it.
    ///
    /// @param use the attribute of RFC 6154; empty if it has none
    public record Listed(String name, String use, boolean subscribed, Being being) {
        public Listed(String name, String use, boolean subscribed) {
            this(name, use, subscribed, Being.FOLDER);
        }

        /// Only a name above others: RFC 3501 §7.2.2, \Noselect.
        public static Listed level(String name) {
            return new Listed(name, "", false, Being.LEVEL);
        }

        /// A name that is subscribed, or lies above one: RFC 5258 §3, \NonExistent.
        static Listed absent(String name, boolean subscribed) {
            return new Listed(name, "", subscribed, Being.ABSENT);
        }

        public boolean opens() {
            return being == Being.FOLDER;
        }

        public boolean isThere() {
            return being != Being.ABSENT;
        }
    }

    /// What there is of a name.
    public enum Being {
        FOLDER,
        LEVEL,
        ABSENT
    }

    /// The one form of a name that a folder has or gets.
    public static String plain(String written) {
        return FolderTree.name(written).orElse(written);
    }

    /// All folders of a person: those that everybody has, and those that she made, by name; behind
    /// them what she subscribed to and is not there.
    public List<Listed> folders(Address owner) throws IOException {
        List<Listed> all = new ArrayList<>();
        List<OwnFolders.Own> hers = own.of(owner.key());
        Shelf.named().stream()
                .filter(shelf -> has(owner, shelf, hers))
                .forEach(shelf -> all.add(new Listed(shelf.folder(), shelf.use(), true)));
        Set<String> subscribed = subscriptions.of(owner.key());
        hers.forEach(
                it -> all.add(new Listed(it.name(), it.use(), subscribed.contains(it.name()))));
        all.addAll(Subscriptions.absent(all, subscribed));
        return all;
    }

    /// What one person's folders take of what they may: RFC 9208 §3.1.2.
    ///
    /// @param octets of the letters that she put into them
    /// @param folders that she made
    public record Usage(long octets, long octetsMax, long folders, long foldersMax) {}

    public Usage usage(Address owner) throws IOException {
        long octets = ground.database().read(handle -> Room.octets(handle, owner.key()));
        return new Usage(octets, OWN_OCTETS_MAX, own.of(owner.key()).size(), FOLDERS_MAX);
    }

    /// Shows held mail from now on; to be called before anybody opens a folder.
    public void show(HeldMessages messages) {
        held.show(messages);
        messages.listen(() ->
                open.now().stream()
                        .filter(folder -> folder.shelf() == Shelf.HELD)
                        .forEach(Folder::markStale));
    }

    /// Forgets held mail that is decided; to be called now and then.
    public void sweepHeld() {
        held.sweep();
    }

    /// Somebody has logged in: her messages of before get outlines in the background.
    public void cameIn(Address person) {
        older.want(person.key());
    }

    /// Works in the background for a moment; by one at a time.
    public void work(BooleanSupplier goesOn) {
        older.look(goesOn);
    }

    /// A folder of hers that was there before has its name for itself.
    private boolean has(Address owner, Shelf shelf, List<OwnFolders.Own> hers) {
        if (!shelf.isOfHeldMail()) {
            return true;
        }
        return (shelf == Shelf.HELD ? held.isShown() : held.decides(owner))
                && hers.stream().noneMatch(it -> it.name().equals(shelf.folder()));
    }

    /// A folder, to be given back by `close`; empty if there is none of that name.
    public synchronized Optional<Folder> open(Address owner, String name) throws IOException {
        Optional<FolderRows.View> view = view(owner.key(), FolderTree.plain(name));
        if (view.isEmpty()) {
            return Optional.empty();
        }
        long id = view.get().folder();
        Folder folder = open.take(view.get());
        if (folder == null) {
            Folder.Ground standing =
                    new Folder.Ground(
                            ground.database(), ground.mailbox(), outlines, ledger, held, room);
            folder = open.add(id, new Folder(view.get(), standing));
        }
        return Optional.of(folder);
    }

    /// Gives a folder back.
    public void close(Folder folder) {
        open.release(folder);
    }

    private Optional<FolderRows.View> view(String owner, String name) throws IOException {
        Optional<Shelf> shelf = Shelf.of(name);
        // Names that do not open keep nobody from what everybody has, and are not opened for it.
        boolean fixed = shelf.filter(it -> !it.isOfHeldMail()).isPresent();
        List<OwnFolders.Own> hers = fixed ? List.of() : own.of(owner);
        if (shelf.isPresent() && has(Address.of(owner), shelf.get(), hers)) {
            return Optional.of(new FolderRows.View(id(owner, shelf.get()), owner, shelf.get()));
        }
        return hers.stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .map(it -> new FolderRows.View(it.id(), owner, Shelf.OWN));
    }

    private long id(String owner, Shelf shelf) throws IOException {
        long validity = ledger.nextValidity();
        // By a write even where it is there: a read may find one that was told as failed, and its
        // number is given to somebody else then. The folder raises the mark of UIDVALIDITY before
        // it tells anything.
        return ledger.write(handle ->
                FolderRows.find(handle, owner, shelf.name())
                        .orElseGet(() -> FolderRows.create(handle, owner, shelf, validity)));
    }

    // -- folders that people make --

    /// What came of an alteration.
    public enum Altered {
        DONE,
        /// There is a folder of that name already.
        THERE,
        /// There is none.
        MISSING,
        /// It stays as it is: everybody has it.
        FIXED,
        /// Others lie in it.
        FULL,
        /// There are as many as there may be.
        TOO_MANY,
        /// She subscribed to as many names as she may.
        TOO_MANY_SUBSCRIBED,
        /// No folder can have that name.
        NO_NAME,
        /// None can be made for that use, or there is one: RFC 6154 §3.
        NO_USE
    }

    /// Makes a folder, and those above it; durable on return.
    ///
    /// @param use the attribute of RFC 6154 that it is to have; empty for none
    public synchronized Altered create(Address owner, String written, String use)
            throws IOException {
        Optional<String> name = FolderTree.name(written);
        if (name.isEmpty()) {
            return Altered.NO_NAME;
        }
        FolderTree tree = new FolderTree(own.of(owner.key()));
        if (tree.has(name.get())) {
            return tree.taken(name.get());
        }
        if (!use.isEmpty() && !tree.allows(use)) {
            return Altered.NO_USE;
        }
        List<String> missing = tree.missing(name.get());
        if (tree.size() + missing.size() > FOLDERS_MAX) {
            return Altered.TOO_MANY;
        }
        long validity = ledger.nextValidity();
        ledger.write(handle -> {
            for (String each : missing) {
                String its = each.equals(name.get()) ? use : "";
                own.insert(handle, owner.key(), new OwnFolders.Fresh(each, its), validity);
            }
            return true;
        });
        ledger.raise(validity);
        return Altered.DONE;
    }

    /// Deletes a folder with all that lies in it; durable on return. Whoever has it open finds it
    /// empty.
    public synchronized Altered delete(Address owner, String written) throws IOException {
        String name = FolderTree.plain(written);
        FolderTree tree = new FolderTree(own.of(owner.key()));
        Optional<OwnFolders.Own> found = tree.find(name);
        if (found.isEmpty()) {
            return Shelf.of(name).isPresent() ? Altered.FIXED : Altered.MISSING;
        }
        if (!tree.below(name).isEmpty()) {
            return Altered.FULL;
        }
        long id = found.get().id();
        List<MessageKey> homeless = new ArrayList<>();
        Ledger.Work<Boolean> deleting =
                handle -> {
                    List<String> keys = FilingRows.clear(handle, id);
                    OwnFolders.delete(handle, found.get());
                    FolderRows.count(handle);
                    homeless.addAll(FilingRows.homeless(handle, keys));
                    return true;
                };
        Folder there = open.find(id);
        if (there == null || there.isLost()) {
            ledger.write(deleting);
        } else {
            there.end(deleting);
        }
        // Not before: where it could not be written, whoever has it open and whoever opens it next
        // must share one object.
        open.remove(id);
        ground.mailbox().discard(homeless);
        return Altered.DONE;
    }

    /// Gives a folder, and those in it, another name; durable on return. UIDs stay.
    public synchronized Altered rename(Address owner, String written, String to)
            throws IOException {
        String name = FolderTree.plain(written);
        FolderTree tree = new FolderTree(own.of(owner.key()));
        Optional<OwnFolders.Own> found = tree.find(name);
        if (found.isEmpty()) {
            return Shelf.of(name).isPresent() ? Altered.FIXED : Altered.MISSING;
        }
        Optional<String> after = FolderTree.name(to);
        if (after.isEmpty() || FolderTree.isBelow(after.get(), name)) {
            return Altered.NO_NAME;
        }
        if (tree.has(after.get())) {
            return tree.taken(after.get());
        }
        List<String> missing = tree.missing(after.get());
        missing.removeLast();
        if (tree.size() + missing.size() > FOLDERS_MAX) {
            return Altered.TOO_MANY;
        }
        long validity = ledger.nextValidity();
        ledger.write(handle -> {
            for (String each : missing) {
                own.insert(handle, owner.key(), new OwnFolders.Fresh(each, ""), validity);
            }
            own.rename(handle, found.get(), after.get());
            for (OwnFolders.Own inside : tree.below(name)) {
                String rest = inside.name().substring(name.length());
                own.rename(handle, inside, after.get() + rest);
            }
            return true;
        });
        ledger.raise(validity);
        return Altered.DONE;
    }

    /// Folders that everybody has are subscribed for good. Of other names that are subscribed there
    /// was a folder at that time: RFC 3501 §6.3.6.
    public synchronized Altered subscribe(Address owner, String written, boolean subscribed)
            throws IOException {
        String name = FolderTree.plain(written);
        Altered fixed = subscribed ? Altered.DONE : Altered.FIXED;
        Optional<Shelf> shelf = Shelf.of(name);
        List<OwnFolders.Own> hers = own.of(owner.key());
        if (shelf.isPresent() && has(owner, shelf.get(), hers)) {
            return fixed;
        }
        boolean there = new FolderTree(hers).find(name).isPresent();
        Altered altered =
                subscribed
                        ? subscriptions.add(owner.key(), name, there)
                        : subscriptions.remove(owner.key(), name, there);
        return altered == Altered.MISSING && shelf.isPresent() ? fixed : altered;
    }

    // -- who is told --

    @Override
    public Database.Change coming(StoredMessage message) {
        return OutlinesAhead.of(outlines.seals(), ground.mailbox(), message);
    }

    @Override
    public void changed(Address clinician) {
        // A message may lie in any of her folders.
        open.now().stream()
                .filter(folder -> folder.view().owner().equals(clinician.key()))
                .forEach(Folder::markStale);
    }

    @Override
    public void changed() {
        open.now().forEach(Folder::markStale);
    }
}

package org.postern.showing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Folder;
import org.postern.cabinet.Shelf;
import org.postern.grammar.SequenceSet;
import org.postern.mailfolder.MailFolder;
import org.postern.snapshot.Flags;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.UidRanges;
import org.postern.talk.Conversation;

/// A folder as one session has been told of it: which messages it counts, up to which change it
/// knows their flags, which are recent to it. The arrays are the folder's own wherever the session
/// is up to date.
public final class View {
    /// Ranges of UIDs in one line.
    static final int RANGES_AT_ONCE = 500;

    private final MailFolder folder;
    private final boolean readOnly;
    private final Enabled enabled;
    private Snapshot told;

    /// Up to this change the client was told of everything, expunged messages as well.
    private long settled;

    /// Whether the client was told of a lower mod-sequence than the folder has.
    private boolean lagging;

    /// Whether the client was told that some mail is not shown now.
    private boolean alerted;

    private List<String> keywords = List.of();
    private int[] uids;

    /// UIDs whose flags the client knows by the answer to its command, and as of which snapshot.
    private int[] known = {};

    private @Nullable Snapshot knownAt;

    /// UIDs that a search kept: RFC 5182.
    private int[] saved = {};

    /// Ranges of UIDs, both ends included, by turns.
    private final List<Integer> recent = new ArrayList<>();

    private View(MailFolder folder, boolean readOnly, Enabled enabled, Snapshot told) {
        this.folder = folder;
        this.readOnly = readOnly;
        this.enabled = enabled;
        this.told = told;
        this.settled = told.counters().modseq();
        this.uids = told.uids();
    }

    /// Begins with the folder as it is now.
    ///
    /// @param enabled by the client of the session
    public static View open(MailFolder folder, boolean readOnly, Enabled enabled)
            throws IOException {
        Snapshot now = folder.look();
        View view = new View(folder, readOnly, enabled, now);
        view.noteRecent(now, now.counters().firstRecent());
        return view;
    }

    /// RFC 3501 §2.3.2: recent to this session alone, unless it only looks.
    private void noteRecent(Snapshot now, int first) throws IOException {
        int last = now.counters().next() - 1;
        int from = readOnly ? first : Math.max(first, own().claimRecent());
        if (from <= last) {
            recent.add(from);
            recent.add(last);
        }
    }

    public MailFolder folder() {
        return folder;
    }

    /// The folder, if it is one of the secure mailbox; what lies elsewhere nothing here changes.
    public Optional<Folder> secure() {
        return folder instanceof Folder hers ? Optional.of(hers) : Optional.empty();
    }

    /// The same, where what is asked of it was refused for all others.
    public Folder own() {
        return secure().orElseThrow();
    }

    /// Which kind of folder of the secure mailbox it is, if it is one.
    public boolean isOf(Shelf shelf) {
        return secure().filter(it -> it.shelf() == shelf).isPresent();
    }

    public boolean readOnly() {
        return readOnly;
    }

    /// Whether messages are shown as they are, with UTF-8 in header fields.
    boolean showsUtf8() {
        return enabled.showsUtf8();
    }

    public boolean tellsModseqs() {
        return enabled.modseqs() && folder.keepsModseqs();
    }

    public Snapshot told() {
        return told;
    }

    /// The UIDs by sequence number, from place 0.
    public int[] uids() {
        return uids;
    }

    public int count() {
        return uids.length;
    }

    public boolean isRecent(int uid) {
        for (int i = 0; i < recent.size(); i += 2) {
            if (uid >= recent.get(i) && uid <= recent.get(i + 1)) {
                return true;
            }
        }
        return false;
    }

    private int recentCount() {
        return (int) Arrays.stream(uids).filter(this::isRecent).count();
    }

    /// The sequence number of a UID; at most 0 if the session was not told of it.
    public int number(int uid) {
        return Arrays.binarySearch(uids, uid) + 1;
    }

    public int[] saved() {
        return saved;
    }

    /// @param found UIDs in ascending order
    public void save(int[] found) {
        saved = found;
    }

    /// The UIDs that a command names.
    ///
    /// @return null if it names a sequence number that there is none of
    public int @Nullable [] named(SequenceSet set, boolean byUid) {
        if (set.isSaved()) {
            return Arrays.stream(saved).filter(uid -> number(uid) > 0).toArray();
        }
        if (byUid) {
            return these(set.places(uids));
        }
        // RFC 3501 §9: in an empty folder no number is right.
        return set.places(uids.length).map(this::these).orElse(null);
    }

    private int[] these(BitSet places) {
        return places.stream().map(place -> uids[place]).toArray();
    }

    /// What FETCH says of the flags of a message.
    public String flags(Snapshot now, int uid) {
        List<String> names = new ArrayList<>();
        int place = now.place(uid);
        if (place >= 0) {
            names.addAll(Flags.names(now.flags(place), now.keywords()));
        }
        if (isRecent(uid) && !enabled.revision2()) {
            names.add("\\Recent");
        }
        return "FLAGS (" + String.join(" ", names) + ")";
    }

    /// RFC 7162 §3.1.4.2.
    public static String modseq(Snapshot now, int uid) {
        int place = now.place(uid);
        // Of one that is gone meanwhile, that it is.
        return "MODSEQ (" + (place < 0 ? now.counters().modseq() : now.modseq(place)) + ")";
    }

    /// What is told of a message whose flags were changed: RFC 7162 §3.2.4.
    ///
    /// @param flagged whether the flags are told
    /// @param byUid whether the client named it by its UID
    public String change(Snapshot now, int uid, boolean flagged, boolean byUid) {
        StringJoiner change = new StringJoiner(" ");
        if (byUid || tellsModseqs()) {
            change.add("UID " + uid);
        }
        if (flagged) {
            change.add(flags(now, uid));
        }
        if (tellsModseqs()) {
            change.add(modseq(now, uid));
        }
        return "* %d FETCH (%s)\r\n".formatted(number(uid), change);
    }

    public long settled() {
        return settled;
    }

    public boolean tellsVanished() {
        return enabled.vanished();
    }

    /// Up to which change the client has been told of everything: RFC 7162 §3.1.2.1.
    public void tellModseq(Conversation out) throws IOException {
        if (!folder.keepsModseqs()) {
            out.write("* OK [NOMODSEQ] changes have no numbers here\r\n");
            return;
        }
        out.write("* OK [HIGHESTMODSEQ %d] up to here all is told\r\n".formatted(settled));
    }

    /// RFC 7162 §3.2: while messages that are gone may not be told, the client must not believe
    /// that it knows of everything up to the mod-sequences that it sees.
    private void tellLag(Conversation out, Snapshot now) throws IOException {
        boolean owing = uids != now.uids();
        if (!owing) {
            settled = now.counters().modseq();
        }
        if (tellsModseqs() && (owing || lagging)) {
            tellModseq(out);
        }
        lagging = owing;
    }

    /// Tells what has changed since the session was told last. What the store must be asked for is
    /// asked for first, so that its failure leaves the view as it was.
    ///
    /// @param mayExpunge whether sequence numbers may change now: RFC 3501 §7.4.1
    /// @return whether messages were told as gone
    public boolean sync(Conversation out, boolean mayExpunge) throws IOException {
        Snapshot now = folder.look();
        tellHidden(out);
        boolean owing = uids != now.uids();
        if (now == told && !owing) {
            return false;
        }
        if (now.counters().next() > told.counters().next()) {
            noteRecent(now, Math.max(told.counters().next(), now.counters().firstRecent()));
        }
        tellKeywords(out, now);
        int counted = uids.length;
        int before = counted;
        int lastTold = before == 0 ? 0 : uids[before - 1];
        if (mayExpunge) {
            before = expunge(out, now);
            uids = now.uids();
        } else {
            append(now, lastTold);
        }
        if (uids.length > before) {
            tellCount(out);
        }
        tellChanges(out, now, lastTold);
        told = now;
        tellLag(out, now);
        return before < counted;
    }

    /// Once each time that it begins: RFC 9051 §7.1 has it shown to whoever reads.
    private void tellHidden(Conversation out) throws IOException {
        boolean hidden = folder.hidesSome();
        if (hidden && !alerted) {
            out.write(
                    "* OK [ALERT] new mail in this folder is not shown for now; close others\r\n");
        }
        alerted = hidden;
    }

    /// How many messages there are, and how many recent ones for a client of the first revision:
    /// RFC 9051, appendix E.
    public void tellCount(Conversation out) throws IOException {
        out.write("* %d EXISTS\r\n".formatted(uids.length));
        if (!enabled.revision2()) {
            out.write("* %d RECENT\r\n".formatted(recentCount()));
        }
    }

    /// Tells of keywords that the folder has and the client does not know.
    public void tellKeywords(Conversation out, Snapshot now) throws IOException {
        if (!now.keywords().equals(keywords)) {
            tellFlags(out, now);
        }
    }

    /// The flags that messages of the folder can have: RFC 3501 §7.2.6.
    public void tellFlags(Conversation out, Snapshot now) throws IOException {
        keywords = now.keywords();
        List<String> known = Flags.names(now.keywords());
        String all = String.join(" ", known);
        // RFC 9051 §7.1: what the client cannot change for good does not stand there.
        String hers =
                known.stream().filter(it -> !Flags.isServers(it)).collect(Collectors.joining(" "));
        boolean room = now.keywords().size() < Flags.KEYWORDS_MAX;
        out.write("* FLAGS (" + all + ")\r\n");
        String permanent = readOnly ? "" : room ? hers + " \\*" : hers;
        out.write("* OK [PERMANENTFLAGS (" + permanent + ")] these are kept\r\n");
    }

    /// From the last to the first, so that no number moves before it is told.
    ///
    /// @return how many are left
    private int expunge(Conversation out, Snapshot now) throws IOException {
        if (enabled.vanished()) {
            int[] gone = Arrays.stream(uids).filter(uid -> now.place(uid) < 0).toArray();
            for (String each : UidRanges.of(gone).texts(RANGES_AT_ONCE)) {
                out.write("* VANISHED " + each + "\r\n");
            }
            return uids.length - gone.length;
        }
        int left = uids.length;
        for (int place = uids.length - 1; place >= 0; place--) {
            if (now.place(uids[place]) < 0) {
                out.write("* %d EXPUNGE\r\n".formatted(place + 1));
                left--;
            }
        }
        return left;
    }

    /// New messages behind those that the session counts, some of which are gone.
    private void append(Snapshot now, int lastTold) {
        int[] fresh = Arrays.stream(now.uids()).filter(uid -> uid > lastTold).toArray();
        boolean gone = now.count() - fresh.length < uids.length;
        if (gone) {
            int[] both = Arrays.copyOf(uids, uids.length + fresh.length);
            System.arraycopy(fresh, 0, both, uids.length, fresh.length);
            uids = both;
        } else {
            uids = now.uids();
        }
    }

    /// The client knows what these messages have in a snapshot; what is changed behind it, it does
    /// not.
    ///
    /// @param uids ascending
    public void know(int[] uids, Snapshot at) {
        known = uids;
        knownAt = at;
    }

    private boolean isKnown(Snapshot now, int place) {
        Snapshot at = knownAt;
        int uid = now.uids()[place];
        if (at == null || Arrays.binarySearch(known, uid) < 0) {
            return false;
        }
        int then = at.place(uid);
        return then >= 0 && at.modseq(then) == now.modseq(place);
    }

    private void tellChanges(Conversation out, Snapshot now, int lastTold) throws IOException {
        for (int place = 0; place < now.count(); place++) {
            int uid = now.uids()[place];
            if (uid <= lastTold
                    && now.modseq(place) > told.counters().modseq()
                    && !isKnown(now, place)) {
                out.write(change(now, uid, true, true));
            }
        }
    }
}

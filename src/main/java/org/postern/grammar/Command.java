package org.postern.grammar;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One command of an IMAP client: RFC 3501 §6. In which state it is allowed the session knows.
public sealed interface Command {
    /// Whether sequence numbers must hold while it is answered: RFC 3501 §7.4.1.
    default boolean holdsNumbers() {
        return false;
    }

    /// Whether it goes by mod-sequences: RFC 7162 §3.1.2.2.
    default boolean usesModseqs() {
        return switch (this) {
            case Fetch fetch ->
                    fetch.since().isPresent() || fetch.items().contains(FetchItem.Fact.MODSEQ);
            case Store store -> store.unchangedSince().isPresent();
            case Search search -> search.sought().usesModseqs();
            case Sort sort -> sort.sought().usesModseqs();
            case Thread thread -> thread.sought().usesModseqs();
            case Plain _, OfLogin _, OfFolders _, OfMessages _, Bad _ -> false;
        };
    }

    /// By which somebody logs in.
    sealed interface OfLogin extends Command {}

    /// For whoever has logged in.
    sealed interface OfFolders extends Command {}

    /// About messages of the selected folder.
    sealed interface OfMessages extends Command {
        /// Whether messages are named by UID, so that sequence numbers may change meanwhile: RFC
        /// 3501 §7.4.1.
        boolean uid();

        @Override
        default boolean holdsNumbers() {
            return !uid();
        }
    }

    /// Commands that say nothing but their name.
    enum Plain implements Command {
        // in any state
        CAPABILITY,
        NOOP,
        LOGOUT,
        ID,
        // before a log-in
        STARTTLS,
        // after it
        NAMESPACE,
        IDLE,
        // with a folder selected
        CHECK,
        CLOSE,
        UNSELECT,
        EXPUNGE
    }

    /// @param name and secret as octets; the secret is overwritten by whoever checks it
    @SuppressWarnings("ArrayRecordComponent") // never compared, and overwritten after use
    record Login(String name, char[] secret) implements OfLogin {
        @Override
        public String toString() {
            return "a log-in";
        }
    }

    /// @param mechanism in upper case
    /// @param initial the first answer, in base64: RFC 4959
    record Authenticate(String mechanism, Optional<String> initial) implements OfLogin {
        @Override
        public String toString() {
            return "a log-in";
        }
    }

    /// @param capabilities in upper case
    record Enable(Set<String> capabilities) implements OfFolders {
        public Enable {
            capabilities = Set.copyOf(capabilities);
        }
    }

    /// COMPRESS: RFC 4978.
    ///
    /// @param mechanism in upper case
    record Compress(String mechanism) implements OfFolders {}

    /// SELECT and EXAMINE: RFC 3501 §6.3.1, RFC 7162 §3.1.8.
    ///
    /// @param modseqs whether the client wants to hear of mod-sequences from now on
    /// @param known what it knows of the folder, if it wants to hear of what has changed
    record Select(String folder, boolean readOnly, boolean modseqs, Optional<Known> known)
            implements OfFolders {}

    /// What a client knows of a folder: RFC 7162 §3.2.5.
    ///
    /// @param validity UIDVALIDITY
    /// @param modseq up to which it knows everything
    /// @param uids of messages that it knows; empty for all
    /// @param sample sequence numbers of some, and their UIDs in the same order
    record Known(long validity, long modseq, Optional<SequenceSet> uids, Optional<Sample> sample) {}

    record Sample(SequenceSet numbers, SequenceSet uids) {}

    /// @param what to which folder
    /// @param to its new name, where it gets one; otherwise empty
    record Alter(Alteration what, String folder, String to) implements OfFolders {}

    /// @param uses attributes of RFC 6154 that the folder is to have, as written
    record Create(String folder, List<String> uses) implements OfFolders {
        public Create {
            uses = List.copyOf(uses);
        }
    }

    /// How a folder would be altered.
    enum Alteration {
        DELETE,
        RENAME,
        SUBSCRIBE,
        UNSUBSCRIBE
    }

    /// LIST and LSUB: RFC 3501 §6.3.8, RFC 5258, RFC 6154, RFC 5819.
    ///
    /// @param subscribed whether it was LSUB
    /// @param only whether folders with a special use alone are wanted
    /// @param chosen whether subscribed folders alone are wanted
    /// @param patterns with wildcards
    /// @param wanted what else is told of each folder
    record ListFolders(
            boolean subscribed,
            boolean only,
            boolean chosen,
            String reference,
            List<String> patterns,
            Wanted wanted)
            implements OfFolders {
        public ListFolders {
            patterns = List.copyOf(patterns);
        }
    }

    /// @param subscription whether it is told that a folder is subscribed
    /// @param recursive whether a folder is wanted as well for one inside it: RFC 5258 §3.1
    /// @param status what STATUS would be asked for
    record Wanted(boolean subscription, boolean recursive, Set<StatusItem> status) {
        static final Wanted NOTHING = new Wanted(false, false, Set.of());

        public Wanted {
            status = Set.copyOf(status);
        }
    }

    /// GETQUOTA: RFC 9208 §4.1.1.
    record Quota(String root) implements OfFolders {}

    /// GETQUOTAROOT: RFC 9208 §4.1.2.
    record QuotaRoot(String folder) implements OfFolders {}

    record Status(String folder, Set<StatusItem> items) implements OfFolders {
        public Status {
            items = Set.copyOf(items);
        }
    }

    /// RFC 3501 §6.3.10, and RFC 8438.
    enum StatusItem {
        MESSAGES,
        RECENT,
        UIDNEXT,
        UIDVALIDITY,
        UNSEEN,
        SIZE,
        /// RFC 7889.
        APPENDLIMIT,
        /// RFC 7162 §3.1.7.
        HIGHESTMODSEQ,
        /// RFC 8474 §4.3.
        MAILBOXID,
        /// RFC 9208 §4.1.4, and RFC 9051 §6.3.11.
        DELETED,
        DELETED_STORAGE;

        /// As it is written.
        public String word() {
            return name().replace('_', '-');
        }
    }

    /// APPEND up to its first letter, which is a literal: RFC 3501 §6.3.11.
    record Append(String folder, Posting first) implements OfFolders {}

    /// How one letter of an APPEND is put into the folder: RFC 3502.
    ///
    /// @param flags as written
    /// @param received its INTERNALDATE; empty for now
    /// @param literal how the letter is announced
    record Posting(List<String> flags, Optional<Instant> received, Announcement literal) {
        public Posting {
            flags = List.copyOf(flags);
        }
    }

    /// How a letter is announced.
    enum Announcement {
        PLAIN,
        /// It may hold any octet: RFC 3516 §4.4.
        ANY,
        /// The same in `UTF8 (…)`: RFC 6855 §4. A parenthesis stands behind the letter.
        UTF8
    }

    /// UID EXPUNGE: RFC 4315 §2.1.
    record ExpungeThese(SequenceSet uids) implements OfMessages {
        @Override
        public boolean uid() {
            return true;
        }
    }

    /// SEARCH: RFC 3501 §6.4.4.
    ///
    /// @param results what is told of the messages that are found; empty for their numbers, in the
    ///   old form: RFC 4731
    /// @param charset whether one is named
    record Search(boolean uid, Sought sought, Set<Result> results, boolean charset)
            implements OfMessages {
        public Search {
            results = Set.copyOf(results);
        }

        @Override
        public boolean holdsNumbers() {
            return !uid || sought.holdsNumbers();
        }
    }

    /// RFC 4731 §3.1.
    enum Result {
        MIN,
        MAX,
        ALL,
        COUNT,
        /// RFC 5182: they are kept for `$`.
        SAVE
    }

    /// SORT: RFC 5256.
    record Sort(boolean uid, List<SortKey> keys, Sought sought) implements OfMessages {
        public Sort {
            keys = List.copyOf(keys);
        }

        @Override
        public boolean holdsNumbers() {
            return !uid || sought.holdsNumbers();
        }
    }

    /// THREAD with the algorithm REFERENCES: RFC 5256.
    @SuppressWarnings("JavaLangClash") // the command's own name
    record Thread(boolean uid, Sought sought) implements OfMessages {
        @Override
        public boolean holdsNumbers() {
            return !uid || sought.holdsNumbers();
        }
    }

    /// By what messages are sorted.
    ///
    /// @param reverse from the last to the first
    record SortKey(By by, boolean reverse) {}

    /// RFC 5256 §3.
    enum By {
        ARRIVAL,
        CC,
        DATE,
        FROM,
        SIZE,
        SUBJECT,
        TO
    }

    /// What is looked for.
    sealed interface Sought {
        /// Whether messages are named by sequence numbers.
        default boolean holdsNumbers() {
            return false;
        }

        /// Whether one of the keys is a mod-sequence.
        default boolean usesModseqs() {
            return this instanceof Keys(_, boolean modseqs, _) && modseqs;
        }

        /// @param modseqs whether one of the keys is a mod-sequence: RFC 7162 §3.1.5
        /// @param numbers whether one of them is a set of sequence numbers
        record Keys(SearchKey.And keys, boolean modseqs, boolean numbers) implements Sought {
            @Override
            public boolean holdsNumbers() {
                return numbers;
            }
        }

        /// RFC 3501 §6.4.4: not even looked at.
        record UnknownCharset() implements Sought {}
    }

    /// @param since only of messages that were changed behind this mod-sequence: RFC 7162 §3.1.4.1
    /// @param vanished whether messages that are gone since are told as well: RFC 7162 §3.2.6
    record Fetch(
            boolean uid,
            SequenceSet set,
            List<FetchItem> items,
            OptionalLong since,
            boolean vanished)
            implements OfMessages {
        public Fetch {
            items = List.copyOf(items);
        }
    }

    /// @param silent whether the new flags are not to be told
    /// @param unchangedSince only of messages that were not changed behind this mod-sequence: RFC
    ///   7162 §3.1.3
    record Store(
            boolean uid,
            SequenceSet set,
            Change change,
            boolean silent,
            List<String> flags,
            OptionalLong unchangedSince)
            implements OfMessages {
        public Store {
            flags = List.copyOf(flags);
        }
    }

    /// What STORE does with the flags.
    enum Change {
        REPLACE,
        ADD,
        REMOVE
    }

    /// COPY, and MOVE (RFC 6851).
    ///
    /// @param moving whether the messages leave the selected folder; then they are told as expunged
    record Copy(boolean uid, SequenceSet set, String folder, boolean moving) implements OfMessages {
        @Override
        public boolean holdsNumbers() {
            return !uid && !moving;
        }
    }

    /// One that is none of these, or is not written as it should be.
    ///
    /// @param why a sentence for people, without what the client sent
    /// @param known whether the verb is one
    record Bad(String why, boolean known) implements Command {}

    /// A command and its name in the conversation.
    ///
    /// @param tag null if not even that could be read
    record Tagged(@Nullable String tag, Command command) {}
}

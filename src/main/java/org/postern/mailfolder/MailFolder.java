package org.postern.mailfolder;

import java.io.IOException;
import java.util.List;
import org.postern.mail.Content;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.UidRanges;

/// A folder as sessions read it: one of the secure mailbox, which all sessions share that have it
/// open, or one that lies at the clinic's own server, which belongs to one session.
///
/// Each method may be called by two threads of a session: one waits for a command, while the other
/// one tells what is new.
public interface MailFolder {
    /// The folder is not any more what was told of it: it must be opened anew.
    final class LostException extends IOException {
        private static final long serialVersionUID = 1;

        public LostException() {
            super("the folders are not those any more that were opened");
        }
    }

    /// The folder as it is now. As long as nothing has changed it is the same object.
    ///
    /// @throws LostException if it must be opened anew
    Snapshot look() throws IOException;

    /// The messages with these UIDs that are still there, from the first one on; who wants the
    /// others asks again behind the last one. An empty list says that all of them are gone.
    ///
    /// @param uids ascending; a bounded number, because all is held in memory
    List<Filed> filed(int[] uids, Detail detail) throws IOException;

    /// The octets of a message, as many as its row says; the same each time.
    ///
    /// @throws IOException if the message is gone, or cannot be read now
    Content content(Filed filed) throws IOException;

    /// UIDs that were taken out of the folder behind a change, up to a moment: RFC 7162 §3.2.6.
    /// Where that is not remembered any more, all that are not there.
    ///
    /// @param at nothing that came behind it is told
    UidRanges vanished(long since, Snapshot at) throws IOException;

    /// Whether its mod-sequences mean anything to a client that comes back: RFC 7162 §3.1.2.2.
    boolean keepsModseqs();

    /// Whether there is newer mail in it that is not told now, because too much is open. It is told
    /// as new once there is room.
    default boolean hidesSome() {
        return false;
    }

    /// Names the folder for good, under whatever name: RFC 8474 §4.
    String objectId();

    /// How large its messages are together, in octets: at most, where nobody has looked yet.
    ///
    /// @param kept whether they are shown as they are kept, and no surrogates (RFC 6858)
    long octets(boolean kept) throws IOException;

    /// How much of that is marked as deleted.
    long deletedOctets() throws IOException;

    /// @param listener called by whoever finds a change; it must not wait
    void listen(Runnable listener);

    void unlisten(Runnable listener);
}

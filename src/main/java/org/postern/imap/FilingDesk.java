package org.postern.imap;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.beside.SessionFolders;
import org.postern.bridge.ReleaseRun;
import org.postern.bridge.Releases;
import org.postern.cabinet.Cabinet;
import org.postern.cabinet.Filing;
import org.postern.cabinet.Folder;
import org.postern.cabinet.Shelf;
import org.postern.grammar.Command;
import org.postern.grammar.Command.Posting;
import org.postern.grammar.SequenceSet;
import org.postern.mail.Address;
import org.postern.sasl.Authenticator;
import org.postern.showing.View;
import org.postern.talk.Answer;
import org.postern.talk.Conversation;
import org.postern.talk.Letter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is put into folders: APPEND, COPY, MOVE. All of one command or nothing of it.
final class FilingDesk {
    static final Answer HELD_STAYS =
            Answer.no("[NOPERM] held mail stays in Held until it is decided: move it to Release");

    private static final Answer FROM_CLINIC =
            Answer.no("[CANNOT] what lies at the clinic's server is not put into other folders");

    /// From before there was the other one.
    private static final Answer OWN_RELEASE =
            Answer.no("[NOPERM] your own folder has that name; rename it, and nothing was let go");

    private static final Logger LOG = LoggerFactory.getLogger(FilingDesk.class);

    private final Conversation out;
    private final SessionFolders folders;
    private final Cabinet cabinet;
    private final long letterOctetsMax;

    /// @param letterOctetsMax of one letter in an APPEND; `NO [TOOBIG]` above it
    FilingDesk(Conversation out, SessionFolders folders, long letterOctetsMax) {
        this.out = out;
        this.folders = folders;
        this.cabinet = folders.cabinet();
        this.letterOctetsMax = letterOctetsMax;
    }

    /// One of the letters is not taken, and so none is.
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        private final transient Answer answer;

        RefusedException(Answer answer) {
            super(answer.text());
            this.answer = answer;
        }
    }

    /// The letters of one APPEND, as they come.
    private final class Coming implements Filing.Arrivals {
        private @Nullable Letter at;
        private @Nullable Letter first;

        Coming(Letter first) {
            this.first = first;
        }

        @Override
        public Filing.@Nullable Arriving next() throws IOException {
            Letter before = at;
            at = before == null ? first : before.next().orElse(null);
            first = null;
            Letter letter = at;
            if (letter == null) {
                return null;
            }
            if (letter.size() > letterOctetsMax) {
                throw new RefusedException(Answer.tooBig(true));
            }
            if (letter.size() == 0) {
                // RFC 3502 §6.3.11: by this the client takes it back.
                throw new RefusedException(Answer.no("a letter without an octet; nothing is kept"));
            }
            Posting posting = letter.posting();
            return new Filing.Arriving(letter, posting.flags(), posting.received().orElse(null));
        }
    }

    /// APPEND: RFC 3501 §6.3.11, RFC 4315 §3, RFC 3502. Letters go to the store as they come,
    /// sealed, and have a place before the answer. Whatever the answer is, what the client sends of
    /// them is read to its end.
    Answer append(Address owner, Letter letter) throws IOException {
        try {
            return take(owner, letter);
        } finally {
            letter.drop();
        }
    }

    private Answer take(Address owner, Letter letter) throws IOException {
        if (letter.size() > letterOctetsMax) {
            return Answer.tooBig(true);
        }
        if (folders.isClinics(owner, letter.folder())) {
            return FolderDesk.CLINICS;
        }
        Optional<Folder> found = cabinet.open(owner, letter.folder());
        if (found.isEmpty()) {
            return missing(letter.folder());
        }
        Folder folder = found.get();
        try {
            if (folder.shelf().isOfHeldMail()) {
                return HELD_STAYS;
            }
            Filing.Filed filed = Filing.append(folder, new Coming(letter));
            return Answer.ok(
                    "[APPENDUID %d %s] it is kept"
                            .formatted(filed.validity(), SequenceSet.text(filed.to())));
        } catch (Letter.BrokenException e) {
            return e.answer();
        } catch (RefusedException e) {
            return e.answer;
        } catch (Folder.TooManyKeywordsException e) {
            return Answer.no("[LIMIT] " + e.getMessage());
        } catch (Filing.FullException e) {
            return Answer.no("[OVERQUOTA] " + e.getMessage());
        } catch (IOException e) {
            if (Conversation.isLost(e) || e instanceof SocketTimeoutException) {
                throw e;
            }
            LOG.error("a letter could not be kept: {}", e.toString());
            return Answer.UNAVAILABLE;
        } finally {
            cabinet.close(folder);
        }
    }

    /// RFC 3501 §6.3.11: only where a folder can be made by CREATE it is told to try that.
    private static Answer missing(String name) {
        return Shelf.of(name).filter(Shelf::isOfHeldMail).isPresent()
                ? HELD_STAYS
                : Answer.TRY_CREATE;
    }

    /// COPY and MOVE: RFC 3501 §6.4.7, RFC 6851, RFC 4315 §3.
    Answer copy(MessageDesk.Asking asking, View view, Command.Copy command) throws IOException {
        if (command.moving() && view.readOnly()) {
            return Answer.READ_ONLY;
        }
        int[] uids = view.named(command.set(), command.uid());
        if (uids == null) {
            return Answer.NO_SUCH_NUMBER;
        }
        if (view.secure().isEmpty()) {
            return FROM_CLINIC;
        }
        if (folders.isClinics(asking.user(), command.folder())) {
            return FolderDesk.CLINICS;
        }
        boolean held = view.isOf(Shelf.HELD);
        Optional<Folder> found = cabinet.open(asking.user(), command.folder());
        if (found.isEmpty()) {
            // Whoever is asked about nothing does not have the folder, and hears why.
            boolean releasing =
                    Shelf.of(command.folder()).filter(Shelf.RELEASE::equals).isPresent();
            return held && releasing ? release(asking, view, uids) : missing(command.folder());
        }
        Folder target = found.get();
        try {
            if (held && target.shelf() == Shelf.RELEASE) {
                return release(asking, view, uids);
            }
            if (held && Shelf.of(command.folder()).filter(Shelf.RELEASE::equals).isPresent()) {
                return OWN_RELEASE;
            }
            if (held || target.shelf().isOfHeldMail()) {
                return HELD_STAYS;
            }
            Filing.Filed filed = Filing.copy(view.own(), uids, target, command.moving());
            if (filed.from().length == 0) {
                return Answer.ok("there was nothing to put there");
            }
            String code =
                    "[COPYUID %d %s %s]"
                            .formatted(
                                    filed.validity(),
                                    SequenceSet.text(filed.from()),
                                    SequenceSet.text(filed.to()));
            if (command.moving()) {
                // RFC 6851 §4.3: before the messages are told as expunged.
                out.write("* OK " + code + " they lie there now\r\n");
                return Answer.ok("they are moved");
            }
            return Answer.ok(code + " they lie there as well");
        } catch (Folder.TooManyKeywordsException e) {
            return Answer.no("[LIMIT] " + e.getMessage());
        } finally {
            cabinet.close(target);
        }
    }

    /// RFC 6851 §3.3: what was moved is told as expunged. There is no COPYUID, because nothing lies
    /// in `Release`.
    private Answer release(MessageDesk.Asking asking, View view, int[] uids) throws IOException {
        if (view.readOnly()) {
            return Answer.READ_ONLY;
        }
        Releases.Person person =
                new Releases.Person(
                        asking.user(),
                        asking.account().sendAs(),
                        asking.account().means() == Authenticator.Means.ORDINARY);
        ReleaseRun run = new ReleaseRun(view.own(), person, asking.parts().releases());
        if (uids.length > ReleaseRun.MESSAGES_MAX) {
            String most = "at most " + ReleaseRun.MESSAGES_MAX + " messages at once";
            run.refuse(uids, most + "; " + uids.length + " were asked for");
            return Answer.no("[LIMIT] " + most);
        }
        ReleaseRun.Outcome outcome = run.release(uids);
        if (outcome.refusals().isEmpty()) {
            return Answer.ok("let go: " + outcome.released());
        }
        for (String refusal : outcome.refusals()) {
            out.write("* NO [NOPERM] " + refusal + "\r\n");
        }
        String all = String.join("; ", outcome.refusals());
        return Answer.no("[NOPERM] let go: " + outcome.released() + "; not: " + all);
    }
}

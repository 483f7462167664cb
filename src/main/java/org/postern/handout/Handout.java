package org.postern.handout;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Issuing;
import org.postern.keyring.IssuingException;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;

/// Makes a key and a certificate for somebody outside, and gives both away: the file into the
/// secure mailbox, the passphrase to whoever asked, to be told by telephone. So whoever reads her
/// mail, and whoever passes her check, has half of it.
///
/// The key is never on a disk but within that file. Mail is not encrypted to the certificate before
/// somebody says that her mail program has it: else nobody could read it.
public final class Handout {
    /// How long the file waits for her.
    static final Duration STAY = Duration.ofDays(14);

    private final Books books;
    private final Clinic clinic;
    private final Outlets outlets;
    private final InstantSource clock;
    private final SecureRandom random;

    /// The clinic's authority, its record, and what of that was revoked.
    public record Books(Issuing issuing, IssuedBook issued, RevokedBook revoked) {}

    /// Where things go.
    ///
    /// @param lists publishes what was revoked: a new authority's certificates name a list at once
    public record Outlets(Post post, Journal journal, Runnable lists) {}

    /// What the message says of whom it comes from.
    ///
    /// @param answers who reads what she answers
    /// @param zone in which days begin
    /// @param voice how it speaks to somebody
    public record Clinic(String name, Address answers, ZoneId zone, Voice voice) {
        Texts words(Address to) {
            return voice.words().apply(to);
        }
    }

    /// How the clinic speaks to people outside.
    ///
    /// @param words for somebody, in her language where it is known
    /// @param mayWrite whether what the clinic says by itself may come onto somebody's page
    public record Voice(Function<Address, Texts> words, Predicate<Address> mayWrite) {}

    /// The secure mailbox.
    @FunctionalInterface
    public interface Post {
        /// Keeps a message and tells its reader; durable on return.
        void keep(NewMessage message, Content content) throws IOException;
    }

    /// The audit.
    @FunctionalInterface
    public interface Journal {
        void append(String act, String detail) throws IOException;
    }

    /// Whose key is made, and of what kind.
    record Wish(Owner.Person owner, KeyKind kind, PackForm form) {}

    /// What was given away.
    ///
    /// @param until when the message cannot be read any more
    /// @param passphrase a secret, which nobody else has
    record Given(IssuedBook.Issued issued, QueueId message, Instant until, Passphrase passphrase) {}

    /// The certificate is recorded, and the message is not there for sure.
    static final class NotKeptException extends IOException {
        private static final long serialVersionUID = 1L;

        NotKeptException(IssuedBook.Issued issued, IOException cause) {
            super(
                    "the key was made, and its message could not be kept, so nobody has it; before"
                            + " you try again, run ./gateway cert revoke --number %d"
                                    .formatted(issued.entry().number())
                            + " --reason superseded "
                            + issued.entry().owner().lastShellWord(),
                    cause);
        }
    }

    public Handout(
            Books books, Clinic clinic, Outlets outlets, InstantSource clock, SecureRandom random) {
        this.books = books;
        this.clinic = clinic;
        this.outlets = outlets;
        this.clock = clock;
        this.random = random;
    }

    /// What opens the file was shown to whoever asked.
    ///
    /// @return false if there is no such certificate
    boolean told(Owner.Person owner, int number) throws IOException {
        for (IssuedBook.Issued each : books.issued().all()) {
            if (each.entry().owner().equals(owner) && each.entry().number() == number) {
                books.issued().tell(each, clock.instant());
                return true;
            }
        }
        return false;
    }

    /// Audited first, then recorded, then given away: what has left is known, and can be revoked.
    ///
    /// @throws IssuingException if a person has to do something first
    Given give(Wish wish, String operator) throws IOException, IssuingException {
        Owner.Person owner = wish.owner();
        Instant now = clock.instant();
        Address to = owner.address();
        QueueId id = QueueId.next(now, random);
        Identity identity = books.issuing().issueOutside(owner, wish.kind());
        Passphrase passphrase = Passphrase.fresh(random);
        byte[] file =
                KeyPack.of(
                        identity, "%s (%s)".formatted(to, clinic.name()), passphrase, wish.form());
        outlets.journal()
                .append(
                        "key made for pickup",
                        "%s, certificate %s, message %s, by %s"
                                .formatted(
                                        to,
                                        identity.certificate().getSerialNumber().toString(16),
                                        id,
                                        operator));
        IssuedBook.Issued recorded = books.issued().add(owner, identity.chain());
        outlets.lists().run();
        Instant until = now.plus(STAY);
        // By this name its message lies in no folder of a clinician: see NewMessage.
        String name = NewMessage.keyLetterId(id, clinic.answers().domain());
        LetterHead head = new LetterHead(name, clinic.answers(), to, now);
        NewMessage message =
                new NewMessage(
                        id,
                        Direction.TO_PATIENT,
                        clinic.answers(),
                        to,
                        name,
                        List.of(),
                        new Stay(now, Optional.of(until), Optional.empty()),
                        // Without the passphrase the file is noise; a stricter check would keep
                        // out everybody of whom the clinic has neither a PIN nor a telephone.
                        Guard.USUAL);
        try {
            outlets.post().keep(message, KeyLetter.of(head, clinic.name(), clinic.words(to), file));
        } catch (IOException e) {
            throw new NotKeptException(recorded, e);
        }
        return new Given(recorded, id, until, passphrase);
    }
}

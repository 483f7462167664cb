package org.postern.talk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.grammar.Command;
import org.postern.grammar.Command.Announcement;
import org.postern.grammar.Command.Posting;
import org.postern.grammar.Command.Tagged;
import org.postern.mail.Content;

/// One literal of an APPEND while the client sends it: RFC 3501 §6.3.11, RFC 3502. It is read once,
/// and nothing of it is kept in memory; whatever comes of it, it is read to its end before the next
/// command.
public final class Letter implements Content {
    private static final Answer EIGHT_BITS =
            Answer.no("[CANNOT] header fields beyond ASCII need ENABLE UTF8=ACCEPT");

    private final Conversation conversation;
    private final Tagged command;
    private final Posting posting;
    private final Literal literal;

    /// How many may follow, and what their lines may have.
    private final Budget budget;

    private boolean accepted;
    private long left;
    private boolean ended;
    private @Nullable Letter next;

    /// Something is wrong with the letter itself, and not with whoever keeps it.
    public static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        private final transient Answer answer;

        BrokenException(Answer answer) {
            super(answer.text());
            this.answer = answer;
        }

        /// What the client hears.
        public Answer answer() {
            return answer;
        }
    }

    /// @param octets how many
    /// @param unasked whether the client sends it without waiting for the continuation: RFC 7888
    record Literal(long octets, boolean unasked) {}

    /// @param letters that may follow
    /// @param lineOctets of the lines between them
    private record Budget(int letters, int lineOctets) {}

    private Letter(Conversation conversation, Tagged command, Behind.More more, Budget budget) {
        this.conversation = conversation;
        this.command = command;
        this.posting = more.posting();
        this.literal = more.literal();
        this.budget = budget;
        this.left = literal.octets();
    }

    /// @param command an APPEND
    static Letter first(Conversation conversation, Tagged command, Literal literal) {
        Posting posting = ((Command.Append) command.command()).first();
        Budget budget =
                new Budget(Conversation.LETTERS_MAX - 1, Conversation.LETTER_LINES_OCTETS_MAX);
        return new Letter(conversation, command, new Behind.More(posting, literal, 0), budget);
    }

    /// The command that it belongs to.
    public Tagged command() {
        return command;
    }

    /// Where it is put.
    public String folder() {
        return ((Command.Append) command.command()).folder();
    }

    /// How it is put there.
    public Posting posting() {
        return posting;
    }

    /// The letter behind this one, once this one was read.
    public Optional<Letter> next() {
        return Optional.ofNullable(next);
    }

    @Override
    public long size() {
        return literal.octets();
    }

    /// @throws IOException always
    @Override
    public InputStream open() throws IOException {
        throw new IOException("a letter that comes in is read once");
    }

    /// Asks for the letter and passes it on as it comes.
    ///
    /// @throws BrokenException if it is none, or something stands behind it that is none; then it
    ///   was read to its end
    @Override
    public void writeTo(OutputStream out) throws IOException {
        accepted = true;
        if (!literal.unasked()) {
            conversation.write("+ OK\r\n");
        }
        boolean nul = false;
        HeaderWatch header = new HeaderWatch();
        while (left > 0) {
            Conversation.Block block = conversation.block(left);
            left -= block.length();
            for (int i = 0; i < block.length(); i++) {
                byte octet = block.octets()[block.from() + i];
                nul |= octet == 0;
                header.pass(octet);
            }
            out.write(block.octets(), block.from(), block.length());
        }
        Behind behind = end();
        if (nul) {
            // RFC 3501 §9, `CHAR8`; RFC 3516 §4.4: what could not be shown again in a plain literal
            // is not kept.
            throw new BrokenException(
                    posting.literal() != Announcement.PLAIN
                            ? Answer.no("[UNKNOWN-CTE] a letter with a NUL cannot be kept")
                            : Answer.bad("a letter must not hold a NUL"));
        }
        if (header.holdsEightBits() && !conversation.usesUtf8()) {
            // RFC 9755 §4: to this client it could not be shown again as it is.
            throw new BrokenException(EIGHT_BITS);
        }
        if (behind instanceof Behind.Stray(boolean tooBig)) {
            if (budget.letters() == 0) {
                throw new BrokenException(
                        Answer.no(
                                "[LIMIT] at most %d letters at once"
                                        .formatted(Conversation.LETTERS_MAX)));
            }
            throw new BrokenException(
                    tooBig
                            ? Answer.tooBig(false)
                            : Answer.bad("something stands behind the letter"));
        }
    }

    private Behind end() throws IOException {
        ended = true;
        boolean closing = posting.literal() == Announcement.UTF8;
        Behind behind =
                conversation.behindLetter(budget.lineOctets(), budget.letters() > 0, closing);
        if (behind instanceof Behind.More more) {
            int lines = budget.lineOctets() - more.lineOctets();
            next = new Letter(conversation, command, more, new Budget(budget.letters() - 1, lines));
        }
        return behind;
    }

    /// Throws away what was not read of it, and of those behind it; nothing of them is ever a
    /// command. A client that waits for the continuation sends nothing.
    public void drop() throws IOException {
        Letter at = this;
        while (at != null) {
            at.dropOne();
            at = at.next;
        }
    }

    private void dropOne() throws IOException {
        if (ended || !(accepted || literal.unasked())) {
            return;
        }
        while (left > 0) {
            left -= conversation.block(left).length();
        }
        end();
    }
}

package org.postern.talk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.postern.grammar.Command;
import org.postern.grammar.Command.Tagged;
import org.postern.mail.Content;

/// The literal of an APPEND while the client sends it. It is read once, and nothing of it is kept
/// in memory; whatever comes of it, it is read to its end before the next command.
public final class Letter implements Content {
    private final Conversation conversation;
    private final Tagged command;
    private final long octets;
    private final boolean unasked;
    private boolean accepted;
    private long left;
    private boolean ended;

    /// Something is wrong with the letter itself, and not with whoever keeps it.
    public static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        BrokenException(String message) {
            super(message);
        }
    }

    /// @param unasked whether the client sends it without waiting for the continuation: RFC 7888
    Letter(Conversation conversation, Tagged command, long octets, boolean unasked) {
        this.conversation = conversation;
        this.command = command;
        this.octets = octets;
        this.unasked = unasked;
        this.left = octets;
    }

    /// The command that it belongs to.
    public Tagged command() {
        return command;
    }

    /// What is asked for with it.
    public Command.Append append() {
        return (Command.Append) command.command();
    }

    @Override
    public long size() {
        return octets;
    }

    /// @throws IOException always
    @Override
    public InputStream open() throws IOException {
        throw new IOException("a letter that comes in is read once");
    }

    /// Asks for the letter and passes it on as it comes.
    ///
    /// @throws BrokenException if it is none; then it was read to its end
    @Override
    public void writeTo(OutputStream out) throws IOException {
        accepted = true;
        if (!unasked) {
            conversation.write("+ OK\r\n");
        }
        boolean nul = false;
        while (left > 0) {
            Conversation.Block block = conversation.block(left);
            left -= block.length();
            for (int i = 0; i < block.length(); i++) {
                nul |= block.octets()[block.from() + i] == 0;
            }
            out.write(block.octets(), block.from(), block.length());
        }
        boolean line = end();
        if (nul) {
            // RFC 3501 §9, `CHAR8`.
            throw new BrokenException("a letter must not hold a NUL");
        }
        if (!line) {
            throw new BrokenException("something stands behind the letter");
        }
    }

    private boolean end() throws IOException {
        ended = true;
        return conversation.endOfLine();
    }

    /// Throws away what was not read of it; nothing of it is ever a command. A client that waits
    /// for the continuation sends nothing.
    public void drop() throws IOException {
        if (ended || !(accepted || unasked)) {
            return;
        }
        while (left > 0) {
            left -= conversation.block(left).length();
        }
        end();
    }
}

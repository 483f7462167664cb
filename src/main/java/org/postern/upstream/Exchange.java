package org.postern.upstream;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.postern.sasl.ImapLogin;
import org.postern.upstream.Response.Item;

/// Commands and their answers over one connection: each answer has a deadline, and a server that
/// says more than it was asked is not listened to any longer. What the answers mean others know.
final class Exchange {
    /// For the answer to a command.
    static final Duration ANSWER = Duration.ofSeconds(30);

    /// For one that may be long: a letter, the flags of a whole folder.
    static final Duration LONG_ANSWER = Duration.ofMinutes(2);

    /// Responses before the end of one command, beside those that were asked for and one for each
    /// message of the folder, all of which may go at once.
    private static final int UNASKED_MAX = 1_000;

    private final Wire wire;
    private final ResponseReader reader;
    private FolderEvents events = Silent.NOBODY;

    /// Of the folder that is open, by the word of the server.
    private int messages;

    private int tags;

    private enum Silent implements FolderEvents {
        NOBODY;

        @Override
        public void exists(int count) {
            // No folder is open.
        }

        @Override
        public void expunged(int number) {
            // No folder is open.
        }

        @Override
        public void fetched(Fetched message) {
            // No folder is open.
        }
    }

    /// Takes a response that a command asks for.
    @FunctionalInterface
    interface Visitor {
        /// Nothing was asked for.
        Visitor NONE = _ -> false;

        /// @return whether it was one
        boolean took(Response response) throws UpstreamException;
    }

    /// What one command may take.
    ///
    /// @param responses that may come of it
    record Patience(Duration time, int responses) {
        static final Patience USUAL = new Patience(ANSWER, 0);
    }

    Exchange(Wire wire) {
        this.wire = wire;
        this.reader = new ResponseReader(wire);
    }

    /// Who hears of the folder that is open from now on.
    void tell(FolderEvents heard) {
        events = heard;
    }

    /// Nobody does.
    void tellNobody() {
        events = Silent.NOBODY;
    }

    Response next() throws UpstreamException {
        return next(Wanted.NOTHING);
    }

    private Response next(Wanted wanted) throws UpstreamException {
        try {
            return reader.next(wanted);
        } catch (UpstreamException e) {
            throw e;
        } catch (IOException e) {
            throw new UpstreamException("what it sends cannot be kept", e);
        }
    }

    /// Begins a command; its deadline runs already.
    ///
    /// @return its tag
    String begin(String command) throws UpstreamException {
        tags++;
        String tag = "p" + tags;
        wire.say(tag + " " + command);
        return tag;
    }

    /// The same for a command that may be refused.
    ///
    /// @return its last line
    Response.Tagged answer(String command, Patience patience, Visitor visitor)
            throws UpstreamException {
        wire.within(patience.time());
        Response.Tagged last = end(begin(command), Wanted.NOTHING, visitor, patience.responses());
        wire.rest();
        return last;
    }

    /// A short command while the deadline of a longer matter runs.
    void ask(String command, Visitor visitor) throws UpstreamException {
        finish(begin(command), Wanted.NOTHING, visitor, 0);
    }

    void ask(String command, Patience patience, Wanted wanted, Visitor visitor)
            throws UpstreamException {
        wire.within(patience.time());
        finish(begin(command), wanted, visitor, patience.responses());
        wire.rest();
    }

    /// Reads up to the end of a command, which must be OK.
    private void finish(String tag, Wanted wanted, Visitor visitor, int asked)
            throws UpstreamException {
        if (!end(tag, wanted, visitor, asked).status().equals("OK")) {
            throw new UpstreamException("it refuses what it was asked");
        }
    }

    /// Reads up to the end of a command.
    ///
    /// @return its last line
    Response.Tagged end(String tag, Wanted wanted, Visitor visitor, int asked)
            throws UpstreamException {
        Wanted still = wanted;
        int left = asked + UNASKED_MAX + messages;
        while (true) {
            Response response = next(still);
            boolean sunk = reader.hasSunk();
            if (sunk) {
                // Whatever else came would stand behind it as if it were the same.
                still = Wanted.NOTHING;
            }
            if (response instanceof Response.Tagged last) {
                if (!last.tag().equals(tag)) {
                    throw new UpstreamException("it answers what it was not asked");
                }
                return last;
            }
            if (--left < 0) {
                throw new UpstreamException("it answers more than it was asked");
            }
            if (response instanceof Response.GoOn) {
                throw new UpstreamException("it waits for more than there is");
            }
            if (response instanceof Response.Told(String status, String text)
                    && (status.equals("BYE") || status.equals("PREAUTH"))) {
                throw ImapLogin.isForNow(text)
                        ? UpstreamException.notNow(Entrance.needsSomebody(text))
                        : UpstreamException.dismissed();
            }
            if (!visitor.took(response)) {
                if (sunk) {
                    throw new UpstreamException("it sends what was not asked for");
                }
                hear(response);
            }
        }
    }

    /// What was not asked for: RFC 9051 §5.2.
    void hear(Response response) throws UpstreamException {
        if (response instanceof Response.Numbered(long number, String word, List<Item> items)) {
            switch (word) {
                case "EXISTS" -> {
                    messages = count(number);
                    events.exists(messages);
                }
                case "EXPUNGE" -> events.expunged(count(number));
                case "FETCH" -> events.fetched(FetchReader.read(count(number), items));
                default -> {
                    // RECENT, and what is of later revisions.
                }
            }
        }
    }

    /// A number of messages, or of one.
    static int count(long number) throws UpstreamException {
        if (number > UpstreamClient.MESSAGES_MAX) {
            throw new UpstreamException("the folder holds more messages than can be shown");
        }
        return (int) number;
    }
}

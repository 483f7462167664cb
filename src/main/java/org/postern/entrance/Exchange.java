package org.postern.entrance;

import java.io.IOException;
import java.time.Duration;

/// Commands and their answers over one connection: each answer has a deadline, and a server that
/// says more than it was asked is not listened to any longer. What the answers mean others know.
public final class Exchange {
    /// For the answer to a command.
    public static final Duration ANSWER = Duration.ofSeconds(30);

    /// For one that may be long: a letter, the flags of a whole folder.
    public static final Duration LONG_ANSWER = Duration.ofMinutes(2);

    /// Responses before the end of one command, beside those that were asked for and those that its
    /// hearing expects.
    private static final int UNASKED_MAX = 1_000;

    private final Wire wire;
    private final ResponseReader reader;
    private Hearing hearing = Hearing.NONE;
    private int tags;

    /// Hears what was not asked for: RFC 9051 §5.2.
    public interface Hearing {
        /// Nobody listens.
        Hearing NONE =
                new Hearing() {
                    @Override
                    public void hear(Response response) {
                        // It is of no interest.
                    }

                    @Override
                    public int most() {
                        return 0;
                    }
                };

        void hear(Response response) throws UpstreamException;

        /// How many responses may come at once of what it hears of, such as one for each message.
        int most();
    }

    /// Takes a response that a command asks for.
    @FunctionalInterface
    public interface Visitor {
        /// Nothing was asked for.
        Visitor NONE = _ -> false;

        /// @return whether it was one
        boolean took(Response response) throws UpstreamException;
    }

    /// What one command may take.
    ///
    /// @param responses that may come of it
    public record Patience(Duration time, int responses) {
        public static final Patience USUAL = new Patience(ANSWER, 0);
    }

    Exchange(Wire wire) {
        this.wire = wire;
        this.reader = new ResponseReader(wire);
    }

    /// Who hears what was not asked for from now on.
    public void tell(Hearing heard) {
        hearing = heard;
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
    public Response.Tagged answer(String command, Patience patience, Visitor visitor)
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

    public void ask(String command, Patience patience, Wanted wanted, Visitor visitor)
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
        int left = asked + UNASKED_MAX + hearing.most();
        while (true) {
            Response response = next(still);
            boolean sunk = reader.hasSunk();
            if (sunk) {
                // Whatever else came would stand behind it as if it were the same.
                still = Wanted.NOTHING;
            }
            if (response instanceof Response.Tagged last) {
                if (!last.tag().equals(tag)) {
                    throw UpstreamException.wrong("it answers what it was not asked");
                }
                return last;
            }
            if (--left < 0) {
                throw UpstreamException.wrong("it answers more than it was asked");
            }
            if (response instanceof Response.GoOn) {
                throw UpstreamException.wrong("it waits for more than there is");
            }
            if (response instanceof Response.Told(String status, String text)
                    && (status.equals("BYE") || status.equals("PREAUTH"))) {
                throw Codes.isForNow(text)
                        ? UpstreamException.notNow(Codes.needsSomebody(text))
                        : UpstreamException.dismissed();
            }
            if (!visitor.took(response)) {
                if (sunk) {
                    throw UpstreamException.wrong("it sends what was not asked for");
                }
                hearing.hear(response);
            }
        }
    }
}

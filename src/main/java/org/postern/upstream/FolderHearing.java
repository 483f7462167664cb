package org.postern.upstream;

import java.util.List;
import org.postern.entrance.Exchange;
import org.postern.entrance.Response;
import org.postern.entrance.Response.Item;
import org.postern.entrance.UpstreamException;

/// Tells whoever listens what a server says of the folder that is open, asked or not.
final class FolderHearing implements Exchange.Hearing {
    private FolderEvents events = Silent.NOBODY;

    /// Of the folder that is open, by the word of the server.
    private int messages;

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

    /// Who hears of it from now on.
    void tell(FolderEvents heard) {
        events = heard;
    }

    /// Nobody does.
    void tellNobody() {
        events = Silent.NOBODY;
    }

    @Override
    public void hear(Response response) throws UpstreamException {
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

    /// All messages may go at once.
    @Override
    public int most() {
        return messages;
    }

    /// A number of messages, or of one.
    static int count(long number) throws UpstreamException {
        if (number > UpstreamClient.MESSAGES_MAX) {
            throw new UpstreamException("the folder holds more messages than can be shown");
        }
        return (int) number;
    }
}

package org.postern.keyring;

import org.postern.mail.DeliveryOutcome.NotYetException;

/// The clinic has an authority, and the book of what was revoked is not there, or is an older one:
/// it was lost, and nobody knows what stood in it. The message is a sentence for people.
public final class BookLostException extends NotYetException {
    private static final long serialVersionUID = 1L;

    private BookLostException(String sentence, String reason) {
        super(sentence, reason);
    }

    /// @param file where it should lie
    static BookLostException missing(String file) {
        return new BookLostException(
                "the book of revoked certificates is missing, and nothing is signed or published"
                        + " without it: put "
                        + file
                        + " back from the backup of the keys, or see ./gateway cert book; if the"
                        + " clinic's authority was made before there was such a book, run"
                        + " ./gateway cert book restore once",
                "the list of revoked certificates is missing: run ./gateway cert book restore");
    }

    /// @param count of certificates that were published as revoked and are not in it
    static BookLostException older(int count) {
        return new BookLostException(
                "%d certificates that were published as revoked are not in the book: an older one"
                                .formatted(count)
                        + " was put back, and nothing is signed or published by it; see ./gateway"
                        + " cert book",
                "the list of revoked certificates is an old one: run ./gateway cert book restore");
    }
}

package org.postern.keyring;

import java.io.IOException;

/// The clinic has an authority, and the book of what was revoked is not there: it was lost, and
/// nobody knows what stood in it. The message is a sentence for people.
public final class BookMissingException extends IOException {
    private static final long serialVersionUID = 1L;

    BookMissingException(String sentence) {
        super(sentence);
    }
}

package org.postern.grammar;

/// The octets are no command; the message is a sentence for people, without what the client sent.
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
        super(message);
    }
}

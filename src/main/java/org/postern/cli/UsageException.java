package org.postern.cli;

/// The command was called in a way it does not understand. The message says what is wrong and what
/// to write instead.
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}

package org.postern.keyring;

/// A certificate that cannot be issued before a person has done something. Its message says what,
/// and to whom.
public final class IssuingException extends Exception {
    private static final long serialVersionUID = 1L;

    IssuingException(String message) {
        super(message);
    }

    /// For people.
    public String reason() {
        return String.valueOf(getMessage());
    }
}

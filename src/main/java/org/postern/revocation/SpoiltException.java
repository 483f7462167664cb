package org.postern.revocation;

/// A list or an answer that must not be used.
final class SpoiltException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param reason a clause for people, such as "is signed by somebody else"
    SpoiltException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

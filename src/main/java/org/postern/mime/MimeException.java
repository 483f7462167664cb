package org.postern.mime;

/// A message that is not read, because it breaks a limit. The reason is a sentence for people and
/// holds none of the message's content.
public final class MimeException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param reason what is wrong, with the limit that was broken
    public MimeException(String reason) {
        super(reason);
    }

    /// The sentence given at the making.
    public String reason() {
        return String.valueOf(getMessage());
    }
}

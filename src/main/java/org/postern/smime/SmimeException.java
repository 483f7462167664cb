package org.postern.smime;

/// A message that is neither signed nor encrypted, because that could not be done without a doubt.
/// The reason is a sentence for people and holds no content. It must be held or go another
/// protected way.
public final class SmimeException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param reason a sentence for people, without content
    public SmimeException(String reason) {
        super(reason);
    }

    /// The sentence given at the making.
    public String reason() {
        return String.valueOf(getMessage());
    }
}

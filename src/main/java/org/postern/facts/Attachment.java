package org.postern.facts;

/// One file of a message.
///
/// @param name made harmless; empty if it has none
/// @param kind by its octets
/// @param octets decoded
/// @param lock whether a password is needed to open it
public record Attachment(String name, FileKind kind, long octets, Lock lock) {
    /// Whether a password is needed.
    public enum Lock {
        OPEN,
        LOCKED,
        /// It could not be told.
        UNKNOWN
    }

    /// A file's name is content.
    @Override
    public String toString() {
        return "Attachment[" + kind.word() + ", " + octets + " octets]";
    }
}

package org.postern.fetch;

/// What came of asking a web server.
public sealed interface Fetched {
    /// An answer 200, whole.
    ///
    /// @param type the media type in lower case, with its parameters; empty if none was named
    /// @param octets within the limit that was set
    @SuppressWarnings("ArrayRecordComponent") // It is never compared.
    record Body(String type, byte[] octets) implements Fetched {
        /// How much it is, not what.
        @Override
        public String toString() {
            return octets.length + " octets of " + type;
        }
    }

    /// Nothing that may be used.
    ///
    /// @param reason a clause for people that names the host and holds nothing else of the answer
    ///   than its status
    record Failed(String reason) implements Fetched {}
}

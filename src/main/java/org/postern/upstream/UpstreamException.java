package org.postern.upstream;

import java.io.IOException;

/// The clinic's server does not answer, or not as it must. Its own kind, so that nobody takes it
/// for the end of the connection to a mail program.
public final class UpstreamException extends IOException {
    private static final long serialVersionUID = 1;

    /// @param sentence for the log: nothing that the server said
    public UpstreamException(String sentence) {
        super(sentence);
    }

    public UpstreamException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}

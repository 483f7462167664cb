package org.postern.upstream;

import java.io.IOException;

/// The clinic's server does not answer, or not as it must. Its own kind, so that nobody takes it
/// for the end of the connection to a mail program.
public final class UpstreamException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean late;

    /// @param sentence for the log: nothing that the server said
    public UpstreamException(String sentence) {
        super(sentence);
        this.late = false;
    }

    public UpstreamException(String sentence, Throwable cause) {
        this(sentence, cause, false);
    }

    private UpstreamException(String sentence, Throwable cause, boolean late) {
        super(sentence, cause);
        this.late = late;
    }

    static UpstreamException late(Throwable cause) {
        return new UpstreamException("it did not answer in time", cause, true);
    }

    /// Whether it was silent until its time was over: whoever asks again waits as long again.
    public boolean isLate() {
        return late;
    }
}

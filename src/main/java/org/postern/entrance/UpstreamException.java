package org.postern.entrance;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The clinic's server does not answer, or not as it must. Its own kind, so that nobody takes it
/// for the end of the connection to a mail program.
public final class UpstreamException extends IOException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    private enum Kind {
        LOST,
        LATE,
        NOT_NOW,
        NEEDS_SOMEBODY,
        DISMISSED,
        FULL,
        WRONG,
        LASTING,
        OTHER
    }

    /// @param sentence for the log: nothing that the server said
    public UpstreamException(String sentence) {
        super(sentence);
        this.kind = Kind.OTHER;
    }

    public UpstreamException(String sentence, Throwable cause) {
        this(sentence, cause, Kind.OTHER);
    }

    private UpstreamException(String sentence, @Nullable Throwable cause, Kind kind) {
        super(sentence, cause);
        this.kind = kind;
    }

    static UpstreamException late(Throwable cause) {
        return new UpstreamException("it did not answer in time", cause, Kind.LATE);
    }

    /// @param cause null where the server has said so
    static UpstreamException lost(String sentence, @Nullable Throwable cause) {
        return new UpstreamException(sentence, cause, Kind.LOST);
    }

    /// The server has ended the session, and has said that it is for now.
    ///
    /// @param needsSomebody whether an administrator must look first
    static UpstreamException notNow(boolean needsSomebody) {
        Kind kind = needsSomebody ? Kind.NEEDS_SOMEBODY : Kind.NOT_NOW;
        return new UpstreamException("it ends the session for now", null, kind);
    }

    /// The server has ended the session, and has not said that it is for now.
    static UpstreamException dismissed() {
        return new UpstreamException("it ends the session", null, Kind.DISMISSED);
    }

    /// It has answered, but not as it must.
    static UpstreamException wrong(String sentence) {
        return new UpstreamException(sentence, null, Kind.WRONG);
    }

    /// It has answered what it was asked, and would answer the same another time.
    public static UpstreamException lasting(String sentence) {
        return new UpstreamException(sentence, null, Kind.LASTING);
    }

    /// There is no room here for what it would say.
    public static UpstreamException full(String sentence) {
        return new UpstreamException(sentence, null, Kind.FULL);
    }

    /// Whether it is our room that is used up: another time there may be some.
    public boolean isFull() {
        return kind == Kind.FULL;
    }

    /// Whether it has answered, and not as it must.
    public boolean isWrong() {
        return kind == Kind.WRONG;
    }

    /// Whether it would answer the same another time, so that waiting for another answer is vain.
    public boolean isLasting() {
        return kind == Kind.LASTING;
    }

    /// Whether the server ended the session by its own word: behind a password it is a refusal.
    boolean isDismissal() {
        return kind == Kind.DISMISSED;
    }

    /// Whether the server ended the session by a word that says nothing of a password.
    boolean isNotNow() {
        return kind == Kind.NOT_NOW || kind == Kind.NEEDS_SOMEBODY;
    }

    /// Whether an administrator must look before it takes a log-in again.
    boolean needsSomebody() {
        return kind == Kind.NEEDS_SOMEBODY;
    }

    /// Whether it was silent until its time was over: whoever asks again waits as long again.
    public boolean isLate() {
        return kind == Kind.LATE;
    }

    /// Whether the connection ended, so that the same may be answered over another one.
    public boolean isLost() {
        return kind == Kind.LOST || kind == Kind.DISMISSED || isNotNow();
    }
}

package org.postern.follow;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.notice.ClinicianMail.Done;

/// What the author of a message can ask for afterwards, and the words for it.
public enum Command {
    RECALL("recall retirar anular"),
    EXTEND("extend ampliar prolongar"),
    REMIND("remind recordar recordarle");

    private final String words;

    Command(String words) {
        this.words = words;
    }

    /// The command that a word stands for, in any case and in either language.
    public static Optional<Command> of(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(it -> List.of(it.words.split(" ")).contains(lower))
                .findFirst();
    }

    /// What came of one.
    ///
    /// @param until when the link ends now, where it was extended
    public record Outcome(Done done, Optional<Instant> until) {
        /// One that gives no time.
        public static Outcome of(Done done) {
            return new Outcome(done, Optional.empty());
        }
    }
}

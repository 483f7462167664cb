package org.postern.pickup;

import java.io.IOException;
import org.postern.mail.Address;
import org.postern.mail.QueueId;

/// Where every step of a reader is recorded.
@FunctionalInterface
public interface PickupJournal {
    /// Records a step; durable on return.
    ///
    /// @throws IOException if it could not be recorded: then the step is not taken, and the reader
    ///   is told to try again
    void record(Step step) throws IOException;

    /// @param message queue id of the message it is about
    /// @param check its word, such as `birth-date`; `session` for steps behind the check
    /// @param peer IP address
    /// @param device such as `iPhone, Safari`
    record Step(
            QueueId message, Address reader, Act act, String check, String peer, String device) {}

    enum Act {
        OPENED("opened"),
        WRONG_ANSWER("wrong-answer"),
        PAUSED("paused"),
        CODE_SENT("code-sent"),
        ATTACHMENT("attachment"),
        REPLIED("replied"),
        NOT_ME("not-me");

        private final String word;

        Act(String word) {
            this.word = word;
        }

        /// As the audit writes it.
        public String word() {
            return word;
        }
    }
}

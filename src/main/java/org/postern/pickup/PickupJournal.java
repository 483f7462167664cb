package org.postern.pickup;

import java.io.IOException;
import org.postern.http.WebRequest;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.StoredMessage;

/// Where every step of a reader is recorded.
@FunctionalInterface
public interface PickupJournal {
    /// Records a step; durable on return.
    ///
    /// @throws IOException if it could not be recorded: then the step is not taken, and the reader
    ///   is told to try again
    void record(Step step) throws IOException;

    /// Records what a request does with a message.
    ///
    /// @param check what its reader showed
    /// @throws IOException as above
    default void step(WebRequest request, StoredMessage message, Act act, String check)
            throws IOException {
        record(
                new Step(
                        message.message().queueId(),
                        message.message().patient(),
                        act,
                        check,
                        request.peer(),
                        request.device()));
    }

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
        NOT_ME("not-me"),
        REMEMBERED("device-remembered"),
        FORGOTTEN("device-forgotten"),
        /// An old secret of a device came back.
        STOLEN("device-stolen"),
        DEVICE_CODE("device-code-shown"),
        PASSKEY("passkey-added"),
        CAREGIVER_INVITED("caregiver-invited"),
        CAREGIVER_ENDED("caregiver-ended"),
        CAREGIVER_OPENED("caregiver-opened"),
        /// A patient asked for a key of her own.
        KEY_ASKED("key-asked"),
        KEY_WITHDRAWN("key-withdrawn"),
        /// A patient chose ordinary mail.
        ORDINARY_CHOSEN("ordinary-mail-chosen"),
        ORDINARY_WITHDRAWN("ordinary-mail-withdrawn"),
        /// Somebody asked for a link to write first; it goes to the address of the reader.
        START_ASKED("start-asked"),
        /// A patient began a conversation.
        STARTED("started");

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

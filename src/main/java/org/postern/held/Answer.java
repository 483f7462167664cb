package org.postern.held;

/// What came of deciding about a held message. The words are for operators.
public sealed interface Answer {
    String words();

    /// All that she was asked about is decided, and on disk as such.
    record Done(String words) implements Answer {}

    /// It is on disk as decided, and something of it is held still: another rule holds it, somebody
    /// else has to agree, or a part of it is refused.
    record StillHeld(String words) implements Answer {}

    /// Noted; somebody else has to agree.
    record Noted(String words) implements Answer {}

    /// Somebody decided before, or the time ended; or nothing is held of the part that she named,
    /// or something else holds it by now than she named.
    record Late(String words) implements Answer {}

    /// Not she, or not so.
    record Refused(Why why, String words) implements Answer {}

    /// Nothing of this name is held that she may decide about.
    record Unknown() implements Answer {
        @Override
        public String words() {
            return "nothing to do";
        }
    }

    /// Why something is refused.
    enum Why {
        /// Two people have to agree, and she wrote it.
        OWN_MESSAGE,
        /// The rest of the policy would refuse the message.
        POLICY
    }
}

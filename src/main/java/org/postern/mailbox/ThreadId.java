package org.postern.mailbox;

/// Names one conversation between a clinician and a patient: 22 random characters of base64url.
/// Knowing it grants nothing.
public record ThreadId(String value) {
    public ThreadId {
        if (!MessageKey.isRandom(value)) {
            throw new IllegalArgumentException("not a thread id");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

package org.postern.approval;

import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.postern.held.HeldDesk;
import org.postern.mail.Content;
import org.postern.mail.QueueId;
import org.postern.sasl.SlowLogins;

/// What these pages need of the rest of the gateway.
///
/// @param logins the same check, with the same patience, as for those who submit mail
public record ApprovalParts(
        HeldDesk desk, Contents contents, SlowLogins logins, Journal journal, World world) {
    /// The content of a queued message.
    @FunctionalInterface
    public interface Contents {
        Content of(QueueId id) throws IOException;
    }

    /// Where it is written down who signs in.
    @FunctionalInterface
    public interface Journal {
        /// @param act `approver signed in` and the like
        /// @param detail address and peer
        void note(String act, String detail) throws IOException;
    }

    /// @param random cryptographically strong
    public record World(InstantSource clock, RandomGenerator random) {}
}

package org.postern.audit;

import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import org.postern.mail.QueueId;

/// The append-only record of everything that matters for one message: each entry carries a sequence
/// number and a MAC over itself and the entry before, so that a change, a deletion or an exchange
/// of any entry shows.
public interface AuditLog extends AutoCloseable {
    /// Appends entries in one go; they are on disk, synced, when it returns. Threads that append at
    /// the same time share a sync.
    ///
    /// An entry is durable before its effect is visible outside: a caller appends first.
    ///
    /// @throws IOException if the volume is bad or full; the caller must then not go on (fail
    ///   closed)
    void append(AuditEvent... events) throws IOException;

    /// Hands over what was audited of attempts on some messages: all since an instant, perhaps some
    /// before it, perhaps some on other messages, oldest first.
    ///
    /// What was there when the log was opened was read then, and is not read as a whole again.
    ///
    /// @throws IOException if the log cannot be read
    void attempts(Instant since, Set<QueueId> of, Consumer<AuditEntry> to) throws IOException;

    @Override
    void close() throws IOException;
}

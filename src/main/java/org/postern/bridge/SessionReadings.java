package org.postern.bridge;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.mailbox.MessageKey;
import org.postern.mailfolder.Filed;

/// What one session reads: each message is written down once, before anything of it is told. It
/// belongs to the session's thread.
public final class SessionReadings {
    /// Of more, the first are forgotten and written down once more when they are read again.
    private static final int REMEMBERED_MAX = 500;

    private final Readings readings;
    private final Set<MessageKey> noted = new LinkedHashSet<>();

    public SessionReadings(Readings readings) {
        this.readings = readings;
    }

    /// @return those of them that may be shown, in the same order: they are written down
    /// @throws IOException if it could not be written down; then nothing may be shown
    public List<Filed> note(Address reader, List<Filed> messages) throws IOException {
        List<MessageKey> fresh =
                messages.stream().map(Filed::key).filter(it -> !noted.contains(it)).toList();
        if (!fresh.isEmpty()) {
            noted.addAll(readings.note(reader, fresh));
        }
        List<Filed> written = messages.stream().filter(it -> noted.contains(it.key())).toList();
        while (noted.size() > REMEMBERED_MAX) {
            noted.remove(noted.iterator().next());
        }
        return written;
    }
}

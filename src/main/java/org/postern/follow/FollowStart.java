package org.postern.follow;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.postern.mailbox.StoredMessage;
import org.postern.store.Database;
import org.postern.transit.SecureMailbox;

/// Begins to watch over a message when its notice goes out.
public final class FollowStart implements SecureMailbox.FollowUp {
    private final FollowTable table;
    private final FollowSettings settings;
    private final InstantSource clock;

    public FollowStart(Database database, FollowSettings settings, InstantSource clock) {
        this.table = new FollowTable(database);
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void begin(StoredMessage message) throws IOException {
        Instant now = clock.instant();
        boolean reminds = settings.terms().reminds();
        table.begin(
                message.key(),
                now,
                reminds ? settings.times().begin(now, message.message().stay()) : null);
    }
}

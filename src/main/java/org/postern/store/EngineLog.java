package org.postern.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/// Listens to what HSQLDB logs: warnings go on to our log, chatter ends here, and a failed sync is
/// remembered, because HSQLDB reports it nowhere else.
///
/// The engine's logger belongs to the process, so with several databases in it each hears them all.
final class EngineLog extends Handler {
    private static final String SYNC_FAILED = "synch error";

    /// A field, because java.util.logging forgets loggers that nobody holds.
    private final Logger engine = Logger.getLogger("hsqldb.db");

    private final AtomicBoolean syncFailed = new AtomicBoolean();

    EngineLog() {
        engine.setUseParentHandlers(false);
        engine.setLevel(Level.WARNING);
        engine.addHandler(this);
    }

    /// @throws IOException if a sync failed since this listens
    void requireSynced() throws IOException {
        if (syncFailed.get()) {
            throw new IOException(
                    "the database could not sync its log: check the volume, then restart");
        }
    }

    @Override
    public void publish(LogRecord entry) {
        String message = String.valueOf(entry.getMessage());
        if (message.contains(SYNC_FAILED)) {
            syncFailed.set(true);
        }
        if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
            LoggerFactory.getLogger(EngineLog.class).warn("HSQLDB: {}", message);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        engine.removeHandler(this);
    }
}

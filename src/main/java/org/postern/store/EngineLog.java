package org.postern.store;

import java.io.IOException;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/// Listens to what HSQLDB logs: warnings go on to our log, chatter ends here, and a failure is
/// remembered, because HSQLDB acknowledges a commit whose log it could not write or sync, and
/// reports that nowhere else.
///
/// The engine's logger belongs to the process, so with several databases in it each hears them all.
final class EngineLog extends Handler {
    /// A field, because java.util.logging forgets loggers that nobody holds.
    private final Logger engine = Logger.getLogger("hsqldb.db");

    private final BooleanSupplier full;
    private volatile Fault fault = Fault.NONE;

    /// What the engine is worth.
    enum Fault {
        NONE,
        /// Something was not written: what lies on disk up to there is good.
        NOT_WRITTEN,
        /// A sync failed, and not for lack of room: the kernel has forgotten the pages, and nobody
        /// knows what else of the volume is bad.
        NOT_SYNCED
    }

    /// @param full whether there is no room on the volume now
    EngineLog(BooleanSupplier full) {
        this.full = full;
        engine.setUseParentHandlers(false);
        engine.setLevel(Level.WARNING);
        engine.addHandler(this);
    }

    /// The worst since this listens, or since it was told to forget.
    Fault fault() {
        return fault;
    }

    /// The engine was opened again.
    void forget() {
        fault = Fault.NONE;
    }

    /// Takes note of a failure that the engine has told its caller.
    void notWritten() {
        note(Fault.NOT_WRITTEN);
    }

    private synchronized void note(Fault heard) {
        if (heard.compareTo(fault) > 0) {
            fault = heard;
        }
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() < Level.WARNING.intValue()) {
            return;
        }
        String message = String.valueOf(entry.getMessage());
        Throwable thrown = entry.getThrown();
        // Of other exceptions the words may quote a row.
        String cause = thrown instanceof IOException ? String.valueOf(thrown.getMessage()) : "";
        note(judge(message.toLowerCase(Locale.ROOT), cause, thrown != null));
        // Behind the colon it quotes, as it does of a log that it cannot read.
        String what = message.split(":", 2)[0];
        LoggerFactory.getLogger(EngineLog.class).warn("HSQLDB: {} {}", what, cause);
    }

    private Fault judge(String message, String cause, boolean thrown) {
        if (message.contains("synch error") || message.contains("sync error")) {
            boolean room =
                    !full.getAsBoolean()
                            && !(message + cause)
                                    .toLowerCase(Locale.ROOT)
                                    .contains("no space left");
            return room ? Fault.NOT_SYNCED : Fault.NOT_WRITTEN;
        }
        boolean failed = thrown || message.contains("error") || message.contains("failed");
        return failed ? Fault.NOT_WRITTEN : Fault.NONE;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        engine.removeHandler(this);
    }
}

package org.postern.smtp;

import java.io.Closeable;
import java.io.IOException;
import org.postern.mail.Draft;
import org.postern.origin.OwnFieldFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A message on its way in: the draft that takes it, and the reader that watches over its octets.
/// While it is open it holds a place of `Receiving`.
final class Incoming implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

    private final Draft draft;
    private final OwnFieldFilter filter;
    private final DataReader reader;
    private final Receiving receiving;
    private final String session;

    private Incoming(
            Draft draft,
            OwnFieldFilter filter,
            DataReader reader,
            Receiving receiving,
            String session) {
        this.draft = draft;
        this.filter = filter;
        this.reader = reader;
        this.receiving = receiving;
        this.session = session;
    }

    /// What stands before the octets of the client.
    @FunctionalInterface
    interface TraceField {
        byte[] of(Draft draft);
    }

    /// @param session its name in the log
    /// @throws IOException if no draft can be opened or written; nothing is held then
    static Incoming open(
            SmtpServer.Parts parts, String session, DataReader.Framing framing, TraceField trace)
            throws IOException {
        Receiving receiving = parts.receiving();
        receiving.enter();
        Draft draft = null;
        try {
            draft = parts.drafts().open();
            draft.out().write(trace.of(draft));
            long max = parts.listener().limits().messageOctets();
            OwnFieldFilter filter = new OwnFieldFilter(draft.out(), parts.listener().ownFields());
            DataReader reader = new DataReader(framing, filter, max);
            Incoming incoming = new Incoming(draft, filter, reader, receiving, session);
            draft = null;
            return incoming;
        } catch (IOException | RuntimeException e) {
            receiving.leave();
            throw e;
        } finally {
            if (draft != null) {
                discard(draft, session);
            }
        }
    }

    Draft draft() {
        return draft;
    }

    DataReader reader() {
        return reader;
    }

    /// The end has come, and nothing was wrong.
    void finish() throws IOException {
        filter.finish();
        if (filter.removed() > 0) {
            LOG.info("{} {} {} forged fields removed", session, draft.id(), filter.removed());
        }
    }

    /// A draft that was committed is the spool's; of any other nothing may stay.
    @Override
    public void close() {
        receiving.leave();
        discard(draft, session);
    }

    /// If closing fails the reply holds all the same: the spool sweeps what was never committed at
    /// its next start.
    private static void discard(Draft draft, String session) {
        try {
            draft.close();
        } catch (IOException e) {
            LOG.warn("{} {} was not closed: {}", session, draft.id(), e.toString());
        }
    }
}

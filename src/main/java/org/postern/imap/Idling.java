package org.postern.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One IDLE: RFC 2177. While the session's thread waits for the end of it, another one tells what
/// changes in the folder, at once, and says now and then that the server is there.
final class Idling {
    private static final Logger LOG = LoggerFactory.getLogger(Idling.class);

    private final Conversation conversation;
    private final @Nullable View view;
    private final Duration stillHere;
    private final Semaphore changes = new Semaphore(1);
    private volatile boolean over;

    /// @param view null if no folder is selected
    Idling(Conversation conversation, @Nullable View view, Duration stillHere) {
        this.conversation = conversation;
        this.view = view;
        this.stillHere = stillHere;
    }

    /// Until the client says DONE, or anything else.
    ///
    /// @return what it said
    Conversation.Heard run() throws IOException, InterruptedException {
        conversation.write("+ idling\r\n");
        conversation.flush();
        Runnable listener = changes::release;
        if (view != null) {
            view.folder().listen(listener);
        }
        Thread teller = Thread.ofVirtual().name("imap-idle").start(this::tell);
        try {
            return conversation.readLine(false);
        } finally {
            over = true;
            changes.release();
            if (view != null) {
                view.folder().unlisten(listener);
            }
            // What it writes has a deadline of its own.
            teller.join();
        }
    }

    /// RFC 2177: whatever is not DONE ends it as well, but is an error.
    ///
    /// @return null if the client has gone
    static @Nullable Answer answer(Conversation.Heard heard) {
        return switch (heard) {
            case Conversation.Heard.Octets(byte[] octets) ->
                    new String(octets, ISO_8859_1).equalsIgnoreCase("DONE")
                            ? Answer.ok("back to work")
                            : Answer.bad("IDLE ends with DONE");
            case Conversation.Heard.TooBig _, Conversation.Fault _ -> null;
        };
    }

    private void tell() {
        try {
            while (!over) {
                boolean changed = changes.tryAcquire(stillHere.toNanos(), TimeUnit.NANOSECONDS);
                changes.drainPermits();
                if (over) {
                    return;
                }
                if (!changed) {
                    conversation.write("* OK still here\r\n");
                } else if (view != null) {
                    view.sync(conversation, true, new int[0]);
                }
                conversation.flush();
            }
        } catch (IOException e) {
            LOG.debug("nothing more can be told in an IDLE: {}", e.toString());
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Wakes the session's thread.
    private void end() {
        try {
            conversation.abort();
        } catch (IOException e) {
            LOG.debug("the connection is closed already: {}", e.toString());
        }
    }
}

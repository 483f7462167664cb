package org.postern.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.postern.mailfolder.MailFolder;
import org.postern.showing.View;
import org.postern.talk.Answer;
import org.postern.talk.Conversation;
import org.postern.talk.Heard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One IDLE: RFC 2177. While the session's thread waits for the end of it, another one tells what
/// changes in the folder, at once, and says now and then that the server is there.
final class Idling {
    private static final Logger LOG = LoggerFactory.getLogger(Idling.class);

    static final String REVOKED = "this password was taken back or changed; log in again";

    /// What was told of the folder holds no more: RFC 3501 §2.3.1.1.
    static final String CHANGED = "the folders have changed; log in again";

    /// How often it is looked whether the client may still listen.
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final Conversation conversation;
    private final @Nullable View view;
    private final Ends ends;
    private final Semaphore changes = new Semaphore(1);
    private volatile boolean over;
    private String why = "client gone";

    /// What the client hears without a change, and how it ends without the client.
    ///
    /// @param stillHere how often the client hears that the server is there
    /// @param stopping at zero once the server stops
    /// @param good whether the client may still listen
    record Ends(Duration stillHere, CountDownLatch stopping, BooleanSupplier good) {}

    /// @param view null if no folder is selected
    Idling(Conversation conversation, @Nullable View view, Ends ends) {
        this.conversation = conversation;
        this.view = view;
        this.ends = ends;
    }

    /// Until the client says DONE, or anything else.
    ///
    /// @return null if the session is over
    @Nullable Answer run() throws IOException {
        conversation.write("+ idling\r\n");
        conversation.flush();
        Runnable listener = changes::release;
        if (view != null) {
            view.folder().listen(listener);
        }
        // Its first round tells what has changed since, and lets the session be dismissed.
        Thread teller = Thread.ofVirtual().name("imap-idle").start(this::tell);
        Heard heard;
        try {
            heard = conversation.readLine(false);
        } finally {
            over = true;
            changes.release();
            if (view != null) {
                view.folder().unlisten(listener);
            }
            join(teller);
        }
        if (!conversation.setIdle(false)) {
            why = "dismissed";
            return null;
        }
        return answer(heard);
    }

    /// What it writes has a deadline of its own.
    private static void join(Thread teller) throws InterruptedIOException {
        try {
            teller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("an IDLE was interrupted");
        }
    }

    /// Why there was no answer.
    String why() {
        return why;
    }

    /// RFC 2177: whatever is not DONE ends it as well, but is an error.
    private static @Nullable Answer answer(Heard heard) {
        return switch (heard) {
            case Heard.Octets(byte[] octets) ->
                    new String(octets, ISO_8859_1).equalsIgnoreCase("DONE")
                            ? Answer.ok("back to work")
                            : Answer.bad("IDLE ends with DONE");
            case Heard.LetterComes _, Heard.TooBig _, Heard.Fault _ -> null;
        };
    }

    private void tell() {
        try {
            boolean going = true;
            long quiet = 0;
            long stillHere = ends.stillHere().toNanos();
            while (going) {
                long wait = Math.min(LOOK.toNanos(), stillHere - quiet);
                boolean changed = changes.tryAcquire(wait, TimeUnit.NANOSECONDS);
                changes.drainPermits();
                quiet = changed || quiet + wait >= stillHere ? 0 : quiet + wait;
                boolean nothing = quiet > 0 && ends.good().getAsBoolean();
                going = !over && (nothing || tell(changed));
            }
        } catch (IOException e) {
            LOG.debug("nothing more can be told in an IDLE: {}", e.toString());
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Mute is worse than over. Not the message: it may quote what was being read.
            LOG.error("an IDLE ended by a fault of ours: {}", e.getClass().getName());
            end();
        }
    }

    /// Nobody dismisses the session while something is written: two last lines, or one in the
    /// middle of another, would be no protocol. Whoever stops the server counts first and dismisses
    /// then, so either the dismissal finds the session idle, or the count is seen here.
    ///
    /// @return whether the session goes on
    private boolean tell(boolean changed) throws IOException {
        if (!conversation.setIdle(false)) {
            return false;
        }
        if (!ends.good().getAsBoolean()) {
            bye(REVOKED);
            return false;
        }
        if (!changed) {
            conversation.write("* OK still here\r\n");
        } else if (view != null && !sync(view)) {
            return false;
        }
        conversation.flush();
        conversation.setIdle(true);
        if (ends.stopping().getCount() > 0) {
            return true;
        }
        if (conversation.setIdle(false)) {
            conversation.write(ImapServer.STOPPING + "\r\n");
            conversation.flush();
            end();
        }
        return false;
    }

    /// Tells what has changed. If that cannot be found out now it is told later, or the answer to
    /// the next command says so; a client that was cut off would only come back and find the same.
    ///
    /// @return whether the session goes on
    private boolean sync(View selected) throws IOException {
        try {
            selected.sync(conversation, true);
        } catch (MailFolder.LostException e) {
            why = "the folders have gone back";
            bye(CHANGED);
            return false;
        } catch (IOException e) {
            if (e instanceof SocketTimeoutException || Conversation.isLost(e)) {
                throw e;
            }
            LOG.info("news cannot be told in an IDLE now: {}", e.toString());
        }
        return true;
    }

    private void bye(String text) throws IOException {
        conversation.write("* BYE " + text + "\r\n");
        conversation.flush();
        end();
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

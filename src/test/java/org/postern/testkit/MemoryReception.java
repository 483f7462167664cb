package org.postern.testkit;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.postern.mail.Content;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.mail.Reception;
import org.postern.mail.Reply;

/// A reception and a source of drafts that keep everything in memory.
public final class MemoryReception implements Reception, Draft.Source {
    /// What was received.
    ///
    /// @param text each octet a character
    public record Received(Envelope envelope, String text) {
        /// Without the trace field that the server wrote.
        public String body() {
            return text.replaceFirst("^Received:[^\r]*\r\n(?:\t[^\r]*\r\n)*", "");
        }
    }

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger openDrafts = new AtomicInteger();
    private final AtomicLong ids = new AtomicLong();
    private final Function<Envelope, Reply> ruling;

    private MemoryReception(Function<Envelope, Reply> ruling) {
        this.ruling = ruling;
    }

    /// One that accepts everything.
    public static MemoryReception accepting() {
        return ruling(envelope -> new Reply(250, "2.0.0", "Accepted"));
    }

    /// One that keeps a message if the reply is positive.
    public static MemoryReception ruling(Function<Envelope, Reply> ruling) {
        return new MemoryReception(ruling);
    }

    @Override
    public Draft open() {
        openDrafts.incrementAndGet();
        QueueId id =
                QueueId.next(
                        Instant.ofEpochMilli(ids.incrementAndGet()),
                        RandomGenerator.of("L64X128MixRandom"));
        return new MemoryDraft(id);
    }

    @Override
    public Reply receive(Envelope envelope, Draft draft) {
        Reply reply = ruling.apply(envelope);
        if (reply.isPositive()) {
            byte[] octets = ((MemoryDraft) draft).octets.toByteArray();
            received.add(new Received(envelope, new String(octets, StandardCharsets.ISO_8859_1)));
        }
        return reply;
    }

    public List<Received> received() {
        return List.copyOf(received);
    }

    /// Drafts that were opened and not closed.
    public int openDrafts() {
        return openDrafts.get();
    }

    private final class MemoryDraft implements Draft {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private final QueueId id;

        MemoryDraft(QueueId id) {
            this.id = id;
        }

        @Override
        public QueueId id() {
            return id;
        }

        @Override
        public OutputStream out() {
            return octets;
        }

        @Override
        public Content finish() {
            return Content.of(octets.toByteArray());
        }

        @Override
        public void close() {
            openDrafts.decrementAndGet();
        }
    }
}

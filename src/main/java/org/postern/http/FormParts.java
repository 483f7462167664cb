package org.postern.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/// Reads `multipart/form-data` (RFC 7578) part by part while it comes in. Files never lie anywhere
/// in the clear: each part goes where its taker says, octet by octet.
public final class FormParts {
    private static final int PARTS_MAX = 40;
    private static final int PART_HEADER_OCTETS_MAX = 4 * 1024;
    private static final int BLOCK_OCTETS = 16 * 1024;

    /// So much of a body that is too long is read on and thrown away, so that the browser gets to
    /// see the answer and not a broken connection: four times the longest form.
    private static final long DRAIN_OCTETS_MAX = 104L << 20;

    /// A body that is thrown away holds a place for nothing, and so not for long.
    private static final int DRAIN_OCTETS_PER_S_MIN = 20_000;

    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(20);

    /// A body that comes in more slowly than any phone network is given up, so that a drip does not
    /// hold a place for hours.
    private static final int OCTETS_PER_S_MIN = 1_000;

    private static final int PATIENCE_S = 60;

    private FormParts() {}

    /// @param filename as the browser sent it, not to be trusted; null if the part is no file
    /// @param type as the browser sent it, not to be trusted
    public record Part(String name, @Nullable String filename, String type) {}

    /// Takes the parts in the order of the form.
    @FunctionalInterface
    public interface Taker {
        /// @return takes the octets of the part; closed at its end
        OutputStream take(Part part) throws IOException;
    }

    static void read(String contentType, InputStream body, LongSupplier octetsMax, Taker taker)
            throws IOException {
        String boundary = MultiPart.extractBoundary(contentType);
        if (boundary == null || boundary.isEmpty() || boundary.length() > 70) {
            throw new BadRequest(400, "no boundary");
        }
        Listener listener = new Listener(taker);
        MultiPart.Parser parser = new MultiPart.Parser(boundary, listener);
        parser.setMaxParts(PARTS_MAX);
        parser.setPartHeadersMaxLength(PART_HEADER_OCTETS_MAX);
        try {
            long octets = 0;
            long begun = NanoTime.now();
            byte[] block = new byte[BLOCK_OCTETS];
            for (int n = body.read(block); n >= 0; n = body.read(block)) {
                octets += n;
                long most = octetsMax.getAsLong();
                if (octets > most) {
                    drain(body, DRAIN_PATIENCE);
                    throw new BadRequest(413, "too long");
                }
                if (NanoTime.secondsSince(begun) > PATIENCE_S + octets / OCTETS_PER_S_MIN) {
                    throw new BadRequest(408, "too slow");
                }
                parser.parse(Content.Chunk.from(ByteBuffer.wrap(block, 0, n), false));
                listener.check();
            }
            parser.parse(Content.Chunk.EOF);
            listener.check();
        } finally {
            listener.close();
        }
        if (!listener.complete) {
            throw new BadRequest(400, "damaged multipart body");
        }
    }

    /// @param patience for a body that comes more slowly than it must
    static void drain(InputStream body, Duration patience) throws IOException {
        byte[] block = new byte[BLOCK_OCTETS];
        long begun = NanoTime.now();
        long octets = 0;
        for (int n = 0; n >= 0 && octets < DRAIN_OCTETS_MAX; n = body.read(block)) {
            octets += n;
            long most = patience.toMillis() + octets * 1_000 / DRAIN_OCTETS_PER_S_MIN;
            if (NanoTime.millisSince(begun) > most) {
                throw new BadRequest(408, "too slow");
            }
        }
    }

    private static final class Listener extends MultiPart.AbstractPartsListener {
        private final Taker taker;
        private @Nullable OutputStream out;
        private @Nullable WritableByteChannel channel;
        private String type = "application/octet-stream";
        private boolean complete;
        private @Nullable IOException fault;

        Listener(Taker taker) {
            this.taker = taker;
        }

        @Override
        public void onPartHeader(String name, String value) {
            super.onPartHeader(name, value);
            if (HttpHeader.CONTENT_TYPE.is(name)) {
                type = HttpField.getValueParameters(value, null);
            }
        }

        @Override
        public void onPartHeaders() {
            String name = getName();
            try {
                check();
                if (name == null) {
                    throw new BadRequest(400, "a part without a name");
                }
                out = taker.take(new Part(name, getFileName(), type));
                channel = Channels.newChannel(out);
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }

        @Override
        public void onPartContent(Content.Chunk chunk) {
            try {
                ByteBuffer octets = chunk.getByteBuffer();
                while (channel != null && octets.hasRemaining()) {
                    channel.write(octets);
                }
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }

        @Override
        public void onPart(String name, String fileName, HttpFields headers) {
            try {
                close();
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
            type = "application/octet-stream";
        }

        @Override
        public void onComplete() {
            complete = true;
        }

        @Override
        public void onFailure(Throwable failure) {
            complete = false;
        }

        /// The parser catches and drops whatever a listener throws, so a fault is kept for [#check]
        /// and nothing is written after it.
        private void fail(Exception e) {
            if (fault == null) {
                fault = e instanceof IOException known ? known : new IOException(e);
            }
            channel = null;
        }

        /// @throws IOException if a part could not be taken
        void check() throws IOException {
            if (fault != null) {
                throw fault;
            }
        }

        private void close() throws IOException {
            OutputStream ended = out;
            out = null;
            channel = null;
            if (ended != null) {
                ended.close();
            }
        }
    }
}

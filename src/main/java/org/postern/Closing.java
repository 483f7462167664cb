package org.postern;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has to be closed when the gateway stops: the last one opened goes first. A part that fails
/// to close is logged, and the others are closed all the same.
final class Closing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final Deque<Part> parts = new ArrayDeque<>();

    private record Part(String name, Closeable closeable) {}

    void later(String name, Closeable part) {
        parts.push(new Part(name, part));
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.closeable().close();
            } catch (IOException | RuntimeException e) {
                LOG.error("the {} did not close: {}", part.name(), e.getMessage());
            }
        }
    }
}

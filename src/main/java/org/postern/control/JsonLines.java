package org.postern.control;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/// A connection as lines of JSON, in both directions.
final class JsonLines implements Closeable {
    /// Room for a message with a thousand recipients.
    private static final int LINE_OCTETS_MAX = 4 * 1024 * 1024;

    private static final JsonMapper JSON = new JsonMapper();

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    JsonLines(SocketChannel channel) {
        this.channel = channel;
        this.in = new BufferedInputStream(Channels.newInputStream(channel));
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 64 * 1024);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// The next line; empty at the end.
    ///
    /// @throws IOException if it is too long, or no JSON object
    Optional<ObjectNode> read() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                return Optional.empty();
            }
            line.write(octet);
            if (line.size() > LINE_OCTETS_MAX) {
                throw new IOException("a line of more than " + LINE_OCTETS_MAX + " octets");
            }
        }
        JsonNode node = JSON.readTree(line.toByteArray());
        if (node instanceof ObjectNode object) {
            return Optional.of(object);
        }
        throw new JsonParseException(null, "a line that is no JSON object");
    }

    /// Lines are sent when there are enough of them, and at the close.
    void write(ObjectNode line) throws IOException {
        out.write(JSON.writeValueAsBytes(line));
        out.write('\n');
    }

    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            out.flush();
        }
    }
}

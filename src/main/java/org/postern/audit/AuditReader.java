package org.postern.audit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Consumer;
import org.postern.mail.QueueId;

/// Reads the log for people. Whether the log is true it leaves to the verifier. It needs no key,
/// and may run while a gateway writes.
public final class AuditReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AuditFolder folder;

    public AuditReader(AuditFolder folder) {
        this.folder = folder;
    }

    /// Hands over every entry, oldest first.
    ///
    /// @throws IOException if the log cannot be read, or a line of it is no entry
    public void read(Consumer<AuditEntry> to) throws IOException {
        readLines("", to);
    }

    /// Hands over every entry that names this queue id, as its own or as its cause, oldest first.
    public void read(QueueId id, Consumer<AuditEntry> to) throws IOException {
        // Most lines are of other messages: they are not worth parsing.
        readLines(
                id.value(),
                entry -> {
                    if (entry.text("id").equals(id.value())
                            || entry.text("cause").equals(id.value())) {
                        to.accept(entry);
                    }
                });
    }

    private void readLines(String word, Consumer<AuditEntry> to) throws IOException {
        for (Path segment : folder.segments()) {
            try (LineReader lines = new LineReader(folder.disk(), segment)) {
                long number = 1;
                for (Optional<LineReader.Line> line = lines.next();
                        line.isPresent() && line.get().ended();
                        line = lines.next()) {
                    String text = line.get().text();
                    if (text.contains(word)) {
                        to.accept(entry(text, AuditFolder.name(segment) + ":" + number));
                    }
                    number++;
                }
            }
        }
    }

    private static AuditEntry entry(String line, String place) throws IOException {
        try {
            JsonNode json = JSON.readTree(line);
            return new AuditEntry(
                    json.path("seq").asLong(),
                    Instant.parse(json.path("at").asText()),
                    json.path("event").asText(),
                    json);
        } catch (JacksonException | DateTimeParseException e) {
            throw new IOException(place + " is no entry of an audit log; verify the log", e);
        }
    }
}

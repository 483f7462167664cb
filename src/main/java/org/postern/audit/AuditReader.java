package org.postern.audit;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
        readLines(folder.segments(), _ -> true, to);
    }

    /// Hands over the outcomes of attempts on some messages, in all segments that may hold some
    /// since an instant; perhaps of other messages as well.
    ///
    /// @param walked what a start has seen already: of that, only the lines that are sought are
    ///   read
    void readAttempts(
            Instant since, AuditTail.Sought sought, AuditTail.End walked, Consumer<AuditEntry> to)
            throws IOException {
        Consumer<AuditEntry> attempts =
                entry -> {
                    if (entry.event().equals("attempted")) {
                        to.accept(entry);
                    }
                };
        for (Path segment : segments(since)) {
            int number = AuditFolder.number(segment);
            try (LineReader lines = new LineReader(folder.disk(), segment)) {
                if (walked.attempts().cover(number) && number <= walked.segment()) {
                    for (long octet : walked.attempts().of(sought, number)) {
                        String place = AuditFolder.name(segment) + ", octet " + octet;
                        lines.seek(octet);
                        Optional<LineReader.Line> line = lines.next();
                        attempts.accept(entry(line.map(LineReader.Line::text).orElse(""), place));
                    }
                    lines.seek(number < walked.segment() ? lines.size() : walked.octets());
                }
                readLines(segment, lines, sought::mayBe, attempts);
            }
        }
    }

    /// Hands over every entry since an instant, and perhaps some before it, oldest first.
    ///
    /// @throws IOException if the log cannot be read, or a line of it is no entry
    public void read(Instant since, Consumer<AuditEntry> to) throws IOException {
        readLines(segments(since), _ -> true, to);
    }

    /// The segments that may hold entries since an instant.
    private List<Path> segments(Instant since) throws IOException {
        List<Path> segments = folder.segments();
        int first = segments.size();
        boolean older = false;
        while (first > 0 && !older) {
            first--;
            older = beginsBefore(segments.get(first), since);
        }
        return segments.subList(first, segments.size());
    }

    private boolean beginsBefore(Path segment, Instant since) throws IOException {
        try (LineReader lines = new LineReader(folder.disk(), segment)) {
            Optional<LineReader.Line> line = lines.next();
            return line.isPresent()
                    && line.get().ended()
                    && entry(line.get().text(), AuditFolder.name(segment) + ":1")
                            .at()
                            .isBefore(since);
        }
    }

    /// Hands over every entry that names this queue id, as its own or as its cause, oldest first.
    public void read(QueueId id, Consumer<AuditEntry> to) throws IOException {
        // Most lines are of other messages: they are not worth parsing.
        readLines(
                folder.segments(),
                line -> line.contains(id.value()),
                entry -> {
                    if (entry.text("id").equals(id.value())
                            || entry.text("cause").equals(id.value())) {
                        to.accept(entry);
                    }
                });
    }

    private void readLines(List<Path> segments, Predicate<String> which, Consumer<AuditEntry> to)
            throws IOException {
        for (Path segment : segments) {
            try (LineReader lines = new LineReader(folder.disk(), segment)) {
                readLines(segment, lines, which, to);
            }
        }
    }

    private static void readLines(
            Path segment, LineReader lines, Predicate<String> which, Consumer<AuditEntry> to)
            throws IOException {
        long number = 1;
        for (Optional<LineReader.Line> line = lines.next();
                line.isPresent() && line.get().ended();
                line = lines.next()) {
            String text = line.get().text();
            if (which.test(text)) {
                to.accept(entry(text, AuditFolder.name(segment) + ":" + number));
            }
            number++;
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

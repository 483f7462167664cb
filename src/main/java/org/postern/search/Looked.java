package org.postern.search;

import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.mailfolder.Filed;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MailDate;
import org.postern.mime.MimeException;
import org.postern.order.SubjectBase;
import org.postern.outline.Outline;

/// One message that is looked at. Its header section is read when it is first asked for, and once,
/// and each field is decoded once.
final class Looked {
    private final int place;
    private final int uid;
    private final @Nullable Filed filed;
    private final Map<String, List<String>> decoded = new HashMap<>();
    private @Nullable HeaderSection fields;
    private boolean areRead;

    /// @param place by sequence number, from 0
    /// @param filed null if no row is needed
    Looked(int place, int uid, @Nullable Filed filed) {
        this.place = place;
        this.uid = uid;
        this.filed = filed;
    }

    int place() {
        return place;
    }

    int uid() {
        return uid;
    }

    Filed row() {
        if (filed == null) {
            throw new IllegalStateException("the keys need a row");
        }
        return filed;
    }

    /// Empty if it cannot be read now, or has none.
    private Optional<HeaderSection> fields() throws IOException {
        if (!areRead) {
            Outline outline = row().outline();
            try {
                fields = outline == null ? null : outline.fields();
            } catch (MimeException e) {
                fields = null;
            }
            areRead = true;
        }
        return Optional.ofNullable(fields);
    }

    /// The fields of a name as they are written, unfolded.
    List<String> raw(String name) throws IOException {
        return fields().stream()
                .flatMap(section -> section.all(name).stream())
                .map(HeaderField::body)
                .toList();
    }

    /// The same, decoded and in lower case.
    List<String> decoded(String name) throws IOException {
        List<String> bodies = decoded.get(name);
        if (bodies == null) {
            bodies =
                    raw(name).stream()
                            .map(body -> EncodedWords.decode(body).toLowerCase(Locale.ROOT))
                            .toList();
            decoded.put(name, bodies);
        }
        return bodies;
    }

    /// What its Date field says; empty if it has none that is one.
    Optional<OffsetDateTime> date() throws IOException {
        List<String> dates = raw("Date");
        return dates.isEmpty() ? Optional.empty() : MailDate.parse(dates.getFirst());
    }

    /// RFC 5256 §2.2.
    Instant sent() throws IOException {
        return date().map(OffsetDateTime::toInstant).orElse(row().arrived());
    }

    SubjectBase subject() throws IOException {
        List<String> subjects = raw("Subject");
        String subject = subjects.isEmpty() ? "" : EncodedWords.decode(subjects.getFirst());
        return SubjectBase.of(subject);
    }
}

package org.postern.gathering;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.Makeup;
import org.postern.facts.Phi;
import org.postern.facts.Subject;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;

/// Header section → facts, purely: the same for a message that comes in, for `explain`, and for the
/// clinic's policy tests.
public final class FactGathering {
    private FactGathering() {}

    /// What does not stand in the message.
    ///
    /// @param internal the clinic's own domains
    /// @param now the clinic's clock on the wall
    public record Around(Set<Domain> internal, LocalDateTime now) {}

    /// What stands in its parts.
    public record Inside(Makeup makeup, Phi phi) {}

    /// @param inside what was seen of the message's parts
    public static Facts of(Envelope envelope, HeaderSection header, Inside inside, Around around) {
        List<Facts.Field> fields = new ArrayList<>();
        for (HeaderField field : header.fields()) {
            String value = EncodedWords.decode(field.body());
            fields.add(new Facts.Field(field.name(), value, isReadable(value)));
        }
        Entry entry =
                new Entry(
                        envelope.arrival().listener(),
                        envelope.reversePath(),
                        envelope.arrival().authenticated(),
                        around.now(),
                        Optional.empty());
        return new Facts(
                entry,
                envelope.recipients(),
                subject(header),
                Facts.Fields.of(fields),
                inside.makeup(),
                inside.phi(),
                around.internal());
    }

    /// A message may have one Subject (RFC 5322 §3.6). With two, nobody knows which one the reader
    /// is shown, so any word may be in it.
    private static Subject subject(HeaderSection header) {
        List<HeaderField> subjects = header.all("Subject");
        if (subjects.isEmpty()) {
            return Subject.of("");
        }
        String subject = EncodedWords.decode(subjects.getFirst().body());
        return subjects.size() == 1 && isReadable(subject)
                ? Subject.of(subject)
                : Subject.UNREADABLE;
    }

    /// An encoded word that is left over could not be decoded.
    private static boolean isReadable(String decoded) {
        return !decoded.contains("=?") && decoded.indexOf('\uFFFD') < 0;
    }
}

package org.postern.transit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.policy.Facts;
import org.postern.policy.SubjectTags;

/// Header section → facts, purely: the same for a message that comes in, for `explain`, and for the
/// clinic's policy tests.
public final class FactGathering {
    private FactGathering() {}

    /// @param size octets of the content
    /// @param internal the clinic's own domains
    public static Facts of(
            Envelope envelope, HeaderSection header, long size, Set<Domain> internal) {
        List<Facts.Field> fields = new ArrayList<>();
        for (HeaderField field : header.fields()) {
            String value = EncodedWords.decode(field.body());
            fields.add(new Facts.Field(field.name(), value, isReadable(value)));
        }
        return new Facts(
                envelope.arrival().listener(),
                envelope.reversePath(),
                envelope.arrival().authenticated(),
                envelope.recipients(),
                subject(header),
                Facts.Fields.of(fields),
                size,
                internal);
    }

    /// A message may have one Subject (RFC 5322 §3.6). With two, nobody knows which one the reader
    /// is shown, so any tag may be in it.
    private static SubjectTags subject(HeaderSection header) {
        List<HeaderField> subjects = header.all("Subject");
        if (subjects.isEmpty()) {
            return SubjectTags.in("");
        }
        String subject = EncodedWords.decode(subjects.getFirst().body());
        return subjects.size() == 1 && isReadable(subject)
                ? SubjectTags.in(subject)
                : SubjectTags.UNREADABLE;
    }

    /// An encoded word that is left over could not be decoded.
    private static boolean isReadable(String decoded) {
        return !decoded.contains("=?") && decoded.indexOf('\uFFFD') < 0;
    }
}

package org.postern.facts;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;

/// All that the policy knows about a message: gathered before by the inspection, so that a ruling
/// can be explained, tested and replayed from these values alone.
///
/// @param internal the clinic's own domains
/// @param asked what others had to say about people before a rule could decide
public record Facts(
        Entry entry,
        List<Address> recipients,
        Subject subject,
        Fields header,
        Makeup makeup,
        Phi phi,
        Set<Domain> internal,
        Asked asked) {
    public Facts {
        recipients = List.copyOf(recipients);
        internal = Set.copyOf(internal);
    }

    /// What was asked for the sake of a message, each only where a rule needs it.
    ///
    /// @param groups who belongs to the groups that rules name
    /// @param reach by which means recipients can be reached
    /// @param choices who chose how the clinic may write to her
    public record Asked(Groups groups, Reach reach, Choices choices) {
        /// Nobody was asked.
        public static final Asked NOTHING =
                new Asked(Groups.NOT_ASKED, Reach.NOT_ASKED, Choices.NOT_ASKED);
    }

    /// Where nobody was asked about people.
    public Facts(
            Entry entry,
            List<Address> recipients,
            Subject subject,
            Fields header,
            Makeup makeup,
            Phi phi,
            Set<Domain> internal) {
        this(entry, recipients, subject, header, makeup, phi, internal, Asked.NOTHING);
    }

    /// The reverse-path; null if it is empty.
    public @Nullable Address originator() {
        return entry.originator();
    }

    /// How the message came in.
    public Listener listener() {
        return entry.listener();
    }

    /// The same with what was found out about where the message comes from.
    public Facts from(Origin origin) {
        return new Facts(
                entry.from(origin), recipients, subject, header, makeup, phi, internal, asked);
    }

    /// Who belongs to the groups that rules name.
    public Groups groups() {
        return asked.groups();
    }

    /// By which means recipients can be reached.
    public Reach reach() {
        return asked.reach();
    }

    /// Who chose how the clinic may write to her.
    public Choices choices() {
        return asked.choices();
    }

    /// The same with what is known of groups.
    public Facts with(Groups groups) {
        return with(new Asked(groups, asked.reach(), asked.choices()));
    }

    /// The same with what is known of ways to recipients.
    public Facts with(Reach reach) {
        return with(new Asked(asked.groups(), reach, asked.choices()));
    }

    /// The same with what is known of choices.
    public Facts with(Choices choices) {
        return with(new Asked(asked.groups(), asked.reach(), choices));
    }

    /// The same with other answers about people.
    public Facts with(Asked answers) {
        return new Facts(entry, recipients, subject, header, makeup, phi, internal, answers);
    }

    /// Addresses and subjects are patients' data too: a log line that meets facts learns nothing.
    @Override
    public String toString() {
        return "Facts[" + listener() + ", " + recipients.size() + " recipients]";
    }

    /// One header field, decoded.
    ///
    /// @param readable false if its value could not be decoded with certainty
    public record Field(String name, String value, boolean readable) {}

    /// The header fields of the message, found by name without regard to case (RFC 5322 §1.2.2).
    public static final class Fields {
        private final Map<String, List<Field>> byName;
        private final boolean complete;

        private Fields(Map<String, List<Field>> byName, boolean complete) {
            this.byName = byName;
            this.complete = complete;
        }

        /// The whole header section.
        public static Fields of(List<Field> fields) {
            return new Fields(index(fields), true);
        }

        /// What could be read of a header section that is damaged or over its limits: any field may
        /// be missing, so each one counts as present.
        public static Fields incomplete(List<Field> fields) {
            return new Fields(index(fields), false);
        }

        private static Map<String, List<Field>> index(List<Field> fields) {
            Map<String, List<Field>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (Field field : fields) {
                byName.computeIfAbsent(field.name(), _ -> new ArrayList<>()).add(field);
            }
            byName.replaceAll((_, same) -> List.copyOf(same));
            return byName;
        }

        /// All fields of this name, in their order.
        public List<Field> named(String name) {
            return byName.getOrDefault(name, List.of());
        }

        /// Whether nothing of the header section was left unread.
        public boolean complete() {
            return complete;
        }
    }

    /// The form in which words are compared: case and surrounding blanks do not count.
    public static String fold(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }
}

package org.postern.policy;

import java.util.List;
import java.util.Set;
import org.postern.mail.Address;
import org.postern.mail.Listener;

/// What a rule asks of a message and one of its recipients. It only tests; [Reading] puts the
/// answer into words.
///
/// What cannot be read counts as present, and the answer says that it rests on this doubt.
public sealed interface Condition {
    /// Whether it holds for this recipient.
    Match test(Facts facts, Address recipient);

    /// A rule without a condition.
    record Always() implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            return Match.YES;
        }
    }

    /// Every part holds.
    record All(List<Condition> parts) implements Condition {
        public All {
            parts = List.copyOf(parts);
        }

        @Override
        public Match test(Facts facts, Address recipient) {
            Match match = Match.YES;
            for (Condition part : parts) {
                match = match.and(part.test(facts, recipient));
                if (match == Match.NO) {
                    return match;
                }
            }
            return match;
        }
    }

    /// At least one part holds.
    record Any(List<Condition> parts) implements Condition {
        public Any {
            parts = List.copyOf(parts);
        }

        @Override
        public Match test(Facts facts, Address recipient) {
            Match match = Match.NO;
            for (Condition part : parts) {
                match = match.or(part.test(facts, recipient));
                if (match == Match.YES) {
                    return match;
                }
            }
            return match;
        }
    }

    /// The part does not hold.
    record Not(Condition part) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            return part.test(facts, recipient).not();
        }
    }

    /// The recipient at hand is one of these.
    record RecipientIs(Who who) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            return Match.of(who.includes(recipient, facts.internal()));
        }
    }

    /// The originator is one of these. The empty reverse-path is nobody.
    record OriginatorIs(Who who) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            Address originator = facts.originator();
            return Match.of(originator != null && who.includes(originator, facts.internal()));
        }
    }

    /// The message came in through one of these listeners.
    record ListenerIs(Set<Listener> listeners) implements Condition {
        public ListenerIs {
            listeners = Set.copyOf(listeners);
        }

        @Override
        public Match test(Facts facts, Address recipient) {
            return Match.of(listeners.contains(facts.listener()));
        }
    }

    /// The subject carries `[tag]`, in any case.
    record SubjectTag(String tag) implements Condition {
        public SubjectTag {
            tag = Facts.fold(tag);
        }

        @Override
        public Match test(Facts facts, Address recipient) {
            return facts.subject().has(tag);
        }
    }

    /// One of the header fields of this name passes the test.
    record HeaderField(String name, FieldTest test) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            Match match = facts.header().complete() ? Match.NO : Match.DOUBTFUL_YES;
            for (Facts.Field field : facts.header().named(name)) {
                boolean passes = test.passes(field.value());
                match =
                        match.or(
                                !passes && !field.readable()
                                        ? Match.DOUBTFUL_YES
                                        : Match.of(passes));
            }
            return match;
        }
    }

    /// What is asked of a header field's value. Case and surrounding blanks do not count.
    sealed interface FieldTest {
        boolean passes(String value);

        /// The field is there, whatever it says.
        record Present() implements FieldTest {
            @Override
            public boolean passes(String value) {
                return true;
            }
        }

        /// The value is this text.
        record Is(String text) implements FieldTest {
            public Is {
                text = Facts.fold(text);
            }

            @Override
            public boolean passes(String value) {
                return Facts.fold(value).equals(text);
            }
        }

        /// The value holds this text.
        record Contains(String text) implements FieldTest {
            public Contains {
                text = Facts.fold(text);
            }

            @Override
            public boolean passes(String value) {
                return Facts.fold(value).contains(text);
            }
        }
    }
}

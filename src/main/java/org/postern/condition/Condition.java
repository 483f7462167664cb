package org.postern.condition;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.facts.Attachment;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.facts.Groups.Question;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
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
            return who.includes(recipient, facts);
        }
    }

    /// Protected mail can reach the recipient at hand by one of these means, as far as that can be
    /// told before it is tried.
    record RecipientCan(Set<Means> means) implements Condition {
        public RecipientCan {
            means = Set.copyOf(means);
        }

        @Override
        public Match test(Facts facts, Address recipient) {
            Match match = Match.NO;
            for (Means each : means) {
                match = match.or(can(facts.reach().of(each, recipient)));
            }
            return match;
        }

        private static Match can(Reach.Answer answer) {
            return switch (answer) {
                case CAN -> Match.YES;
                case CANNOT -> Match.NO;
                case SEEMS_NOT -> Match.DOUBTFUL_NO;
                case UNKNOWN, NOT_ASKED -> Match.UNKNOWN;
            };
        }
    }

    /// The recipient at hand chose this way of mail, and it is on record.
    record RecipientChose(Choices.Channel channel) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            return switch (facts.choices().of(recipient)) {
                case ORDINARY_MAIL -> Match.of(channel == Choices.Channel.ORDINARY_MAIL);
                case NONE -> Match.NO;
                case UNKNOWN, NOT_ASKED -> Match.UNKNOWN;
            };
        }
    }

    /// The originator is one of these. The empty reverse-path is nobody.
    record OriginatorIs(Who who) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            Address originator = facts.originator();
            return originator == null ? Match.NO : who.includes(originator, facts);
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
            if (facts.subject().tags().tags().contains(tag)) {
                return Match.YES;
            }
            return facts.subject().tags().readable() ? Match.NO : Match.DOUBTFUL_YES;
        }
    }

    /// One of the header fields of this name passes the test.
    record HeaderField(String name, TextTest test) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            Match match = facts.header().complete() ? Match.NO : Match.DOUBTFUL_YES;
            for (Facts.Field field : facts.header().named(name)) {
                match = match.or(TextTest.asked(test, field.value(), field.readable()));
            }
            return match;
        }
    }

    /// The subject passes the test.
    record SubjectText(TextTest test) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            Subject subject = facts.subject();
            return TextTest.asked(test, subject.text(), subject.readable());
        }
    }

    /// The message goes to so many recipients, all counted, not only the one at hand.
    record RecipientCount(Comparison count) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            return Match.of(count.holds(facts.recipients().size()));
        }
    }

    /// The message has so many octets.
    record Size(Comparison octets) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            return Match.of(octets.holds(facts.makeup().size()));
        }
    }

    /// At least one attachment passes the test.
    record AttachmentHas(FileTest test) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            Match match = facts.makeup().complete() ? Match.NO : Match.DOUBTFUL_YES;
            for (Attachment file : facts.makeup().attachments()) {
                match = match.or(test.of(file));
                if (match == Match.YES) {
                    return match;
                }
            }
            return match;
        }
    }

    /// The author's program encrypted or signed it, as the message says of itself. That is a claim,
    /// so a yes is in doubt: what rests on it is not sent without protection.
    record SmimeIs(Set<SmimeLabel> labels) implements Condition {
        public SmimeIs {
            labels = Set.copyOf(labels);
        }

        @Override
        public Match test(Facts facts, Address recipient) {
            SmimeLabel label = facts.makeup().label();
            if (label == SmimeLabel.NONE) {
                return Match.of(labels.contains(label));
            }
            return labels.contains(label) ? Match.DOUBTFUL_YES : Match.DOUBTFUL_NO;
        }
    }

    /// What was found out about where it comes from. Of mail from inside nothing is found out; of
    /// mail from outside that nobody looked at, nothing is known.
    record OriginHas(OriginTest test) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            boolean passes = test.passes(facts.entry().origin());
            boolean unknown =
                    facts.listener() == Listener.INBOUND && facts.entry().origin().isEmpty();
            if (!unknown) {
                return Match.of(passes);
            }
            return passes ? Match.DOUBTFUL_YES : Match.DOUBTFUL_NO;
        }
    }

    /// Health information about somebody was found in it.
    record PhiHas(PhiTest test) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            return test.of(facts.phi());
        }
    }

    /// It came in within these hours.
    record CameAt(TimeTest test) implements Condition {
        @Override
        public Match test(Facts facts, Address recipient) {
            return Match.of(test.includes(facts.entry().at()));
        }
    }

    /// The conditions that this one is made of; none for one that asks the facts itself.
    default List<Condition> inside() {
        return switch (this) {
            case All(List<Condition> parts) -> parts;
            case Any(List<Condition> parts) -> parts;
            case Not(Condition part) -> List.of(part);
            case Always _,
                    RecipientIs _,
                    RecipientCan _,
                    RecipientChose _,
                    OriginatorIs _,
                    ListenerIs _,
                    SubjectTag _,
                    SubjectText _,
                    HeaderField _,
                    RecipientCount _,
                    Size _,
                    AttachmentHas _,
                    SmimeIs _,
                    OriginHas _,
                    PhiHas _,
                    CameAt _ ->
                    List.of();
        };
    }

    /// Whether it may say something else of another recipient of the same message.
    default boolean asksForRecipient() {
        return this instanceof RecipientIs
                || this instanceof RecipientCan
                || this instanceof RecipientChose
                || inside().stream().anyMatch(Condition::asksForRecipient);
    }

    /// Whether it needs to know who belongs to a group of the directory.
    default boolean asksForGroups() {
        return asksAbout().isPresent() || inside().stream().anyMatch(Condition::asksForGroups);
    }

    /// Whether it needs to know what somebody chose.
    default boolean asksForChoices() {
        return this instanceof RecipientChose
                || inside().stream().anyMatch(Condition::asksForChoices);
    }

    /// The groups that it names.
    default Stream<String> groups() {
        return Stream.concat(
                asksAbout().stream().flatMap(who -> who.groups().stream()),
                inside().stream().flatMap(Condition::groups));
    }

    /// Whom it asks about, if it is a leaf that names groups.
    private Optional<Who> asksAbout() {
        Optional<Who> who = Optional.empty();
        if (this instanceof RecipientIs(Who recipients)) {
            who = Optional.of(recipients);
        } else if (this instanceof OriginatorIs(Who originators)) {
            who = Optional.of(originators);
        }
        return who.filter(it -> !it.groups().isEmpty());
    }

    /// What has to be known of groups for its answer about one recipient.
    default Stream<Question> questions(Facts facts, Address recipient) {
        Address person = this instanceof OriginatorIs ? facts.originator() : recipient;
        Stream<Question> own =
                person == null
                        ? Stream.empty()
                        : asksAbout().stream()
                                .flatMap(who -> who.groups().stream())
                                .map(group -> new Question(group, person));
        return Stream.concat(
                own, inside().stream().flatMap(part -> part.questions(facts, recipient)));
    }

    /// Whether it needs to know by which means recipients can be reached.
    default boolean asksForReach() {
        return this instanceof RecipientCan || inside().stream().anyMatch(Condition::asksForReach);
    }

    /// What has to be known of the means for its answer about one recipient.
    default Stream<Reach.Question> reachQuestions(Address recipient) {
        Stream<Reach.Question> own =
                this instanceof RecipientCan(Set<Means> means)
                        ? means.stream().map(each -> new Reach.Question(each, recipient))
                        : Stream.empty();
        return Stream.concat(
                own, inside().stream().flatMap(part -> part.reachQuestions(recipient)));
    }

    /// Whether it needs to know what is said in the message, which costs reading all of it.
    default boolean asksForPhi() {
        return this instanceof PhiHas || inside().stream().anyMatch(Condition::asksForPhi);
    }

    /// Whether it needs to know what is attached, which costs a look into every file.
    default boolean asksForFiles() {
        return this instanceof AttachmentHas || inside().stream().anyMatch(Condition::asksForFiles);
    }
}

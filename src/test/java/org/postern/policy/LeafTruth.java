package org.postern.policy;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.condition.Comparison;
import org.postern.condition.Condition;
import org.postern.condition.FileTest;
import org.postern.condition.OriginTest;
import org.postern.condition.PhiTest;
import org.postern.condition.TextTest;
import org.postern.condition.TimeTest;
import org.postern.condition.Who;
import org.postern.facts.Attachment;
import org.postern.facts.Facts;
import org.postern.facts.Origin;
import org.postern.facts.Phi;
import org.postern.facts.Reach;
import org.postern.facts.SmimeLabel;
import org.postern.mail.Address;
import org.postern.mail.Listener;

/// What one condition can be, by a second and simpler hand than the product's: whether it can be
/// true, whether it can be false, and what counts where it can be both.
final class LeafTruth {
    private LeafTruth() {}

    static boolean holds(Condition leaf, Facts facts, Address to) {
        return isSeen(leaf, facts, to) || isHidden(leaf, facts, to);
    }

    static boolean can(boolean be, Condition leaf, Facts facts, Address to) {
        boolean seen = isSeen(leaf, facts, to);
        return be == seen
                || (!seen && isHidden(leaf, facts, to))
                || isOnlyClaimed(leaf, facts, seen);
    }

    /// What is found may be otherwise, whichever way it was found.
    private static boolean isOnlyClaimed(Condition leaf, Facts facts, boolean seen) {
        return switch (leaf) {
            case Condition.SmimeIs _ -> facts.makeup().label() != SmimeLabel.NONE;
            case Condition.OriginHas _ ->
                    facts.listener() == Listener.INBOUND && facts.entry().origin().isEmpty();
            case Condition.PhiHas(PhiTest test) -> {
                boolean figures = test.score().isPresent() || test.patients().isPresent();
                boolean more = !test.has().isEmpty() && !isFound(test, facts.phi());
                yield !facts.phi().inspected() && (!seen || figures || more);
            }
            case Condition _ -> false;
        };
    }

    /// Nobody could say whether she belongs to one of the groups.
    static boolean isNotSaid(Condition leaf, Facts facts, Address to) {
        return switch (leaf) {
            case Condition.RecipientIs(Who who) -> says(who, facts, to, "UNKNOWN|NOT_ASKED");
            case Condition.RecipientCan(var means) ->
                    means.stream()
                            .map(each -> facts.reach().of(each, to).name())
                            .anyMatch(said -> said.matches("UNKNOWN|NOT_ASKED"));
            case Condition.OriginatorIs(Who who) ->
                    says(who, facts, facts.originator(), "UNKNOWN|NOT_ASKED");
            case Condition.RecipientChose _ -> chose(facts, to, "UNKNOWN|NOT_ASKED");
            case Condition _ -> false;
        };
    }

    private static boolean chose(Facts facts, Address to, String answer) {
        return String.valueOf(facts.choices().answers().get(to.key()))
                .replace("null", "NOT_ASKED")
                .matches(answer);
    }

    private static boolean says(Who who, Facts facts, @Nullable Address person, String answer) {
        return person != null
                && who.groups().stream()
                        .map(group -> facts.groups().answers().getOrDefault(group, Map.of()))
                        .map(said -> String.valueOf(said.get(person.key())))
                        .map(said -> said.replace("null", "NOT_ASKED"))
                        .anyMatch(said -> said.matches(answer));
    }

    /// What the condition asks for is there.
    private static boolean isSeen(Condition leaf, Facts facts, Address to) {
        return switch (leaf) {
            case Condition.SubjectTag(String tag) ->
                    facts.subject().text().contains("[" + tag + "]");
            case Condition.AttachmentHas(FileTest test) ->
                    facts.makeup().attachments().stream()
                            .anyMatch(file -> fits(test, file) && !isDoubtful(test, file));
            case Condition.RecipientIs(Who who) ->
                    isNamed(who, to.key()) || says(who, facts, to, "MEMBER");
            case Condition.RecipientCan(var means) ->
                    means.stream().anyMatch(each -> facts.reach().of(each, to) == Reach.Answer.CAN);
            case Condition.RecipientChose _ -> chose(facts, to, "ORDINARY_MAIL");
            case Condition.OriginatorIs(Who who) ->
                    (who.internal() && isOwn(facts.originator()))
                            || says(who, facts, facts.originator(), "MEMBER");
            case Condition.RecipientCount(Comparison count) ->
                    isSo(count, facts.recipients().size());
            case Condition.Size(Comparison octets) -> isSo(octets, facts.makeup().size());
            case Condition.HeaderField(String name, TextTest test) ->
                    facts.header().named(name).stream()
                            .anyMatch(it -> isRead(test, it.value(), it.readable()));
            case Condition.SubjectText(TextTest test) ->
                    isRead(test, facts.subject().text(), facts.subject().readable());
            case Condition.ListenerIs(Set<Listener> doors) -> doors.contains(facts.listener());
            case Condition.SmimeIs(var labels) -> labels.contains(facts.makeup().label());
            case Condition.OriginHas(OriginTest test) -> isFrom(test, facts.entry().origin());
            case Condition.PhiHas(PhiTest test) -> {
                Phi phi = facts.phi();
                yield isSo(test.score(), phi.score())
                        && isSo(test.patients(), phi.patients())
                        && isFound(test, phi)
                        && !(test.uninspected() && phi.inspected());
            }
            case Condition.CameAt(TimeTest test) -> isWithin(test, facts.entry().at());
            case Condition.Always() -> true;
            case Condition other -> throw new AssertionError("no leaf: " + other);
        };
    }

    /// It may be there, where it was not seen.
    private static boolean isHidden(Condition leaf, Facts facts, Address to) {
        return switch (leaf) {
            case Condition.SubjectTag _, Condition.SubjectText _ -> !facts.subject().readable();
            case Condition.AttachmentHas(FileTest test) ->
                    !facts.makeup().complete()
                            || facts.makeup().attachments().stream()
                                    .anyMatch(file -> fits(test, file));
            case Condition.HeaderField(String name, TextTest _) ->
                    !facts.header().complete()
                            || facts.header().named(name).stream().anyMatch(it -> !it.readable());
            case Condition _ -> isNotSaid(leaf, facts, to);
        };
    }

    private static boolean isOwn(@Nullable Address address) {
        return address != null && address.domain().name().equals("clinic.example");
    }

    /// Of what could not be read wholly only words that are there are certain.
    private static boolean isRead(TextTest test, String value, boolean readable) {
        return switch (test) {
            case TextTest.Present _ -> true;
            case TextTest.Contains(String text) -> value.contains(text);
            case TextTest.Is(String text) -> readable && value.equals(text);
            case TextTest.Matches(var pattern) ->
                    readable && Pattern.compile(pattern.pattern()).matcher(value).find();
        };
    }

    /// Whether it may be the file that is asked for.
    private static boolean fits(FileTest test, Attachment file) {
        return (test.kinds().isEmpty() || test.kinds().contains(file.kind()))
                && isSo(test.size(), file.octets())
                && !(test.locked() && file.lock() == Attachment.Lock.OPEN)
                && (isCalled(test, file.name()) || isGarbled(file.name()));
    }

    private static boolean isDoubtful(FileTest test, Attachment file) {
        return test.locked() || !isCalled(test, file.name());
    }

    private static boolean isGarbled(String name) {
        return name.contains("=_") || name.contains("\uFFFD");
    }

    private static boolean isCalled(FileTest test, String name) {
        return test.names().isEmpty()
                || test.names().stream()
                        .map(each ->
                                Arrays.stream(each.written().split("\\*", -1))
                                        .map(Pattern::quote)
                                        .collect(Collectors.joining(".*")))
                        .anyMatch(name::matches);
    }

    private static boolean isSo(Optional<Comparison> asked, long value) {
        return asked.isEmpty() || isSo(asked.get(), value);
    }

    private static boolean isSo(Comparison asked, long value) {
        int sign = Long.compare(value, asked.than());
        return switch (asked.sign().toString()) {
            case ">" -> sign > 0;
            case ">=" -> sign >= 0;
            case "<" -> sign < 0;
            case "<=" -> sign <= 0;
            default -> sign == 0;
        };
    }

    private static boolean isFound(PhiTest test, Phi phi) {
        return test.has().isEmpty()
                || phi.counts().keySet().stream().anyMatch(test.has()::contains);
    }

    private static boolean isFrom(OriginTest test, Optional<Origin> origin) {
        Origin.Verdict none = Origin.Verdict.NONE;
        List<Origin.Verdict> keys =
                origin.stream()
                        .flatMap(it -> it.dkim().stream())
                        .map(Origin.Dkim::verdict)
                        .toList();
        return isIn(test.spf(), origin.map(it -> it.spf().verdict()).orElse(none))
                && isIn(test.dmarc(), origin.map(it -> it.dmarc().verdict()).orElse(none))
                && (keys.isEmpty() ? Stream.of(none) : keys.stream())
                        .anyMatch(each -> isIn(test.dkim(), each));
    }

    private static boolean isIn(Set<Origin.Verdict> asked, Origin.Verdict found) {
        return asked.isEmpty() || asked.contains(found);
    }

    /// The hours begin on a day, and may end on the next one.
    private static boolean isWithin(TimeTest test, LocalDateTime at) {
        return Stream.of(at.toLocalDate(), at.toLocalDate().minusDays(1))
                .filter(day -> test.days().isEmpty() || test.days().contains(day.getDayOfWeek()))
                .anyMatch(day -> {
                    LocalDate last = test.from().isBefore(test.to()) ? day : day.plusDays(1);
                    return !at.isBefore(day.atTime(test.from()))
                            && at.isBefore(last.atTime(test.to()));
                });
    }

    private static boolean isNamed(Who who, String key) {
        String domain = key.substring(key.indexOf('@') + 1);
        return (who.internal() && domain.equals("clinic.example"))
                || who.addresses().contains(key)
                || who.domains().stream().anyMatch(it -> it.name().equals(domain))
                || who.below().stream().anyMatch(it -> domain.endsWith("." + it.name()))
                || who.lists().stream().anyMatch(list -> isNamed(list.who(), key));
    }
}

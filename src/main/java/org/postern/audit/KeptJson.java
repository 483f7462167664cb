package org.postern.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.postern.condition.Match;
import org.postern.facts.Attachment;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.Choices;
import org.postern.facts.Choices.Choice;
import org.postern.facts.Facts;
import org.postern.facts.FileKind;
import org.postern.facts.Groups;
import org.postern.facts.Groups.Membership;
import org.postern.facts.Makeup;
import org.postern.facts.Origin;
import org.postern.facts.Origin.Verdict;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.policy.Kept;

/// How an entry says what rules saw of a message, and how that is read back. Domains and reasons of
/// signatures are left out: rules ask for verdicts alone.
public final class KeptJson {
    private KeptJson() {}

    static void write(JsonGenerator json, Kept kept) throws IOException {
        json.writeObjectFieldStart("facts");
        json.writeStringField("at", kept.at().toString());
        json.writeStringField("smime", kept.label().word());
        if (kept.files().isPresent()) {
            files(json, kept.files().get());
        }
        if (kept.phi().isPresent()) {
            phi(json, kept.phi().get(), kept.forms());
        }
        if (kept.origin().isPresent()) {
            origin(json, kept.origin().get());
        }
        if (!kept.asked().groups().equals(Groups.NOT_ASKED)) {
            groups(json, kept.asked().groups());
        }
        if (!kept.asked().reach().equals(Reach.NOT_ASKED)) {
            reach(json, kept.asked().reach());
        }
        if (!kept.asked().choices().answers().isEmpty()) {
            choices(json, kept.asked().choices());
        }
        json.writeObjectFieldStart("answers");
        for (Map.Entry<String, Match> each : new TreeMap<>(kept.answers()).entrySet()) {
            json.writeStringField(each.getKey(), each.getValue().name().toLowerCase(Locale.ROOT));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void files(JsonGenerator json, Makeup makeup) throws IOException {
        json.writeBooleanField("allFiles", makeup.complete());
        json.writeArrayFieldStart("files");
        for (Attachment file : makeup.attachments()) {
            json.writeStartObject();
            json.writeStringField("kind", file.kind().word());
            json.writeNumberField("octets", file.octets());
            json.writeStringField("lock", file.lock().name().toLowerCase(Locale.ROOT));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void phi(JsonGenerator json, Phi phi, String forms) throws IOException {
        json.writeObjectFieldStart("phi");
        json.writeNumberField("score", phi.score());
        json.writeNumberField("patients", phi.patients());
        json.writeArrayFieldStart("has");
        for (String kind : phi.counts().keySet().stream().map(PhiKind::word).sorted().toList()) {
            json.writeString(kind);
        }
        json.writeEndArray();
        json.writeBooleanField("inspected", phi.inspected());
        if (!forms.isEmpty()) {
            json.writeStringField("forms", forms);
        }
        json.writeEndObject();
    }

    private static void origin(JsonGenerator json, Origin origin) throws IOException {
        json.writeObjectFieldStart("origin");
        json.writeStringField("spf", origin.spf().verdict().word());
        json.writeArrayFieldStart("dkim");
        for (Origin.Dkim each : origin.dkim()) {
            json.writeString(each.verdict().word());
        }
        json.writeEndArray();
        json.writeStringField("dmarc", origin.dmarc().verdict().word());
        json.writeEndObject();
    }

    /// By the answer: `{"ordinary-mail": ["maria@…"], "none": []}`.
    private static void choices(JsonGenerator json, Choices choices) throws IOException {
        json.writeObjectFieldStart("choices");
        for (Choice choice : Choice.values()) {
            json.writeArrayFieldStart(choice.word());
            for (var each : new TreeMap<>(choices.answers()).entrySet()) {
                if (each.getValue() == choice) {
                    json.writeString(each.getKey());
                }
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static Choices choices(JsonNode facts) {
        Map<String, Choice> answers = new HashMap<>();
        facts.required("choices")
                .properties()
                .forEach(choice ->
                        choice.getValue()
                                .forEach(person ->
                                        answers.put(person.asText(), Choice.of(choice.getKey()))));
        return new Choices(answers, Choice.NOT_ASKED);
    }

    /// By the group and by the answer: `{"nurses": {"member": ["ann@…"]}}`.
    private static void groups(JsonGenerator json, Groups groups) throws IOException {
        json.writeObjectFieldStart("groups");
        for (var group : new TreeMap<>(groups.answers()).entrySet()) {
            people(json, group.getKey(), group.getValue(), Membership.values());
        }
        json.writeEndObject();
        if (groups.trouble().isPresent()) {
            json.writeStringField("groupsNotKnown", groups.trouble().get().reason());
        }
    }

    /// By the means and by the answer: `{"smime": {"can": ["lee@…"]}}`.
    private static void reach(JsonGenerator json, Reach reach) throws IOException {
        json.writeObjectFieldStart("reach");
        for (var means : new TreeMap<>(reach.answers()).entrySet()) {
            people(json, means.getKey().word(), means.getValue(), Reach.Answer.values());
        }
        json.writeEndObject();
        if (reach.trouble().isPresent()) {
            json.writeStringField("reachNotKnown", reach.trouble().get());
        }
    }

    private static <A extends Enum<A>> void people(
            JsonGenerator json, String about, Map<String, A> said, A[] answers) throws IOException {
        json.writeObjectFieldStart(about);
        for (A answer : answers) {
            List<String> people =
                    said.entrySet().stream()
                            .filter(it -> it.getValue().equals(answer))
                            .map(Map.Entry::getKey)
                            .sorted()
                            .toList();
            if (!people.isEmpty()) {
                json.writeArrayFieldStart(answer.name().toLowerCase(Locale.ROOT));
                for (String person : people) {
                    json.writeString(person);
                }
                json.writeEndArray();
            }
        }
        json.writeEndObject();
    }

    private static <A extends Enum<A>> Map<String, A> people(JsonNode said, Class<A> type) {
        Map<String, A> people = new HashMap<>();
        said.properties()
                .forEach(answer -> {
                    A word = Enum.valueOf(type, answer.getKey().toUpperCase(Locale.ROOT));
                    answer.getValue().forEach(person -> people.put(person.asText(), word));
                });
        return people;
    }

    private static Reach reach(JsonNode facts) {
        Map<Means, Map<String, Reach.Answer>> answers = new EnumMap<>(Means.class);
        facts.required("reach")
                .properties()
                .forEach(means ->
                        answers.put(
                                Means.valueOf(means.getKey().toUpperCase(Locale.ROOT)),
                                people(means.getValue(), Reach.Answer.class)));
        Optional<String> trouble =
                Optional.of(facts.path("reachNotKnown").asText("")).filter(it -> !it.isEmpty());
        return new Reach(answers, Reach.Answer.NOT_ASKED, trouble);
    }

    private static Groups groups(JsonNode facts) {
        Map<String, Map<String, Membership>> answers = new HashMap<>();
        facts.required("groups")
                .properties()
                .forEach(group ->
                        answers.put(group.getKey(), people(group.getValue(), Membership.class)));
        // Whether the directory was silent or could not say it makes no difference any more.
        Optional<Groups.Trouble> trouble =
                Optional.of(facts.path("groupsNotKnown").asText(""))
                        .filter(it -> !it.isEmpty())
                        .map(reason -> new Groups.Trouble(reason, false));
        return new Groups(answers, Membership.NOT_ASKED, trouble);
    }

    /// What is kept of the message of an entry.
    ///
    /// @return empty where the entry has nothing of it, or what another release wrote
    public static Optional<Kept> read(JsonNode entry) {
        JsonNode facts = entry.path("facts");
        if (facts.isMissingNode()) {
            return Optional.empty();
        }
        try {
            SmimeLabel label = word(SmimeLabel.class, facts.required("smime"));
            Map<String, Match> answers = new HashMap<>();
            facts.required("answers")
                    .properties()
                    .forEach(
                            each -> answers.put(each.getKey(), word(Match.class, each.getValue())));
            return Optional.of(
                    new Kept(
                            LocalDateTime.parse(facts.required("at").asText()),
                            label,
                            facts.has("files")
                                    ? Optional.of(files(facts, entry.path("size").asLong(), label))
                                    : Optional.empty(),
                            facts.has("phi")
                                    ? Optional.of(phi(facts.required("phi")))
                                    : Optional.empty(),
                            facts.path("phi").path("forms").asText(""),
                            facts.has("origin")
                                    ? Optional.of(origin(facts.required("origin")))
                                    : Optional.empty(),
                            new Facts.Asked(
                                    facts.has("groups") ? groups(facts) : Groups.NOT_ASKED,
                                    facts.has("reach") ? reach(facts) : Reach.NOT_ASKED,
                                    facts.has("choices") ? choices(facts) : Choices.NOT_ASKED),
                            answers));
        } catch (IllegalArgumentException | DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Makeup files(JsonNode facts, long size, SmimeLabel label) {
        List<Attachment> files = new ArrayList<>();
        for (JsonNode each : facts.required("files")) {
            files.add(
                    new Attachment(
                            "",
                            named(FileKind.values(), FileKind::word, each.required("kind")),
                            each.required("octets").asLong(),
                            word(Lock.class, each.required("lock"))));
        }
        return new Makeup(size, label, files, facts.required("allFiles").asBoolean());
    }

    private static Phi phi(JsonNode phi) {
        Map<PhiKind, Integer> counts = new EnumMap<>(PhiKind.class);
        phi.required("has")
                .forEach(each -> counts.put(named(PhiKind.values(), PhiKind::word, each), 1));
        return new Phi(
                phi.required("score").asInt(),
                phi.required("patients").asInt(),
                counts,
                phi.required("inspected").asBoolean());
    }

    private static Origin origin(JsonNode origin) {
        List<Origin.Dkim> dkim = new ArrayList<>();
        for (JsonNode each : origin.required("dkim")) {
            dkim.add(new Origin.Dkim(word(Verdict.class, each), null, "", ""));
        }
        Verdict spf = word(Verdict.class, origin.required("spf"));
        Verdict dmarc = word(Verdict.class, origin.required("dmarc"));
        return new Origin(
                new Origin.Spf(spf, Origin.Spf.Identity.MAILFROM, null),
                dkim,
                new Origin.Dmarc(dmarc, null, Origin.Dmarc.Policy.NONE));
    }

    private static <E extends Enum<E>> E word(Class<E> type, JsonNode word) {
        return Enum.valueOf(type, word.asText().toUpperCase(Locale.ROOT));
    }

    private static <E> E named(E[] values, Function<E, String> words, JsonNode word) {
        return Arrays.stream(values)
                .filter(each -> words.apply(each).equals(word.asText()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("an unknown word"));
    }
}

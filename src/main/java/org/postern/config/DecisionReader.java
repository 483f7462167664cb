package org.postern.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.language.Language;
import org.postern.mail.Address;
import org.postern.naming.Values;
import org.postern.policy.Decision;
import org.postern.policy.Decision.LastResort;
import org.postern.policy.Decision.Route;
import org.postern.policy.Extras;
import org.postern.policy.Extras.Added;
import org.postern.policy.Extras.Fetching;
import org.postern.policy.Extras.Signing;
import org.postern.policy.Hearing;
import org.postern.policy.Hearing.AtEnd;
import org.postern.policy.Protection;
import org.postern.policy.Protection.Level;
import org.postern.roster.Roster;
import org.postern.roster.Rosters;
import org.postern.yaml.Parsed;
import org.postern.yaml.Section;
import org.postern.yaml.YamlNode;

/// Reads what a rule decides, the key `then`.
final class DecisionReader {
    private static final int TEXT_CHARACTERS_MAX = 200;

    /// Of what is written into each message.
    private static final int PASSAGE_CHARACTERS_MAX = 1_000;

    private static final List<String> WORDS = List.of("deliver", "protect", "hold", "refuse");

    private static final Map<String, Route> ROUTES =
            Stream.of(Route.values()).collect(Collectors.toMap(Route::word, it -> it));

    private static final Map<String, LastResort> LAST_RESORTS =
            Map.of("hold", LastResort.HOLD, "fail", LastResort.FAIL);

    private static final Map<String, Protection> PROTECTIONS = protections();

    static final Map<String, Level> LEVELS =
            Arrays.stream(Level.values()).collect(Collectors.toMap(Level::word, level -> level));

    private static final Map<String, Boolean> YES = Map.of("true", true, "false", false);

    /// What people may write out of habit from other systems.
    private static final Map<String, String> HINTS =
            Map.of(
                    "encrypt", "write protect: [smime, tls, pickup]",
                    "secure", "write protect: [smime, tls, pickup]",
                    "quarantine", "write hold: \"the reason\"",
                    "reject", "write refuse: \"the text for the author\"",
                    "block", "write refuse: \"the text for the author\"",
                    "allow", "write deliver: internal, or deliver: unprotected",
                    "send", "write deliver: internal, or deliver: unprotected",
                    "fallback", "did you mean \"otherwise\"?");

    private static final Map<String, AtEnd> ENDS =
            Arrays.stream(AtEnd.values()).collect(Collectors.toMap(AtEnd::word, end -> end));

    private static final Pattern SPAN =
            Pattern.compile("([1-9][0-9]{0,3}) ?(minutes?|hours?|days?)");

    private static final Duration LIMIT_MAX = Duration.ofDays(60);

    /// A rule cannot say that a message can be read for longer than the clinic keeps any.
    private static final Duration EXPIRY_MAX = Duration.ofDays(3_650);

    private static final Duration EXPIRY_MIN = Duration.ofHours(1);

    /// Copies of one message that a rule may ask for.
    private static final int BCC_MAX = 5;

    /// Two people decide together, and neither of them is the author.
    private static final int PEOPLE_MIN = 2;

    private final Rosters rosters;

    /// @param rosters the lists of those who are asked
    DecisionReader(Rosters rosters) {
        this.rosters = rosters;
    }

    /// @return empty with errors noted
    Optional<Decision> read(Section section) {
        section.hints(HINTS);
        Optional<Route> deliver = section.optional("deliver", Values.word(ROUTES));
        List<Protection> protect = section.list("protect", Values.word(PROTECTIONS));
        Optional<Decision> hold = hold(section);
        Optional<String> refuse = section.optional("refuse", Values.spoken(TEXT_CHARACTERS_MAX));
        LastResort otherwise = section.or("otherwise", Values.word(LAST_RESORTS), LastResort.HOLD);
        Level level = section.or("level", Values.word(LEVELS), Level.NORMAL);
        Extras besides = extras(section, deliver.orElse(null), protect);
        List<String> said = WORDS.stream().filter(section::has).toList();
        checkWords(section, said);
        checkOrder(section, protect);
        return section.build(() -> said)
                .flatMap(words -> {
                    if (words.isEmpty()) {
                        String all = String.join(", ", WORDS);
                        section.errors()
                                .add(
                                        section.place(),
                                        "nothing is decided here",
                                        "write one of: " + all);
                        return Optional.empty();
                    }
                    Optional<Decision> delivered =
                            deliver.map(it -> new Decision.Deliver(it, besides));
                    return delivered
                            .or(() -> hold)
                            .or(() -> refuse.map(Decision.Refuse::new))
                            .or(() ->
                                    Optional.of(
                                            new Decision.Protect(
                                                    at(level, protect), otherwise, besides)));
                });
    }

    /// As [#read], where a decision may also be left out: in a test.
    Optional<Decision> readExpected(Section section) {
        // All are asked for, so that all are known, whether they stand there or not.
        long said = WORDS.stream().filter(section::has).count();
        return said == 0 && !section.has("otherwise") ? Optional.empty() : read(section);
    }

    /// What stands beside `deliver` or `protect`.
    private static Extras extras(
            Section section, @Nullable Route deliver, List<Protection> protect) {
        List<String> tags = section.list("strip-tags", ConditionReader::tag);
        boolean sign = section.or("sign", Values.word(YES), false);
        List<Address> bcc = copies(section, "bcc");
        List<Address> journal = copies(section, "journal");
        boolean goes = section.has("deliver") || section.has("protect");
        boolean outside = goes && (deliver == null || !deliver.isInside());
        boolean fetched = protect.stream().anyMatch(Protection.Pickup.class::isInstance);
        if (section.has("strip-tags") && !outside) {
            section.wrong(
                    "strip-tags", "\"strip-tags\" belongs to mail that goes outside", "remove it");
        }
        if (section.has("sign") && (!outside || fetched)) {
            section.wrong(
                    "sign",
                    "\"sign\" belongs to smime, tls, or deliver: unprotected; a page is not signed",
                    fetched ? "remove it, or remove pickup" : "remove it");
        }
        going(section, "bcc");
        going(section, "journal");
        return new Extras(
                Set.copyOf(tags),
                sign ? Signing.DEMANDED : Signing.AS_CONFIGURED,
                bcc,
                journal,
                fetching(section, fetched),
                added(section, goes));
    }

    /// Whom a copy goes to.
    static List<Address> copies(Section section, String word) {
        List<Address> to = section.list(word, Values::address);
        if (to.size() > BCC_MAX) {
            section.wrong(word, "more than " + BCC_MAX + " copies", "name one list address");
        }
        return to;
    }

    private static void going(Section section, String word) {
        if (section.has(word) && !section.has("deliver") && !section.has("protect")) {
            section.wrong(
                    word,
                    "\"" + word + "\" belongs to \"deliver\" or \"protect\"",
                    word.equals("bcc")
                            ? "remove it"
                            : "write it into the rule that decides when what is held is let go");
        }
    }

    private static Added added(Section section, boolean goes) {
        Added added = added(section);
        for (String word : List.of("banner", "note")) {
            if (section.has(word) && !goes) {
                section.wrong(
                        word,
                        "\"" + word + "\" belongs to \"deliver\" or \"protect\"",
                        "remove it");
            }
        }
        return added;
    }

    static Added added(Section section) {
        return new Added(
                section.optional("banner", DecisionReader::passage).orElse(""),
                section.optional("note", DecisionReader::passage).orElse(""));
    }

    /// Some lines of text for people.
    private static Parsed<String> passage(YamlNode.Text text) {
        String value = text.value().strip().replace("\r\n", "\n");
        if (value.isEmpty()) {
            return Parsed.bad("the text is empty");
        }
        if (value.length() > PASSAGE_CHARACTERS_MAX) {
            return Parsed.bad("the text has more than " + PASSAGE_CHARACTERS_MAX + " characters");
        }
        return value.chars().anyMatch(c -> c != '\n' && Character.isISOControl(c))
                ? Parsed.bad("the text has control characters")
                : Parsed.good(value);
    }

    private static Fetching fetching(Section section, boolean fetched) {
        Fetching fetching = fetching(section);
        for (String word : List.of("expiry", "language")) {
            if (section.has(word) && !fetched) {
                section.wrong(word, "\"" + word + "\" belongs to \"pickup\"", "remove it");
            }
        }
        return fetching;
    }

    static Fetching fetching(Section section) {
        return new Fetching(
                section.optional("expiry", DecisionReader::expiry),
                section.optional("language", DecisionReader::language));
    }

    /// In hours or days, as the schema has it and patients are told: nothing is cut.
    private static Parsed<Duration> expiry(YamlNode.Text text) {
        return span(text, EXPIRY_MAX)
                .then(time ->
                        time.compareTo(EXPIRY_MIN) < 0
                                ? Parsed.bad(
                                        Values.quoted(text) + " is less than an hour",
                                        "nobody could read it; write it like 14 days")
                                : text.value().contains("minute")
                                        ? Parsed.bad(
                                                Values.quoted(text) + " is in minutes",
                                                "write it like 2 hours, or 14 days")
                                        : Parsed.good(time));
    }

    private static Parsed<String> language(YamlNode.Text text) {
        return Language.isTag(text.value())
                ? Parsed.good(text.value())
                : Parsed.bad(
                        Values.quoted(text) + " is not the tag of a language",
                        "write it like en, or es");
    }

    /// A reason alone, or a section with a reason and who decides until when.
    private Optional<Decision> hold(Section section) {
        if (!(section.node("hold").orElse(null) instanceof YamlNode.Mapping)) {
            return section.optional("hold", Values.line(TEXT_CHARACTERS_MAX))
                    .map(Decision.Hold::new);
        }
        return section.section("hold", "hold").flatMap(this::heard);
    }

    private Optional<Decision> heard(Section hold) {
        Optional<String> reason = hold.required("reason", Values.line(TEXT_CHARACTERS_MAX));
        Optional<String> approvers = hold.optional("approvers", Rosters::name);
        Optional<Duration> limit = hold.optional("limit", text -> span(text, LIMIT_MAX));
        Optional<AtEnd> then = hold.optional("then", Values.word(ENDS));
        boolean twoPeople = hold.or("two-people", Values.word(YES), false);
        if (hold.has("limit") != hold.has("then")) {
            hold.wrong(
                    hold.has("limit") ? "limit" : "then",
                    "\"limit\" and \"then\" belong together",
                    "write both, as in limit: 2 days, then: reject");
        }
        if (twoPeople && !hold.has("approvers")) {
            hold.wrong("two-people", "nobody is asked here", "write approvers: lists/NAME.txt");
        }
        approvers.ifPresent(name -> checkPeople(hold, name, twoPeople));
        return hold.build(() ->
                new Decision.Hold(
                        reason.orElseThrow(),
                        new Hearing(
                                approvers.orElse(null),
                                limit.orElse(null),
                                then.orElse(AtEnd.REJECT),
                                twoPeople)));
    }

    private void checkPeople(Section hold, String name, boolean twoPeople) {
        Optional<Roster> list = rosters.of(name, hold.errors());
        if (list.isEmpty()) {
            return;
        }
        Optional<List<Address>> people = list.get().people();
        if (people.isEmpty()) {
            hold.wrong(
                    "approvers",
                    "the list " + name + " names a domain, and people decide",
                    "write their addresses into it");
        } else if (twoPeople && people.get().size() < PEOPLE_MIN) {
            hold.wrong(
                    "approvers",
                    "the list " + name + " names one person, and two have to agree",
                    "add another, or remove two-people");
        }
    }

    private static Parsed<Duration> span(YamlNode.Text text, Duration max) {
        Matcher span = SPAN.matcher(text.value());
        if (!span.matches()) {
            return Parsed.bad(
                    Values.quoted(text) + " is not a time", "write it like 48 hours, or 2 days");
        }
        long number = Long.parseLong(span.group(1));
        Duration limit =
                switch (span.group(2).charAt(0)) {
                    case 'm' -> Duration.ofMinutes(number);
                    case 'h' -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                };
        return limit.compareTo(max) > 0
                ? Parsed.bad(Values.quoted(text) + " is more than " + max.toDays() + " days")
                : Parsed.good(limit);
    }

    private static List<Protection> at(Level level, List<Protection> protect) {
        return protect.stream()
                .map(each ->
                        each instanceof Protection.Pickup ? new Protection.Pickup(level) : each)
                .toList();
    }

    private static void checkWords(Section section, List<String> said) {
        if (said.size() > 1) {
            section.wrong(
                    said.get(1),
                    "two decisions in one rule: " + String.join(" and ", said),
                    "keep one of them");
        }
        if (section.has("otherwise") && !section.has("protect")) {
            section.wrong("otherwise", "\"otherwise\" belongs to \"protect\"", "remove it");
        }
    }

    private static void checkOrder(Section section, List<Protection> protect) {
        if (protect.stream().distinct().count() < protect.size()) {
            section.wrong("protect", "a protection is named twice", "name each once");
        }
        int pickup = protect.indexOf(new Protection.Pickup());
        if (section.has("level") && pickup < 0) {
            section.wrong("level", "\"level\" belongs to \"pickup\"", "remove it");
        }
        if (pickup >= 0 && pickup < protect.size() - 1) {
            section.wrong(
                    "protect",
                    "pickup is possible for every recipient, so what follows it is never used",
                    "put pickup last");
        }
    }

    private static Map<String, Protection> protections() {
        Map<String, Protection> words = new LinkedHashMap<>();
        Stream.of(new Protection.Smime(), new Protection.Tls(), new Protection.Pickup())
                .forEach(protection -> words.put(protection.word(), protection));
        return words;
    }
}

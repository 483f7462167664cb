package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.condition.Comparison;
import org.postern.condition.Comparison.Sign;
import org.postern.condition.Condition;
import org.postern.condition.FileTest;
import org.postern.condition.NamePattern;
import org.postern.condition.OriginTest;
import org.postern.condition.PhiTest;
import org.postern.condition.TextTest;
import org.postern.condition.TimeTest;
import org.postern.condition.Who;
import org.postern.facts.Choices;
import org.postern.facts.FileKind;
import org.postern.facts.Origin.Verdict;
import org.postern.facts.PhiKind;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.policy.Decision;
import org.postern.policy.Extras;
import org.postern.policy.Policy;
import org.postern.policy.Protection;

/// The policy language: what each phrase becomes, and what is refused.
class PolicyReaderTest {
    private static final Who INTERNAL = new Who(true, Set.of(), Set.of(), Set.of());

    @Test
    void conditionsAreUnderstood() {
        good("recipient: { domain: internal }", new Condition.RecipientIs(INTERNAL));
        good("originator: { domain: [internal] }", new Condition.OriginatorIs(INTERNAL));
        good(
                "recipient: { domain: [A.example, \"*.b.example\"], address: Anna@C.example }",
                new Condition.RecipientIs(
                        new Who(
                                false,
                                Set.of(new Domain("a.example")),
                                Set.of(new Domain("b.example")),
                                Set.of("anna@c.example"))));
        good("subject: { tag: SECURE }", new Condition.SubjectTag("secure"));
        good("subject: { tag: no }", new Condition.SubjectTag("no"));
        good(
                "listener: [relay, inbound]",
                new Condition.ListenerIs(Set.of(Listener.RELAY, Listener.INBOUND)));
        good("header: { name: X-L, is: A }", field(new TextTest.Is("a")));
        good("header: { name: X-L, contains: A }", field(new TextTest.Contains("a")));
        good("header: { name: X-L, present: true }", field(new TextTest.Present()));
        good("header: { name: X-L, pattern: '^a+$' }", field(TextTest.Matches.of("^a+$")));
        good("subject: { contains: Lab }", new Condition.SubjectText(new TextTest.Contains("lab")));
        good(
                "recipients: { count: \"> 20\" }",
                new Condition.RecipientCount(new Comparison(Sign.MORE, 20)));
        good("size: \"<= 10 MiB\"", new Condition.Size(new Comparison(Sign.AT_MOST, 10 << 20)));
        good(
                "attachment: { kind: [zip, program], name: \"*.EXE\", locked: true }",
                new Condition.AttachmentHas(
                        new FileTest(
                                Set.of(FileKind.ZIP, FileKind.PROGRAM),
                                List.of(NamePattern.of("*.EXE")),
                                Optional.empty(),
                                true)));
        good(
                "attachment: { present: true }",
                new Condition.AttachmentHas(
                        new FileTest(Set.of(), List.of(), Optional.empty(), false)));
        good(
                "phi: { score: \">= 8\", patients: \"> 20\", has: [ssn, birth-date] }",
                new Condition.PhiHas(
                        new PhiTest(
                                Optional.of(new Comparison(Sign.AT_LEAST, 8)),
                                Optional.of(new Comparison(Sign.MORE, 20)),
                                Set.of(PhiKind.SSN, PhiKind.BIRTH_DATE),
                                false)));
        good("recipient-can: smime", new Condition.RecipientCan(Set.of(Means.SMIME)));
        good(
                "recipient-can: [tls, smime]",
                new Condition.RecipientCan(Set.of(Means.SMIME, Means.TLS)));
        good(
                "recipient-chose: ordinary-mail",
                new Condition.RecipientChose(Choices.Channel.ORDINARY_MAIL));
        good("smime: encrypted", new Condition.SmimeIs(Set.of(SmimeLabel.ENCRYPTED)));
        good(
                "authentication: { dmarc: [fail, permerror] }",
                new Condition.OriginHas(
                        new OriginTest(
                                Set.of(), Set.of(), Set.of(Verdict.FAIL, Verdict.PERMERROR))));
        good(
                "time: { on: [sat, sun], from: \"18:00\", to: \"08:00\" }",
                new Condition.CameAt(
                        new TimeTest(
                                Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY),
                                LocalTime.of(18, 0),
                                LocalTime.of(8, 0))));
        good(
                "not: { any: [ { listener: relay }, { subject: { tag: a }, listener: pickup } ] }",
                new Condition.Not(
                        new Condition.Any(
                                List.of(
                                        new Condition.ListenerIs(Set.of(Listener.RELAY)),
                                        new Condition.All(
                                                List.of(
                                                        new Condition.SubjectTag("a"),
                                                        new Condition.ListenerIs(
                                                                Set.of(Listener.PICKUP))))))));
    }

    /// What is mistyped is one mistake: that nothing else is asked follows from it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "phi: { patents: '> 20' }",
                "attachment: { knd: pdf }",
                "authentication: { dmark: fail }"
            })
    void aMistypedWordIsOneMistake(String when) {
        var problems =
                PolicyText.read("rules: [ { name: a, when: { " + when + " }, then: { hold: x } } ]")
                        .problems();
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().toString().contains("did you mean"), problems.toString());
    }

    @Test
    void conditionsThatSayNothingAreRefused() {
        badWhen("{}", "nothing is asked here");
        badWhen("x", "a section with keys");
        badWhen("{ recipient: {} }", "nobody is named");
        badWhen("{ recipient: { domain: [] } }", "is empty");
        badWhen("{ recipient: { domain: \"a.*.example\" } }", "only stand in front");
        badWhen("{ recipient: { domain: \"*\" } }", "only stand in front");
        badWhen("{ recipient: { domain: external } }", "write not:");
        badWhen("{ recipient: { address: \"Anna <a@b.example>\" } }", "without name");
        badWhen("{ recipent: { domain: a.example } }", "did you mean \"recipient\"?");
        badWhen("{ from: { domain: a.example } }", "did you mean \"originator\"?");
        badWhen("{ sender: { domain: a.example } }", "did you mean \"originator\"?");
        badWhen("{ tag: secure }", "subject: { tag: secure }");
        badWhen("{ subject: { tag: \"[secure]\" } }", "has brackets");
        badWhen("{ subject: { } }", "ask one thing of a subject");
        badWhen("{ subject: { contains: x, tag: y } }", "ask one thing of a subject");
        badWhen("{ subject: { pattern: \"(a\" } }", "the pattern cannot be read");
        badWhen("{ subject: { pattern: \"(?=a)b\" } }", "the pattern cannot be read");
        badWhen("{ subject: { pattern: '(a)\\1' } }", "the pattern cannot be read");
        badWhen("{ recipients: { } }", "\"count\" is missing");
        badWhen("{ recipients: { count: 20 } }", "compares with nothing");
        badWhen("{ recipients: { count: \">many\" } }", "compares with nothing");
        badWhen("{ recipients: { count: \"> many\" } }", "not a number");
        badWhen("{ size: \"> 10 MB\" }", "did you mean 10 MiB?");
        badWhen("{ size: \"over 10 MiB\" }", "compares with nothing");
        badWhen("{ attachment: { } }", "nothing is asked of a file");
        badWhen("{ attachment: { kind: exe } }", "program");
        badWhen("{ attachment: { present: false } }", "under \"not\"");
        badWhen("{ attachments: { kind: pdf } }", "did you mean \"attachment\"?");
        badWhen("{ phi: { } }", "nothing is asked here");
        badWhen("{ phi: { has: everything } }", "known here");
        badWhen("{ recipient-chose: ordinary }", "ordinary-mail");
        badWhen("{ smime: maybe }", "encrypted, none, signed");
        badWhen("{ authentication: { } }", "no method is named");
        badWhen("{ authentication: { dmarc: good } }", "known here");
        badWhen("{ time: { } }", "no time is named");
        badWhen("{ time: { from: \"18:00\" } }", "one end of the hours is missing");
        badWhen("{ time: { from: \"25:00\", to: \"8\" } }", "write it like 08:30");
        badWhen("{ time: { on: sunday } }", "known here: fri, mon, sat, sun");
        badWhen("{ header: { name: X-L } }", "ask one thing");
        badWhen("{ header: { name: X-L, is: a, contains: b } }", "ask one thing");
        badWhen("{ header: { name: \"X-L:\", is: a } }", "without the colon");
        badWhen("{ header: { name: X-L, present: yes } }", "write present: true");
        badWhen("{ header: { name: X-L, present: \"true\" } }", "write present: true");
        badWhen("{ header: { name: X-L, present: false } }", "under \"not\"");
        badWhen("{ listener: smtp }", "known here: inbound, pickup, relay, submission");
        badWhen("{ all: { listener: relay } }", "takes a list");
        badWhen("{ any: [] }", "takes a list");
        badWhen("{ not: [ { listener: relay } ] }", "a section with keys");
        badWhen("{ any: [ { listener: relay }, { listner: relay } ] }", "did you mean");
        badWhen("{ not: ".repeat(40) + "{ listener: relay }" + " }".repeat(40), "deep");
    }

    @Test
    void decisionsAreUnderstood() {
        then("{ deliver: internal }", new Decision.Deliver(Decision.Route.INTERNAL));
        then("{ deliver: mailbox }", new Decision.Deliver(Decision.Route.MAILBOX));
        then("{ deliver: both }", new Decision.Deliver(Decision.Route.BOTH));
        then("{ deliver: unprotected }", new Decision.Deliver(Decision.Route.UNPROTECTED));
        then("{ hold: \"Ask Sam\" }", new Decision.Hold("Ask Sam"));
        then("{ refuse: \"Not so.\" }", new Decision.Refuse("Not so."));
        then(
                "{ protect: [smime, tls], otherwise: fail }",
                new Decision.Protect(
                        List.of(new Protection.Smime(), new Protection.Tls()),
                        Decision.LastResort.FAIL));
        then(
                "{ protect: pickup }",
                new Decision.Protect(List.of(new Protection.Pickup()), Decision.LastResort.HOLD));
        then(
                "{ protect: [smime, pickup], level: sensitive }",
                new Decision.Protect(
                        List.of(
                                new Protection.Smime(),
                                new Protection.Pickup(Protection.Level.SENSITIVE)),
                        Decision.LastResort.HOLD));
    }

    @Test
    void whatIsDoneBesidesIsUnderstood() {
        List<Protection> tls = List.of(new Protection.Tls());
        Decision.LastResort hold = Decision.LastResort.HOLD;
        List<Address> archive = List.of(Address.of("archive@clinic.example"));
        then(
                "{ protect: tls, strip-tags: [Secure, lab result], sign: true }",
                new Decision.Protect(
                        tls,
                        hold,
                        new Extras(
                                Set.of("secure", "lab result"),
                                Extras.Signing.DEMANDED,
                                List.of())));
        then(
                "{ deliver: internal, bcc: archive@clinic.example }",
                new Decision.Deliver(
                        Decision.Route.INTERNAL,
                        new Extras(Set.of(), Extras.Signing.AS_CONFIGURED, archive)));
        then(
                "{ protect: tls, journal: archive@clinic.example }",
                new Decision.Protect(tls, hold, Extras.NONE.journaledTo(archive)));
        then("{ protect: tls, sign: false }", new Decision.Protect(tls, hold));
        then(
                "{ protect: pickup, expiry: 14 days, language: es }",
                fetched(Duration.ofDays(14), "es"));
        then("{ protect: pickup, expiry: 48 hours }", fetched(Duration.ofDays(2), null));
        then(
                "{ deliver: internal, banner: ' From outside. ', note: \"One\\nTwo\" }",
                new Decision.Deliver(
                        Decision.Route.INTERNAL,
                        Extras.NONE.with(new Extras.Added("From outside.", "One\nTwo"))));
    }

    private static Decision fetched(Duration expiry, @Nullable String language) {
        Extras.Fetching fetching =
                new Extras.Fetching(Optional.of(expiry), Optional.ofNullable(language));
        return new Decision.Protect(
                List.of(new Protection.Pickup()),
                Decision.LastResort.HOLD,
                Extras.NONE.with(fetching));
    }

    @Test
    void settingsAreUnderstood() {
        Policy policy =
                PolicyText.policy(
                        """
                        settings:
                          - { expiry: 60 days, note: Call us. }
                          - { for: { domain: [a.test, "*.b.test"] }, language: es }
                          - for: { address: lee@c.test }
                            level: sensitive
                        rules:
                          - { name: all, then: { protect: pickup } }
                        """);
        assertEquals(
                List.of(
                        "for the person (recipient is lee@c.test): level: sensitive",
                        "for the domain (recipient is a.test or *.b.test): language: es",
                        "for the whole clinic: expiry: 60 days, note: \"Call us.\""),
                policy.settings().words());
        assertEquals(
                "policy.yaml:2",
                policy.settings().all().getFirst().origin().place().substring(0, 13));
        badSetting("{ for: { domain: a.test } }", "nothing is set here");
        badSetting("{ for: { domain: a.test, address: a@b.test }, level: open }", "or for domains");
        badSetting("{ for: { domain: a.test }, hold: x }", "unknown key \"hold\"");
        badSetting("{ expiry: soon }", "is not a time");
        badSetting("{ level: high }", "unknown word \"high\"");
        badSetting("{ sign: false }", "\"false\" is not what belongs here");
        badSetting("{ bcc: archive }", "is not an address");
        badSetting("{ journal: [a@b.c, b@b.c, c@b.c, d@b.c, e@b.c, f@b.c] }", "more than 5 copies");
        badSetting("{ threshold: 0 }", "threshold: ");
        badSetting("{ threshold: 8 }", "no rule asks for it; write phi: { score: threshold }");
        badWhen("{ phi: { score: threshold } }", "no setting says which threshold");
        badSetting("{ note: a }\n  - { note: b }", "stand above already");
    }

    private static void badSetting(String setting, String expected) {
        String yaml =
                "settings:\n  - %s\nrules:\n  - { name: all, then: { protect: pickup } }\n"
                        .formatted(setting);
        String problems = PolicyText.read(yaml).problems().toString();
        assertTrue(problems.contains(expected), problems);
    }

    @Test
    void wrongDecisionsAreRefused() {
        badThen("{ protect: tls, strip-tags: \"[secure]\" }", "has brackets");
        badThen("{ deliver: internal, strip-tags: secure }", "goes outside");
        badThen("{ hold: x, strip-tags: secure }", "goes outside");
        badThen("{ protect: pickup, sign: true }", "belongs to smime, tls");
        badThen("{ protect: [smime, pickup], sign: true }", "a page is not signed");
        badThen("{ deliver: internal, sign: true }", "belongs to smime, tls");
        badThen("{ hold: x, bcc: a@b.example }", "belongs to \"deliver\" or \"protect\"");
        badThen("{ protect: tls, bcc: archive }", "is not an address");
        badThen(
                "{ protect: tls, bcc: [a@b.c, b@b.c, c@b.c, d@b.c, e@b.c, f@b.c] }",
                "more than 5 copies");
        badThen("{ protect: tls, expiry: 2 days }", "\"expiry\" belongs to \"pickup\"");
        badThen("{ hold: x, language: es }", "\"language\" belongs to \"pickup\"");
        badThen("{ protect: pickup, expiry: 30 minutes }", "is less than an hour");
        badThen("{ protect: pickup, expiry: 119 minutes }", "write it like 2 hours");
        badThen("{ protect: pickup, expiry: 120 minutes }", "is in minutes");
        badThen("{ protect: pickup, expiry: 4000 days }", "is more than 3650 days");
        badThen("{ protect: pickup, expiry: soon }", "is not a time");
        badThen("{ protect: pickup, language: Spanish }", "is not the tag of a language");
        badThen("{ protect: pickup, langage: es }", "did you mean \"language\"?");
        badThen("{ hold: x, note: x }", "\"note\" belongs to \"deliver\" or \"protect\"");
        badThen("{ refuse: x, banner: x }", "\"banner\" belongs to \"deliver\" or \"protect\"");
        badThen("{ protect: tls, note: '' }", "is empty");
        badThen("{ protect: tls, note: \"a\\tb\" }", "control characters");
        badThen("{ protect: tls, note: " + "x".repeat(1_001) + " }", "more than 1000 characters");
        badThen("{ encypt: true }", "write protect: [smime, tls, pickup]");
        badThen("{ encrypt: yes }", "write protect: [smime, tls, pickup]");
        badThen("{ reject: no }", "write refuse:");
        badThen("{ allow: all }", "write deliver:");
        badThen("{ protect: [smime, tls], level: sensitive }", "\"level\" belongs to \"pickup\"");
        badThen("{ protect: pickup, level: high }", "unknown word \"high\"");
        badThen("{}", "nothing is decided");
        badThen("{ deliver: yes }", "unknown word \"yes\"");
        badThen("{ deliver: Internal }", "did you mean \"internal\"?");
        badThen("{ deliver: internal, hold: x }", "two decisions");
        badThen("{ protect: [] }", "is empty");
        badThen("{ protect: [smime, smime] }", "named twice");
        badThen("{ protect: [pickup, tls] }", "put pickup last");
        badThen("{ protect: [pgp] }", "unknown word \"pgp\"");
        badThen("{ protect: [smime], otherwise: send }", "unknown word \"send\"");
        badThen("{ hold: x, otherwise: fail }", "belongs to \"protect\"");
        badThen("{ hold: }", "has no value");
        badThen("{ refuse: \"Não\" }", "only ASCII");
        badThen("{ refuse: \"a\\r\\nb\" }", "one line");
        badThen("deliver", "a section with keys");
    }

    @Test
    void wrongPoliciesAreRefused() {
        bad("rule: []", "did you mean \"rules\"?");
        bad("rules: []", "is empty");
        bad("rules: [ { then: { hold: x } } ]", "\"name\" is missing");
        bad("rules: [ { name: a } ]", "\"then\" is missing");
        bad("rules: [ { name: \"(a)\", then: { hold: x } } ]", "without parentheses");
        bad(
                "rules: [ { name: a, when: { listener: relay }, then: { hold: x } },"
                        + " { name: A, then: { hold: x } } ]",
                "stands above already");
        bad(
                "rules: [ { name: a, then: { refuse: x } }, { name: b, then: { hold: x } } ]",
                "can never decide");
        bad("policy: open\nrules: [ { name: a, then: { hold: x } } ]", "unknown key \"policy\"");
    }

    private static Condition field(TextTest test) {
        return new Condition.HeaderField("X-L", test);
    }

    private static void good(String when, Condition condition) {
        String yaml = "rules: [ { name: a, when: { " + when + " }, then: { hold: x } } ]";
        assertEquals(condition, PolicyText.policy(yaml).rules().getFirst().when());
    }

    private static void then(String then, Decision decision) {
        String yaml = "rules: [ { name: a, then: " + then + " } ]";
        assertEquals(decision, PolicyText.policy(yaml).rules().getFirst().then());
    }

    private static void badWhen(String when, String fragment) {
        bad("rules: [ { name: a, when: " + when + ", then: { hold: x } } ]", fragment);
    }

    private static void badThen(String then, String fragment) {
        bad("rules: [ { name: a, then: " + then + " } ]", fragment);
    }

    private static void bad(String yaml, String fragment) {
        var problems = PolicyText.read(yaml).problems();
        assertTrue(
                problems.stream().anyMatch(e -> e.toString().contains(fragment)),
                fragment + " is not in " + problems);
    }
}

package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Domain;
import org.postern.mail.Listener;
import org.postern.policy.Condition;
import org.postern.policy.Condition.FieldTest;
import org.postern.policy.Decision;
import org.postern.policy.Protection;
import org.postern.policy.Who;

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
        good("header: { name: X-L, is: A }", field(new FieldTest.Is("a")));
        good("header: { name: X-L, contains: A }", field(new FieldTest.Contains("a")));
        good("header: { name: X-L, present: true }", field(new FieldTest.Present()));
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
        badWhen("{ subject: { } }", "\"tag\" is missing");
        badWhen("{ subject: { contains: x, tag: y } }", "asked for its tags");
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
    void wrongDecisionsAreRefused() {
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
                "rules: [ { name: a, then: { hold: x } }, { name: b, then: { hold: x } } ]",
                "can never decide");
        bad("policy: open\nrules: [ { name: a, then: { hold: x } } ]", "unknown key \"policy\"");
    }

    private static Condition field(FieldTest test) {
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

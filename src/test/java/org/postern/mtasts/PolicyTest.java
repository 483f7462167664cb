package org.postern.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.mtasts.Policy.Mode;

/// RFC 8461 §3.1, §3.2 and §4.1.
class PolicyTest {
    private static final String GOOD =
            """
            version: STSv1
            mode: enforce
            mx: mail.Partner.example
            mx: *.mx.partner.example
            max_age: 604800
            """;

    @Test
    void whatAPolicySays() {
        Policy policy = good(GOOD);
        assertEquals(Mode.ENFORCE, policy.mode());
        assertEquals(List.of("mail.partner.example", "*.mx.partner.example"), policy.hosts());
        assertEquals(Duration.ofDays(7), policy.maxAge());
        assertEquals(policy, good(GOOD.replace("\n", "\r\n")));
        assertEquals(policy, good(GOOD.replace(": ", ":\t ")));
        assertEquals(policy, good(GOOD + "future: something\n\nmode: none\nmax_age: 1\n"));
        assertEquals(Mode.TESTING, good(GOOD.replace("enforce", "testing")).mode());
        assertEquals(Mode.NONE, good("version: STSv1\nmode: none\nmax_age: 1\n").mode());
    }

    @Test
    void aHugeAgeIsBounded() {
        assertEquals(Policy.AGE_MAX, good(GOOD.replace("604800", "1000000000000")).maxAge());
    }

    @Test
    void whatIsNoPolicy() {
        bad("");
        bad("<html>not found</html>");
        bad(GOOD.replace("STSv1", "STSv2"));
        bad(GOOD.replace("enforce", "enforced"));
        bad(GOOD.replace("604800", "a week"));
        bad(GOOD.replace("604800", "-1"));
        bad(GOOD.replace("max_age: 604800\n", ""));
        bad(GOOD.replaceAll("mx:.*\n", ""));
        bad(GOOD.replace("*.mx.partner.example", "*"));
        bad(GOOD.replace("*.mx.partner.example", "mx.*.example"));
        bad(GOOD + "mx: m.example\n".repeat(201));
    }

    @Test
    void whichHostsItNames() {
        Policy policy = good(GOOD);
        names(true, policy, "mail.partner.example", "MAIL.partner.example", "a.mx.partner.example");
        names(
                false,
                policy,
                "partner.example",
                "mx.partner.example",
                "a.b.mx.partner.example",
                "evilmx.partner.example",
                "mail.partner.example.evil.example",
                "*.mx.partner.example.evil",
                "localhost");
    }

    @Test
    void theRecordThatPointsToAPolicy() {
        assertEquals("20160831085700Z", id("v=STSv1; id=20160831085700Z;"));
        assertEquals("1", id("v=STSv1;id=1"));
        assertEquals("1", id("v=STSv1 ; a=b; id=1;", "other text"));
        assertEquals("", id("v=STSv1; id=1;", "v=STSv1; id=2;"));
        assertEquals("", id("v=STSv10; id=1;"));
        assertEquals("", id("id=1; v=STSv1"));
        assertEquals("", id("v=STSv1;"));
        assertEquals("", id("v=STSv1; id=a-b;"));
        assertEquals("", id("v=STSv1; id=" + "a".repeat(33)));
        assertEquals("", id());
    }

    private static void names(boolean expected, Policy policy, String... hosts) {
        for (String host : hosts) {
            assertEquals(expected, policy.names(host), host);
        }
    }

    private static String id(String... texts) {
        Optional<PolicyId> id = PolicyId.of(List.of(texts));
        return id.map(PolicyId::value).orElse("");
    }

    private static Policy good(String text) {
        return assertInstanceOf(Policy.Parsed.Good.class, Policy.parse(text)).policy();
    }

    private static void bad(String text) {
        assertInstanceOf(Policy.Parsed.Bad.class, Policy.parse(text), text);
    }
}

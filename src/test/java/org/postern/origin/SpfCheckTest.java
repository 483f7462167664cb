package org.postern.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.facts.Origin.Spf;
import org.postern.facts.Origin.Spf.Identity;
import org.postern.facts.Origin.Verdict;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.testkit.OwnTime;

class SpfCheckTest {
    /// The zones of RFC 7208, appendix A.
    private static final String APPENDIX_A =
            """
            example.com MX mail-a.example.com
            example.com MX mail-b.example.com
            example.com A 192.0.2.10
            example.com A 192.0.2.11
            amy.example.com A 192.0.2.65
            bob.example.com A 192.0.2.66
            mail-a.example.com A 192.0.2.129
            mail-b.example.com A 192.0.2.130
            example.org MX mail-c.example.org
            mail-c.example.org A 192.0.2.140
            10.2.0.192.in-addr.arpa PTR example.com
            65.2.0.192.in-addr.arpa PTR amy.example.com
            66.2.0.192.in-addr.arpa PTR bob.example.com
            129.2.0.192.in-addr.arpa PTR mail-a.example.com
            130.2.0.192.in-addr.arpa PTR mail-b.example.com
            140.2.0.192.in-addr.arpa PTR mail-c.example.org
            4.0.0.10.in-addr.arpa PTR bob.example.com
            """;

    /// Appendix A.1, and what is added to it here: the qualifiers, and the ways to say nothing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    v=spf1 +all                           | 203.0.113.9  | PASS
                    v=spf1 a -all                         | 192.0.2.10   | PASS
                    v=spf1 a -all                         | 192.0.2.11   | PASS
                    v=spf1 a -all                         | 192.0.2.12   | FAIL
                    v=spf1 a:example.org -all             | 192.0.2.10   | FAIL
                    v=spf1 mx -all                        | 192.0.2.129  | PASS
                    v=spf1 mx -all                        | 192.0.2.130  | PASS
                    v=spf1 mx -all                        | 192.0.2.140  | FAIL
                    v=spf1 mx:example.org -all            | 192.0.2.140  | PASS
                    v=spf1 mx mx:example.org -all         | 192.0.2.129  | PASS
                    v=spf1 mx mx:example.org -all         | 192.0.2.140  | PASS
                    v=spf1 mx/30 mx:example.org/30 -all   | 192.0.2.131  | PASS
                    v=spf1 mx/30 mx:example.org/30 -all   | 192.0.2.143  | PASS
                    v=spf1 mx/30 mx:example.org/30 -all   | 192.0.2.132  | FAIL
                    v=spf1 ptr -all                       | 192.0.2.65   | PASS
                    v=spf1 ptr -all                       | 192.0.2.140  | FAIL
                    v=spf1 ptr -all                       | 10.0.0.4     | FAIL
                    v=spf1 ip4:192.0.2.128/28 -all        | 192.0.2.65   | FAIL
                    v=spf1 ip4:192.0.2.128/28 -all        | 192.0.2.140  | PASS
                    v=spf1 ip6:2001:db8::/32 -all         | 2001:db8::7  | PASS
                    v=spf1 ip6:2001:db8::/32 -all         | 2001:db9::7  | FAIL
                    v=spf1 ~all                           | 203.0.113.9  | SOFTFAIL
                    v=spf1 ?all                           | 203.0.113.9  | NEUTRAL
                    v=spf1                                | 203.0.113.9  | NEUTRAL
                    v=spf1 ip4:999.1.1.1 -all             | 203.0.113.9  | PERMERROR
                    v=spf1 nonsense:x -all                | 203.0.113.9  | PERMERROR
                    v=spf1 include:none.example -all      | 203.0.113.9  | PERMERROR
                    v=spf1 include:down.example -all      | 203.0.113.9  | TEMPERROR
                    v=spf1 redirect=none.example          | 203.0.113.9  | PERMERROR
                    v=spf10 +all                          | 203.0.113.9  | NONE
                    something else                        | 203.0.113.9  | NONE
                    """)
    void examplesOfTheStandard(String policy, String peer, Verdict verdict) {
        Zone zone = Zone.of(APPENDIX_A + "example.com TXT " + policy + "\ndown.example FAILS\n");
        assertEquals(verdict, check(peer, zone));
    }

    private static Verdict check(String peer, Zone zone) {
        return SpfCheck.check(peer, Address.of("joe@example.com"), "mail.example.com", zone)
                .verdict();
    }

    @Test
    void theEmptyPathIsCheckedByTheNameInHelo() {
        Zone zone = Zone.of("mail.example.com TXT v=spf1 ip4:192.0.2.129 -all");
        assertEquals(
                new Spf(Verdict.PASS, Identity.HELO, new Domain("mail.example.com")),
                SpfCheck.check("192.0.2.129", null, "mail.example.com", zone));
        assertEquals(
                new Spf(Verdict.NONE, Identity.HELO, null),
                SpfCheck.check("192.0.2.129", null, "[192.0.2.129]", zone));
        assertEquals(
                new Spf(Verdict.NONE, Identity.HELO, null),
                SpfCheck.check("192.0.2.129", null, null, zone));
    }

    @Test
    void twoPoliciesAreNone() {
        Zone zone = Zone.of("example.com TXT v=spf1 +all\nexample.com TXT v=spf1 -all");
        assertEquals(Verdict.PERMERROR, check("192.0.2.1", zone));
    }

    @Test
    void aDomainWhoseServersAreSilentIsATemporaryError() {
        assertEquals(Verdict.TEMPERROR, check("192.0.2.1", Zone.of("example.com FAILS")));
    }

    /// RFC 7208 §4.6.4.
    @Test
    void moreThanTenTermsAreAPermanentError() {
        StringBuilder zone = new StringBuilder("example.com TXT v=spf1");
        for (int i = 0; i < 11; i++) {
            zone.append(" include:i").append(i).append(".example");
        }
        zone.append(" +all\n");
        for (int i = 0; i < 11; i++) {
            zone.append("i").append(i).append(".example TXT v=spf1 ?all\n");
        }
        assertEquals(Verdict.PERMERROR, check("192.0.2.1", Zone.of(zone.toString())));
    }

    @Test
    void aPolicyThatIncludesItselfEnds() {
        Zone zone = Zone.of("example.com TXT v=spf1 include:example.com -all");
        assertEquals(Verdict.PERMERROR, check("192.0.2.1", zone));
        Zone two =
                Zone.of(
                        """
                        example.com TXT v=spf1 redirect=b.example
                        b.example TXT v=spf1 redirect=example.com
                        """);
        assertEquals(Verdict.PERMERROR, check("192.0.2.1", two));
        assertTrue(zone.asked() + two.asked() < 40, "look-ups are bounded");
    }

    @Test
    void lookUpsThatFindNothingAreCounted() {
        Zone zone = Zone.of("example.com TXT v=spf1 a:x1.example a:x2.example a:x3.example +all");
        assertEquals(Verdict.PERMERROR, check("192.0.2.1", zone));
        Zone two = Zone.of("example.com TXT v=spf1 a:x1.example a:x2.example +all");
        assertEquals(Verdict.PASS, check("192.0.2.1", two));
    }

    @Test
    void anMxWithElevenHostsIsAPermanentError() {
        StringBuilder zone = new StringBuilder("example.com TXT v=spf1 mx +all\n");
        for (int i = 0; i < 11; i++) {
            zone.append("example.com MX m").append(i).append(".example.com\n");
            zone.append("m").append(i).append(".example.com A 198.51.100.1\n");
        }
        assertEquals(Verdict.PERMERROR, check("192.0.2.1", Zone.of(zone.toString())));
    }

    /// What a hostile domain can publish costs no more than a little time.
    @Test
    void hostilePoliciesAreAnsweredInTime() {
        String[] hostile = {
            "v=spf1 " + "a".repeat(65_000),
            "v=spf1 " + "a ".repeat(30_000) + "-all",
            "v=spf1 " + "exists:%{l1r-}".repeat(140),
            "v=spf1 exists:" + "%{l}.".repeat(300) + "example.com -all",
            "v=spf1 exists:" + "a.".repeat(900) + "com -all",
            "v=spf1 include:" + "-".repeat(1_900),
            "v=spf1 " + "ip4:1.1.1.1/".repeat(150),
            "v=spf1 x=" + "%".repeat(1_900),
            "v=spf1 exp=" + "%{i}".repeat(400) + " -all",
            "v=spf1 \u0000\u00ff\u202e -all",
            "v=spf1 redirect=%{d}.%{d}.%{d}.%{d}.%{d}",
            "\"",
            "",
            " ",
        };
        for (String policy : hostile) {
            Zone zone = Zone.of("example.com A 192.0.2.200\nx.example A 192.0.2.1");
            zone.add("example.com TXT " + policy);
            long begin = OwnTime.nanos();
            Verdict verdict = check("192.0.2.1", zone);
            assertTrue(OwnTime.nanos() - begin < 2_000_000_000L, policy);
            assertTrue(verdict != Verdict.PASS, policy);
            assertTrue(zone.asked() <= 60, "look-ups are bounded");
        }
    }
}

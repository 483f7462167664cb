package org.postern.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.facts.Origin.Dkim;
import org.postern.facts.Origin.Dmarc;
import org.postern.facts.Origin.Dmarc.Policy;
import org.postern.facts.Origin.Spf;
import org.postern.facts.Origin.Spf.Identity;
import org.postern.facts.Origin.Verdict;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;

class DmarcCheckTest {
    private static final PublicSuffixes SUFFIXES = PublicSuffixes.load();
    private static final DmarcCheck CHECK = new DmarcCheck(SUFFIXES);

    static List<String> rows() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/origin/dmarc.table")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void verdicts(String row) throws Exception {
        List<String> cells = Arrays.stream(row.split("\\|", -1)).map(String::strip).toList();
        Zone zone = Zone.of("_dmarc.example.com TXT " + cells.get(0));
        Domain author = new Domain(cells.get(1));
        Spf spf =
                new Spf(Verdict.valueOf(cells.get(3)), Identity.MAILFROM, new Domain(cells.get(2)));
        Dkim dkim = new Dkim(Verdict.valueOf(cells.get(5)), new Domain(cells.get(4)), "abc", "");
        assertEquals(
                new Dmarc(Verdict.valueOf(cells.get(6)), author, Policy.valueOf(cells.get(7))),
                check("From: Joe <joe@" + author + ">", spf, List.of(dkim), zone));
    }

    private static Dmarc check(String fields, Spf spf, List<Dkim> dkim, Zone zone)
            throws Exception {
        return CHECK.check(CHECK.wishes(header(fields), zone), spf, dkim);
    }

    /// A09: without an author nobody's wish can be asked for.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: a@example.com, b@other.example, c@",
                "From: a@example.com\r\nFrom: b@example.com",
                "From: undisclosed:;",
                "From: team: a@example.com;",
                "From:",
                "From: <>",
                "Subject: no author",
                "From: joe@example.com <joe@@evil.example>",
            })
    void withoutAnAuthorItIsAnError(String fields) throws Exception {
        Zone zone = Zone.of("_dmarc.example.com TXT v=DMARC1; p=reject");
        Dmarc verdict = check(fields, none(), List.of(), zone);
        assertEquals(new Dmarc(Verdict.PERMERROR, null, Policy.NONE), verdict);
        assertFalse(verdict.asksForRefusal());
    }

    /// §6.6.1: the strictest policy of those that fail, wherever its domain stands.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a@example.com, b@example.com       | FAIL REJECT example.com
                    a@proved.example, b@example.com    | FAIL REJECT example.com
                    a@example.com, b@proved.example    | FAIL REJECT example.com
                    a@mild.example, b@EXAMPLE.com      | FAIL REJECT example.com
                    a@down.example, b@example.com      | FAIL REJECT example.com
                    a@down.example, b@mild.example     | TEMPERROR REJECT down.example
                    a@mild.example, b@proved.example   | FAIL QUARANTINE mild.example
                    a@proved.example, b@down.example   | TEMPERROR REJECT down.example
                    a@proved.example, b@nobody.example | PERMERROR NONE null
                    a@proved.example, b@proved.example | PASS REJECT proved.example
                    Doe, John <b@example.com>          | FAIL REJECT example.com
                    Doe, John <b@proved.example>       | PASS REJECT proved.example
                    """)
    void severalAuthorsAreCheckedEach(String from, String wanted) throws Exception {
        Zone zone =
                Zone.of(
                        """
                        _dmarc.example.com TXT v=DMARC1; p=reject
                        _dmarc.proved.example TXT v=DMARC1; p=reject
                        _dmarc.mild.example TXT v=DMARC1; p=quarantine
                        _dmarc.down.example FAILS
                        """);
        Spf spf = new Spf(Verdict.PASS, Identity.MAILFROM, new Domain("proved.example"));
        Dmarc found = check("From: " + from, spf, List.of(), zone);
        assertEquals(wanted, found.verdict() + " " + found.policy() + " " + found.from());
    }

    /// Whose signature could not be looked at in time may have failed as well, and what the domain
    /// asks for counts then, and no more than that.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    reject     | none       | TEMPERROR REJECT late.example
                    reject     | quarantine | TEMPERROR REJECT late.example
                    quarantine | none       | TEMPERROR QUARANTINE late.example
                    reject     | reject     | FAIL REJECT failed.example
                    quarantine | reject     | FAIL REJECT failed.example
                    none       | none       | FAIL NONE failed.example
                    """)
    void whatIsNotProvedYetCountsByItsOwnPolicy(String late, String failed, String wanted)
            throws Exception {
        Zone zone =
                Zone.of(
                        """
                        _dmarc.late.example TXT v=DMARC1; p=%s
                        _dmarc.failed.example TXT v=DMARC1; p=%s
                        """
                                .formatted(late, failed));
        List<Dkim> dkim = List.of(new Dkim(Verdict.TEMPERROR, new Domain("late.example"), "a", ""));
        for (String from :
                List.of("a@late.example, b@failed.example", "b@failed.example, a@late.example")) {
            Dmarc found = check("From: " + from, none(), dkim, zone);
            assertEquals(wanted, found.verdict() + " " + found.policy() + " " + found.from());
        }
    }

    /// A domain that asks for nothing has its mail taken beside a proved one, though it was silent.
    @Test
    void whoAsksForNothingPutsNothingOff() throws Exception {
        Zone zone =
                Zone.of(
                        """
                        _dmarc.late.example TXT v=DMARC1; p=none
                        _dmarc.proved.example TXT v=DMARC1; p=reject
                        """);
        Spf spf = new Spf(Verdict.PASS, Identity.MAILFROM, new Domain("proved.example"));
        List<Dkim> dkim = List.of(new Dkim(Verdict.TEMPERROR, new Domain("late.example"), "a", ""));
        Dmarc found = check("From: a@late.example, b@proved.example", spf, dkim, zone);
        assertEquals(new Dmarc(Verdict.TEMPERROR, new Domain("late.example"), Policy.NONE), found);
        assertFalse(found.mayAskForRefusal());
    }

    @Test
    void anALabelIsADomainLikeAnother() throws Exception {
        Zone zone = Zone.of("_dmarc.xn--exmple-cua.com TXT v=DMARC1; p=reject");
        Dmarc verdict = check("From: a@XN--exmple-cua.com", none(), List.of(), zone);
        assertEquals(new Domain("xn--exmple-cua.com"), verdict.from());
        assertTrue(verdict.asksForRefusal());
    }

    @Test
    void severalRecordsAreNone() throws Exception {
        Zone zone =
                Zone.of(
                        """
                        _dmarc.example.com TXT v=DMARC1; p=reject
                        _dmarc.example.com TXT v=DMARC1; p=none
                        """);
        assertEquals(Verdict.NONE, fromExample(zone).verdict());
        Zone besides =
                Zone.of(
                        """
                        _dmarc.example.com TXT something else
                        _dmarc.example.com TXT v=DMARC1; p=reject
                        """);
        assertEquals(Verdict.FAIL, fromExample(besides).verdict());
    }

    @Test
    void dnsThatIsDownRefusesNobody() throws Exception {
        Dmarc verdict = fromExample(Zone.of("_dmarc.example.com FAILS"));
        assertEquals(Verdict.TEMPERROR, verdict.verdict());
        assertFalse(verdict.asksForRefusal());
    }

    private static Dmarc fromExample(Zone zone) throws Exception {
        return check("From: a@example.com", none(), List.of(), zone);
    }

    private static Spf none() {
        return new Spf(Verdict.NONE, Identity.MAILFROM, new Domain("example.com"));
    }

    private static HeaderSection header(String fields) throws IOException, MimeException {
        return HeaderSection.read(Content.of((fields + "\r\n\r\n").getBytes(ISO_8859_1)));
    }

    /// The examples of publicsuffix.org that have a rule of each kind.
    @ParameterizedTest
    @CsvSource({
        "com, com",
        "example.com, example.com",
        "a.b.example.com, example.com",
        "example.co.uk, example.co.uk",
        "www.example.co.uk, example.co.uk",
        "co.uk, co.uk",
        "c.kobe.jp, c.kobe.jp",
        "b.c.kobe.jp, b.c.kobe.jp",
        "a.b.c.kobe.jp, b.c.kobe.jp",
        "city.kobe.jp, city.kobe.jp",
        "www.city.kobe.jp, city.kobe.jp",
        "test.ck, test.ck",
        "a.b.test.ck, b.test.ck",
        "www.www.ck, www.ck",
        "a.unlisted, a.unlisted",
        "b.a.unlisted, a.unlisted",
        "xn--85x722f.xn--55qx5d.cn, xn--85x722f.xn--55qx5d.cn",
        "www.xn--85x722f.xn--55qx5d.cn, xn--85x722f.xn--55qx5d.cn",
        "pages.someone.github.io, someone.github.io",
    })
    void organisationalDomains(String domain, String organisation) {
        assertEquals(new Domain(organisation), SUFFIXES.organisational(new Domain(domain)));
    }
}

package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.mail.Address;
import org.postern.mime.DisplayAddress.Authors;
import org.postern.mime.DisplayAddress.Single;

/// A04, A05 and A09 of the address inputs, as far as header fields go.
final class DisplayAddressTest {
    @Test
    void readsListsForPeople() {
        list("a@x.example", "<a@x.example>");
        list("<a@x.example>", "<a@x.example>");
        list("Ann <a@x.example>", "Ann <a@x.example>");
        list("\"B, \\\"Ann\\\"\" <a@x.example>", "B, \"Ann\" <a@x.example>");
        list("a@x.example (Ann)", "Ann <a@x.example>");
        list("Ann <a@x.example>, Bob <b@x.example>,", "Ann <a@x.example>|Bob <b@x.example>");
        list("=?utf-8?q?=C3=84nn?= <a@x.example>", "\u00c4nn <a@x.example>");
        list("\"=?utf-8?q?=C3=84nn?=\" <a@x.example>", "\u00c4nn <a@x.example>");
        list("undisclosed-recipients:;", "");
        list("Team: a@x.example, b@x.example;", "<a@x.example>|<b@x.example>");
        list("\"a b\"@x.example", "<\"a b\"@x.example>");
        list("Ann <a@x.example", "Ann <a@x.example>");
        list("", "");
        list("x\u202Ey <a@x.example>", "x\u202Ey <a@x.example>".replace("\u202E", ""));
    }

    @Test
    void oneMailboxIsExactlyOne() throws Exception {
        one("From: a@x.example\r\n", "a@x.example");
        one("From: Ann <a@X.example>\r\n", "a@x.example");
        one("From: (c) a@x.example (Ann)\r\n", "a@x.example");
        one("From: \"a@y.example\" <a@x.example>\r\n", "a@x.example");
        none("", "no From field");
        none("From:\r\n", "is empty");
        none("From: undisclosed:;\r\n", "holds a group");
        none("From: t: a@x.example;\r\n", "holds a group");
        none("From: a@x.example, b@x.example\r\n", "several mailboxes");
        none("From: a@x.example\r\nfrom: a@x.example\r\n", "2 From fields");
        none("From: <aaa@clinic.example>bbb@evil.example\r\n", "readable address");
        none("From: <a@x.example><b@x.example>\r\n", "readable address");
        none("From: Ann <a@x.example\r\n", "readable address");
        none("From: Ann\r\n", "readable address");
        none("From: a(@clinic.example)@evil.example (\r\n", "readable address");
        none("From: =?utf-8?q?victim=40trusted.org?=@x\u00e4\r\n", "readable address");
        none("From: " + "a@x.example,".repeat(5_000) + "\r\n", "several mailboxes");
    }

    /// Real programs forget the quotation marks; a forger hides an address before the one that
    /// counts, or has a reader take another.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    Doe, John <john@far.example>                      | john@far.example
                    Doe,John<john@far.example>                        | john@far.example
                    Doe, John, MD <john@FAR.example>                  | john@far.example
                    O'Neil-Doe, J. R. < john@far.example >            | john@far.example
                    =?utf-8?q?Doe?=, =?utf-8?q?J=C3=B6rg?= <j@f.example> | j@f.example
                    "Doe, John" <john@far.example>                    | john@far.example
                    a@x.example, b@y.example                          | a@x.example b@y.example
                    Doe, John                                         | -
                    Doe, john@far.example                             | -
                    Doe, John <john>                                  | -
                    Doe, John <>                                      | -
                    Doe, John <john@far.example>,                     | -
                    Doe, John <john@far.example> x                    | -
                    Doe, John <john@far.example> (x)                  | -
                    Doe, John <john@far.example                       | -
                    Doe, John john@far.example>                       | -
                    Doe, <x> John <john@far.example>                  | -
                    Doe, John <john@far.example>>                     | -
                    Doe, John <<john@far.example>                     | -
                    Doe, John <john@far.example> <b@y.example>        | -
                    <john@far.example>, Doe, John                     | -
                    b@y.example, Doe <john@far.example>               | b@y.example john@far.example
                    Doe b@y.example, John <john@far.example>          | -
                    "b@y.example", John <john@far.example>            | -
                    "Doe", John <john@far.example>                    | -
                    Doe, (b@y.example) John <john@far.example>        | -
                    Doe, John (MD) <john@far.example>                 | -
                    Doe, John \\ <john@far.example>                   | -
                    Doe; John <john@far.example>                      | -
                    Staff: Doe, John <john@far.example>               | -
                    Doe, John <@a.example:john@far.example>           | -
                    Doe, John <john@far.example@y.example>            | -
                    Doe, John <"b@y.example"@far.example>             | -
                    Doe, John <"john"@far.example>                    | -
                    Doe, [John] <john@far.example>                    | -
                    =?utf-8?q?b=40y.example?=, John <john@far.example> | -
                    =?utf-8?q?b=3Cb?=, John <john@far.example>        | -
                    =?utf-8?b?77ygeS5leGFtcGxl?=, John <j@far.example> | -
                    """)
    void aNameMayWantItsQuotationMarksWhereNobodyElseCanBeMeant(String from, String wanted)
            throws Exception {
        byte[] octets = ("From: " + from + "\r\n\r\n").getBytes(ISO_8859_1);
        HeaderSection header = HeaderSection.read(new ByteArrayInputStream(octets));
        String found =
                switch (DisplayAddress.authors(header)) {
                    case Authors.Named(List<Address> all) ->
                            all.stream().map(Address::toString).collect(Collectors.joining(" "));
                    case Authors.Unnamed _ -> "-";
                };
        assertEquals(wanted, found);
        assertEquals(
                !wanted.equals("-") && !wanted.contains(" "),
                DisplayAddress.author(header).isPresent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    director, x <x@evil.example>                   | director
                    Anna  Reyes , Dr. Sam,MD <x@evil.example>      | Anna.Reyes Dr..Sam
                    =?utf-8?q?director?=, x <x@evil.example>       | =?utf-8?q?director?= director
                    "director, x" <x@evil.example>                 | ``
                    director@clinic.example, x <x@evil.example>    | ``
                    director, x                                    | ``
                    x <x@evil.example>                             | ``
                    , <x@evil.example>                             | ``
                    """)
    void whatAServerMayCompleteIsKnown(String from, String words) throws Exception {
        byte[] octets = ("From: " + from + "\r\n\r\n").getBytes(ISO_8859_1);
        HeaderSection header = HeaderSection.read(new ByteArrayInputStream(octets));
        assertEquals(
                words.isEmpty() ? Set.of() : Set.of(words.split(" ", 0)),
                DisplayAddress.completable(header));
    }

    /// Of a clinician it is not taken: her own program is to write what everybody can read.
    @Test
    void oneMailboxOfTheClinicWantsItsQuotationMarks() throws Exception {
        none("From: Doe, John <john@x.example>\r\n", "several mailboxes");
    }

    @Test
    void longNamesWithCommasTakeLinearTime() throws Exception {
        String name = "Doe, John".repeat(10_000);
        byte[] octets = ("From: " + name + " <a@x.example>\r\n\r\n").getBytes(ISO_8859_1);
        HeaderSection header = HeaderSection.read(new ByteArrayInputStream(octets));
        assertTrue(DisplayAddress.authors(header) instanceof Authors.Unnamed);
    }

    @Test
    void hostileListsTakeLinearTime() {
        assertEquals(1_000, DisplayAddress.list("a@x.example,".repeat(8_000)).size());
        for (String text : new String[] {"(", "<", "\"", "\\", ":", ";", "=?"}) {
            assertTrue(DisplayAddress.list(text.repeat(100_000)).size() <= 1);
        }
    }

    private static void list(String body, String expected) {
        assertEquals(
                expected,
                DisplayAddress.list(body).stream()
                        .map(m -> (m.name() + " <" + m.addressText() + ">").strip())
                        .collect(Collectors.joining("|")));
    }

    private static void one(String header, String address) throws Exception {
        switch (single(header)) {
            case Single.One(DisplayAddress _, var found) -> assertEquals(address, found.toString());
            case Single.NotOne(String reason) -> throw new AssertionError(reason);
        }
    }

    private static void none(String header, String reason) throws Exception {
        switch (single(header)) {
            case Single.One one -> throw new AssertionError("one: " + one.address());
            case Single.NotOne(String why) -> assertTrue(why.contains(reason), why);
        }
    }

    private static Single single(String header) throws Exception {
        byte[] octets = (header + "\r\n").getBytes(ISO_8859_1);
        return DisplayAddress.single(HeaderSection.read(new ByteArrayInputStream(octets)), "From");
    }
}

package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
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

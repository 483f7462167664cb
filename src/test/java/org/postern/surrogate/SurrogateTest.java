package org.postern.surrogate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.mail.Content;
import org.postern.mime.DisplayAddress;
import org.postern.mime.EncodedWords;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.outline.Outline;
import org.postern.outline.OutlineReader;

/// RFC 6858: what a mail program without UTF-8 is shown.
class SurrogateTest {
    private static final String NOBODY = "<invalid@internationalized-address.invalid>";

    private static final String MESSAGE =
            """
            Return-Path: <josé@example.com>
            Received: from b.example by c.example for <josé@example.com>;
             Mon, 2 Mar 2026 09:00:00 +0100
            From: José <josé@example.com>
            To: "Åsa, B." <asa@example.com>, Sam <sam@example.com>,
             (Zoë) zoe@example.com
            Subject: Grüße aus der Klinik
            Date: Mon, 2 Mar 2026 09:00:00 +0100
            X-Note: für alle
            Content-Type: multipart/mixed; title="Übung"; boundary=b

            preämble
            --b
            Content-Type: text/plain; charset=utf-8

            Grüße
            --b
            Content-Type: application/pdf;
             name="Röntgen.pdf"
            Content-Disposition: attachment; filename="Röntgen.pdf"; size=3
            Content-Description: Bild für Anna

            pdf
            --b
            Content-Type: message/rfc822

            From: Ünal <u@example.com>
            Sender: plain@example.com
            Subject: für später
            Message-ID: <1@example.com>

            inside
            --b--
            """
                    .replace("\n", "\r\n");

    /// Octets as characters.
    private static String octets(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static Content content(String octets) {
        return Content.of(octets.getBytes(ISO_8859_1));
    }

    private static Outline outline(String octets) throws IOException, MimeException {
        return OutlineReader.read(content(octets));
    }

    private static String read(InputStream in) throws IOException {
        try (in) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }

    private static String shown(String octets) throws IOException, MimeException {
        return read(Surrogate.of(outline(octets)).content(content(octets)).open());
    }

    private static HeaderSection fields(String section) throws IOException, MimeException {
        return HeaderSection.read(new ByteArrayInputStream(section.getBytes(ISO_8859_1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    From: José <j@x.example> | \
                    From: =?utf-8?B?Sm9zw6k=?=~ <j@x.example>
                    From: a@b.example (José) | \
                    From: a@b.example
                    From: Jose (José) <j@x.example> | \
                    From: Jose <j@x.example>
                    Cc: a@b.example, ü <c@d.example> | \
                    Cc: a@b.example,~ =?utf-8?B?w7w=?=~ <c@d.example>
                    Return-Path: <jü@x.example> | \
                    Return-Path: <invalid@internationalized-address.invalid>
                    Subject: =?utf-8?q?=C3=A9?= ü | \
                    Subject: =?utf-8?B?w6kgw7w=?=
                    Content-Type: text/plain; charset=utf-8; x=ü | \
                    Content-Type: text/plain; charset=utf-8
                    Content-Disposition: attachment;~ filename=ü; size=1 | \
                    Content-Disposition: attachment; size=1
                    Content-Type: multipart/mixed (é); boundary=b (é) | \
                    Content-Type: multipart/mixed (xx); boundary=b (xx)
                    Content-Type: multipart/mixed; x=a"é; boundary=b | \
                    Content-Type: multipart/mixed; boundary=b
                    Content-Type: a/b; n*0=a; n*1="é"; c=d | \
                    Content-Type: a/b; c=d
                    Content-Type: multipart/é; boundary=b | \
                    Content-Type: xxxxxxxxx/xx; boundary=b
                    Content-Type: text/é | Content-Type: text/xx
                    Content-Transfer-Encoding: base64 (é) | \
                    Content-Transfer-Encoding: base64 (xx)
                    Content-Transfer-Encoding: é | Content-Transfer-Encoding: xx
                    To: <"a>é"@b>, <c@d>, e@f | \
                    To: =?utf-8?B?PGE+w6lAYj4=?=~ \
                    <invalid@internationalized-address.invalid>, <c@d>, e@f
                    To: <a(é)@b> | To: <a@b>
                    To: (é), a@b | To: , a@b
                    """)
    void aFieldIsWrittenInAscii(String written, String wanted) {
        String field = octets(written).replace("~", "\r\n") + "\r\n";
        assertEquals(wanted.replace("~", "\r\n") + "\r\n", HeaderSurrogate.of(field));
    }

    @ParameterizedTest
    @CsvSource({"X-Note: für", "Message-ID: <ü@x.example>", "Ünal: a", "From x ü"})
    void aFieldThatCannotBeShownIsLeftOut(String field) {
        assertEquals("A: b\r\n\r\n", HeaderSurrogate.of(octets("A: b\r\n" + field + "\r\n\r\n")));
    }

    /// Encoded words are longer than what they stand for.
    @Test
    void aSurrogateKeepsTheLimitsOfAHeaderSection() throws Exception {
        String field = "Subject: %s\r\n".formatted(octets("\u00fc").repeat(49_000));
        String more = "To: %s <a@b.example>\r\n".formatted(octets("\u00fc").repeat(20_000));
        String header = field + more.repeat(3) + "From: a@b.example\r\n\r\n";
        String shown = HeaderSurrogate.of(header);
        assertTrue(shown.length() > 4 * more.length(), "nothing was encoded");
        HeaderSection fields = fields(shown);
        assertEquals(shown.length(), fields.octets());
        assertTrue(fields.first("Subject").isEmpty(), "longer than a field may be");
        assertEquals(3, fields.all("To").size());
        String all = more.repeat(6) + "From: a@b.example\r\n\r\n";
        assertEquals("a@b.example", fields(HeaderSurrogate.of(all)).first("From").get().body());
        assertEquals(NOBODY, fields(HeaderSurrogate.of(all)).all("To").getLast().body());
    }

    @Test
    void anAddressThatIsNotInAsciiBelongsToNobody() throws Exception {
        String header = octets("To: José <josé@x.example>, Team: ü@x.example;\r\n");
        String shown = HeaderSurrogate.of(header);
        List<DisplayAddress> all = DisplayAddress.list(fields(shown).fields().getFirst().body());
        assertEquals(2, all.size());
        for (DisplayAddress each : all) {
            assertEquals(NOBODY, "<" + each.addressText() + ">");
        }
        assertEquals("José <josé@x.example>", all.getFirst().name());
        assertEquals("ü@x.example", all.getLast().name());
    }

    @Test
    void aMessageIsShownInAsciiOutsideOfItsBodies() throws Exception {
        String message = octets(MESSAGE);
        Outline kept = outline(message);
        Surrogate surrogate = Surrogate.of(kept);
        String shown = shown(message);
        assertTrue(surrogate.isDowngraded());
        assertEquals(shown.length(), surrogate.size(message.length()));
        HeaderSection fields = fields(shown);
        assertEquals(
                List.of("Return-Path", "From", "To", "Subject", "Date", "Content-Type"),
                fields.fields().stream().map(it -> it.name()).toList());
        assertEquals(
                "Grüße aus der Klinik",
                EncodedWords.decode(fields.first("Subject").orElseThrow().body()));
        // The surrogate's outline is the one that its octets have, with the exception that what is
        // masked is not told.
        Outline read = outline(shown);
        assertEquals(read.root(), surrogate.outline().root());
        assertEquals(read.header(), surrogate.outline().header());
        assertEquals(read.envelope(), surrogate.outline().envelope());
        assertTrue(Utf8.isAscii(surrogate.outline().structure()));
        assertTrue(
                surrogate
                        .outline()
                        .structure()
                        .contains(
                                "(\"application\" \"pdf\" NIL NIL NIL \"7bit\" 3 NIL"
                                        + " (\"attachment\" (\"size\" \"3\")) NIL NIL)"),
                surrogate.outline().structure());
        assertTrue(
                surrogate
                        .outline()
                        .body()
                        .contains(
                                "(NIL NIL NIL ((NIL NIL \"plain\" \"example.com\")) NIL NIL NIL NIL"
                                        + " NIL \"<1@example.com>\")"),
                surrogate.outline().body());
        // The bodies are the same, and nothing else holds UTF-8.
        assertTrue(shown.contains(octets("\r\n\r\nGrüße\r\n--b")));
        assertTrue(shown.contains(octets("preämble")));
        assertTrue(Utf8.isAscii(shown.replace(octets("Grüße"), "").replace(octets("ä"), "")));
        assertTrue(
                shown.contains("attachment; xxxxxxxx=\"------------\"; size=3\r\nXXXXXXXXXXX"),
                shown);
    }

    @Test
    void itBeginsAtAnyOctet() throws Exception {
        String message = octets(MESSAGE);
        Content content = Surrogate.of(outline(message)).content(content(message));
        String whole = read(content.open());
        for (int from = 0; from <= whole.length(); from++) {
            assertEquals(whole.substring(from), read(content.open(from)), "from " + from);
        }
    }

    @Test
    void aMessageInAsciiIsItself() throws Exception {
        String message = "Subject: a\r\n\r\n" + octets("bödy");
        Outline outline = outline(message);
        assertSame(outline, Surrogate.of(outline).outline());
        assertEquals(message, shown(message));
        assertFalse(Surrogate.of(outline).isDowngraded());
    }

    @Test
    void whatIsNoUtf8StaysAsItIs() throws Exception {
        String message = "Subject: caf\u00e9\r\nX: \u00c3\u00bc\r\n\r\nbody";
        assertEquals("Subject: caf\u00e9\r\n\r\nbody", shown(message));
    }

    /// Broken, odd and cut fields: always ASCII or as it was, read as fields, and the same if it is
    /// done again.
    @Test
    void anyHeaderIsShownInAsciiOnce() throws Exception {
        SplittableRandom random = new SplittableRandom(20260302);
        String[] words = {
            "From", "To", "Subject", "Content-Type", "X", ":", ": ", ";", "\"", "<", ">", "@", ",",
            "(", ")", "\\", "\r\n", "\n", "\r\n ", "\n\t", "=", "ü", "日本", "a", "=?utf-8?q?=C3?=",
                    "\t",
            " "
        };
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder("From: ");
            for (int i = random.nextInt(24); i >= 0; i--) {
                text.append(words[random.nextInt(words.length)]);
            }
            String all = octets(text.toString());
            String header = all.substring(0, fields(all).octets());
            String shown = HeaderSurrogate.of(header);
            assertTrue(Utf8.isAscii(shown), () -> "not in ASCII: " + text);
            assertEquals(shown, HeaderSurrogate.of(shown));
            String masked = Mask.of(header);
            assertEquals(header.length(), masked.length());
            assertTrue(Utf8.isAscii(masked), () -> "not in ASCII: " + text);
            assertEquals(header.replaceAll("[^\n]", ""), masked.replaceAll("[^\n]", ""));
            assertEquals(shown.length(), fields(shown).octets(), shown);
            assertEquals(masked.length(), fields(masked).octets(), masked);
        }
    }

    /// U+200B is no white space to RFC 5322, and shown to nobody.
    @Test
    void noLineIsWhiteSpaceOnly() {
        String shown = HeaderSurrogate.of(octets("To: \u200b, x@y\r\n"));
        assertTrue(shown.lines().noneMatch(String::isBlank), shown);
        assertTrue(shown.contains(NOBODY + ", x@y"), shown);
    }

    /// The work is bounded by what may be shown, and somebody sent it whatever else is there.
    @Test
    void fromIsShownWhenThereIsNoRoom() throws Exception {
        String many = octets("é,".repeat(33_000));
        String header = "To: " + many + "\r\nCc: " + many + "\r\n";
        String shown = HeaderSurrogate.of(header + "From: " + octets("é".repeat(45_000)) + "\r\n");
        for (String name : List.of("To", "Cc", "From")) {
            assertEquals(NOBODY, fields(shown).first(name).orElseThrow().body());
        }
    }

    /// One octet that is no UTF-8, and the parameters stay for all, in BODYSTRUCTURE too.
    @Test
    void brokenParametersStayEverywhere() throws Exception {
        String message = "Content-Type: a/b; n=\"" + octets("é") + "\"; x=\"\u00ff\"\r\n\r\nbody";
        Outline outline = outline(message);
        assertEquals(outline, Surrogate.of(outline).outline());
        assertEquals(message, shown(message));
    }

    /// As the outline writes them.
    @Test
    void wordsOfAnAnswerAreReadAndWritten() throws Exception {
        Outline outline = outline(octets(MESSAGE));
        for (String words : List.of(outline.body(), outline.structure(), outline.envelope())) {
            assertEquals(words, ResponseText.write(ResponseText.read(words)));
            String quoted = ResponseText.quoted(words);
            assertFalse(quoted.contains("{"), quoted);
            assertEquals(words, ResponseText.write(ResponseText.read(quoted)));
        }
    }
}

package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;

/// M01 to M06, M11 and M13 of the MIME inputs: the tree of parts, and what makes it doubtful.
final class MimeIndexTest {
    private static final String MIXED = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

    @Test
    void aPlainMessageIsOnePart() throws Exception {
        good("Subject: x\r\n\r\nbody\r\n", "text/plain[body\r\n]");
        good("", "text/plain[]");
        good("\r\n", "text/plain[]");
        good("Content-Type: text/html\r\n\r\n<p>", "text/html[<p>]");
        // M13: body only.
        tree("just text\r\n", "text/plain[just text\r\n]", Oddity.NO_EMPTY_LINE);
    }

    @Test
    void partsEndBeforeTheLineEndOfTheDelimiter() throws Exception {
        good(
                MIXED + "preamble\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n\r\n--b--\r\nepilogue",
                "multipart/mixed(text/plain[one] text/plain[two\r\n])");
        good(
                "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n",
                "multipart/mixed(text/plain[one])");
        // A part without a body, and one without anything.
        good(
                MIXED + "--b\r\nContent-Type: text/html\r\n--b\r\n--b--\r\n",
                "multipart/mixed(text/html[] text/plain[])");
    }

    @Test
    void multipartsNest() throws Exception {
        String inner = "Content-Type: multipart/alternative; boundary=\"b b\"\r\n\r\n";
        good(
                MIXED + "--b\r\n" + inner + "--b b\r\n\r\n1\r\n--b b--\r\n--b\r\n\r\n2\r\n--b--",
                "multipart/mixed(multipart/alternative(text/plain[1]) text/plain[2])");
        // The outer delimiter ends what is not closed.
        tree(
                MIXED + "--b\r\n" + inner + "--b b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--",
                "multipart/mixed(multipart/alternative(text/plain[1]) text/plain[2])",
                Oddity.NOT_CLOSED);
    }

    @Test
    void messagesAreLookedInto() throws Exception {
        good(
                "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhello",
                "message/rfc822(text/plain[hello])");
        good(
                "Content-Type: multipart/digest; boundary=b\r\n\r\n"
                        + "--b\r\n\r\nA: 1\r\n\r\nx\r\n--b--",
                "multipart/digest(message/rfc822(text/plain[x]))");
        // M02: an encoded one is not, so nothing can hold itself.
        tree(
                "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==",
                "message/rfc822[QQ==]",
                Oddity.ENCODED_COMPOSITE);
    }

    /// M05.
    @Test
    void doubtfulBoundariesAreNamed() throws Exception {
        String body = "--b\r\n\r\n1\r\n--b--\r\n";
        String type = "Content-Type: multipart/mixed; boundary";
        good(type + "=\"b \"\r\n\r\n" + body, "multipart/mixed(text/plain[1])");
        good(type + "*0=\"\"; boundary*1=b\r\n\r\n" + body, "multipart/mixed(text/plain[1])");
        good(type + "=b\r\n\r\n--b \t\r\n\r\n1\r\n--b-- \r\n", "multipart/mixed(text/plain[1])");
        tree(type + "=\r\n\r\n--\r\n\r\n1", "multipart/mixed[--\r\n\r\n1]", Oddity.NO_BOUNDARY);
        tree("Content-Type: multipart/mixed\r\n\r\n1", "multipart/mixed[1]", Oddity.NO_BOUNDARY);
        tree(
                type + "=\u00e4\r\n\r\n--\u00e4\r\n",
                "multipart/mixed[--\u00e4\r\n]",
                Oddity.NO_BOUNDARY);
        tree(type + "=c\r\n\r\n" + body, "multipart/mixed[" + body + "]", Oddity.NO_PARTS);
        tree(
                type + "=b; boundary=c\r\n\r\n" + body,
                "multipart/mixed(text/plain[1])",
                Oddity.DUPLICATE_PARAMETER);
        tree(
                "Content-Type: multipart/mixed (x); boundary=b\r\n\r\n" + body,
                "multipart/mixed(text/plain[1])",
                Oddity.COMMENT);
        tree(
                type + "=b\r\n\r\n--b\r\n\r\n1\r\n--bc\r\n--b--\r\n",
                "multipart/mixed(text/plain[1\r\n--bc])",
                Oddity.BOUNDARY_PREFIX);
        tree(
                type + "=b\r\n\r\n" + body + "--b\r\n\r\n2\r\n",
                "multipart/mixed(text/plain[1])",
                Oddity.DELIMITER_AFTER_CLOSE);
        tree(
                MIXED + "--b\r\n" + MIXED + "--b\r\n\r\n1\r\n--b--\r\n--b\r\n\r\n2\r\n--b--\r\n",
                "multipart/mixed(multipart/mixed(text/plain[1]) text/plain[2])",
                Oddity.SAME_BOUNDARY);
    }

    @Test
    void longBoundariesAreUsedUpToALimit() throws Exception {
        String longer = "b".repeat(71);
        tree(multipart(longer), "multipart/mixed(text/plain[1])", Oddity.LONG_BOUNDARY);
        good(multipart("b".repeat(70)), "multipart/mixed(text/plain[1])");
        tree(multipart("b".repeat(2_048)), "multipart/mixed(text/plain[1])", Oddity.LONG_BOUNDARY);
        MimeIndex index = index(multipart("b".repeat(2_049)));
        assertEquals(Set.of(Oddity.NO_BOUNDARY), index.oddities());
        assertEquals(List.of(), index.root().children());
    }

    /// M06.
    @Test
    void doubtfulFieldsAreNamed() throws Exception {
        tree(
                "Content-Type: text/plain\r\nContent-type: text/html\r\n\r\nx",
                "text/plain[x]",
                Oddity.DUPLICATE_FIELD);
        tree(
                "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\nx",
                "text/plain[x]",
                Oddity.DUPLICATE_FIELD);
        tree(
                "Content-Transfer-Encoding: x-uue\r\n\r\nx",
                "application/octet-stream[x]",
                Oddity.UNKNOWN_TRANSFER_ENCODING);
        tree("Content-Transfer-Encoding: 7bit (x)\r\n\r\nx", "text/plain[x]", Oddity.COMMENT);
        tree("Content-Type: text\r\n\r\nx", "application/octet-stream[x]", Oddity.MALFORMED_FIELD);
        tree(
                MIXED.replace("b\r\n\r\n", "b\r\nContent-Transfer-Encoding: base64\r\n\r\n")
                        + "--b\r\n\r\n1\r\n--b--\r\n",
                "multipart/mixed(text/plain[1])",
                Oddity.ENCODED_COMPOSITE);
        // M11
        tree("Content-Type: message/partial\r\n\r\nx", "message/partial[x]", Oddity.PARTIAL);
        tree(
                "Content-Type: message/external-body\r\n\r\nx",
                "message/external-body[x]",
                Oddity.EXTERNAL_BODY);
    }

    /// M01, M02: the depth is shared by multiparts and messages.
    @Test
    void depthIsLimited() throws Exception {
        assertEquals(100, index(nestedMultiparts(99)).parts().size());
        for (int depth : new int[] {100, 2_500, 100_000}) {
            bad(nestedMultiparts(depth), "more than 100 deep");
        }
        String message = "Content-Type: message/rfc822\r\n\r\n";
        assertEquals(100, index(message.repeat(99)).parts().size());
        bad(message.repeat(1_000), "more than 100 deep");
    }

    /// M03.
    @Test
    void partsAreCounted() throws Exception {
        assertEquals(10_000, index(MIXED + "--b\r\n\r\n".repeat(9_999)).parts().size());
        bad(MIXED + "--b\r\n\r\n".repeat(100_000), "more than 10000 parts");
    }

    /// M04, and the same spread over parts.
    @Test
    void headersAreLimitedTogether() {
        String section = "A: " + "x".repeat(90_000) + "\r\n";
        bad(
                MIXED + ("--b\r\n" + section + "\r\n").repeat(50),
                "longer than 4194304 octets together");
    }

    /// Each octet is read once, and nothing is read again, however the message is made.
    @Test
    void theWorkIsLinear() throws Exception {
        List<String> hostile = new ArrayList<>();
        hostile.add(MIXED + "--\r\n".repeat(500_000));
        hostile.add(MIXED + "--b-\r\n".repeat(300_000));
        hostile.add(nestedMultiparts(98) + "--x-\r\n".repeat(300_000));
        hostile.add(MIXED + "--" + "b".repeat(2_000_000));
        hostile.add(MIXED + "x".repeat(2_000_000));
        hostile.add(MIXED + "\r".repeat(2_000_000));
        for (String message : hostile) {
            Counted counted = new Counted(message);
            MimeIndex.of(counted);
            assertEquals(message.length(), counted.octets);
        }
    }

    /// Where a line ends at the end of the reader's buffer, nothing changes.
    @Test
    void delimitersAreFoundAtEveryOffset() throws Exception {
        for (int length = 65_440; length < 65_560; length++) {
            String text = "x".repeat(length);
            String message = MIXED + "--b\r\n\r\n" + text + "\r\n--b\r\n\r\n2\r\n--b--\r\n";
            MimeIndex index = index(message);
            assertEquals(2, index.root().children().size(), "length " + length);
            assertEquals(length, index.root().children().getFirst().bodyOctets());
        }
    }

    private static String multipart(String boundary) {
        String type = "Content-Type: multipart/mixed;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
        return type + "--" + boundary + "\r\n\r\n1\r\n--" + boundary + "--\r\n";
    }

    private static String nestedMultiparts(int depth) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            text.append("Content-Type: multipart/mixed; boundary=b").append(i).append("\r\n\r\n");
            text.append("--b").append(i).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    private static void good(String message, String tree) throws Exception {
        tree(message, tree);
    }

    private static void tree(String message, String tree, Oddity... oddities) throws Exception {
        MimeIndex index = index(message);
        assertEquals(tree, show(index.root(), message));
        Set<Oddity> expected = Set.of(oddities);
        assertEquals(expected, index.oddities(), message);
        assertEquals(expected.stream().anyMatch(Oddity::isAmbiguous), index.ambiguous());
    }

    private static void bad(String message, String reason) {
        MimeException thrown = assertThrows(MimeException.class, () -> index(message));
        assertTrue(thrown.reason().contains(reason), thrown::reason);
    }

    /// Depth is limited, so the test may call itself.
    private static String show(MimePart part, String message) {
        if (part.children().isEmpty()) {
            int begin = (int) part.span().bodyBegin();
            return part.type() + "[" + message.substring(begin, (int) part.span().end()) + "]";
        }
        List<String> inside = part.children().stream().map(c -> show(c, message)).toList();
        return part.type() + "(" + String.join(" ", inside) + ")";
    }

    private static MimeIndex index(String message) throws IOException, MimeException {
        return MimeIndex.of(Content.of(message.getBytes(ISO_8859_1)));
    }

    /// Counts what is read.
    private static final class Counted implements Content {
        private final byte[] message;
        private long octets;

        Counted(String message) {
            this.message = message.getBytes(ISO_8859_1);
        }

        @Override
        public long size() {
            return message.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(message) {
                @Override
                public synchronized int read(byte[] target, int offset, int length) {
                    int count = super.read(target, offset, length);
                    octets += Math.max(0, count);
                    return count;
                }
            };
        }
    }
}

package org.postern.grammar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.postern.grammar.Command.Bad;
import org.postern.grammar.Command.Tagged;
import org.postern.grammar.FetchItem.Kind;
import org.postern.grammar.FetchItem.Section;
import org.postern.testkit.OwnTime;

class CommandParserTest {
    private static Command good(String line) {
        Tagged tagged = CommandParser.parse(line.getBytes(ISO_8859_1), false);
        assertEquals("a1", tagged.tag());
        assertFalse(tagged.command() instanceof Bad, line + ": " + tagged.command());
        return tagged.command();
    }

    private static void bad(String line) {
        Tagged tagged = CommandParser.parse(line.getBytes(ISO_8859_1), false);
        assertInstanceOf(Bad.class, tagged.command(), line);
    }

    private static Command select(String folder, boolean readOnly, boolean modseqs) {
        return new Command.Select(folder, readOnly, modseqs, Optional.empty());
    }

    @Test
    void readsWhatClientsWrite() {
        assertEquals(select("INBOX", false, false), good("a1 select INBOX"));
        assertEquals(select("a\"b", true, false), good("a1 EXAMINE \"a\\\"b\""));
        assertEquals(select("x y", true, false), good("a1 EXAMINE {3}\r\nx y"));
        assertEquals(select("Entwürfe", false, false), good("a1 SELECT Entw&APw-rfe"));
        assertEquals(select("a&b", false, false), good("a1 SELECT a&-b"));
        Command.Fetch fetch =
                assertInstanceOf(
                        Command.Fetch.class,
                        good("a1 UID FETCH 1,3:* (BODY.PEEK[1.2.HEADER.FIELDS (To \"cc\")]<5.7>)"));
        assertTrue(fetch.uid());
        assertEquals(
                List.of(
                        new FetchItem.Octets(
                                "BODY[1.2.HEADER.FIELDS (To cc)]",
                                new Section(List.of(1, 2), Kind.HEADER_FIELDS, List.of("To", "cc")),
                                true,
                                new FetchItem.Span(5, 7))),
                fetch.items());
        assertEquals(
                List.of(
                        new FetchItem.Binary(
                                "BINARY[1.2]",
                                List.of(1, 2),
                                false,
                                true,
                                new FetchItem.Span(5, 7)),
                        new FetchItem.Binary("BINARY.SIZE[]", List.of(), true, true, null),
                        new FetchItem.Preview(true)),
                assertInstanceOf(
                                Command.Fetch.class,
                                good(
                                        "a1 FETCH 1 (BINARY.peek[1.2]<5.7> BINARY.SIZE[] "
                                                + "PREVIEW (lazy))"))
                        .items());
        assertEquals(
                new Command.Create("x", List.of("\\Junk")), good("a1 CREATE x (USE (\\Junk))"));
        good("a1 STORE 1:2 -flags.silent \\Seen $Work");
        assertEquals(select("INBOX", true, true), good("a1 EXAMINE INBOX (condstore)"));
        assertEquals(
                OptionalLong.of(Long.MAX_VALUE),
                assertInstanceOf(
                                Command.Fetch.class,
                                good("a1 FETCH 1 FLAGS (CHANGEDSINCE 9223372036854775807)"))
                        .since());
        assertEquals(
                OptionalLong.of(0),
                assertInstanceOf(
                                Command.Store.class,
                                good("a1 UID STORE 1 (UNCHANGEDSINCE 0) +FLAGS.SILENT \\Seen"))
                        .unchangedSince());
        Command.Select again =
                assertInstanceOf(
                        Command.Select.class,
                        good("a1 SELECT INBOX (QRESYNC (67890007 9 41,43:211 (1:2,9 4,8,20)))"));
        Command.Known known = again.known().orElseThrow();
        assertEquals(67_890_007, known.validity());
        assertEquals(9, known.modseq());
        assertTrue(known.uids().isPresent() && known.sample().isPresent());
        good("a1 SELECT INBOX (QRESYNC (1 1))");
        good("a1 SELECT INBOX (CONDSTORE QRESYNC (1 1 (1 1)))");
        good("a1 UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)");
        good("a1 SEARCH MODSEQ \"/flags/\\\\draft\" all 620162338 UNSEEN");
        good("a1 LIST () \"\" (\"a*\" b%) RETURN (CHILDREN STATUS (UNSEEN SIZE))");
    }

    @Test
    void refusesWhatIsNoCommand() {
        bad(""); // no tag
        bad("a1"); // no verb
        bad("a1 "); // no verb
        bad("a+1 NOOP"); // no tag either
        bad("a1 NOOP x"); // something behind it
        bad("a1 SELECT"); // no folder
        bad("a1 LIST (RECURSIVEMATCH) \"\" *"); // of what
        bad("a1 LIST (REMOTE RECURSIVEMATCH) \"\" *"); // RFC 5258 §3.1: neither
        bad("a1 SELECT \"INBOX"); // no end
        bad("a1 SELECT \"a\\b\""); // a backslash before another octet
        bad("a1 SELECT \"\u00e4\""); // not ASCII
        bad("a1 SELECT {5}\r\nabc"); // a literal that is cut short
        bad("a1 SELECT {3}\r\na\0c"); // NUL
        bad("a1 SELECT &AC8-"); // an encoded slash
        bad("a1 SELECT &!!!-"); // no base64
        bad("a1 FETCH 0 FLAGS"); // 0 is no number
        bad("a1 FETCH 4294967296 FLAGS"); // 33 bits
        bad("a1 FETCH 1 (FLAGS"); // no end
        bad("a1 FETCH 1 BODY[MIME]"); // of no part
        bad("a1 FETCH 1 BODY[]<1.0>"); // nothing
        bad("a1 FETCH 1 BODY[HEADER.FIELDS ()]"); // no field
        bad("a1 STORE 1 +FLAGS"); // no flags
        bad("a1 STORE 1 FLAGS (\\Seen"); // no end
        bad("a1 SELECT INBOX ()"); // no parameter
        bad("a1 SELECT INBOX (NEWS)"); // one that nobody knows
        bad("a1 SELECT INBOX (QRESYNC (0 1))"); // no UIDVALIDITY
        bad("a1 SELECT INBOX (QRESYNC (1))"); // no mod-sequence
        bad("a1 SELECT INBOX (QRESYNC (1 1 1:*))"); // nobody knows "*"
        bad("a1 SELECT INBOX (QRESYNC (1 1 (1)))"); // half a sample
        bad("a1 SELECT INBOX (QRESYNC 1 1)"); // no list
        bad("a1 FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)"); // not by UID
        bad("a1 UID FETCH 1 FLAGS (VANISHED)"); // since when
        bad("a1 FETCH 1 FLAGS (CHANGEDSINCE 0)"); // RFC 7162 §7: not 0
        bad("a1 FETCH 1 FLAGS (CHANGEDSINCE 9223372036854775808)"); // 64 bits
        bad("a1 FETCH 1 FLAGS (UNCHANGEDSINCE 1)"); // of STORE
        bad("a1 STORE 1 (CHANGEDSINCE 1) FLAGS \\Seen"); // of FETCH
        bad("a1 SEARCH MODSEQ \"/flags/x\" 1"); // of whom
        bad("a1 SEARCH MODSEQ \"/other/x\" all 1"); // no flag
        bad("a1 FETCH 1 BINARY[1..2]"); // no part
        bad("a1 FETCH 1 BINARY[" + "1.".repeat(100) + "1]"); // too deep
        bad("a1 FETCH 1 BINARY.SIZE[1]<0.1>"); // a size has no beginning
        bad("a1 FETCH 1 PREVIEW (LAZY LAZY)"); // one modifier
        bad("a1 FETCH 1 (" + "PREVIEW ".repeat(20) + "PREVIEW)"); // too many
        bad("a1 CREATE x (USE (\\Junk)"); // no end
        bad("a1 CREATE x (USE)"); // for what
        bad("a1 STATUS x (DELETED_STORAGE)"); // no word of it
        bad("a1 SEARCH EMAILID"); // which
        bad("a1 " + "SEARCH " + "NOT ".repeat(51) + "ALL"); // too deep
        bad("a1 SEARCH" + " ALL".repeat(1_001)); // too many
        assertNull(CommandParser.parse("x".repeat(65).getBytes(ISO_8859_1), false).tag());
    }

    /// RFC 9051 §4.3, §5.1.
    @Test
    void namesAreInUtf8OnceThatIsSwitchedOn() {
        String umlaut = "a1 SELECT \"Entw\u00c3\u00bcrfe\"";
        assertInstanceOf(Bad.class, CommandParser.parse(octets(umlaut), false).command());
        assertEquals(
                select("Entwürfe", false, false),
                CommandParser.parse(octets(umlaut), true).command());
        assertEquals(
                select("Entw&APw-rfe", false, false),
                CommandParser.parse(octets("a1 SELECT Entw&APw-rfe"), true).command());
        List<String> wrong =
                List.of(
                        "\"\u00fc\"", // no UTF-8
                        "\"\u00c0\u00af\"", // a slash in two octets
                        "\"\u00ed\u00a0\u0080\"", // half a character
                        "\"\u00c2\u0085\"", // a control character
                        "\u00c3\u00bc", // no atom
                        "\"\u00c3", // no end
                        "\"" + "\u00c3\u00bc".repeat(501) + "\""); // too long
        for (String name : wrong) {
            Tagged tagged = CommandParser.parse(octets("a1 SELECT " + name), true);
            assertInstanceOf(Bad.class, tagged.command(), name);
        }
        assertTrue(AppendParser.letter(octets("a1 APPEND \"\u00c3\u00bc\" {1}"), true).isPresent());
        assertTrue(AppendParser.letter(octets("a1 APPEND \"\u00c3\u00bc\" {1}"), false).isEmpty());
    }

    @Test
    void furtherLettersAreKnownByTheirLines() {
        assertTrue(AppendParser.letter(octets("a1 APPEND x (\\Seen) {12}"), false).isPresent());
        assertTrue(AppendParser.letter(octets("a1 APPEND x ~{12+}"), false).isPresent());
        assertTrue(AppendParser.letter(octets("a1 APPEND x~{12+}"), false).isEmpty());
        assertEquals(
                new Command.Posting(List.of("\\Seen"), Optional.empty(), Command.Announcement.ANY),
                AppendParser.further(octets(" (\\Seen) ~{12+}")).orElseThrow());
        assertTrue(AppendParser.further(octets(" \" 1-Feb-2026 12:00:00 +0100\" {0}")).isPresent());
        for (String line :
                List.of("", " ", "{1}", " {1} ", "  {1}", " (\\Seen){1}", " x {1}", " {}")) {
            assertTrue(AppendParser.further(octets(line)).isEmpty(), line);
        }
        assertTrue(AppendParser.further(octets(" \"yesterday\" {1}")).isEmpty());
    }

    private static byte[] octets(String line) {
        return line.getBytes(ISO_8859_1);
    }

    @Test
    void setsNameWhatIsThere() throws MalformedException {
        int[] uids = {2, 5, 9};
        assertEquals(bits(0, 1, 2), set("1:*").places(uids));
        assertEquals(bits(2), set("*").places(uids));
        assertEquals(bits(2), set("100:*").places(uids));
        assertEquals(bits(0, 1, 2), set("4294967295:1").places(uids));
        assertEquals(bits(1), set("3:8").places(uids));
        assertEquals(bits(), set("10:20,1,3").places(uids));
        assertEquals(bits(), set("1:*").places(new int[0]));
        assertEquals(bits(0, 2), set("1,3").places(3).orElseThrow());
        assertTrue(set("1:4").places(3).isEmpty());
        assertTrue(set("*").places(0).isEmpty());
    }

    private static SequenceSet set(String text) throws MalformedException {
        return SequenceSet.read(new Words(text.getBytes(ISO_8859_1), false));
    }

    private static BitSet bits(int... places) {
        BitSet bits = new BitSet();
        for (int place : places) {
            bits.set(place);
        }
        return bits;
    }

    @Test
    void patternsMatchInAWayThatIsNotSlow() {
        assertTrue(new FolderPattern("in%x", '/').matches("INBOX"));
        assertTrue(new FolderPattern("*", '/').matches("a/b"));
        assertFalse(new FolderPattern("%", '/').matches("a/b"));
        assertTrue(new FolderPattern("%/%", '/').matches("a/b"));
        assertFalse(new FolderPattern("sent", '/').matches("Sent"));
        long begin = OwnTime.nanos();
        for (String hostile : new String[] {"%*".repeat(500), "*a".repeat(999), "a%".repeat(500)}) {
            assertFalse(new FolderPattern(hostile + "q", '/').matches("a".repeat(1_000)));
        }
        long nanos = OwnTime.nanos() - begin;
        assertTrue(nanos < 5_000_000_000L, "linear in pattern and name");
    }

    /// Against an expression of the JDK, which says the same in another way.
    @Test
    void patternsMatchWhatTheirWildcardsSay() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5_258);
        for (int i = 0; i < 20_000; i++) {
            String pattern = anyOf(random, "ab/*%", 8);
            String name = anyOf(random, "ab/", 6);
            String expression = pattern.replace("*", "[ab/]*").replace("%", "[ab]*");
            assertEquals(
                    name.matches(expression),
                    new FolderPattern(pattern, '/').matches(name),
                    () -> pattern + " and " + name);
        }
    }

    private static String anyOf(RandomGenerator random, String characters, int most) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(most + 1); text.length() < length; ) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }

    @Test
    void aListWithTooManyPatternsIsRefused() {
        good("a1 LIST \"\" (" + "a ".repeat(9) + "a)");
        bad("a1 LIST \"\" (" + "a ".repeat(10) + "a)");
    }

    /// Whatever the octets are, a command or a refusal comes of it, and no exception.
    @Test
    void survivesAnything() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3_501);
        List<String> words =
                List.of(
                        "a1 ",
                        "FETCH ",
                        "UID ",
                        "SEARCH ",
                        "STORE ",
                        "LIST ",
                        "1:* ",
                        "(",
                        ")",
                        "\"",
                        "{3}\r\n",
                        "BODY[",
                        "]",
                        "<0.1>",
                        "\\Seen",
                        "FLAGS",
                        "OR ",
                        "NOT ",
                        "CHARSET ",
                        "UTF-8 ",
                        "1-Feb-2026",
                        "\0",
                        "\u00ff",
                        "&",
                        "-",
                        "*",
                        "%",
                        "STATUS ",
                        "MODSEQ ",
                        "(CHANGEDSINCE 1)",
                        "(UNCHANGEDSINCE 1) ",
                        "RETURN ",
                        "HEADER.FIELDS ",
                        "AUTHENTICATE PLAIN ",
                        "ID ",
                        "NIL",
                        "BINARY[",
                        "BINARY.SIZE[1",
                        "PREVIEW",
                        " (LAZY)",
                        "CREATE x (USE (",
                        "GETQUOTAROOT ",
                        "EMAILID ",
                        "SAVEDON ");
        for (int i = 0; i < 50_000; i++) {
            StringBuilder line = new StringBuilder("a1 ");
            for (int n = random.nextInt(12); n >= 0; n--) {
                line.append(words.get(random.nextInt(words.size())));
            }
            CommandParser.parse(line.toString().getBytes(ISO_8859_1), i % 2 == 0);
        }
    }
}

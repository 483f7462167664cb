package org.postern.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Tables of addresses: what the envelope takes, and what it must not take for something else.
class AddressTest {
    @Test
    void dotStrings() {
        good("anna@clinic.example", "anna", "clinic.example");
        good("anna.rivera+notes@clinic.example", "anna.rivera+notes", "clinic.example");
        good("o'hara!#$%&*-/=?^_`{|}~@clinic.example", "o'hara!#$%&*-/=?^_`{|}~", "clinic.example");
        good("Anna@Clinic.EXAMPLE", "Anna", "clinic.example");
        good("a@localhost", "a", "localhost");
        good("a@xn--bcher-kva.example", "a", "xn--bcher-kva.example");
        // A trailing dot is the same domain for policy, so that it cannot be escaped by one.
        good("a@clinic.example.", "a", "clinic.example");
    }

    @Test
    void quotedStrings() {
        good("\"anna\"@clinic.example", "anna", "clinic.example");
        good("\"anna rivera\"@clinic.example", "anna rivera", "clinic.example");
        good("\"a\\\"b\"@clinic.example", "a\"b", "clinic.example");
        // The domain is the one behind the last unquoted at sign.
        good("\"a@clinic.example\"@evil.example", "a@clinic.example", "evil.example");
        good("\"a\\\"@clinic.example \"@evil.example", "a\"@clinic.example ", "evil.example");
    }

    @Test
    void theseAreNoAddresses() {
        bad(""); // nothing
        bad("@clinic.example"); // no local part
        bad("anna"); // no domain
        bad("anna@"); // an empty domain
        bad(".anna@x.example"); // a dot-string begins with an atom
        bad("anna.@x.example"); // and ends with one
        bad("an..na@x.example"); // with one dot between
        bad("anna@x..example"); // an empty label
        bad("anna@-x.example"); // a label begins with a letter or a digit
        bad("a b@x.example"); // a blank needs quotes
        bad("a@b@x.example"); // two at signs
        bad("victim@ext.example@local.example"); // the same as a relay attempt
        bad("@local.example:victim@ext.example"); // a source route
        bad("a@[127.0.0.1]"); // an address literal
        bad("a@[IPv6:::1]"); // another
        bad("<a@x.example>"); // the path's brackets are not the address's
        bad("<aaa@clinic.example>bbb@evil.example"); // an address of a lenient parser
        bad("a@clinic.example,b@evil.example"); // two addresses
        bad("a@clinic.example <b@evil.example>"); // a display name
        bad("a(@clinic.example)@evil.example"); // a comment
        bad("a@evil.example(clinic.example)"); // another
        bad("\"a\"b@x.example"); // a quoted string is the whole local part
        bad("\"\"@x.example"); // an empty one names nobody
        bad("\"a@x.example"); // an open quote
        bad("\"a\\"); // an open escape
        bad("a@x.example\r\nRCPT TO:<b@y.example>"); // a second command
        bad("\"a\r\nb\"@x.example"); // a line end in quotes
        bad("a\0@x.example"); // NUL
        bad("\"a\0\"@x.example"); // NUL in quotes
        bad("a\u007F@x.example"); // DEL
    }

    @Test
    void nothingBeyondAsciiIsFolded() {
        bad("a\u0140x.example"); // overflows to an at sign when cut to eight bits
        bad("a\uFE6Bx.example@y.example"); // nor within a local part
        bad("a\uFF0Eb@y.example");
        bad("a\uFF20x.example"); // full-width at sign
        bad("a\uFE6Bx.example"); // small at sign
        bad("a@x\u3002example"); // ideographic full stop
        bad("a@x\uFF0Eexample"); // full-width full stop
        bad("a@x\u2024example"); // one dot leader
        bad("a@\u212Alinic.example"); // the Kelvin sign lower-cases to k
    }

    /// Nothing is decoded. A path of SMTP that holds one is refused before; what is stored is read.
    @Test
    void encodedWordsAreLiteral() {
        good(
                "=?utf-8?q?victim=40trusted.example=3e?=@evil.example",
                "=?utf-8?q?victim=40trusted.example=3e?=",
                "evil.example");
    }

    @Test
    void lengths() {
        String local = "l".repeat(Address.LOCAL_PART_OCTETS_MAX);
        good(local + "@x.example", local, "x.example");
        bad(local + "l@x.example");
        String label = "d".repeat(63);
        bad("a@" + label + "d.example");
        bad("a@" + (label + ".").repeat(4) + "example");
    }

    @Test
    void quotesAndCaseDoNotEscapeTheKey() {
        String key = Address.of("anna@clinic.example").key();
        assertEquals(key, Address.of("\"anna\"@clinic.example").key());
        assertEquals(key, Address.of("ANNA@CLINIC.example.").key());
    }

    /// RFC 6531: letters, digits and marks, in the one form that every normalisation leaves alone.
    @Test
    void localPartsBeyondAscii() {
        good("j\u00F6rg@clinic.example", "j\u00F6rg", "clinic.example");
        good("\u7528\u6237.a+1@clinic.example", "\u7528\u6237.a+1", "clinic.example");
        good("\"j\u00F6rg m\"@clinic.example", "j\u00F6rg m", "clinic.example");
        good("\u0915\u093E@clinic.example", "\u0915\u093E", "clinic.example");
        bad("jo\u0308rg@clinic.example"); // not composed: a second way to write the first one
        bad("\uFF41@clinic.example"); // full-width a
        bad("\u212Aate@clinic.example"); // the Kelvin sign
        bad("o\uFB03ce@clinic.example"); // a ligature
        bad("a\u200Db@clinic.example"); // a joiner, which nobody sees
        bad("a\u202Eb@clinic.example"); // turns what follows
        bad("a\u00A0b@clinic.example"); // a blank
        bad("a\u2028b@clinic.example"); // a line end to some
        bad("a\u0085b@clinic.example"); // and to others
        bad("a\uD800b@clinic.example"); // half a character
        bad("\u0338a@clinic.example"); // a mark that would join the bracket before it
        bad("a.\u0301b@clinic.example"); // or the dot
        bad("\u2764@clinic.example"); // a symbol
        String sixtyFour = "\u00E4".repeat(32);
        good(sixtyFour + "@x.example", sixtyFour, "x.example");
        bad(sixtyFour + "l@x.example"); // octets count, not characters
        assertFalse(Address.of("j\u00F6rg@clinic.example").isAscii());
        assertTrue(Address.of("a@b\u00FCcher.example").isAscii());
    }

    /// A06, A07: one domain has one form, and nothing that looks like another becomes it.
    @Test
    void domainsBeyondAscii() {
        good("a@b\u00FCcher.example", "a", "xn--bcher-kva.example");
        good("a@B\u00DCCHER.Example.", "a", "xn--bcher-kva.example");
        good("a@XN--BCHER-KVA.example", "a", "xn--bcher-kva.example");
        good("a@fa\u00DF.example", "a", "xn--fa-hia.example"); // non-transitional: not fass
        good("a@xn--fa-hia.example", "a", "xn--fa-hia.example");
        good("a@cl\u0456nic.example", "a", "xn--clnic-o2e.example"); // another domain than clinic
        good("a@x.\u0440\u0444", "a", "x.xn--p1ai");
        bad("a@xn--0049.example"); // malformed punycode
        bad("a@xn--a.example"); // an A-label of nothing but ASCII
        bad("a@xn--.example");
        bad("a@xn--xn---epa.example"); // twice
        bad("a@bu\u0308cher.example"); // not composed
        bad("a@\uFF43linic.example"); // full-width c
        bad("a@clinic\uFF61example"); // half-width ideographic full stop
        bad("a@b\u200Dcher.example"); // a joiner without context
        bad("a@\u0301b.example"); // begins with a mark
        bad("a@\u00FC_b.example"); // an underscore beside it
        bad("a@\u00FC" + "b".repeat(70) + ".example"); // longer than a label once encoded
        bad("a@xn--80ak6aa92e.com\u0000"); // NUL
    }

    /// A08: however it is written, it is one key; two that are not the same are two.
    @Test
    void oneKeyForOneMailbox() {
        String key = Address.of("\u00E4rztin@b\u00FCcher.example").key();
        assertEquals(key, Address.of("\u00C4RZTIN@XN--BCHER-KVA.EXAMPLE.").key());
        assertEquals(key, Address.of("\"\u00E4rztin\"@B\u00DCCHER.example").key());
        assertEquals(
                Address.of("\u03C3\u03B1\u03C2@x.example").key(),
                Address.of("\u03A3\u0391\u03A3@x.example").key());
        for (String[] pair :
                new String[][] {
                    {"\u0131nfo@x.example", "info@x.example"}, // dotless i
                    {"\u0130nfo@x.example", "info@x.example"}, // dotted I
                    {"\u0430nna@x.example", "anna@x.example"}, // Cyrillic a
                    {"anna+a@x.example", "anna@x.example"},
                    {"anna%x@x.example", "anna@x.example"},
                    {"anna!x@x.example", "anna@x.example"},
                    {"stra\u00DFe@x.example", "strasse@x.example"},
                }) {
            assertNotEquals(Address.of(pair[0]).key(), Address.of(pair[1]).key(), pair[0]);
        }
    }

    /// A01 to A05 where only the domain is of interest: it is what stands behind the last `@` that
    /// is not quoted, or there is none.
    @Test
    void theDomainIsNeverGuessed() {
        good("=?x?q?a=40b=3e=20?=@c.example", "=?x?q?a=40b=3e=20?=", "c.example"); // A01
        good(
                "=?utf-7?q?foo+AEA-clinic.org?=@evil.org",
                "=?utf-7?q?foo+AEA-clinic.org?=",
                "evil.org");
        bad("=?utf-8?q?victim=40trusted.org=3e?=@evil.org>"); // A01
        bad("\"\r\nRCPT TO:<x>\"@y.example"); // A03
        bad("(clinic.org)a@evil.org"); // A05
        bad("(".repeat(10_000) + "a@evil.org"); // A05
    }

    /// Random text of everything: whatever is read is printed and read as the same again.
    @Test
    void whatIsReadIsPrintedAndReadAgain() {
        int[] alphabet = {
            'a', 'Z', '9', '.', '@', '"', '\\', ' ', '<', '-', '_', 0, 0x7F, 0xE4, 0xC4, 0x308,
            0x3C3, 0x131, 0x130, 0x212A, 0x3002, 0xFF20, 0x200D, 0x202E, 0x5D0, 0x661, 0x4E2D,
            0x1F600, 0xDF, 0x10400
        };
        SplittableRandom random = new SplittableRandom(6531);
        int read = 0;
        for (int i = 0; i < 60_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(1, 9); n > 0; n--) {
                text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
            }
            Optional<Address> address = Address.parse(text + "@x\u00E4.example");
            if (address.isPresent()) {
                read++;
                assertEquals(address, Address.parse(address.get().toString()));
                String key = address.get().key();
                assertTrue(key.endsWith("@xn--x-0fa.example"), key);
            }
        }
        assertTrue(read > 1_000, "only " + read + " were addresses");
    }

    /// Random local parts of all printable characters: printing and reading gives them back.
    @Test
    void whatIsPrintedIsReadAgain() {
        SplittableRandom random = new SplittableRandom(5321);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder local = new StringBuilder();
            for (int n = random.nextInt(1, 12); n > 0; n--) {
                local.append((char) random.nextInt(0x20, 0x7F));
            }
            Address address =
                    new Address(local.toString(), Domain.parse("x.example").orElseThrow());
            assertEquals(Optional.of(address), Address.parse(address.toString()));
        }
    }

    /// A shell itself says what it makes of it.
    @Test
    void asAWordOfAShellItIsOneWordAndRunsNothing() throws Exception {
        typed("ann.o-b_c+d@x.example", "ann.o-b_c+d@x.example");
        typed("-- '-rf@x.example'", "-rf@x.example");
        typed("'o'\\''b@x.example'", "o'b@x.example");
        typed("'m\u00FCller@x.example'", "m\u00FCller@x.example");
        StringBuilder all = new StringBuilder();
        for (char c = 0x20; c < 0x7F; c++) {
            all.append(c);
        }
        List<String> texts =
                List.of(
                        "ann@x.example",
                        "`id`@x.example",
                        "a|b&c@x.example",
                        "'|id|'@x.example",
                        "$HOME@x.example",
                        "{a}*?~!#@x.example",
                        new Address(all.substring(0, 60), new Domain("x.example")).toString(),
                        new Address(all.substring(60), new Domain("x.example")).toString());
        for (String text : texts) {
            Address address = Address.of(text);
            Process shell =
                    new ProcessBuilder("sh", "-c", "printf '%s\\n' " + address.lastShellWord())
                            .redirectErrorStream(true)
                            .start();
            shell.getOutputStream().close();
            String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(address + "\n", said);
            assertEquals(0, shell.waitFor());
        }
    }

    private static void typed(String word, String address) {
        assertEquals(word, Address.of(address).lastShellWord());
    }

    @Test
    void anAddressOfCodeHasToBeOne() {
        assertThrows(IllegalArgumentException.class, () -> Address.of("nobody"));
    }

    private static void good(String text, String localPart, String domain) {
        Address address = Address.parse(text).orElseThrow(() -> new AssertionError(text));
        assertEquals(localPart, address.localPart(), text);
        assertEquals(domain, address.domain().name(), text);
        assertEquals(Optional.of(address), Address.parse(address.toString()), text);
    }

    private static void bad(String text) {
        assertEquals(Optional.empty(), Address.parse(text), text);
    }

    /// Found by fuzzing: such an address was taken, and could not be read again as it was printed.
    @Test
    void aDomainThatIsTooLongInAsciiIsRefused() {
        String domain = "\u00E4.".repeat(30) + "example";
        assertTrue(Domain.parse(domain).isPresent());
        assertEquals(Optional.empty(), Address.parse("b".repeat(10) + "@" + domain));
    }
}

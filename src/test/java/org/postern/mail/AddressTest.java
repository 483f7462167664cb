package org.postern.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
        bad("a\uFF20x.example"); // full-width at sign
        bad("a\uFE6Bx.example"); // small at sign
        bad("a@x\u3002example"); // ideographic full stop
        bad("a@x\uFF0Eexample"); // full-width full stop
        bad("a@x\u2024example"); // one dot leader
        bad("a@cl\u0456nic.example"); // Cyrillic i
        bad("a@\u212Alinic.example"); // the Kelvin sign lower-cases to k
        bad("j\u00F6rg@clinic.example"); // needs SMTPUTF8
    }

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
}

package org.postern.precis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/// S25. The examples of RFC 8265 §4.3 are the first ones of each kind.
class OpaqueStringTest {
    @Test
    void aSecretStaysAsItIs() {
        good("correct horse battery staple", "correct horse battery staple");
        good("Correct Horse Battery Staple", "Correct Horse Battery Staple");
        good("\u03C0\u00DF\u00E5", "\u03C0\u00DF\u00E5");
        good("Jack of \u2666s", "Jack of \u2666s");
        good(" x  y ", " x  y ");
        good("a:b,c=d%e\\\"", "a:b,c=d%e\\\"");
        good("\uD83C\uDF41\uD83D\uDEB2", "\uD83C\uDF41\uD83D\uDEB2"); // beyond 16 bits
        good("\uFF21\uFB01\u2460", "\uFF21\uFB01\u2460"); // neither width nor ligature is mapped
    }

    @Test
    void everySpaceIsTheOne() {
        good("foo\u1680bar", "foo bar");
        good("a\u00A0b\u2009c\u3000d\u202Fe", "a b c d e");
        good("\u00A0", " ");
    }

    @Test
    void lettersAreComposed() {
        good("Zu\u0308rich", "Z\u00FCrich");
        good("Z\u00FCrich", "Z\u00FCrich");
        good("\u212B", "\u00C5"); // the sign of a unit is the letter
        good("a\u0323\u0307 a\u0307\u0323", "\u1EA1\u0307 \u1EA1\u0307");
        good("\u1112\u1161\u11AB", "\uD55C"); // Korean, letter by letter
        good("\uD834\uDD60", "\uD834\uDD58\uD834\uDD65\uD834\uDD6E"); // one that becomes three
    }

    @Test
    void whatNobodySeesIsInNone() {
        bad("");
        bad("my cat is a \u0009by"); // a tab
        bad("a\0b");
        bad("a\u007Fb");
        bad("a\u0085b");
        bad("a\rb");
        bad("a\u00ADb"); // soft hyphen
        bad("\uFEFFab"); // the mark before a file's text
        bad("a\u200Bb");
        bad("a\u200Db");
        bad("a\u202Eb");
        bad("a\u2028b");
        bad("a\uFE0Fb");
        bad("a\u034Fb");
        bad("a\uFFFEb");
        bad("a\uE000b");
        bad("a\uD83Cb"); // half a pair
        bad("a\uDF41b");
        bad("a\uD83F\uDFFFb");
    }

    /// S27: what a stranger says takes no time that grows without end.
    @Test
    void aSecretThatIsTooLongIsNotPrepared() {
        int most = OpaqueString.UTF16_UNITS_MAX;
        good("a".repeat(most), "a".repeat(most));
        bad("a".repeat(most + 1));
        bad("\u0315".repeat(most) + "\u0316".repeat(most));
    }

    private static void good(String secret, String prepared) {
        char[] given = secret.toCharArray();
        Optional<char[]> made = OpaqueString.prepared(given);
        assertEquals(Optional.of(prepared), made.map(String::new), secret);
        // What comes out is written in the one way.
        assertEquals(
                Optional.of(prepared),
                OpaqueString.prepared(made.orElseThrow()).map(String::new),
                secret);
        made.orElseThrow()[0] = '\0';
        assertArrayEquals(secret.toCharArray(), given, "the caller's own is not touched");
    }

    private static void bad(String secret) {
        assertEquals(
                Optional.empty(),
                OpaqueString.prepared(secret.toCharArray()).map(String::new),
                secret);
    }
}

package org.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CommandLineToolTest {
    @Test
    void helpShowsEveryCommand() {
        Typed help = Typed.of("--help");
        assertEquals(Command.OK, help.exit());
        for (String name : new String[] {"check", "explain", "test-policy", "user", "version"}) {
            assertTrue(help.out().contains("\n  " + name + " "), name);
            assertTrue(Typed.of(name, "--help").out().startsWith("Usage: ./gateway " + name));
            assertTrue(Typed.of("help", name).out().startsWith("Usage: ./gateway " + name));
        }
        assertEquals(help.out(), Typed.of("-h").out());
        assertEquals(help.out(), Typed.of("help").out());
        assertEquals(Command.MISUSED, Typed.of().exit());
    }

    @Test
    void slipsAreAnsweredWithASuggestion() {
        misused("there is no command \"chek\"; did you mean \"check\"?", "chek");
        misused("there is no command \"frobnicate\"", "frobnicate");
        misused("unknown option --jsno; did you mean \"--json\"?", "check", "--jsno");
        misused("unknown option --x", "--x", "check");
        misused("--from needs a value: ADDRESS", "explain", "m.eml", "--from");
        misused("\"more\" is too much", "check", "more");
        misused("the FILE of a message is missing", "explain");
    }

    /// No option's name begins so, and the first letter of this one is that of `-h`.
    @Test
    void behindTwoHyphensNothingIsAnOption() {
        Typed typed = Typed.of("explain", "--json", "--", "-h@clinic.example");
        assertEquals(Command.FAILED, typed.exit());
        assertTrue(typed.err().contains("-h@clinic.example: there is no such file"), typed.err());
        misused("\"--json\" is too much", "check", "--", "--json");
        misused(
                "unknown option -x@clinic.example; if it is an address, write -- before it, behind"
                        + " all options",
                "explain",
                "-x@clinic.example");
        assertTrue(Typed.of("check", "--help").out().contains("\n  --           "));
    }

    /// Shortened options would change their meaning when a new one is added.
    @Test
    void optionsAreNotShortened() {
        misused("unknown option --js", "check", "--js");
    }

    @Test
    void theFolderIsNamedBeforeOrBehindTheCommand() {
        for (String[] words :
                new String[][] {
                    {"--config", "no-such", "check"},
                    {"--config=no-such", "check"},
                    {"check", "--config", "no-such"}
                }) {
            Typed typed = Typed.of(words);
            assertEquals(Command.FAILED, typed.exit());
            assertTrue(typed.err().contains("there is no folder no-such"), typed.err());
        }
    }

    @Test
    void theVersionIsShown() {
        assertTrue(Typed.of("version").out().startsWith("Postern "));
        assertEquals(Typed.of("version").out(), Typed.of("--version").out());
    }

    @Test
    void withoutATerminalThereAreNoColours() {
        assertFalse(Typed.of("--help").out().contains("\u001B"));
    }

    private static void misused(String text, String... words) {
        Typed typed = Typed.of(words);
        assertEquals(Command.MISUSED, typed.exit());
        assertTrue(typed.err().contains(text), text + " is not in " + typed.err());
        assertTrue(typed.err().contains("--help"), typed.err());
    }
}

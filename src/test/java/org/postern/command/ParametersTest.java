package org.postern.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Options.Notify;
import org.postern.mail.Options.Recipient;

/// Tables of parameters: what is taken, as what, and what is refused.
class ParametersTest {
    private static final Set<Extension> ALL = EnumSet.allOf(Extension.class);

    @Test
    void sizes() {
        size("0", 0);
        size("26214400", 26_214_400);
        size("00000000000000000000000001", 1);
        size("999999999999999999", 999_999_999_999_999_999L);
        size("1" + "0".repeat(30), Long.MAX_VALUE);
        for (String value : new String[] {"", "-1", "+1", "1.0", "0x10", "1 ", "\u0661"}) {
            invalid("SIZE", value);
        }
    }

    private static void size(String value, long octets) {
        assertEquals(octets, mail("SIZE", value).size(), value);
    }

    @Test
    void envelopeIds() {
        assertEquals("QQ314159", mail("ENVID", "QQ314159").envid());
        assertEquals("a=b+c d", mail("ENVID", "a+3Db+2Bc+20d").envid());
        assertEquals("x".repeat(100), mail("ENVID", "x".repeat(100)).envid());
        for (String value :
                new String[] {
                    "",
                    "a+",
                    "a+2",
                    "a+2b",
                    "a+0D",
                    "a+7F",
                    "a+C3+A4",
                    "a=b",
                    "a b",
                    "\u00E4",
                    "x".repeat(101)
                }) {
            invalid("ENVID", value);
        }
    }

    @Test
    void originalRecipients() {
        original("rfc822;a@b.example", "rfc822;a@b.example");
        original("RFC822;a+2Bb@c.example", "rfc822;a+b@c.example");
        original("x400;/C+3Dde/", "x400;/C=de/");
        original("utf-8;\u00E4@b.example", "utf-8;\\x{E4}@b.example");
        original("utf-8;\\x{E4}@b.example", "utf-8;\\x{E4}@b.example");
        original("utf-8;\uD83D\uDE00@b.example", "utf-8;\\x{1F600}@b.example");
        for (String value :
                new String[] {
                    "",
                    "rfc822",
                    ";a@b.example",
                    "rfc822;",
                    "rf c;a@b.example",
                    "rfc822;\u00E4@b.example",
                    "rfc822;a+0D+0Ab",
                    "utf-8;\\x{41}@b.example",
                    "utf-8;\\x{D800}@b.example",
                    "utf-8;\\x{E4@b.example",
                    "utf-8;a\\b",
                    "utf-8;\\x{110000}",
                    "rfc822;" + "a".repeat(494)
                }) {
            Map<String, String> given = Map.of("ORCPT", value);
            assertEquals(
                    new Parsed.Invalid<Recipient>(),
                    RecipientParameters.read(given, ALL, true),
                    value);
        }
        // Without SMTPUTF8 the same in ASCII is still one.
        Map<String, String> unitext = Map.of("ORCPT", "utf-8;\u00E4@b.example");
        assertEquals(
                new Parsed.Invalid<Recipient>(), RecipientParameters.read(unitext, ALL, false));
        Map<String, String> ascii = Map.of("ORCPT", "utf-8;\\x{E4}@b.example");
        assertEquals(
                new Parsed.Good<>(
                        new Recipient(Recipient.USUAL.wanted(), "utf-8;\\x{E4}@b.example")),
                RecipientParameters.read(ascii, ALL, false));
    }

    private static void original(String value, String kept) {
        Recipient expected = new Recipient(Set.of(Notify.SUCCESS), kept);
        Map<String, String> given = Map.of("ORCPT", value, "NOTIFY", "SUCCESS");
        assertEquals(new Parsed.Good<>(expected), RecipientParameters.read(given, ALL, true));
    }

    @Test
    void whatIsNotOfferedIsNotKnown() {
        for (String keyword :
                new String[] {
                    "SIZE", "BODY", "RET", "ENVID", "SMTPUTF8", "REQUIRETLS", "AUTH", "X", "NOTIFY"
                }) {
            assertEquals(
                    new Parsed.Unknown<MailParameters>(),
                    MailParameters.read(Map.of(keyword, "1"), Set.of()),
                    keyword);
        }
        for (String keyword : new String[] {"NOTIFY", "ORCPT", "SIZE"}) {
            assertEquals(
                    new Parsed.Unknown<Recipient>(),
                    RecipientParameters.read(Map.of(keyword, "NEVER"), Set.of(), false),
                    keyword);
        }
    }

    @Test
    void chunks() {
        assertEquals(new ChunkArguments(0, true), ChunkArguments.parse("0 last").orElseThrow());
        assertEquals(new ChunkArguments(12, false), ChunkArguments.parse("12").orElseThrow());
        for (String argument :
                new String[] {
                    "",
                    " ",
                    "-1",
                    "+1",
                    "1 LAS",
                    "1 LAST x",
                    "1  LAST",
                    "LAST",
                    "1LAST",
                    "9223372036854775808",
                    "0x1",
                    "1.5",
                    "\u0661"
                }) {
            assertEquals(java.util.Optional.empty(), ChunkArguments.parse(argument), argument);
        }
    }

    private static MailParameters mail(String keyword, String value) {
        return switch (MailParameters.read(Map.of(keyword, value), ALL)) {
            case Parsed.Good<MailParameters>(MailParameters parameters) -> parameters;
            case Parsed.Unknown<MailParameters> unknown -> throw new AssertionError(unknown);
            case Parsed.Invalid<MailParameters> invalid ->
                    throw new AssertionError(value + invalid);
        };
    }

    private static void invalid(String keyword, String value) {
        assertEquals(
                new Parsed.Invalid<MailParameters>(),
                MailParameters.read(Map.of(keyword, value), ALL),
                value);
    }
}

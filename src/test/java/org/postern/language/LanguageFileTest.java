package org.postern.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.language.LanguageFile.Problem;
import org.postern.language.LanguageFile.Read;

class LanguageFileTest {
    private static final String WHOLE = Arabic.text();

    @Test
    void aWholeFileIsALanguage() {
        Texts arabic = Arabic.texts();
        assertEquals(new Language("ar", "العربية", true), arabic.language());
        assertEquals("rtl", arabic.language().direction());
        Languages all = Arabic.added();
        assertEquals("en, es, ar", all.toString());
        assertEquals(arabic.language(), all.of("ar-EG").orElseThrow().language());
        assertEquals(
                arabic.language(), all.accepted("fr, ar-SA;q=0.9, en").orElseThrow().language());
        assertEquals(2, all.others(arabic.language()).size());
    }

    /// Each slip is told with its key, and no file with one is taken.
    @Test
    void whatLacksAWordOrAPlaceIsRefused() {
        bad(without("signout"), "signout", "is missing; in English: Sign out");
        bad(with("signout", ""), "signout", "is empty; in English: Sign out");
        bad(with("call", "اتصل"), "call", "must name the same places as in English: Call {0}");
        bad(with("call", "{0} {1}"), "call", "must name the same places as in English: Call {0}");
        bad(with("call", "{0} {clinic}"), "call", "has a brace that is no place");
        bad(with("call", "{0} }"), "call", "has a brace that is no place");
        bad(with("call", "{0} {phone}"), "call", "has a brace that is no place");
        bad(with("call", "{0} {"), "call", "has a brace that is no place");
        bad(with("signout", "x".repeat(1_001)), "signout", "has more than 1000 characters");
        bad(
                with("day.pattern", "EEEE bb qq yyyyyyyyyyyyyyyyyyyyy"),
                "day.pattern",
                "is no pattern");
        bad(without("language.name"), "language.name", "is missing");
        bad(with("language.direction", "left"), "language.direction", "must be ltr, or rtl");
        bad(WHOLE + "\nsign.out=x\n", "sign.out", "is said on no page");
        bad(WHOLE + "\nsignout=x\n", "signout", "stands twice");
        bad(WHOLE + "\nmore=\\u12\n", "\\u", "must have four digits");
    }

    /// The second would take the first one's place on its page, and nobody would notice.
    @Test
    void noTextOfOursStandsTwice() throws IOException {
        for (String tag : List.of("en", "es")) {
            Path file = Path.of("src/main/resources/org/postern/language/" + tag + ".properties");
            assertEquals(Set.of(), LanguageFile.twice(Files.readString(file)), tag);
        }
    }

    /// A translation made before the pages of the staff were still serves patients.
    @Test
    void whatOnlyStaffReadsMayBeEnglish() {
        Read.Whole whole =
                assertInstanceOf(Read.Whole.class, LanguageFile.read("ar", without("desk.letter")));
        assertEquals("A message waits", whole.texts().say("desk.letter"));
    }

    /// An upgrade must not keep the gateway of a clinic with a language of its own from its start.
    @Test
    void whatCameLaterIsEnglishAndTold() {
        for (String key : LanguageFile.LATER) {
            Read.Whole whole =
                    assertInstanceOf(Read.Whole.class, LanguageFile.read("ar", without(key)));
            assertEquals(List.of(key), whole.later());
            assertEquals(Languages.shipped().in(Language.ENGLISH).raw(key), whole.texts().raw(key));
            bad(with(key, ""), key, "is empty");
        }
        assertEquals(
                List.of(),
                assertInstanceOf(Read.Whole.class, LanguageFile.read("ar", WHOLE)).later());
    }

    @Test
    void aSlipIsToldWithItsLine() {
        Read.Refused refused =
                assertInstanceOf(
                        Read.Refused.class, LanguageFile.read("ar", "# x\n\ncall = no place\n"));
        Problem call =
                refused.problems().stream()
                        .filter(it -> it.key().equals("call"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(3, call.line());
        assertTrue(refused.problems().size() > 200, "not every key is named");
    }

    /// A telephone number among Arabic words stays in order; a code stays as it is.
    @Test
    void valuesKeepTheirDirection() {
        Texts arabic = Arabic.texts();
        assertTrue(arabic.say("call", "+1 555 0100").contains("\u2068+1 555 0100\u2069"));
        assertTrue(arabic.say("sms.code", "123456").startsWith("123456 "));
        assertFalse(Languages.shipped().in(Language.SPANISH).say("call", "+1").contains("\u2068"));
    }

    @Test
    void datesAreSaidInTheLanguageWithOurDigits() {
        String day =
                DateTimeFormatter.ofPattern(
                                Arabic.texts().say("day.pattern"),
                                Arabic.texts().language().locale())
                        .format(LocalDate.of(2026, 3, 2));
        assertEquals("الاثنين، 2 مارس", day);
    }

    private static String without(String key) {
        String spoiled = WHOLE.replaceFirst("(?m)^" + key + "=.*$", "");
        assertFalse(spoiled.equals(WHOLE), key);
        return spoiled;
    }

    private static String with(String key, String text) {
        return without(key) + "\n" + key + "=" + text + "\n";
    }

    private static void bad(String file, String key, String why) {
        List<Problem> problems =
                assertInstanceOf(Read.Refused.class, LanguageFile.read("ar", file)).problems();
        assertEquals(1, problems.size(), problems.toString());
        assertEquals(key, problems.getFirst().key());
        assertTrue(problems.getFirst().what().contains(why), problems.toString());
    }
}

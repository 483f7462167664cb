package org.postern.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.testkit.ReadingLevel;

class TextsTest {
    /// Where words are said.
    private static final Pattern SPOKEN =
            Pattern.compile(
                    "/(jte|page|pickup|conversation|start|approval|writing|card|caring|doorstep"
                            + "|check|handout|asking|choice)/");

    private static final Texts ENGLISH = Languages.shipped().in(Language.ENGLISH);
    private static final Texts SPANISH = Languages.shipped().in(Language.SPANISH);

    @Test
    void bothLanguagesSayTheSame() {
        assertEquals(new TreeSet<>(ENGLISH.keys()), new TreeSet<>(SPANISH.keys()));
        for (String key : ENGLISH.keys()) {
            assertEquals(Texts.places(ENGLISH.raw(key)), Texts.places(SPANISH.raw(key)), key);
            assertEquals(
                    ENGLISH.raw(key).contains("[ at {phone}]"),
                    SPANISH.raw(key).contains("[ al {phone}]"),
                    key);
        }
    }

    /// Each text that a template or a class names is there, and no text is left over.
    @Test
    void everyTextIsUsedAndThere() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String root : List.of("src/main/jte", "src/main/java/org/postern")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (SPOKEN.matcher(file.toString()).find()) {
                        sources.append(Files.readString(file));
                    }
                }
            }
        }
        Matcher said = Pattern.compile("say\\(\\s*\"([a-z0-9.]+)\"").matcher(sources);
        while (said.find()) {
            assertTrue(ENGLISH.keys().contains(said.group(1)), "no text " + said.group(1));
        }
        for (String key : ENGLISH.keys()) {
            assertTrue(sources.indexOf("\"" + key + "\"") >= 0, key + " is never said");
        }
    }

    @Test
    void theWordsAreEasy() {
        double grade = ReadingLevel.grade(prose(ENGLISH));
        assertTrue(grade <= ReadingLevel.GRADE_MAX, "English reads at grade " + grade);
        double ease = ReadingLevel.ease(prose(SPANISH));
        assertTrue(ease >= ReadingLevel.EASE_MIN, "Spanish reads at " + ease);
    }

    @Test
    void aMissingTextIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> ENGLISH.say("no.such.text"));
        assertTrue(ENGLISH.say("reply.sent", "{1}", 5).startsWith("Sent to {1} at 5. We send"));
    }

    @Test
    void whereToCallIsSaidWhereItIsKnown() {
        Languages calling = Languages.shipped().calling("+1 555 $1");
        assertEquals(
                "Not delivered. Please call the clinic at +1 555 $1.",
                calling.in(Language.ENGLISH).say("thread.failed"));
        assertEquals(
                "No entregado. Llame a la clínica al +1 555 $1, por favor.",
                calling.in(Language.SPANISH).say("thread.failed"));
        Texts none = Languages.shipped().calling("").in(Language.ENGLISH);
        for (Texts each : List.of(none, ENGLISH)) {
            assertEquals("Not delivered. Please call the clinic.", each.say("thread.failed"));
        }
        Texts arabic = Arabic.added().calling("+1 555").in(Arabic.added().all().getLast());
        assertTrue(arabic.say("sms.ordinary", "x").contains("\u2068+1 555\u2069"));
    }

    @Test
    void languagesAreFound() {
        Languages both = Languages.shipped();
        assertEquals(SPANISH, both.of("es-MX").orElseThrow());
        assertEquals(SPANISH, both.accepted("fr, ES;q=0.8, en").orElseThrow());
        assertTrue(both.accepted("zh-CN,zh").isEmpty());
        assertTrue(both.of("").isEmpty());
        assertEquals(List.of(Language.SPANISH), both.others(Language.ENGLISH));
    }

    /// All sentences of some words; a label of a word or two is none.
    private static String prose(Texts texts) {
        StringBuilder prose = new StringBuilder();
        for (String key : new TreeSet<>(texts.keys())) {
            String text = texts.say(key, "Ana", "9", "12");
            if (text.split(" ", -1).length > 3) {
                prose.append(text).append(text.matches(".*[.?!:]") ? " " : ". ");
            }
        }
        return prose.toString();
    }
}

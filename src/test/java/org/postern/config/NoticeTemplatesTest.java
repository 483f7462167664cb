package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.notice.NoticeTemplate;
import org.postern.testkit.Accepted;
import org.postern.wording.NoticeKind;

/// The words of notices are the clinic's; a slip in them is found before a patient sees it.
class NoticeTemplatesTest {
    private static final String CODE = "notices/code.en.txt";

    @TempDir Path temporary;

    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
    }

    @Test
    void eachKindHasEachLanguage() {
        NoticeTemplates notices = Accepted.value(Configuration.load(folder.path())).notices();
        assertTrue(notices.of(NoticeKind.PICKUP, Locale.of("es")).text().contains("mensaje"));
        assertEquals(
                notices.of(NoticeKind.CODE, Locale.ENGLISH),
                notices.of(NoticeKind.CODE, Locale.of("fr")));
    }

    /// What is accepted here must be accepted by who fills it in.
    @Test
    void theComposerKnowsEveryPlace() {
        for (NoticeKind kind : NoticeKind.values()) {
            StringBuilder all = new StringBuilder();
            kind.places().forEach(place -> all.append("{{").append(place).append("}}\n"));
            assertNotNull(NoticeTemplate.of(kind, "Subject: x\n\n" + all, all.toString()));
        }
    }

    /// A quoted code is taken out of answers where a host or a link stands close before it.
    @Test
    void theTypedCodeStandsBehindTheHost() {
        String pickup = "notices/pickup.en.txt";
        String words = "Subject: x\n\n{{link}}%s";
        String far = "{{host}} " + "and so on ".repeat(12);
        for (String good :
                List.of(
                        " {{typed}}",
                        "\nGo to {{host}} and type {{typed}}",
                        "\n" + far + "{{host}} {{typed}}")) {
            assertEquals("", complaints(pickup, words.formatted(good)));
        }
        String bad = pickup + ":3:1: {{typed}} does not stand close behind {{host}} or {{link}}";
        String first = complaints(pickup, "Subject: x\n\nType {{typed}} at {{host}}\n{{link}}");
        assertTrue(first.contains(bad), first);
        String later = complaints(pickup, words.formatted(far + "{{typed}}"));
        assertTrue(later.contains(bad), later);
    }

    @Test
    void slipsAreFoundWithTheirPlace() {
        bad(
                "Subject: x\n\nCode {{coed}}\n{{code}}",
                CODE + ":3:6: unknown place {{coed}}; did you mean {{code}}?");
        bad(
                "Subject: x\n\n{{ code }} {{code}}",
                CODE + ":3:1: unknown place {{ code }}; did you mean {{code}}?");
        bad(
                "Subject: x\n\n{{code}}\n{{diagnosis}}",
                "known here: clinic, code, host, minutes, phone");
        bad("Subject: x\n\n{{code}} {{clinic", CODE + ":3:10: \"{{\" without its \"}}\"");
        bad("Subject: x\n\n{{code}} {{clinic}", "\"{{\" without its \"}}\"");
        bad("Subject: x\n\nNo code", "{{code}} is missing");
        bad("Subject: {{code}}\n\n{{code}}", "subjects show on locked phones");
        bad("Subject:\n\n{{code}}", "the subject must have 1 to 150");
        bad("Your code\n\n{{code}}", "must begin with one line");
        bad("Subject: x\n{{code}}", "must begin with one line");
        bad("", "must begin with one line");
        bad("Subject: x\n\n{{code}}" + "x".repeat(9_000), "more than 8192 characters");
    }

    @Test
    void filesThatAreMissingOrUnknownAreNamed() throws IOException {
        Files.move(
                folder.path().resolve("notices/pickup.es.html"),
                folder.path().resolve("notices/pickup.sp.html"));
        String all = folder.complaints();
        assertTrue(all.contains("notices/pickup.es.html: the file is missing"), all);
        assertTrue(all.contains("notices/pickup.sp.html: no notice uses this file"), all);
    }

    private String complaints(String file, String text) {
        return folder.with(file, text).complaints();
    }

    private void bad(String text, String fragment) {
        String all = complaints(CODE, text);
        assertTrue(all.contains(fragment), fragment + " is not in\n" + all);
    }
}

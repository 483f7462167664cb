package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.NoticeTemplates.Kind;
import org.postern.notice.NoticeTemplate;
import org.postern.testkit.Accepted;

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
        assertTrue(notices.of(Kind.PICKUP, Locale.of("es")).text().contains("mensaje"));
        assertEquals(notices.of(Kind.CODE, Locale.ENGLISH), notices.of(Kind.CODE, Locale.of("fr")));
    }

    /// What is accepted here must be accepted by who fills it in.
    @Test
    void theComposerKnowsEveryPlace() {
        for (Kind kind : Kind.values()) {
            StringBuilder all = new StringBuilder();
            kind.places().forEach(place -> all.append("{{").append(place).append("}}\n"));
            NoticeTemplate.Kind same = NoticeTemplate.Kind.valueOf(kind.name());
            assertNotNull(NoticeTemplate.of(same, "Subject: x\n\n" + all, all.toString()));
        }
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

    private void bad(String text, String fragment) {
        String all = folder.with(CODE, text).complaints();
        assertTrue(all.contains(fragment), fragment + " is not in\n" + all);
    }
}

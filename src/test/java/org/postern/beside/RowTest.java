package org.postern.beside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.outline.Outline;
import org.postern.outline.OutlineReader;
import org.postern.upstream.Fetched;

/// What a list tells of a message of which the header section alone was fetched.
class RowTest {
    private static final String BODY = "At four?\r\n";

    @TempDir Path home;

    private static Row row(ReadingThere there, String head, String letter) throws Exception {
        Fetched fetched = new Fetched(1, 3, null, (long) letter.length(), null, head);
        String name = new Place("anna", "b:993", "INBOX").name(7, 3);
        return new Row(3, name, fetched, there.reading.mail());
    }

    /// By one rule, whatever stands there.
    @Test
    void aListTellsTheSameAsTheLetter() throws Exception {
        try (ReadingThere there = new ReadingThere(home)) {
            for (String head :
                    List.of(
                            "Subject: a\r\n\r\n",
                            "Subject: a\n\n",
                            "\r\n",
                            "Subject: a\r\nno field\r\nTo: b\r\n\r\n",
                            "no field\r\nTo: b\r\n\r\n",
                            " folded\r\nTo: b\r\n\r\n",
                            "Subject: a\r\nno field\r\nX-Postern-Smime: forged\r\n\r\n",
                            "X-Postern-Smime: forged\r\nno field\r\nTo: b\r\n\r\n",
                            "From a@b Thu Jan 15 09:00:00 2026\r\nSubject: a\r\n\r\n",
                            "Subject: a\rb\r\nno\rfield\r\n\r\n")) {
                String letter = head + BODY;
                Row row = row(there, head, letter);
                assertFalse(row.isWrapped(), head);
                Filed listed = row.lying(Detail.OUTLINE);
                Content shown =
                        there.reading.mail().cleaned(Content.of(letter.getBytes(ISO_8859_1)));
                Outline read = OutlineReader.read(shown);
                Outline outline = Objects.requireNonNull(listed.outline());
                assertEquals(shown.size(), listed.octets(), head);
                assertEquals(read.header(), outline.header(), head);
                assertEquals(read.envelope(), outline.envelope(), head);
            }
        }
    }

    /// A server may end the header section before such a line: fields that are taken out may stand
    /// behind it.
    @Test
    void ofOneThatEndsTooEarlyTheLetterIsAsked() throws Exception {
        try (ReadingThere there = new ReadingThere(home)) {
            for (String head :
                    List.of("Subject: a\r\n", "Subject: a\r\nno field\r\n", "Subject: a")) {
                assertTrue(row(there, head, head + "X-Postern-Smime: b\r\n\r\n").isWrapped(), head);
            }
        }
    }
}

package org.postern.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.testkit.Peers;

/// Other people's test messages, many of them broken: each is read or refused, and nothing else.
final class MimeCorporaTest {
    @Test
    void everyMessageIsReadOrRefused() throws IOException {
        List<Path> messages = messages();
        assertTrue(messages.size() > 150, "messages found: " + messages.size());
        int refused = 0;
        for (Path message : messages) {
            try {
                readAll(Content.of(Files.readAllBytes(message)));
            } catch (MimeException e) {
                refused++;
            }
        }
        assertEquals(0, refused, "none of these breaks a limit");
    }

    /// The numbers of parts that other parsers found as well.
    @Test
    void agreesWithOthers() throws Exception {
        leaves("mime/python/msg_01.txt", 1);
        leaves("mime/python/msg_02.txt", 8);
        leaves("mime/python/msg_04.txt", 2);
        leaves("mime/mime4j/mimetools-testmsgs/multi-nested.msg", 6);
        leaves("mime/mime4j/mimetools-testmsgs/multi-simple.msg", 2);
    }

    private static void leaves(String file, int count) throws Exception {
        Path path = Peers.corpora().resolve(file);
        MimeIndex index = MimeIndex.of(Content.of(Files.readAllBytes(path)));
        long leaves = index.parts().stream().filter(p -> p.children().isEmpty()).count();
        assertEquals(count, leaves, file);
    }

    private static void readAll(Content content) throws IOException, MimeException {
        MimeIndex index = MimeIndex.of(content);
        for (HeaderField field : index.header().fields()) {
            EncodedWords.decode(field.body());
            DisplayAddress.list(field.body());
            MailDate.parse(field.body());
        }
        Letter letter = Letter.of(index, content);
        for (MimePart part : index.parts()) {
            assertTrue(part.span().end() <= content.size());
            assertTrue(part.span().bodyBegin() <= part.span().end());
            letter.text(part);
            try (InputStream in = letter.decoded(part)) {
                assertTrue(in.transferTo(OutputStream.nullOutputStream()) <= part.bodyOctets());
            }
        }
    }

    private static List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.walk(Peers.corpora().resolve("mime"))) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> f.toString().matches(".*(\\.msg|\\.eml|msg_\\d+\\.txt)"))
                    .toList();
        }
    }
}

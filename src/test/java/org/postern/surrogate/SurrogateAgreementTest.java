package org.postern.surrogate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postern.mail.Content;
import org.postern.outline.Outline;
import org.postern.outline.OutlineReader;

/// Whoever reads a surrogate sees the parts that the gateway looked through.
class SurrogateAgreementTest {
    private static final String[] FIELDS = {
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: multipart/mixed",
        "Content-Type: multipart/digest",
        "Content-Type: message/rfc822",
        "Content-Type: text/",
        "Content-Type: ",
        "Content-Transfer-Encoding: ",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment",
        "X: ",
        "From ",
        "Subject: "
    };

    private static final String[] WORDS = {
        "ü",
        "日本",
        "(",
        ")",
        "\"",
        "\\",
        ";",
        "=",
        " ",
        "\r\n ",
        "; boundary=",
        "; boundary=\"b\"",
        "; boundary*0=a; boundary*1=",
        "; boundary*=utf-8''",
        "; x=a",
        "b",
        "; name=",
        "(ü)",
        "\u3000",
        "multipart/mixed",
        "text/html",
        "/"
    };

    private static final String[] LINES = {
        "--b", "--b", "--ab", "--xx", "--b--", "", "", "text", "From x", "--bxxx", "--a b"
    };

    private final SplittableRandom random = new SplittableRandom(20260303);

    private String any(String... of) {
        return of[random.nextInt(of.length)];
    }

    private void addFields(StringBuilder message) {
        for (int field = random.nextInt(4); field > 0; field--) {
            message.append(any(FIELDS));
            for (int word = random.nextInt(7); word > 0; word--) {
                message.append(any(WORDS));
            }
            message.append("\r\n");
        }
        message.append("\r\n");
    }

    private String message() {
        StringBuilder message = new StringBuilder();
        addFields(message);
        for (int line = random.nextInt(8); line > 0; line--) {
            message.append(any(LINES)).append("\r\n");
            if (random.nextBoolean()) {
                addFields(message);
            }
        }
        return new String(message.toString().getBytes(UTF_8), ISO_8859_1);
    }

    @Test
    void aSurrogateHasThePartsOfItsMessage() throws Exception {
        int differing = 0;
        int parts = 0;
        for (int round = 0; round < 30_000; round++) {
            String message = message();
            Content content = Content.of(message.getBytes(ISO_8859_1));
            Outline kept = OutlineReader.read(content);
            Surrogate surrogate = Surrogate.of(kept);
            byte[] shown;
            try (InputStream in = surrogate.content(content).open()) {
                shown = in.readAllBytes();
            }
            Outline read = OutlineReader.read(Content.of(shown));
            assertEquals(
                    surrogate.outline().root(),
                    read.root(),
                    () -> message + "\n=>\n" + new String(shown, ISO_8859_1));
            differing += surrogate.isDowngraded() ? 1 : 0;
            parts += read.root().children().isEmpty() ? 0 : 1;
        }
        assertTrue(differing > 10_000 && parts > 1_000, differing + " " + parts);
    }
}

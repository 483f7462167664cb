package org.postern.torture;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.postern.auditor.Way;

/// The octets of one message of a client. The first field is its Message-ID, so that an auditor
/// knows where the gateway's own fields end. What must be protected carries canaries of 128 bits in
/// subject, body, file name and the file.
///
/// @param text with CRLF, not yet dot-stuffed
record Letter(String messageId, String text) {
    private static final int FILLING = 60;
    private static final int LARGE_LINES = 8_000;

    /// @param canary the letters that begin each canary of the run
    static Letter of(int number, Kind kind, String canary, SplittableRandom random) {
        List<String> recipients = kind.recipients(number);
        String messageId = "<t-" + number + "@mapleclinic.example>";
        String word = kind.isProtected() ? word(canary, random) : "canteen";
        String file = kind.isProtected() ? word(canary, random) : "canteen";
        String text =
                """
                Message-ID: %s
                From: Anna Reyes <%s>
                To: %s
                Subject: %s about %d
                Date: Mon, 02 Mar 2026 12:00:00 +0000
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=part

                --part
                Content-Type: text/plain; charset=us-ascii

                .%s begins with a dot
                .
                %s
                --part
                Content-Type: application/octet-stream; name="%s.txt"
                Content-Disposition: attachment; filename="%s.txt"
                Content-Transfer-Encoding: base64

                %s
                --part--
                """
                        .formatted(
                                messageId,
                                Way.AUTHOR,
                                String.join(",\n ", recipients),
                                word,
                                number,
                                word,
                                filling(kind == Kind.LARGE ? LARGE_LINES : lines(random), random),
                                file,
                                file,
                                base64(file, random));
        return new Letter(messageId, text.replace("\n", "\r\n"));
    }

    byte[] content() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String word(String canary, SplittableRandom random) {
        return canary + "%016x%016x".formatted(random.nextLong(), random.nextLong());
    }

    /// Mostly short ones, some beyond what a draft keeps in memory.
    private static int lines(SplittableRandom random) {
        int dice = random.nextInt(100);
        if (dice < 90) {
            return random.nextInt(60);
        }
        return dice < 99 ? random.nextInt(1_000) : random.nextInt(8_000);
    }

    private static String filling(int lines, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = lines; i > 0; i--) {
            String line = "%016x".formatted(random.nextLong()).repeat(4);
            text.append(line, 0, FILLING).append('\n');
        }
        return text.toString();
    }

    private static String base64(String word, SplittableRandom random) {
        String file = "%d %s".formatted(random.nextInt(1_000), word).repeat(5);
        return Base64.getMimeEncoder(76, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(file.getBytes(StandardCharsets.US_ASCII));
    }
}

package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.SmtpSink.Taken;
import org.slf4j.LoggerFactory;

/// Never in clear: random words in subject, body, attachment and file name of messages that must be
/// protected are looked for on every plaintext socket, in notices and reports, in the log at its
/// most talkative, in names and contents of all files.
class CanaryStory {
    private static final Pattern BASE64_LINES =
            Pattern.compile("(?:[A-Za-z0-9+/]{16,76}={0,2}\r?\n)+");

    /// A patient of whom nothing is on file.
    private static final String NOBODY = "nobody@homemail.example";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<String> canaries = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom();

    @TempDir Path home;

    @BeforeEach
    void listen() {
        log.start();
        Logger postern = (Logger) LoggerFactory.getLogger("org.postern");
        postern.setLevel(Level.TRACE);
        postern.addAppender(log);
    }

    @AfterEach
    void leave() {
        Logger postern = (Logger) LoggerFactory.getLogger("org.postern");
        postern.detachAppender(log);
        postern.setLevel(null);
    }

    @Test
    void wordsOfProtectedMailAreNowhere() throws Exception {
        try (RunningClinic clinic = RunningClinic.start(home, Clock.systemUTC())) {
            // Refused by the next hop in clear words, so that a failure report goes home.
            clinic.sink().refuse("lost@stmary.example");
            try (MailClient client = MailClient.submission(clinic)) {
                client.send("chidi.obi@stmary.example", message("partner"));
                client.send("maria.gomez@homemail.example", message("patient"));
                client.send(NOBODY, message("code"));
                client.send("held@stmary.example", message("held"));
            }
            for (String to :
                    List.of("chidi.obi@stmary.example", "maria.gomez@homemail.example", NOBODY)) {
                await("mail to " + to, () -> mailTo(clinic, to).findAny().isPresent());
            }
            readByCode(clinic);
            List<Taken> taken = clinic.sink().taken();
            assertTrue(taken.stream().anyMatch(t -> t.text().contains("authEnveloped")), "S/MIME");
            assertTrue(taken.stream().anyMatch(t -> t.text().contains("/m/")), "a notice");
            for (byte[] wire : clinic.sink().wires()) {
                assertEquals(List.of(), found(wire), "on a plaintext socket");
            }
        }
        List<ILoggingEvent> lines;
        // Whoever is in the middle of a line ends it first.
        synchronized (log) {
            lines = List.copyOf(log.list);
        }
        for (ILoggingEvent event : lines) {
            String line = event.getFormattedMessage() + event.getThreadName();
            assertEquals(List.of(), found(line.getBytes(StandardCharsets.UTF_8)), "in the log");
        }
        assertTrue(lines.size() > 5, "there is a log");
        assertEquals(List.of(), filesWithCanaries(), "in files");
    }

    /// The test's own eyes: a canary that lies open is found, plain and in base64.
    @Test
    void aCanaryInClearIsFound() throws IOException {
        String message = message("control");
        assertEquals(canaries, found(message.getBytes(StandardCharsets.UTF_8)));
        Files.writeString(home.resolve("leak.txt"), message);
        assertEquals(1, filesWithCanaries().size());
    }

    /// Asks for a code on the page behind the notice; the mail with the code must be silent too.
    private static void readByCode(RunningClinic clinic) throws Exception {
        Taken notice = mailTo(clinic, NOBODY).findFirst().orElseThrow();
        Matcher link =
                Pattern.compile("http://localhost:\\d+/m/([\\w-]{43})")
                        .matcher(MailText.of(notice.content()));
        assertTrue(link.find(), "the notice has a link");
        try (HttpClient browser = HttpClient.newHttpClient()) {
            URI code = URI.create(clinic.clinic().pickupUrl() + "/code");
            HttpResponse<String> answer =
                    browser.send(
                            HttpRequest.newBuilder(code)
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .header("Origin", clinic.clinic().pickupUrl())
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    "lang=en&token=" + link.group(1)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertTrue(answer.statusCode() < 400, "a code is mailed: " + answer.statusCode());
        }
        await("the code", () -> mailTo(clinic, NOBODY).count() == 2);
    }

    private static Stream<Taken> mailTo(RunningClinic clinic, String recipient) {
        return clinic.sink().taken().stream().filter(it -> it.recipients().contains(recipient));
    }

    private String message(String what) {
        List<String> words = new ArrayList<>();
        for (String place : List.of("subject", "body", "file", "name")) {
            String word = what + place + Long.toHexString(random.nextLong());
            words.add(word);
        }
        canaries.addAll(words);
        String file =
                Base64.getEncoder()
                        .encodeToString(("x" + words.get(2)).getBytes(StandardCharsets.UTF_8));
        canaries.add(file.substring(4, file.length() - 4));
        return """
        From: Anna Reyes <anna.reyes@mapleclinic.example>
        To: somebody
        Subject: %s
        Message-ID: <%s@mapleclinic.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain; charset=utf-8

        %s
        --b
        Content-Type: application/octet-stream; name="%s.txt"
        Content-Disposition: attachment; filename="%s.txt"
        Content-Transfer-Encoding: base64

        %s
        --b--
        """
                .formatted(words.get(0), what, words.get(1), words.get(3), words.get(3), file)
                .replace("\n", "\r\n");
    }

    /// The canaries that show in some octets: plain, or once base64 is undone.
    private List<String> found(byte[] octets) {
        StringBuilder seen = new StringBuilder(new String(octets, StandardCharsets.ISO_8859_1));
        Matcher encoded = BASE64_LINES.matcher(seen.toString());
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        while (encoded.find()) {
            String lines = encoded.group().replaceAll("\\s", "");
            int whole = lines.length() / 4 * 4;
            decoded.writeBytes(Base64.getMimeDecoder().decode(lines.substring(0, whole)));
        }
        seen.append(decoded.toString(StandardCharsets.ISO_8859_1));
        String all = seen.toString();
        return canaries.stream().filter(all::contains).toList();
    }

    private List<String> filesWithCanaries() throws IOException {
        List<String> leaks = new ArrayList<>();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean named = canaries.stream().anyMatch(file.toString()::contains);
                if (named || !found(Files.readAllBytes(file)).isEmpty()) {
                    leaks.add(file.toString());
                }
            }
        }
        return leaks;
    }
}

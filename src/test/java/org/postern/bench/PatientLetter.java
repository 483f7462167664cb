package org.postern.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.SmtpSink;

/// A letter of the sample clinic to its patient, handed over by the clinic's server, and the link
/// in the notice that comes of it.
///
/// @param id left side of its Message-ID
/// @param answered the same of a letter before it, whose conversation it belongs to; empty for none
record PatientLetter(String id, String answered, String words) {
    private static final String CLINICIAN = "anna.reyes@mapleclinic.example";
    private static final String PATIENT = "maria.gomez@homemail.example";
    private static final Duration NOTICE_MAX = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Pattern LINK =
            Pattern.compile("https?://localhost:\\d+/m/[A-Za-z0-9_-]{43}");

    /// @param sink where the notice goes
    URI send(int port, SmtpSink sink) throws IOException {
        int before = sink.taken().size();
        String thread =
                answered.isEmpty() ? "" : "References: <" + answered + "@mapleclinic.example>\n";
        try (SmtpPeer peer = SmtpPeer.connect(port)) {
            peer.expect("220 *");
            peer.ask("EHLO clinic.example", "250 *");
            peer.ask("MAIL FROM:<" + CLINICIAN + ">", "250 *");
            peer.ask("RCPT TO:<" + PATIENT + ">", "250 *");
            peer.ask("DATA", "354 *");
            peer.send(
                    """
                    From: Anna Reyes, MD <%s>
                    To: Maria Gomez <%s>
                    Subject: Your knee
                    Date: Thu, 26 Nov 2026 09:00:00 -0500
                    Message-ID: <%s@mapleclinic.example>
                    %sMIME-Version: 1.0
                    Content-Type: text/html; charset=utf-8

                    <p>Hi Maria,</p><p>%s.</p><ul><li>cool the knee twice a day</li>
                    <li>take the tablets</li></ul><p>See you on Monday.</p>
                    .
                    """
                            .formatted(CLINICIAN, PATIENT, id, thread, words)
                            .replace("\n", "\r\n"));
            peer.expect("250 *");
            peer.ask("QUIT", "221 *");
        }
        long end = System.nanoTime() + NOTICE_MAX.toNanos();
        while (System.nanoTime() < end) {
            Optional<URI> link =
                    sink.taken().stream()
                            .skip(before)
                            .filter(mail -> mail.recipients().toString().contains(PATIENT))
                            .flatMap(mail -> link(mail.text()).stream())
                            .findFirst();
            if (link.isPresent()) {
                return link.get();
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        throw new IOException("no notice came");
    }

    private static Optional<URI> link(String mail) {
        Matcher link = LINK.matcher(mail.replace("=\r\n", ""));
        return link.find() ? Optional.of(URI.create(link.group())) : Optional.empty();
    }
}

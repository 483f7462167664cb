package org.postern.notice;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.Properties;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;

/// What all mail of our own has in common: a Message-ID of ours, the time, the fields that keep
/// automatic programs from answering.
final class MailWriter {
    private static final int ID_OCTETS = 16;
    private static final Pattern BARE_LF = Pattern.compile("(?<!\r)\n");

    private final Domain domain;
    private final InstantSource clock;
    private final RandomGenerator random;

    MailWriter(Domain domain, InstantSource clock, RandomGenerator random) {
        this.domain = domain;
        this.clock = clock;
        this.random = random;
    }

    Domain domain() {
        return domain;
    }

    /// A new, empty message that bears a new Message-ID.
    Mail begin() throws MessagingException {
        byte[] id = new byte[ID_OCTETS];
        random.nextBytes(id);
        String local = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
        Mail mail = new Mail("<" + local + "@" + domain + ">");
        mail.setSentDate(Date.from(clock.instant()));
        // RFC 3834 §5; the second field is what Exchange looks for.
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setHeader("X-Auto-Response-Suppress", "All");
        return mail;
    }

    /// @throws IllegalArgumentException if the text has a line end or another control character:
    ///   nothing that comes from outside can begin a field of its own
    static String oneLine(String text) {
        if (text.chars().anyMatch(c -> c < 0x20 || c == 0x7F || c == 0x2028 || c == 0x2029)) {
            throw new IllegalArgumentException(
                    "a value must be one line without control characters");
        }
        return text;
    }

    static InternetAddress address(Address address, String name) {
        // An Address is strict already, and narrower here would stop mail that the envelope takes,
        // such as to a domain with an underscore.
        InternetAddress written = new InternetAddress();
        written.setAddress(address.toString());
        try {
            if (!name.isEmpty()) {
                written.setPersonal(oneLine(name), StandardCharsets.UTF_8.name());
            }
        } catch (java.io.UnsupportedEncodingException e) {
            throw new UncheckedIOException(e);
        }
        return written;
    }

    /// The finished mail. Jakarta Mail writes the lines of a 7bit text as they are, and a bare LF
    /// is no line end in mail (RFC 5321 §2.3.8): the relay would refuse it.
    static Content octets(Mail mail) throws MessagingException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try {
            mail.saveChanges();
            mail.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String lines =
                BARE_LF.matcher(out.toString(StandardCharsets.ISO_8859_1)).replaceAll("\r\n");
        return Content.of(lines.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// A message that keeps the Message-ID it was given.
    static final class Mail extends MimeMessage {
        private static final Session NO_SESSION = Session.getInstance(new Properties());

        private final String id;

        private Mail(String id) {
            super(NO_SESSION);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}

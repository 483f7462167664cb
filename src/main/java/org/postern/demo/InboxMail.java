package org.postern.demo;

import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;

/// Reads a message of the outside world the way an ordinary mail program shows it.
final class InboxMail {
    private final StringBuilder text = new StringBuilder();
    private String html = "";

    private InboxMail() {}

    /// @param text of the first plain part; or a word on what else it is
    /// @param html of the first HTML part, its inline images in place; empty if there is none
    record Shown(String from, String subject, String text, String html) {}

    static Shown show(byte[] octets) throws MessagingException, IOException {
        MimeMessage message = parse(octets);
        InboxMail mail = new InboxMail();
        mail.read(message);
        String from = message.getFrom() == null ? "" : message.getFrom()[0].toString();
        String subject = Optional.ofNullable(message.getSubject()).orElse("(no subject)");
        return new Shown(
                jakarta.mail.internet.MimeUtility.decodeText(from),
                subject,
                mail.text.toString(),
                mail.html);
    }

    static MimeMessage parse(byte[] octets) throws MessagingException {
        return new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(octets));
    }

    private void read(Part part) throws MessagingException, IOException {
        if (part.getContent() instanceof Multipart multipart) {
            for (int i = 0; i < multipart.getCount(); i++) {
                read(multipart.getBodyPart(i));
            }
        } else if (part.isMimeType("text/html") && html.isEmpty()) {
            html = (String) part.getContent();
        } else if (part.isMimeType("text/plain") && part.getFileName() == null) {
            text.append(part.getContent());
        } else if (part.isMimeType("image/*") && part.getHeader("Content-ID") != null) {
            String id = part.getHeader("Content-ID")[0].replaceAll("[<>]", "");
            String image = Base64.getEncoder().encodeToString(part.getInputStream().readAllBytes());
            html = html.replace("cid:" + id, "data:" + mediaType(part) + ";base64," + image);
        } else {
            text.append("[").append(mediaType(part)).append("]\n");
        }
    }

    private static String mediaType(Part part) throws MessagingException {
        return part.getContentType().split(";", 2)[0].strip();
    }
}

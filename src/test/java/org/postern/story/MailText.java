package org.postern.story;

import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Properties;

/// The plain text of a message as a mail program shows it.
final class MailText {
    private MailText() {}

    static String of(byte[] message) throws MessagingException, IOException {
        return text(
                new MimeMessage(
                        Session.getInstance(new Properties()), new ByteArrayInputStream(message)));
    }

    private static String text(Part part) throws MessagingException, IOException {
        if (part.getContent() instanceof Multipart multipart) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < multipart.getCount(); i++) {
                all.append(text(multipart.getBodyPart(i)));
            }
            return all.toString();
        }
        return part.isMimeType("text/plain") ? (String) part.getContent() : "";
    }
}

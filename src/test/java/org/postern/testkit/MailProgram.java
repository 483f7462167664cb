package org.postern.testkit;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.util.Base64;
import java.util.Properties;
import org.postern.mail.Content;

/// What a patient's mail program makes of a notice.
public final class MailProgram {
    private MailProgram() {}

    /// The HTML of a mail, its photo drawn in.
    public static String html(Content mail) throws IOException {
        try {
            MimeMessage read = new MimeMessage(Session.getInstance(new Properties()), mail.open());
            Object second = ((MimeMultipart) read.getContent()).getBodyPart(1).getContent();
            if (!(second instanceof MimeMultipart related)) {
                return (String) second;
            }
            byte[] photo = related.getBodyPart(1).getInputStream().readAllBytes();
            return ((String) related.getBodyPart(0).getContent())
                    .replace(
                            "cid:photo",
                            "data:image/png;base64," + Base64.getEncoder().encodeToString(photo));
        } catch (MessagingException e) {
            throw new IOException(e);
        }
    }
}

package org.postern.demo;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;

/// A clinician's ordinary mail client: submits with STARTTLS and a password (RFC 6409).
final class Submission {
    private static final Duration TIME_MAX = Duration.ofSeconds(30);

    private final String host;
    private final int port;
    private final SSLSocketFactory tls;

    /// @param tls trusts the authority of the gateway's certificate
    Submission(String host, int port, SSLSocketFactory tls) {
        this.host = host;
        this.port = port;
        this.tls = tls;
    }

    /// Sends one message as a person, to the recipients in its header section.
    ///
    /// @throws MessagingException if the gateway refuses it; the text is the gateway's
    void send(Person from, byte[] message) throws MessagingException {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", host);
        properties.setProperty("mail.smtp.port", Integer.toString(port));
        properties.setProperty("mail.smtp.auth", "true");
        properties.setProperty("mail.smtp.starttls.required", "true");
        properties.setProperty("mail.smtp.from", from.address().toString());
        properties.setProperty("mail.smtp.timeout", Long.toString(TIME_MAX.toMillis()));
        properties.setProperty("mail.smtp.connectiontimeout", Long.toString(TIME_MAX.toMillis()));
        properties.put("mail.smtp.ssl.socketFactory", tls);
        Session session = Session.getInstance(properties);
        Message mail = new MimeMessage(session, new ByteArrayInputStream(message));
        try (Transport transport = session.getTransport("smtp")) {
            transport.connect(host, port, from.address().toString(), from.password());
            transport.sendMessage(mail, mail.getAllRecipients());
        }
    }
}

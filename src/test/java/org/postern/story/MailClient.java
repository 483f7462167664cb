package org.postern.story;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.postern.demo.SampleClinic;

/// A plain SMTP client of a test: one session, a reply for each command, an error for any surprise.
final class MailClient implements AutoCloseable {
    private static final int REPLY_MAX_MILLIS = 60_000;
    private static final String ANNA = "anna.reyes@mapleclinic.example";

    /// RFC 5321 §4.5.2.
    private static final Pattern LINE_BEGINS_WITH_DOT = Pattern.compile("(?<=\r\n|^)\\.");

    private Socket socket;
    private BufferedReader in;
    private OutputStream out;

    private MailClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(REPLY_MAX_MILLIS);
        this.in = reader(socket);
        this.out = socket.getOutputStream();
    }

    /// Logged in as the clinic's doctor, over STARTTLS.
    static MailClient submission(RunningClinic clinic)
            throws IOException, GeneralSecurityException {
        return submission(clinic.clinic());
    }

    /// Logged in as the clinic's doctor, over STARTTLS.
    static MailClient submission(SampleClinic clinic) throws IOException, GeneralSecurityException {
        MailClient client = new MailClient(connect(clinic.ports().submission()));
        client.expect("220");
        client.command("EHLO desk.mapleclinic.example", "250");
        client.command("STARTTLS", "220");
        SSLSocket tls =
                (SSLSocket)
                        RunningClinic.trusting(clinic)
                                .getSocketFactory()
                                .createSocket(client.socket, "localhost", 0, true);
        client.socket = tls;
        client.in = reader(tls);
        client.out = tls.getOutputStream();
        client.command("EHLO desk.mapleclinic.example", "250");
        String plain = "\0" + ANNA + "\0a long demo password";
        client.command(
                "AUTH PLAIN "
                        + Base64.getEncoder()
                                .encodeToString(plain.getBytes(StandardCharsets.UTF_8)),
                "235");
        return client;
    }

    /// The clinic's own mail server.
    static MailClient relay(SampleClinic clinic) throws IOException {
        return greeted(clinic.ports().relay());
    }

    /// In clear to any server on this machine.
    static MailClient greeted(int port) throws IOException {
        MailClient client = new MailClient(connect(port));
        client.expect("220");
        client.command("EHLO mail.mapleclinic.example", "250");
        return client;
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    /// Sends one message; the gateway must take it.
    ///
    /// @return the reply to the final dot
    String send(String recipient, String message) throws IOException {
        return send(List.of(recipient), message);
    }

    /// Sends one message to several; the gateway must take it for all of them.
    ///
    /// @return the reply to the final dot
    String send(List<String> recipients, String message) throws IOException {
        return send(ANNA, recipients, message);
    }

    /// The same under another reverse-path.
    String send(String reversePath, List<String> recipients, String message) throws IOException {
        command("MAIL FROM:<" + reversePath + ">", "250");
        for (String recipient : recipients) {
            command("RCPT TO:<" + recipient + ">", "250");
        }
        command("DATA", "354");
        write(message);
        return command(".", "250");
    }

    /// Sends one message that may be refused.
    ///
    /// @return the reply to the final dot
    String offer(String recipient, String message) throws IOException {
        command("MAIL FROM:<" + ANNA + ">", "250");
        command("RCPT TO:<" + recipient + ">", "250");
        command("DATA", "354");
        write(message);
        write(".\r\n");
        return reply();
    }

    /// Sends one message that may be refused before its content as well.
    ///
    /// @return the reply to DATA if it is no 354, else the one to the final dot
    String offerData(String recipient, String message) throws IOException {
        write("MAIL FROM:<" + ANNA + ">\r\n");
        String reply = reply();
        if (!reply.startsWith("250")) {
            return reply;
        }
        command("RCPT TO:<" + recipient + ">", "250");
        write("DATA\r\n");
        reply = reply();
        if (!reply.startsWith("354")) {
            command("RSET", "250");
            return reply;
        }
        write(message + ".\r\n");
        return reply();
    }

    /// Sends one message to several recipients, dots stuffed; it may be refused.
    ///
    /// @return the reply to the final dot
    String offer(List<String> recipients, String message) throws IOException {
        command("MAIL FROM:<" + ANNA + ">", "250");
        for (String recipient : recipients) {
            command("RCPT TO:<" + recipient + ">", "250");
        }
        command("DATA", "354");
        write(LINE_BEGINS_WITH_DOT.matcher(message).replaceAll(".."));
        write(".\r\n");
        return reply();
    }

    String command(String line, String code) throws IOException {
        write(line + "\r\n");
        return expect(code);
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private String expect(String code) throws IOException {
        String reply = reply();
        if (!reply.startsWith(code)) {
            throw new IOException("expected " + code + ", got " + reply);
        }
        return reply;
    }

    private String reply() throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        return line == null ? "" : line;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

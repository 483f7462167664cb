package org.postern.torture;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.postern.auditor.Way;
import org.postern.demo.SampleClinic;

/// One client's SMTP session. Any surprise is an error that ends it.
final class Session implements Closeable {
    /// Of the author, at the submission listener.
    static final String PASSWORD = "a long demo password";

    private static final int REPLY_MILLIS_MAX = 60_000;

    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private Session(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(REPLY_MILLIS_MAX);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /// The clinic's own mail server, in clear.
    static Session relay(SampleClinic clinic) throws IOException {
        Session session = new Session(clinic.ports().relay());
        try {
            session.expect("220");
            session.command("EHLO mail.mapleclinic.example", "250");
            return session;
        } catch (IOException e) {
            session.close();
            throw e;
        }
    }

    /// A clinician's mail program, over TLS and logged in.
    static Session submission(SampleClinic clinic, SSLContext trust) throws IOException {
        Session session = new Session(clinic.ports().submission());
        try {
            session.expect("220");
            session.command("EHLO desk.mapleclinic.example", "250");
            session.command("STARTTLS", "220");
            SSLSocket secured =
                    (SSLSocket)
                            trust.getSocketFactory()
                                    .createSocket(session.socket, "localhost", 0, true);
            session.socket = secured;
            session.in = new BufferedInputStream(secured.getInputStream());
            session.out = secured.getOutputStream();
            session.command("EHLO desk.mapleclinic.example", "250");
            String plain = "\0" + Way.AUTHOR + "\0" + PASSWORD;
            byte[] octets = plain.getBytes(StandardCharsets.US_ASCII);
            session.command("AUTH PLAIN " + Base64.getEncoder().encodeToString(octets), "235");
            return session;
        } catch (IOException e) {
            session.close();
            throw e;
        }
    }

    void command(String line, String code) throws IOException {
        write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        expect(code);
    }

    void expect(String code) throws IOException {
        String reply = reply();
        if (!reply.startsWith(code)) {
            throw new IOException("expected " + code + ", got " + reply);
        }
    }

    void write(byte[] octets) throws IOException {
        write(octets, 0, octets.length);
    }

    void write(byte[] octets, int from, int count) throws IOException {
        out.write(octets, from, count);
        out.flush();
    }

    /// Octets that have come and were not read; always 0 inside TLS.
    int unread() throws IOException {
        return in.available();
    }

    /// The last line of the next reply.
    String reply() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("the gateway has gone");
            }
            if (octet == '\n') {
                String text = line.toString().strip();
                if (text.length() < 4 || text.charAt(3) != '-') {
                    return text;
                }
                line.setLength(0);
            } else {
                line.append((char) octet);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

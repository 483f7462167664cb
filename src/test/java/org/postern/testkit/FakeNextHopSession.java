package org.postern.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postern.testkit.FakeNextHop.Act;
import org.postern.testkit.FakeNextHop.Message;

/// One connection to a `FakeNextHop`.
final class FakeNextHopSession {
    private final FakeNextHop hop;
    private final Socket plain;
    private InputStream in;
    private OutputStream out;
    private @Nullable SSLSocket tls;

    private @Nullable String mail;
    private final List<String> recipients = new ArrayList<>();

    FakeNextHopSession(FakeNextHop hop, Socket plain) throws IOException {
        this.hop = hop;
        this.plain = plain;
        in = new BufferedInputStream(hop.overheard(plain.getInputStream()));
        out = plain.getOutputStream();
    }

    void run() throws IOException {
        if (hop.isImplicit()) {
            secure();
        }
        answer("CONNECT", "220 fake.next.hop ESMTP");
        while (true) {
            String command = line();
            hop.note(command);
            switch (verb(command)) {
                case "EHLO" -> answer(command, hop.ehlo(tls != null));
                case "HELO" -> answer(command, "250 fake.next.hop");
                case "STARTTLS" -> startTls(command);
                case "AUTH" -> answer(command, "235 2.7.0 welcome");
                case "MAIL" -> mail(command);
                case "RCPT" -> rcpt(command);
                case "DATA" -> data(command);
                case "RSET" -> {
                    forget();
                    answer(command, "250 2.0.0 forgotten");
                }
                case "NOOP" -> answer(command, "250 2.0.0 nothing done");
                case "QUIT" -> {
                    answer(command, "221 2.0.0 bye");
                    return;
                }
                default -> answer(command, "500 5.5.2 what?");
            }
        }
    }

    private void startTls(String command) throws IOException {
        String reply =
                answer(command, hop.knowsTls() ? "220 2.0.0 go ahead" : "502 5.5.1 no TLS here");
        if (reply.startsWith("220") && hop.upgrades()) {
            secure();
            forget();
        } else if (reply.startsWith("220") && hop.knowsTls()) {
            // The client's first TLS record is no command to a server that stayed in clear.
            var _ = in.read();
            put("500 5.5.2 what?\r\n");
            throw new EOFException("scripted");
        }
    }

    private void secure() throws IOException {
        SSLSocket socket = hop.tls().over(plain);
        socket.startHandshake();
        tls = socket;
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    private void mail(String command) throws IOException {
        String reply =
                answer(command, mail == null ? "250 2.1.0 sender ok" : "503 5.5.1 nested MAIL");
        if (reply.startsWith("2")) {
            mail = command;
            recipients.clear();
        }
    }

    private void rcpt(String command) throws IOException {
        String reply = answer(command, mail != null ? "250 2.1.5 ok" : "503 5.5.1 need MAIL");
        if (reply.startsWith("2")) {
            recipients.add(path(command));
        }
    }

    private void data(String command) throws IOException {
        String usual = recipients.isEmpty() ? "554 5.5.1 no valid recipients" : "354 go ahead";
        if (!answer(command, usual).startsWith("354")) {
            return;
        }
        byte[] octets = content();
        String from = mail == null ? "" : mail;
        Message message =
                new Message(
                        path(from),
                        from.substring(from.indexOf('>') + 1).strip(),
                        List.copyOf(recipients),
                        new String(octets, StandardCharsets.ISO_8859_1),
                        tls == null ? "" : tls.getSession().getProtocol());
        forget();
        Optional<Act> end = hop.scripted("END");
        if (end.isEmpty() || end.get().octets().startsWith("2")) {
            // Before the reply, so that whoever has read the reply finds the message.
            hop.take(message);
        }
        perform(end, "250 2.0.0 taken");
    }

    private void forget() {
        mail = null;
        recipients.clear();
    }

    /// The content up to the final dot, dots unstuffed. Only CRLF ends a line here.
    private byte[] content() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        boolean first = true;
        while (true) {
            byte[] line = octetLine();
            if (first) {
                first = false;
                answer("CONTENT", "");
            }
            if (line.length == 3 && line[0] == '.') {
                return octets.toByteArray();
            }
            int start = line[0] == '.' ? 1 : 0;
            octets.write(line, start, line.length - start);
        }
    }

    /// Says what the script wants, or else what is usual; what was said is returned.
    private String answer(String moment, String usual) throws IOException {
        return perform(hop.scripted(moment), usual);
    }

    private String perform(Optional<Act> scripted, String usual) throws IOException {
        if (scripted.isEmpty()) {
            if (!usual.isEmpty()) {
                put(usual + "\r\n");
            }
            return usual;
        }
        Act act = scripted.get();
        switch (act.then()) {
            case GO_ON -> put(act.octets());
            case CLOSE -> {
                put(act.octets());
                throw new EOFException("scripted");
            }
            case RESET -> {
                plain.setSoLinger(true, 0);
                throw new EOFException("scripted");
            }
            case HANG -> {
                put(act.octets());
                pause(Long.MAX_VALUE);
            }
            case REPEAT -> {
                String many = act.octets().repeat(1_000);
                while (true) {
                    put(many);
                }
            }
            case DRIP -> {
                for (int i = 0; i < act.octets().length(); i++) {
                    put(act.octets().substring(i, i + 1));
                    pause(20);
                }
            }
        }
        return act.octets();
    }

    /// Waits until the hop is closed, or so long.
    private void pause(long millis) throws IOException {
        try {
            if (hop.stopped.await(millis, TimeUnit.MILLISECONDS)) {
                throw new EOFException("closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void put(String octets) throws IOException {
        out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private String line() throws IOException {
        byte[] line = octetLine();
        return new String(line, 0, line.length - 2, StandardCharsets.ISO_8859_1);
    }

    /// The octets up to CRLF, which is included.
    private byte[] octetLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int last = -1;
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException();
            }
            line.write(octet);
            if (octet == '\n' && last == '\r') {
                return line.toByteArray();
            }
            last = octet;
        }
    }

    private static String verb(String command) {
        int end = command.indexOf(' ');
        return (end < 0 ? command : command.substring(0, end)).toUpperCase(Locale.ROOT);
    }

    private static String path(String command) {
        int begin = command.indexOf('<');
        int end = command.lastIndexOf('>');
        return begin < 0 || end < begin ? "" : command.substring(begin + 1, end);
    }
}

package org.postern.sasl;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Asks an SMTP submission server: AUTH PLAIN (RFC 4954), and QUIT.
final class SmtpLogin {
    private static final int WRONG = 535;

    private final Talk talk;
    private final MailServer.Server server;
    private final String ownName;

    /// @param talk under TLS already where the server begins so
    SmtpLogin(Talk talk, MailServer.Server server, String ownName) {
        this.talk = talk;
        this.server = server;
        this.ownName = ownName;
    }

    boolean isRight(String user, char[] secret) throws IOException {
        require(220, reply(), "its greeting");
        Answer offered = ask("EHLO " + ownName);
        require(250, offered, "EHLO");
        if (server.tls() == MailServer.Tls.STARTTLS) {
            require(220, ask("STARTTLS"), "STARTTLS");
            talk.secure(server.host(), server.proof());
            offered = ask("EHLO " + ownName);
            require(250, offered, "EHLO under TLS");
        }
        if (!offersPlain(offered)) {
            throw new IOException("it does not offer AUTH PLAIN");
        }
        int code = ask("AUTH PLAIN " + Plain.message(user, secret)).code();
        if (code != 235 && code != WRONG) {
            throw new IOException("it answered AUTH with " + code);
        }
        talk.say("QUIT");
        return code == 235;
    }

    private record Answer(int code, List<String> lines) {}

    private static boolean offersPlain(Answer offered) {
        return offered.lines().stream()
                .map(line -> List.of(line.toUpperCase(Locale.ROOT).split(" ")))
                .anyMatch(words -> words.getFirst().equals("AUTH") && words.contains("PLAIN"));
    }

    private Answer ask(String command) throws IOException {
        talk.say(command);
        return reply();
    }

    private Answer reply() throws IOException {
        List<String> lines = new ArrayList<>();
        while (true) {
            String line = talk.line();
            if (!line.matches("[2-5][0-9]{2}([ -].*)?")) {
                throw new IOException("it does not speak SMTP");
            }
            lines.add(line.substring(Math.min(4, line.length())));
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return new Answer(Integer.parseInt(line.substring(0, 3)), lines);
            }
        }
    }

    private static void require(int code, Answer answer, String what) throws IOException {
        if (answer.code() != code) {
            throw new IOException("it answered " + answer.code() + " to " + what);
        }
    }
}

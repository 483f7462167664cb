package org.postern.sasl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.postern.entrance.Entrance;
import org.postern.entrance.UpstreamException;
import org.postern.entrance.Where;
import org.postern.entrance.Wire;
import org.postern.net.HostLookup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks an SMTP submission server: AUTH PLAIN (RFC 4954), and QUIT.
final class SmtpLogin {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpLogin.class);

    private static final int WRONG = 535;

    private static final byte[] AUTH = "AUTH PLAIN ".getBytes(StandardCharsets.US_ASCII);

    private static final int LINE_OCTETS_MAX = 8 * 1_024;

    /// More than any server says until the password is checked.
    private static final int OCTETS_MAX = 64 * 1_024;

    private final Where server;
    private final HostLookup lookup;
    private final String ownName;
    private int said;

    SmtpLogin(Where server, HostLookup lookup, String ownName) {
        this.server = server;
        this.lookup = lookup;
        this.ownName = ownName;
    }

    /// @param secret asked for when it is shown, and not before
    /// @throws IOException if it does not say so
    boolean isRight(Entrance.Secret secret) throws IOException {
        try (Wire wire = server.connect(lookup)) {
            wire.within(MailServer.TIME);
            if (server.tls() == Where.Tls.IMPLICIT) {
                wire.secure(server.host(), server.proof());
            }
            greet(wire);
            wire.sayOnce(message(secret.message()));
            int code = reply(wire).code();
            if (code != 235 && code != WRONG) {
                throw new IOException("it answered AUTH with " + code);
            }
            quit(wire);
            return code == 235;
        }
    }

    /// It has answered: a server that hangs up behind a wrong password has called it wrong.
    private static void quit(Wire wire) {
        try {
            wire.say("QUIT");
        } catch (UpstreamException e) {
            LOG.debug("the clinic's server did not wait for the end: {}", e.getMessage());
        }
    }

    /// Up to where a log-in may begin.
    private void greet(Wire wire) throws IOException {
        require(220, reply(wire), "its greeting");
        Answer offered = ask(wire, "EHLO " + ownName);
        require(250, offered, "EHLO");
        if (server.tls() == Where.Tls.STARTTLS) {
            require(220, ask(wire, "STARTTLS"), "STARTTLS");
            wire.secure(server.host(), server.proof());
            offered = ask(wire, "EHLO " + ownName);
            require(250, offered, "EHLO under TLS");
        }
        if (!offersPlain(offered)) {
            throw new IOException("it does not offer AUTH PLAIN");
        }
    }

    /// @param octets are overwritten
    /// @return the caller overwrites it afterwards
    private static byte[] message(byte[] octets) {
        byte[] whole = Arrays.copyOf(AUTH, AUTH.length + octets.length);
        System.arraycopy(octets, 0, whole, AUTH.length, octets.length);
        Arrays.fill(octets, (byte) 0);
        return whole;
    }

    private record Answer(int code, List<String> lines) {}

    private static boolean offersPlain(Answer offered) {
        return offered.lines().stream()
                .map(line -> List.of(line.toUpperCase(Locale.ROOT).split(" ")))
                .anyMatch(words -> words.getFirst().equals("AUTH") && words.contains("PLAIN"));
    }

    private Answer ask(Wire wire, String command) throws IOException {
        wire.say(command);
        return reply(wire);
    }

    private Answer reply(Wire wire) throws IOException {
        List<String> lines = new ArrayList<>();
        while (true) {
            String line = line(wire);
            if (!line.matches("[2-5][0-9]{2}([ -].*)?")) {
                throw new IOException("it does not speak SMTP");
            }
            lines.add(line.substring(Math.min(4, line.length())));
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return new Answer(Integer.parseInt(line.substring(0, 3)), lines);
            }
        }
    }

    /// Without its end; octets as characters.
    private String line(Wire wire) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = wire.read(); octet != '\n'; octet = wire.read()) {
            said++;
            if (said > OCTETS_MAX || line.length() == LINE_OCTETS_MAX) {
                throw new IOException("it says more than it should");
            }
            line.append((char) octet);
        }
        int end = line.length();
        return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
    }

    private static void require(int code, Answer answer, String what) throws IOException {
        if (answer.code() != code) {
            throw new IOException("it answered " + answer.code() + " to " + what);
        }
    }
}

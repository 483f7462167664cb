package org.postern.sasl;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Asks an IMAP server: AUTHENTICATE PLAIN (RFC 9051 §6.2.2), and LOGOUT.
public final class ImapLogin {
    /// Codes of a NO that says nothing about what was asked for: RFC 5530 §3.
    private static final Pattern FOR_NOW =
            Pattern.compile(
                    "\\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN|PRIVACYREQUIRED)\\b",
                    Pattern.CASE_INSENSITIVE);

    private final Talk talk;
    private final MailServer.Server server;
    private int tags;

    /// @param talk under TLS already where the server begins so
    ImapLogin(Talk talk, MailServer.Server server) {
        this.talk = talk;
        this.server = server;
    }

    boolean isRight(String user, char[] secret) throws IOException {
        if (!talk.line().toUpperCase(Locale.ROOT).startsWith("* OK")) {
            throw new IOException("it does not greet as an IMAP server that takes log-ins");
        }
        if (server.tls() == MailServer.Tls.STARTTLS) {
            if (!ask("STARTTLS").last().startsWith("OK")) {
                throw new IOException("it refuses STARTTLS");
            }
            talk.secure(server.host(), server.proof());
        }
        if (!offersPlain(ask("CAPABILITY"))) {
            throw new IOException("it does not offer AUTH=PLAIN");
        }
        boolean right = verdict(authenticate(Plain.message(user, secret)));
        talk.say(nextTag() + " LOGOUT");
        return right;
    }

    /// @param untagged what came before it
    /// @param last the tagged reply without its tag, in upper case
    private record Answer(List<String> untagged, String last) {}

    private static boolean offersPlain(Answer capability) {
        return capability.untagged().stream()
                .filter(line -> line.startsWith("* CAPABILITY "))
                .anyMatch(line -> List.of(line.split(" ")).contains("AUTH=PLAIN"));
    }

    private Answer authenticate(String message) throws IOException {
        String tag = nextTag();
        talk.say(tag + " AUTHENTICATE PLAIN");
        String line = talk.line();
        if (!line.startsWith("+")) {
            return answer(tag, line);
        }
        talk.say(message);
        return answer(tag, talk.line());
    }

    private Answer ask(String command) throws IOException {
        String tag = nextTag();
        talk.say(tag + " " + command);
        return answer(tag, talk.line());
    }

    private Answer answer(String tag, String first) throws IOException {
        List<String> untagged = new ArrayList<>();
        String line = first;
        while (!line.startsWith(tag + " ")) {
            String upper = line.toUpperCase(Locale.ROOT);
            if (!upper.startsWith("* ") || upper.startsWith("* BYE")) {
                throw new IOException("it broke off the log-in");
            }
            untagged.add(upper);
            line = talk.line();
        }
        return new Answer(untagged, line.substring(tag.length() + 1).toUpperCase(Locale.ROOT));
    }

    private static boolean verdict(Answer answer) throws IOException {
        if (answer.last().startsWith("OK")) {
            return true;
        }
        if (answer.last().startsWith("NO") && !isForNow(answer.last())) {
            return false;
        }
        throw new IOException("it does not say whether the password is right");
    }

    /// Whether the same may be granted another time: it is no verdict about a password or a folder.
    ///
    /// @param text of a NO, with its response code
    public static boolean isForNow(String text) {
        return FOR_NOW.matcher(text).find();
    }

    private String nextTag() {
        tags++;
        return "p" + tags;
    }
}
